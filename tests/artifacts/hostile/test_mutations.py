"""Seeded damage to made wheels and ELF files: whatever the bytes, there is an answer in time."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from planner.verifier.judge import Verdict
from tests.artifacts.hostile.elves import library
from tests.artifacts.hostile.harness import judged, judged_bytes
from tests.artifacts.hostile.zips import Part, archive, wheel, wheel_parts, zip64_end, zip64_extra
from tests.wheels.made import elf_file, fatbin, hip_bundle

_ELF_CASES = 60
_ZIP_CASES = 60
_EXTREMES = (
    0, 1, 2, 7, 0x7F, 0xFF, 0x7FFF, 0xFFFE, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF,
    0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF,
)  # fmt: skip

Mutation = Callable[[random.Random, bytearray, int], None]


def _flip(pick: random.Random, data: bytearray, place: int) -> None:
    data[place] ^= 1 << pick.randrange(8)


def _extreme(pick: random.Random, data: bytearray, place: int) -> None:
    code, mask = pick.choice([("B", 0xFF), ("H", 0xFFFF), ("I", 2**32 - 1), ("Q", 2**64 - 1)])
    value = pick.choice([*_EXTREMES, len(data), len(data) - 1, place]) & mask
    order = pick.choice("<>")
    room = struct.calcsize(code)
    if place + room <= len(data):
        struct.pack_into(order + code, data, place, value)


def _blank(pick: random.Random, data: bytearray, place: int) -> None:
    end = min(len(data), place + pick.choice([4, 16, 64, 256]))
    data[place:end] = pick.choice([b"\0", b"\xff", b"A"]) * (end - place)


def _cut(pick: random.Random, data: bytearray, place: int) -> None:
    del data[place:]


def _remove(pick: random.Random, data: bytearray, place: int) -> None:
    del data[place : place + pick.choice([1, 4, 8, 64])]


def _repeat(pick: random.Random, data: bytearray, place: int) -> None:
    data[place:place] = data[place : place + pick.choice([1, 8, 64, 512])]


def _move(pick: random.Random, data: bytearray, place: int) -> None:
    other = pick.randrange(len(data))
    data[place : place + 16] = data[other : other + 16]


MUTATIONS: tuple[Mutation, ...] = (_flip, _extreme, _extreme, _blank, _cut, _remove, _repeat, _move)


def mutated(pick: random.Random, data: bytes, places: Sequence[int]) -> bytes:
    """The bytes with one to three changes at places that matter."""
    made = bytearray(data)
    for _ in range(pick.choice([1, 1, 2, 3])):
        if made:
            place = min(pick.choice(places), len(made) - 1)
            pick.choice(MUTATIONS)(pick, made, place)
    return bytes(made)


ELF_BASES = {
    "x86_64": library(gpu=False),
    "gpu": library(),
    "plain-hash": library(gpu=False, hash_table="plain"),
    "i686": library("i686", gpu=False),
    "s390x": library("s390x", gpu=False, hash_table="plain"),
    "aarch64": library("aarch64"),
    "object": elf_file(kind="object", comment=["GCC: (GNU) 14.2.1"], sections={".x": b"1"}),
}


def _wheel_bases() -> dict[str, bytes]:
    parts = [
        Part(b"made/_C.so", library(), method=8),
        Part(b"made/__init__.py", b"import os\n" * 40, method=8),
        Part(b"made/data.bin", bytes(range(256))),
    ]
    described = [Part(p.name, p.data, 8, flags=8, behind=bytes(16)) for p in parts]
    large = [
        Part(
            p.name,
            p.data,
            local={"packed": 2**32 - 1, "size": 2**32 - 1},
            central={"packed": 2**32 - 1, "size": 2**32 - 1},
            extra=zip64_extra(len(p.data), len(p.data)),
        )
        for p in wheel_parts(*(Part(p.name, p.data) for p in parts))
    ]
    return {
        "plain": wheel(*parts),
        "described": wheel(*described),
        "zip64": zip64_end(archive(large)),
        "comment": wheel(*parts, comment=b"made in a test"),
    }


ZIP_BASES = _wheel_bases()


def header_places(data: bytes) -> list[int]:
    """Every byte of every header of an archive, and some of the rest."""
    sizes = {b"PK\3\4": 60, b"PK\1\2": 80, b"PK\5\6": 22, b"PK\6\6": 56, b"PK\6\7": 20}
    found: list[int] = []
    for magic, size in sizes.items():
        place = data.find(magic)
        while place >= 0:
            found += range(place, min(place + size, len(data)))
            place = data.find(magic, place + 1)
    return found + list(range(0, len(data), 97))


@pytest.mark.parametrize("name", ELF_BASES)
def test_mutated_elf_files(name: str, tmp_path: Path) -> None:
    base = ELF_BASES[name]
    pick = random.Random(f"elf {name}")
    for _ in range(_ELF_CASES):
        data = mutated(pick, base, range(len(base)))
        found = judged_bytes(tmp_path, wheel(Part(b"made/_C.so", data)))
        assert found.verdict is not Verdict.UNREADABLE, "the archive itself is sound"


@pytest.mark.parametrize("name", ZIP_BASES)
def test_mutated_archives(name: str, tmp_path: Path) -> None:
    base = ZIP_BASES[name]
    assert judged_bytes(tmp_path, base).verdict is not Verdict.UNREADABLE
    pick = random.Random(f"zip {name}")
    places = header_places(base)
    for _ in range(_ZIP_CASES):
        judged_bytes(tmp_path, mutated(pick, base, places))


def _gpu_files() -> Iterator[tuple[str, bytes]]:
    yield "made/k.fatbin", fatbin("sm_90", "sm_100f", "compute_90")
    yield "made/k.hsaco", hip_bundle("gfx90a", "gfx942")
    for version in (1, 2, 3):
        yield "made/k.hipfb", hip_bundle("gfx1100", compressed=version)
    code = library()
    head = f"{'k.o/':16}{0:12}{0:6}{0:6}{644:8}{len(code):10}`\n".encode()
    yield "made/k.a", b"!<arch>\n" + head + code + b"\n" * (len(code) % 2)
    yield "made/k.kpack", struct.pack("<4sIQ", b"KPAK", 1, 16) + bytes.fromhex("81a3746f6390")


GPU_BASES = list(_gpu_files())


@pytest.mark.parametrize(("name", "base"), GPU_BASES)
def test_mutated_gpu_files(name: str, base: bytes, tmp_path: Path) -> None:
    pick = random.Random(f"gpu {len(base)}")
    for _ in range(20):
        data = mutated(pick, base, range(min(len(base), 4500)))
        found = judged_bytes(tmp_path, wheel(Part(name.encode(), data)))
        assert found.verdict is not Verdict.UNREADABLE, "the archive itself is sound"


def test_cut_at_every_border(tmp_path: Path) -> None:
    base = ZIP_BASES["described"]
    borders = sorted({p + d for p in _borders(base) for d in (-1, 0, 1, 4)})
    for border in borders:
        if 0 <= border < len(base):
            found = judged_bytes(tmp_path, base[:border])
            assert found.verdict is Verdict.UNREADABLE, border


def _borders(data: bytes) -> Iterator[int]:
    for magic in (b"PK\3\4", b"PK\1\2", b"PK\5\6"):
        place = data.find(magic)
        while place >= 0:
            yield place
            place = data.find(magic, place + 1)
    yield len(data) - 22
    yield len(data) - 1


def test_cut_elf_file_at_many_places(tmp_path: Path) -> None:
    base = ELF_BASES["x86_64"]
    for end in range(4, len(base), 41):
        found = judged_bytes(tmp_path, wheel(Part(b"made/_C.so", base[:end])))
        named = {f.rule.value for f in found.findings if f.member == "made/_C.so"}
        assert "damaged-elf" in named, end


def test_there_are_enough_mutations() -> None:
    count = _ELF_CASES * len(ELF_BASES) + _ZIP_CASES * len(ZIP_BASES) + 20 * len(GPU_BASES)
    assert count >= 400


def test_nothing_is_left_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("TMPDIR", str(empty))
    path = tmp_path / "made-1.0-cp312-cp312-linux_x86_64.whl"
    path.write_bytes(ZIP_BASES["plain"])
    judged(path)
    assert list(empty.iterdir()) == []
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["empty", path.name])
