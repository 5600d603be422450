from __future__ import annotations

import sys

import pytest

from planner.artifacts.gpu import decompress
from planner.artifacts.gpu import sycl as sycl_images
from planner.artifacts.gpu.budget import GpuSpent
from planner.artifacts.gpu.scan import GpuLimits, SectionSpan
from planner.artifacts.gpu.sycl import SyclReader
from planner.artifacts.sources import MemorySource, Needle
from planner.model.gpu_code import SyclImages
from tests.artifacts.gpu import builders as b

zstd = pytest.importorskip(
    "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd", reason="no zstd"
)
GEN = "__CLANG_OFFLOAD_BUNDLE__sycl-spir64_gen"
JIT = "__CLANG_OFFLOAD_BUNDLE__sycl-spir64"
SPIRV = b"\x03\x02\x23\x07" + b"\x11" * 300
DEVICES = ("64.12.55.8", "64.12.60.7")
AOT = b.archive(
    ("pad_0", b"\0" * 7), (DEVICES[1], b"\x7fELF"), (DEVICES[0], b"\x7fELF!"), ("generic_ir", b"x")
)


def aligned(*images: bytes) -> bytes:
    return b"".join(image + b"\0" * (-len(image) % 16) for image in images)


def sycl(*sections: b.Section, limits: GpuLimits | None = None) -> tuple[SyclImages, ...]:
    return b.elf(*sections).code(limits=limits).sycl


def test_packed_images() -> None:
    gen, jit = zstd.compress(AOT), zstd.compress(SPIRV)
    found = sycl(
        b.Section(GEN, aligned(gen, gen), align=16), b.Section(JIT, aligned(jit) + jit, align=16)
    )
    assert found == (
        SyclImages(kind="spir64", devices=(), count=2),
        SyclImages(kind="spir64_gen", devices=DEVICES, count=2),
    )


def test_plain_images() -> None:
    found = sycl(
        b.Section(GEN, aligned(AOT, AOT), align=16),
        b.Section(JIT, aligned(SPIRV, SPIRV), align=16),
    )
    assert found == (
        SyclImages(kind="spir64", devices=(), count=2),
        SyclImages(kind="spir64_gen", devices=DEVICES, count=2),
    )


def test_a_section_with_nothing_known_counts_as_one_image() -> None:
    assert sycl(b.Section(JIT + "_x86_64", b"\x11" * 64)) == (
        SyclImages(kind="spir64_x86_64", devices=(), count=1),
    )


def test_without_zstd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decompress, "_ZSTD_MODULES", ())
    code = b.elf(b.Section(GEN, zstd.compress(AOT), align=16)).code()
    assert code.sycl == (SyclImages(kind="spir64_gen", devices=(), count=1),)
    assert [oddity.what for oddity in code.oddities] == ["unread-bundle"]


def test_damaged_and_cut_frames() -> None:
    broken = bytearray(zstd.compress(AOT))
    broken[5:9] = b"\xff" * 4
    code = b.elf(b.Section(GEN, bytes(broken), align=16)).code()
    assert code.sycl[0].devices == ()
    assert [oddity.what for oddity in code.oddities] == ["damaged-container"]
    code = b.elf(b.Section(GEN, zstd.compress(AOT)[:-4], align=16)).code()
    assert [oddity.what for oddity in code.oddities] == ["limit"]


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zstd.compress(b"\0" * 10_000_000)
    made = b.elf(b.Section(GEN, aligned(*[bomb] * 3), align=16))
    code = made.code(limits=GpuLimits(frame_bytes=100_000))
    assert [oddity.what for oddity in code.oddities] == ["limit"]


def test_of_a_bomb_that_is_no_archive_nothing_is_kept() -> None:
    """It is unpacked to its end, for the next image lies behind it, and counted on the way."""
    spent = GpuSpent()
    data = aligned(zstd.compress(b"\0" * 10_000_000), zstd.compress(AOT))
    reader = SyclReader(MemorySource(data), GpuLimits(), spent)
    inner = decompress.new_decompressor("zstd")
    assert inner is not None
    assert reader._plain(decompress.FrameReader(inner, MemorySource(data), 0, len(data))) == bytes(
        8
    )
    assert spent.unpacked > 10_000_000
    reader.read(SectionSpan(name=GEN, offset=0, size=len(data), executable=False))
    assert [row.devices for row in reader.images()] == [(), DEVICES]


def test_devices_beyond_what_is_kept_of_an_archive_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sycl_images, "_ARCHIVE_BYTES", len(AOT) // 2)
    code = b.elf(b.Section(GEN, zstd.compress(AOT), align=16)).code()
    assert [oddity.what for oddity in code.oddities] == ["limit"]
    assert code.sycl[0].devices < DEVICES


def test_a_name_longer_than_any_device_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sycl_images, "_DEVICE_LENGTH", len(DEVICES[0]) - 1)
    assert sycl(b.Section(GEN, AOT, align=16))[0].devices == ()


def test_images_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    made = b.elf(b.Section(JIT, aligned(*[SPIRV] * 50), align=16))
    monkeypatch.setattr(sycl_images, "_MOST_IMAGES", 5)
    code = made.code()
    assert code.sycl == (SyclImages(kind="spir64", devices=(), count=5),)
    assert [oddity.what for oddity in code.oddities] == ["limit"]


def test_five_thousand_images_are_all_counted() -> None:
    """dpnp 0.20 has 4,642 in one library."""
    found = sycl(b.Section(JIT, aligned(*[SPIRV[:16]] * 5000), align=16))
    assert found == (SyclImages(kind="spir64", devices=(), count=5000),)


class Counted(MemorySource):
    """Adds up the bytes that are searched and how often something is read."""

    __slots__ = ("reads", "searched")

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.searched = self.reads = 0

    def read(self, offset: int, size: int) -> bytes:
        data = super().read(offset, size)
        self.reads += len(data)
        return data

    def find(self, needles: tuple[Needle, ...], start: int, end: int) -> tuple[int, Needle] | None:
        assert end <= self.size
        self.searched += end - start
        return super().find(needles, start, end)


def work(content: bytes) -> Counted:
    source = Counted(content)
    reader = SyclReader(source, GpuLimits())
    reader.read(SectionSpan(name=JIT, offset=0, size=len(content), executable=False))
    return source


@pytest.mark.parametrize(("size", "count"), [(16, 1000), (4000, 100), (30_000, 100)])
def test_many_images_are_searched_in_one_go(size: int, count: int) -> None:
    """What is not there at all is not searched for to the end behind every image."""
    image = SPIRV[:4] + b"\x28" * (size - 4)
    once, twice = work(image * count), work(image * 2 * count)
    assert twice.searched < 2.2 * once.searched
    assert once.searched < count * (4 * size + 8192)


def test_archives_inside_one_another_are_walked_once() -> None:
    """Each claims all that follows as its table of names."""

    def nested(count: int) -> bytes:
        heads = []
        for number in range(count):
            left = 80 * (count - number) - 68
            head = f"{'//':16}{0:<12}{0:<6}{0:<6}{644:<8}{left:<10}`\n"
            heads.append((b"!<arch>\n" + head.encode()).ljust(80, b"\0"))
        return b"".join(heads)

    assert work(nested(400)).reads < 2.1 * work(nested(200)).reads


def test_a_section_that_claims_too_much_is_searched_to_the_files_end() -> None:
    source = Counted(SPIRV + b"\0" * 100_000)
    reader = SyclReader(source, GpuLimits())
    reader.read(SectionSpan(name=JIT, offset=0, size=2**63, executable=False))
    assert reader.images() == (SyclImages(kind="spir64", devices=(), count=1),)


def test_damaged_frames_share_the_room() -> None:
    """What was unpacked counts, whether or not the frame was sound to its end."""
    broken = zstd.compress(b"\0" * 600_000)[:-3] + b"\xff" * 3
    content = broken.ljust(20_000, b"\0") * 9
    code = b.elf(b.Section(GEN, content, align=16)).code(limits=GpuLimits(frame_bytes=900_000))
    assert [oddity.what for oddity in code.oddities][-1] == "limit"
    assert len(code.oddities) < 9
