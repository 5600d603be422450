from __future__ import annotations

import random
import struct
import time

import pytest

from planner.artifacts.gpu.finds import RawFinds
from planner.artifacts.gpu.scan import GpuLimits, GpuSpent, scan_gpu
from planner.artifacts.limits import Limits
from planner.artifacts.sources import MemorySource, PastBytesError
from planner.artifacts.streams import StreamSource
from tests.artifacts.gpu import builders as b

SM80 = b.container(b.entry(b.ELF, 80))
SM90A = b.container(b.entry(b.ELF, 90, b.LINUX64 | b.A), b.entry(b.PTX, 90))
BUNDLE = b.bundle("host-x86_64-unknown-linux--", "hipv4-amdgcn-amd-amdhsa--gfx90a")
CUBIN = b.cubin(0x33, 0x00500550)
CODE_OBJECT = b.code_object(0x53F)
FALSE_HIT = bytes.fromhex("50ed55ba01001000") + b"\x07" * 72


def scan(data: bytes, skip: tuple[tuple[int, int], ...] = (), **limits: int) -> RawFinds:
    return scan_gpu(b.ForwardSource(data), skip, GpuLimits(**limits))


def starts(finds: RawFinds) -> list[int]:
    return [found.start for found in finds.containers]


def test_everything_is_found_going_forward_only() -> None:
    parts = [
        b"\x11" * 64, SM80, SM90A, b"\0" * 640, SM80, b"\x22" * 20_000, BUNDLE, b"\x33" * 8, CUBIN,
        CODE_OBJECT, b"\x44" * 100_000, SM80,
    ]  # fmt: skip
    places, data = [], b""
    for part in parts:
        align = {BUNDLE: 4096, CUBIN: 16, CODE_OBJECT: 16}.get(part, 8)
        data += b"\x55" * (-len(data) % align)
        places.append(len(data))
        data += part
    finds = scan(data)
    assert starts(finds) == [places[1], places[2], places[4], places[11]]
    assert [found.start for found in finds.bundles] == [places[6]]
    assert [(found.start, found.target) for found in finds.objects] == [
        (places[8], "sm_80"),
        (places[9], "gfx90a"),
    ]
    assert finds.leftovers == (places[5], places[7])
    assert finds.oddities == ()


def test_payloads_are_not_searched() -> None:
    inside = b.entry(b.ELF, 80, payload=SM90A + CUBIN)
    data = b.container(inside)
    data += b"\0" * (-len(data) % 4096)
    data += b.bundle("hip-amdgcn-amd-amdhsa--gfx90a", code=SM80 + CODE_OBJECT)
    finds = scan(data)
    assert starts(finds) == [0]
    assert len(finds.bundles) == 1
    assert finds.objects == ()


def test_compressed_bundles_are_found_on_pages() -> None:
    packed = b.packed(BUNDLE, 3, 0)
    data = b"\x11" * 8192 + packed + b"\0" * (-len(packed) % 4096) + packed
    finds = scan(data)
    ids = ("host-x86_64-unknown-linux--", "hipv4-amdgcn-amd-amdhsa--gfx90a")
    places = [(found.start, found.ids) for found in finds.bundles]
    assert places == [(8192, ids), (12288, ids)]


def test_skipped_ranges_are_not_searched() -> None:
    gap = b"\x11" * 4096
    data = gap + SM80 + gap + SM80 + gap + SM80
    places = [data.find(SM80), data.find(SM80, 5000), data.rfind(SM80)]
    skip = ((places[1] - 8, places[1] + 50),)
    assert starts(scan(data, skip)) == [places[0], places[2]]
    assert starts(scan(data, ((4096, 4096), (0, 0)))) == places
    assert starts(scan(data, ((100, len(data) + 100),))) == []
    assert starts(scan(data, ((8, 9), (10, 2**63)))) == []


def test_a_segment_at_the_files_start_is_searched() -> None:
    assert starts(scan(b"\x11" * 64 + SM80, ((0, 10_000),))) == [64]


def test_a_container_may_reach_into_a_skipped_range() -> None:
    data = SM80 + SM80 + b"\x11" * 64 + SM80
    skip = ((len(SM80) - 8, 2 * len(SM80) - 8),)
    assert starts(scan(data, skip)) == [0, len(data) - len(SM80)]


def test_false_hits_hide_nothing() -> None:
    data = FALSE_HIT + SM80 + b"__CLANG_OFFLOAD_BUNDLE__" * 2 + b"\x7fELF\x02\x01\x01" + b"\x01" * 9
    data += b"\x7fELF\x02\x01\x01" + b"\x33" + b"\0" * 56 + SM80
    finds = scan(data)
    assert starts(finds) == [0, len(FALSE_HIT), len(data) - len(SM80)]
    assert finds.objects == ()


def test_damaged_containers_hide_nothing_behind_them() -> None:
    broken = b.container(b.entry(b.ELF, 80), b"\xff" * 64)
    assert starts(scan(broken + SM80)) == [0, len(broken)]
    too_long = b.container(b.entry(b.ELF, 80), size=2**40)
    assert starts(scan(too_long + SM90A)) == [0, len(too_long)]


def test_false_hits_are_bounded() -> None:
    finds = scan(FALSE_HIT * 100, false_hits=10)
    (oddity,) = finds.oddities
    assert oddity.what == "limit"
    assert len(finds.containers) == 11


def test_false_hits_of_several_searches_are_bounded_together() -> None:
    spent, limits = GpuSpent(), GpuLimits(false_hits=10)
    found = [scan_gpu(MemorySource(FALSE_HIT * 6), (), limits, spent) for _ in range(3)]
    assert [len(finds.containers) for finds in found] == [6, 5, 1]
    assert [len(finds.oddities) for finds in found] == [0, 1, 1]
    assert spent.false_hits == 12


def test_unpacked_bytes_of_several_searches_are_bounded_together() -> None:
    spent = GpuSpent()
    data = b.packed(BUNDLE + b"\0" * 500_000, 1, 0)
    data += b"\0" * (-len(data) % 4096)
    found = [
        scan_gpu(MemorySource(data * 3), (), GpuLimits(frame_bytes=2_000_000), spent)
        for _ in range(2)
    ]
    assert [len(finds.bundles) for finds in found] == [3, 1]
    assert [finds.oddities[0].detail for finds in found[1:]] == [
        "more than 2000000 bytes of compressed bundles to read"
    ]
    assert spent.unpacked < 2_600_000


def test_the_ids_of_bundles_are_kept_once() -> None:
    data = BUNDLE + b"\0" * (-len(BUNDLE) % 4096)
    first, second = scan(data * 2).bundles
    assert all(one is other for one, other in zip(first.ids, second.ids, strict=True))


def test_the_ids_of_bundles_are_bounded() -> None:
    parts = [b.bundle(f"hip-amdgcn-amd-amdhsa--gfx{n:04}") for n in range(9)]
    data = b"".join(part + b"\0" * (-len(part) % 4096) for part in parts)
    size = len("hip-amdgcn-amd-amdhsa--gfx0000")
    assert scan(data, names_bytes=9 * size).oddities == ()
    finds = scan(data, names_bytes=3 * size)
    assert len(finds.bundles) == 4
    assert finds.oddities[0].detail == f"more than {3 * size} bytes of names of targets"


def test_containers_and_entries_are_bounded() -> None:
    assert scan(SM80 * 100, containers=10).oddities[0].what == "limit"
    finds = scan(SM80 * 100, entries=10)
    assert finds.oddities[0].what == "limit"
    assert sum(found.entries for found in finds.containers) == 10


@pytest.mark.parametrize("piece", [FALSE_HIT[:24], b"__CLANG_OFFLOAD_BUNDLE__\xff", SM80[:80]])
def test_many_hits_are_quick(piece: bytes) -> None:
    data = piece * (8_000_000 // len(piece))
    start = time.monotonic()
    scan(data)
    assert time.monotonic() - start < 10


def test_containers_are_hopped_quickly() -> None:
    data = b.container(*[b.entry(b.ELF, 80)] * 4) * 5000
    start = time.monotonic()
    finds = scan(data)
    assert len(finds.containers) == 5000
    assert time.monotonic() - start < 2


def test_truncation_and_changes_never_raise() -> None:
    chance = random.Random(3)
    data = SM80 + SM90A + b"\x11" * 32 + CUBIN + BUNDLE[:500] + CODE_OBJECT
    for size in range(len(data)):
        scan(data[:size])
    for _ in range(1500):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            changed[chance.randrange(len(data))] = chance.choice((0, 255, chance.getrandbits(8)))
        scan(bytes(changed))


def test_huge_tables_of_an_object_are_not_followed() -> None:
    huge = bytearray(CUBIN)
    huge[40:48] = struct.pack("<Q", 2**63)
    (found,) = scan(bytes(huge) + SM80).objects
    assert (found.target, found.end) == ("sm_80", 64)


def test_a_stream_that_is_not_at_its_start_is_the_callers_fault() -> None:
    source = b.ForwardSource(b"\0" * 100)
    source.read(50, 1)
    with pytest.raises(PastBytesError):
        scan_gpu(source)


def test_a_stream_is_enough() -> None:
    """The product's own stream, with next to nothing kept."""
    cubin = b.cubin(0x41, 0x06006402, bytes.fromhex("02090100"))
    gap = random.Random(2).randbytes(300_000)
    packed = b.packed(BUNDLE, 1, 0)
    data = SM80 * 3000 + gap
    for part in (BUNDLE + gap, cubin + gap, packed, packed):
        data += b"\0" * (-len(data) % 4096) + part
    data += gap
    step = 16_384
    chunks = (data[place : place + step] for place in range(0, len(data), step))
    limits = Limits(kept_head=0, kept_tail=0, kept_windows=0)
    finds = scan_gpu(StreamSource(len(data), chunks, limits))
    assert finds == scan_gpu(MemorySource(data))
    assert len(finds.containers) == 3000
    assert len(finds.bundles) == 3
    assert [found.target for found in finds.objects] == ["sm_100a"]
