from __future__ import annotations

import sys

import pytest

from planner.artifacts.gpu import decompress
from planner.artifacts.gpu.scan import GpuLimits
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


def test_images_are_bounded() -> None:
    content = aligned(*[SPIRV] * 50)
    found = sycl(b.Section(JIT, content, align=16), limits=GpuLimits(bundle_entries=5))
    assert found == (SyclImages(kind="spir64", devices=(), count=5),)
