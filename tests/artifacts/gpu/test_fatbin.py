from __future__ import annotations

import random

import pytest

from planner.artifacts.gpu.fatbin import Container, image_name, read_container
from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.sources import MemorySource
from tests.artifacts.gpu import builders as b


def read(data: bytes, limits: GpuLimits | None = None) -> Container:
    found = read_container(MemorySource(data), 0, limits or GpuLimits())
    assert found is not None
    return found


@pytest.mark.parametrize("size", [64, 72, 80, 88, 96, 104, 112, 120, 128, 392, 1224])
def test_header_size_is_read(size: int) -> None:
    first = b.entry(b.ELF, 80, extension=b"\x02" * (size - 64))
    data = b.container(first, b.entry(b.PTX, 90, b.LINUX64 | b.A))
    found = read(data)
    assert found.images.counts == {("elf", "sm_80"): 1, ("ptx", "compute_90a"): 1}
    assert (found.end, found.problem, found.is_usual) == (len(data), "", True)


@pytest.mark.parametrize(
    ("kind", "arch", "flags", "image"),
    [
        (b.ELF, 75, 0, ("elf", "sm_75")),
        (b.ELF, 90, b.A, ("elf", "sm_90a")),
        (b.ELF, 103, b.F | 1 << 24, ("elf", "sm_103f")),
        (b.ELF, 120, b.A | b.LZ4, ("elf", "sm_120a")),
        (b.PTX, 90, b.A | b.ZSTD, ("ptx", "compute_90a")),
        (b.PTX, 100, b.F, ("ptx", "compute_100f")),
        (b.NVVM, 100, b.A | 1 << 16, ("nvvm", "lto_100a")),
        (b.CUBIN, 13, 0, ("cubin", "sm_13")),
        (b.INDEX, 0, 0, ("index", "")),
        (b.INDEX, 80, 0, ("index", "")),
        (b.RELOCATABLE_PTX, 80, 0, ("relocatable-ptx", "compute_80")),
        (b.TILE, 100, 0, ("tile-ir", "sm_100")),
        (0x10, 80, 0, ("kind-0x10", "sm_80")),
        (0x200, 0, 0, ("kind-0x200", "")),
    ],
)
def test_names(kind: int, arch: int, flags: int, image: tuple[str, str]) -> None:
    assert image_name(kind, arch, flags) == image
    assert read(b.container(b.entry(kind, arch, flags))).images.counts == {image: 1}


def test_equal_entries_are_counted() -> None:
    found = read(b.container(*[b.entry(b.ELF, 80)] * 3, b.entry(b.ELF, 86)))
    assert found.images.counts == {("elf", "sm_80"): 3, ("elf", "sm_86"): 1}
    assert found.entries == 4


def test_concatenated_entries() -> None:
    outer = b.concatenated(
        b.descriptor(b.ELF, 80),
        b.descriptor(b.ELF, 100, b.LINUX64 | b.F, attributes=b"\x02\x09\x01\x00" * 7),
        b.descriptor(b.ELF, 120, b.LINUX64 | b.A, attributes=b"\x02\x09\x01"),
        b.descriptor(b.PTX, 90, b.LINUX64 | b.A, attributes=b""),
    )
    found = read(b.container(outer, b.entry(b.ELF, 75)))
    assert found.images.counts == {
        ("elf", "sm_80"): 1,
        ("elf", "sm_100f"): 1,
        ("elf", "sm_120a"): 1,
        ("ptx", "compute_90a"): 1,
        ("elf", "sm_75"): 1,
    }
    assert found.is_usual


@pytest.mark.parametrize(
    ("outer", "problem", "targets"),
    [
        (b.entry(b.CONCAT, 0), "no table", 0),
        (b.concatenated(b.descriptor(b.ELF, 80), count=2**32 - 1), "ends early", 1),
        (b.concatenated(b.descriptor(b.ELF, 80), told=2**32 - 1), "", 1),
        (b.concatenated(b.descriptor(b.ELF, 80), told=8), "ends early", 0),
        (b.concatenated(b.descriptor(b.CONCAT, 0)), "", 1),
        (b.concatenated(), "", 0),
    ],
)
def test_damaged_concatenated_entries(outer: bytes, problem: str, targets: int) -> None:
    found = read(b.container(outer, b.entry(b.ELF, 75)))
    assert problem in found.problem
    assert found.entries == targets + 1
    assert not (problem and found.is_usual)


def test_a_nested_concatenated_entry_is_unknown() -> None:
    found = read(b.container(b.concatenated(b.descriptor(b.CONCAT, 0))))
    assert found.images.unknown_kinds == (b.CONCAT,)
    assert not found.is_usual


def test_too_large_concatenated_header() -> None:
    outer = b.concatenated(*[b.descriptor(b.ELF, 80)] * 20)
    found = read(b.container(outer), GpuLimits(concat_bytes=1000))
    assert "too large" in found.problem


def test_unknown_kinds_and_flags_are_told() -> None:
    found = read(b.container(b.entry(0x10, 80), b.entry(b.ELF, 80, b.LINUX64 | 1 << 30 | 1 << 12)))
    assert found.images.unknown_kinds == (0x10,)
    assert found.unknown_flags == 1 << 30 | 1 << 12
    assert found.is_plausible
    assert not found.is_usual


def test_an_entry_version_never_seen_is_not_usual() -> None:
    found = read(b.container(b.entry(b.ELF, 80, version=0x0102)))
    assert found.images.counts == {("elf", "sm_80"): 1}
    assert not found.is_plausible


@pytest.mark.parametrize(
    ("data", "problem", "entries"),
    [
        (b.container(b.entry(b.ELF, 80), size=2**64 - 1), "file ends", 1),
        (b.container(b.entry(b.ELF, 80), b.entry(b.ELF, 90), size=90), "does not fit", 1),
        (b.container(b.entry(b.ELF, 80), b"\0" * 64), "does not fit", 1),
        (b.container(b"\xff" * 64), "does not fit", 0),
        (b.container(b.entry(b.ELF, 80), b"\0" * 8) + b"\0" * 99, "does not fit", 1),
    ],
)
def test_damage_stops_at_the_container(data: bytes, problem: str, entries: int) -> None:
    found = read(data)
    assert problem in found.problem
    assert found.entries == entries
    assert not found.is_usual
    assert 16 <= found.end <= len(data)


def test_empty_container() -> None:
    found = read(b.container())
    assert (found.images.counts, found.problem, found.is_usual) == ({}, "", False)


def test_no_header_no_container() -> None:
    assert read_container(MemorySource(b"\x50\xed\x55\xba" * 8), 0, GpuLimits()) is None
    assert read_container(MemorySource(b.container()[:15]), 0, GpuLimits()) is None


def test_an_option_block_beyond_the_table_is_not_followed() -> None:
    last = bytearray(b.descriptor(b.ELF, 100))
    last[0x14:0x18] = b"\xff\xff\xff\x7f"
    found = read(b.container(b.concatenated(bytes(last))))
    assert found.images.counts == {("elf", "sm_100"): 1}


def test_number_of_entries_is_bounded() -> None:
    data = b.container(*[b.entry(b.ELF, 80, payload=b"")] * 50)
    assert read(data, GpuLimits(entries=10)).entries == 10
    outer = b.concatenated(*[b.descriptor(b.ELF, 80)] * 50)
    assert read(b.container(outer), GpuLimits(entries=10)).entries == 10


def test_truncation_never_raises() -> None:
    outer = b.concatenated(b.descriptor(b.ELF, 100, attributes=b"\x02\x09\x01\x00"))
    data = b.container(b.entry(b.ELF, 80), outer, b.entry(b.PTX, 90))
    whole = read(data).images.counts
    for size in range(16, len(data)):
        found = read(data[:size])
        assert found.problem
        assert found.images.counts.items() <= whole.items()
        assert found.end >= 16


def test_changed_bytes_never_raise() -> None:
    chance = random.Random(5)
    data = b.container(b.entry(b.ELF, 80), b.concatenated(b.descriptor(b.ELF, 100)))
    for _ in range(2000):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 6)):
            changed[chance.randrange(8, len(data))] = chance.choice(
                (0, 1, 255, chance.getrandbits(8))
            )
        assert read(bytes(changed)).end >= 16
