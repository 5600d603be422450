from __future__ import annotations

import random
import struct
import sys
from itertools import pairwise

import pytest

from planner.artifacts.gpu import decompress, offload_bundle
from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.gpu.offload_bundle import Bundle, read_bundle, split_id
from planner.artifacts.sources import MemorySource
from tests.artifacts.gpu import builders as b

zstd = pytest.importorskip(
    "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd", reason="no zstd"
)

HOST = "host-x86_64-unknown-linux--"
GFX90A = "hipv4-amdgcn-amd-amdhsa--gfx90a:xnack+"
GENERIC = "hip-amdgcn-amd-amdhsa--gfx9-4-generic"
IDS = (HOST, GFX90A, GENERIC)


def read(data: bytes, limits: GpuLimits | None = None) -> Bundle:
    found = read_bundle(b.ForwardSource(data), 0, limits or GpuLimits())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("bundle_id", "expected"),
    [
        (HOST, ("host", "")),
        ("host-x86_64-unknown-linux-gnu-", ("host", "")),
        ("host-x86_64-pc-linux-gnu", ("host", "")),
        (GFX90A, ("hipv4", "gfx90a:xnack+")),
        (GENERIC, ("hip", "gfx9-4-generic")),
        ("hip-amdgcn-amd-amdhsa-gfx906", ("hip", "gfx906")),
        ("hip-amdgcn-amd-amdhsa-gfx9-4-generic", ("hip", "gfx9-4-generic")),
        ("hip-spirv64-amd-amdhsa--amdgcnspirv", ("hip", "amdgcnspirv")),
        ("openmp-nvptx64-nvidia-cuda--sm_80", ("openmp", "sm_80")),
        ("sycl-spir64-unknown-unknown", ("sycl", "")),
        ("", ("", "")),
    ],
)
def test_ids(bundle_id: str, expected: tuple[str, str]) -> None:
    assert split_id(bundle_id) == expected


def test_plain_bundle() -> None:
    data = b.bundle(*IDS, code=b"\x7fELF" + b"\xcc" * 5000)
    found = read(data + b"more")
    assert (found.container, found.ids, found.problem) == ("bundle", IDS, "")
    assert len(data) - 4096 < found.end <= len(data)


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("method", ["zlib", "zstd"])
def test_compressed_bundles(version: int, method: str) -> None:
    plain = b.bundle(*IDS)
    body = zstd.compress(plain) if method == "zstd" else None
    data = b.packed(plain, version, int(method == "zstd"), body)
    found = read(data + b"\0" * 99)
    assert found.container == f"ccob-v{version}-{method}"
    assert (found.ids, found.problem, found.end) == (IDS, "", len(data))


def test_only_the_start_is_unpacked() -> None:
    chance = random.Random(1)
    plain = b.bundle(*IDS, code=chance.randbytes(3_000_000))
    data = b.packed(plain, 3, 1, zstd.compress(plain))
    source = b.ForwardSource(data)
    found = read_bundle(source, 0, GpuLimits())
    assert found is not None
    assert (found.ids, found.end) == (IDS, len(data))
    assert source.read_bytes < 300_000


def test_version_1_is_unpacked_to_find_its_end() -> None:
    chance = random.Random(1)
    plain = b.bundle(*IDS, code=chance.randbytes(1_000_000))
    data = b.packed(plain, 1, 1, zstd.compress(plain))
    assert read(data + b"x" * 50_000).end == len(data)
    assert read(data, GpuLimits(frame_bytes=1)).end < len(data)


def test_without_zstd_a_bundle_is_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = b.bundle(*IDS)
    monkeypatch.setattr(decompress, "_ZSTD_MODULES", ("no_such_module",))
    for version in (1, 2, 3):
        data = b.packed(plain, version, 1, zstd.compress(plain))
        found = read(data)
        assert (found.ids, found.what) == ((), "unread-bundle")
        assert "no zstd decompressor" in found.problem
        assert found.is_plausible
        assert found.end == (20 if version == 1 else len(data))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b.bundle(*IDS, count=2**64 - 1), "entries"),
        (b.bundle(*IDS, count=4), ""),
        (b.bundle(*IDS)[:40], "ends early"),
        (b.bundle(*IDS)[:70], "does not fit"),
        (b"__CLANG_OFFLOAD_BUNDLE__", "no table"),
        (b.bundle(*IDS).replace(struct.pack("<Q", len(HOST)), b"\xff" * 8, 1), "does not fit"),
    ],
)
def test_damaged_plain_bundles(data: bytes, problem: str) -> None:
    found = read(data)
    assert problem in found.problem
    assert bool(found.problem) == (found.what == "damaged-container")


def test_rows_of_zeros_are_entries_without_id() -> None:
    assert read(b.bundle(*IDS, count=4)).ids == (*IDS, "")


@pytest.mark.parametrize(
    ("data", "problem", "plausible"),
    [
        (b.packed(b"", 4, 1), "version 4", False),
        (b.packed(b"", 2, 7), "method 7", False),
        (b.packed(b"", 2, 0)[:20], "ends inside its header", False),
        (struct.pack("<4sHHQQQ", b"CCOB", 3, 1, 2**64 - 1, 9, 0) + b"(\xb5/\xfd", "a size", False),
        (struct.pack("<4sHHQQQ", b"CCOB", 3, 1, 3, 9, 0) + b"(\xb5/\xfd", "a size", False),
        (b.packed(b"", 3, 1, b"not a frame"), "no zstd data", False),
        (b.packed(b"", 3, 0, b"not a frame"), "no zlib data", False),
        (b.packed(b"", 3, 1, b"(\xb5/\xfd" + b"\xff" * 90), "damaged data", True),
        (b.packed(b"", 1, 1, b"(\xb5/\xfd" + b"\xff" * 90), "damaged data", True),
        (b.packed(b"", 3, 0, b"\x78\x9c" + b"\xff" * 90), "damaged data", True),
        (b.packed(b"", 3, 1, zstd.compress(b"something else")), "no table", True),
        (b.packed(b"", 3, 1, zstd.compress(b.bundle(*IDS))), "does not fit", True),
        (b.packed(b.bundle(*IDS), 3, 1, zstd.compress(b.bundle(*IDS)[:70])), "ends early", True),
    ],
)
def test_damaged_compressed_bundles(data: bytes, problem: str, plausible: bool) -> None:
    found = read(data)
    assert problem in found.problem
    assert found.what
    assert found.is_plausible == plausible
    assert 4 <= found.end <= len(data)


def test_a_bomb_is_not_unpacked() -> None:
    plain = b"\0" * 50_000_000
    source = b.ForwardSource(b.packed(plain, 3, 1, zstd.compress(plain)))
    found = read_bundle(source, 0, GpuLimits())
    assert found is not None
    assert "no table" in found.problem


def test_long_ids_are_odd() -> None:
    found = read(b.bundle(GFX90A, "hip-amdgcn-amd-amdhsa--" + "g" * 300))
    assert found.ids == (GFX90A,)
    assert found.problem == "the id of an entry has more than 256 bytes"


def test_ids_of_no_text_stay_as_long_as_they_are() -> None:
    data = b.bundle(GFX90A).replace(GFX90A.encode(), b"\xff" * len(GFX90A))
    (bundle_id,) = read(data).ids
    assert len(bundle_id) == len(GFX90A)


def _stored(data: bytes) -> bytes:
    """A block of deflate that is not compressed."""
    return b"\0" + struct.pack("<HH", len(data), len(data) ^ 0xFFFF) + data


def _trickle(first: bytes, count: int) -> bytes:
    """A compressed bundle that gives its first bytes, and then one for each 16 KiB."""
    body = b"\x78\x9c" + _stored(first) + (_stored(b"x") + _stored(b"") * 3276) * count
    return b.packed(b"", 2, 0, body).replace(struct.pack("<I", 0), struct.pack("<I", 1 << 20), 1)


def test_a_table_is_read_anew_only_when_there_is_twice_as_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = b"".join(struct.pack("<QQQ", 0, 0, 200) + bytes(200) for _ in range(4000))
    plain = b"__CLANG_OFFLOAD_BUNDLE__" + struct.pack("<Q", 4000) + plain
    sizes: list[int] = []
    inner = offload_bundle._read_table

    def counted(source: MemorySource, *rest: int) -> object:
        sizes.append(source.size)
        return inner(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(offload_bundle, "_read_table", counted)
    body = zstd.compress(plain, 1)
    assert len(read(b.packed(plain, 3, 1, body)).ids) == 4000
    assert all(later == 2 * earlier for earlier, later in pairwise(sizes[:-1]))
    assert len(sizes) < 10


def test_what_goes_into_a_decompressor_is_bounded() -> None:
    table = b"__CLANG_OFFLOAD_BUNDLE__" + struct.pack("<QQQQ", 9, 0, 0, 0)
    source = b.ForwardSource(_trickle(table, 300))
    found = read_bundle(source, 0, GpuLimits(table_bytes=1 << 16))
    assert found is not None
    assert found.problem == "ccob-v2-zlib: no table in the first 131072 compressed bytes"
    assert source.read_bytes < 200_000
    assert found.unpacked > 131_072


def test_room_for_decompressed_bytes_is_kept() -> None:
    plain = b.bundle(*IDS) + b"\0" * 3_000_000
    data = b.packed(plain, 1, 1, zstd.compress(plain))
    found = read_bundle(b.ForwardSource(data), 0, GpuLimits(), room=300_000)
    assert found is not None
    assert found.ids == IDS
    assert found.unpacked < 700_000


def test_no_magic_no_bundle() -> None:
    assert read_bundle(MemorySource(b"CCO"), 0, GpuLimits()) is None
    assert read_bundle(MemorySource(b""), 0, GpuLimits()) is None


def test_truncation_and_changes_never_raise() -> None:
    chance = random.Random(7)
    plain = b.bundle(*IDS)
    for data in (
        plain[:400],
        b.packed(plain, 1, 0),
        b.packed(plain, 2, 1, zstd.compress(plain)),
        b.packed(plain, 3, 1, zstd.compress(plain)),
    ):
        for size in range(4, len(data)):
            read_bundle(b.ForwardSource(data[:size]), 0, GpuLimits())
        for _ in range(500):
            changed = bytearray(data)
            changed[chance.randrange(4, len(data))] = chance.getrandbits(8)
            read_bundle(b.ForwardSource(bytes(changed)), 0, GpuLimits())
