"""A member that passes by once is read as one that is held: the same bytes, finds and tables."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.artifacts.limits import Limits
from planner.artifacts.sources import MemorySource, Needle, PastBytesError
from planner.artifacts.streams import StreamSource
from planner.artifacts.wheel import read_wheel
from planner.model.wheels import Wheel
from tests.artifacts.hostile.elves import (
    DYNAMIC,
    STRSZ,
    STRTAB,
    SYMTAB,
    VERNEED,
    VERSYM,
    Elf,
    library,
)
from tests.artifacts.hostile.harness import NAME, bounded
from tests.artifacts.hostile.zips import Part, deflated, wheel
from tests.wheels.made import fatbin

SMALL = Limits(
    in_memory=64, chunk=256, kept_head=512, kept_tail=512, kept_windows=1 << 16, rereads=20
)
NEEDLES = (
    Needle(b"\x50\xed\x55\xba\x01\x00\x10\x00", 8, probe=3),
    Needle(b"__CLANG_OFFLOAD_BUNDLE__"),
    Needle(b"CCOB", 4096),
    Needle(b"\x7fELF\x02\x01\x01", 8),
)


def _pieces(data: bytes, pick: random.Random, most: int) -> Iterator[bytes]:
    place = 0
    while place < len(data):
        size = pick.randrange(1, most)
        yield data[place : place + size]
        place += size


def _haystack(pick: random.Random) -> bytes:
    """Bytes with needles, halves of needles and needles at wrong alignments."""
    made = bytearray(pick.choices(b"\0\x7fEPC_\xba", k=pick.randrange(100, 20_000)))
    for _ in range(pick.randrange(8)):
        needle = pick.choice(NEEDLES)
        align = pick.choice([needle.align, 1])
        place = pick.randrange(len(made)) // align * align
        made[place : place + len(needle.magic)] = needle.magic
    return bytes(made)


@pytest.mark.parametrize("seed", range(60))
def test_a_stream_finds_what_is_found_in_memory(seed: int) -> None:
    pick = random.Random(seed)
    data = _haystack(pick)
    limits = SMALL._replace(kept_head=pick.choice([0, 300]), kept_tail=pick.choice([64, 1000]))
    stream = StreamSource(len(data), _pieces(data, pick, 400), limits)
    memory = MemorySource(data)
    place = 0
    while place < len(data):
        end = min(len(data), place + pick.randrange(1, 5000))
        wanted = memory.find(NEEDLES, place, end)
        assert stream.find(NEEDLES, place, end) == wanted
        place = wanted[0] if wanted else end
        size = pick.randrange(1, 700)
        assert stream.read(place, size) == memory.read(place, size)
        place += pick.randrange(1, size + 1)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_kept_is_what_passed(seed: int) -> None:
    pick = random.Random(seed)
    data = random.Random(seed).randbytes(pick.randrange(1, 9000))
    start = pick.randrange(len(data))
    end = start + pick.randrange(1, 1500)
    seen = bytearray()
    stream = StreamSource(len(data), _pieces(data, pick, 300), SMALL, seen.extend, ((start, end),))
    stream.drain()
    assert seen == data
    assert stream.read(start, end - start) == data[start:end]
    assert stream.read(0, SMALL.kept_head) == data[: SMALL.kept_head]
    for _ in range(30):
        offset, size = pick.randrange(-5, len(data) + 5), pick.randrange(0, 2000)
        try:
            assert stream.read(offset, size) == MemorySource(data).read(offset, size)
        except PastBytesError as past:
            assert (past.offset, past.size) == (offset, size)


def _padded(pick: random.Random) -> Elf:
    """A library with GPU code and enough other bytes that nothing stays in reach by chance."""
    made = Elf(library(hash_table=pick.choice(["gnu", "plain"])))
    for _ in range(pick.randrange(1, 4)):
        made.append(pick.randbytes(pick.randrange(500, 9000)))
        if pick.random() < 0.5:
            made.append(fatbin("sm_75", f"compute_{pick.choice([80, 90, 100])}"))
    return made


def _strings_last(made: Elf) -> None:
    """As patchelf leaves it: the string table at the end of the file, and loaded."""
    start, size = made.value(STRTAB), made.value(STRSZ)
    text = bytes(made.data[start : start + size])
    made.data[start : start + size] = bytes(size)
    made.dynamic(STRTAB, made.append(text))


def _needs_last(made: Elf) -> None:
    for tag, size in ((VERNEED, 300), (VERSYM, 60), (SYMTAB, 400)):
        start = made.value(tag)
        made.dynamic(tag, made.append(bytes(made.data[start : start + size])))


def _dynamic_last(made: Elf) -> None:
    start, size = made.dynamic_place()
    place = made.append(bytes(made.data[start : start + size]))
    made.program(DYNAMIC, offset=place, vaddr=place)


def _programs_last(made: Elf) -> None:
    start, size = made.get("phoff"), 56 * made.get("phnum")
    place = made.append(bytes(made.data[start : start + size]))
    made.header(phoff=place)


def _sections_in_the_middle(made: Elf) -> None:
    start, size = made.get("shoff"), 64 * made.get("shnum")
    place = made.append(bytes(made.data[start : start + size]))
    made.header(shoff=place)
    made.append(random.Random(7).randbytes(6000))


MOVES = {
    "as linked": lambda made: None,
    "strings last": _strings_last,
    "version needs last": _needs_last,
    "dynamic table last": _dynamic_last,
    "program headers last": _programs_last,
    "section table in the middle": _sections_in_the_middle,
}


@pytest.mark.parametrize("method", [0, 8])
@pytest.mark.parametrize("move", MOVES)
def test_a_library_that_passes_by_is_the_same(move: str, method: int, tmp_path: Path) -> None:
    for seed in range(6):
        made = _padded(random.Random(f"{move} {seed}"))
        MOVES[move](made)
        members = [Part(b"made/_C.so", made.file(), method=method)]
        held, streamed = _both(tmp_path, wheel(*members))
        assert held.elf
        assert not held.oddities
        assert held.elf[0].gpu.cuda
        assert streamed == held


def test_containers_that_the_pass_cannot_see(tmp_path: Path) -> None:
    """In a section that is loaded as code, and larger than all that a stream keeps."""
    for seed in range(6):
        pick = random.Random(seed)
        made = Elf(library(gpu=False))
        place = made.append(bytes(pick.randrange(500)) + fatbin("sm_90"))
        size = len(made.data) - place
        made.append(pick.randbytes(9000))
        names = made.append(b"\0.nv_fatbin\0")
        code = made.programs([(1, 5, 0, len(made.data))]) if seed % 2 else made
        code.sections([(1, 1, place, size), (0, 3, names, 12)])
        held, streamed = _both(tmp_path, wheel(Part(b"made/_C.so", code.file())))
        assert streamed == held


def test_everything_moved_at_once(tmp_path: Path) -> None:
    for seed in range(10):
        pick = random.Random(seed)
        made = _padded(pick)
        moves = list(MOVES.values())
        pick.shuffle(moves)
        for move in moves:
            move(made)
            made.append(pick.randbytes(3000))
        held, streamed = _both(tmp_path, wheel(Part(b"made/_C.so", made.file(), method=8)))
        assert streamed == held


def test_files_of_every_size_come_out_whole(tmp_path: Path) -> None:
    """The last bytes of a deflated stream may come out after all of its input went in."""
    for size in range(3000, 3600, 7):
        parts = [
            Part(b"made/a.txt", b"a" * size, method=8),
            Part(b"made/b.txt", random.Random(size).randbytes(size), method=8),
            Part(b"made/c.txt", b"ab" * size),
        ]
        held, streamed = _both(tmp_path, wheel(*parts))
        assert not held.oddities
        assert streamed == held


@pytest.mark.parametrize("said", [2999, 3001])
def test_wrong_sizes_are_seen_in_a_stream_too(said: int, tmp_path: Path) -> None:
    data = b"a" * 3000
    lies = {"size": said}
    part = Part(b"made/a.txt", data, 8, local=dict(lies), central=dict(lies))
    held, streamed = _both(tmp_path, wheel(part))
    assert [o.what for o in held.oddities] == [o.what for o in streamed.oddities]


def test_cut_members_are_seen_in_a_stream_too(tmp_path: Path) -> None:
    packed = deflated(random.Random(1).randbytes(3000))
    for cut in (1, 5, 1000, len(packed) - 1):
        part = Part(b"made/a.txt", bytes(3000), 8, packed=packed[:-cut])
        held, streamed = _both(tmp_path, wheel(part))
        assert [o.what for o in held.oddities] == [o.what for o in streamed.oddities]
        assert held.oddities


def test_loose_gpu_code_that_passes_by_is_the_same(tmp_path: Path) -> None:
    code = library()
    head = f"{'k.o/':16}{0:12}{0:6}{0:6}{644:8}{len(code):10}`\n".encode()
    archive = b"!<arch>\n" + head + code + b"\n" * (len(code) % 2)
    parts = [
        Part(b"made/k.a", archive, method=8),
        Part(b"made/k.fatbin", fatbin("sm_90") * 40, method=8),
    ]
    held, streamed = _both(tmp_path, wheel(*parts))
    assert set(held.gpu_files) == {"made/k.a", "made/k.fatbin"}
    assert streamed == held


def _both(folder: Path, data: bytes) -> tuple[Wheel, Wheel]:
    path = folder / NAME
    path.write_bytes(data)
    with bounded():
        return read_wheel(path), read_wheel(path, limits=SMALL)
