"""ELF files made to deceive: each gives its finding, none takes the reader's time or memory."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.model.wheels import ElfFile
from planner.verifier.judge import Judged
from tests.artifacts.hostile.elves import (
    GNU_HASH,
    HASH,
    LOAD,
    NEEDED,
    NOTE,
    RUNPATH,
    SONAME,
    STRSZ,
    STRTAB,
    SYMTAB,
    VERNEED,
    VERNEEDNUM,
    VERSYM,
    Elf,
    library,
)
from tests.artifacts.hostile.harness import judged_bytes, rules
from tests.artifacts.hostile.zips import Part, wheel

MEMBER = "made/_C.so"
HUGE, FULL = 2**63, 2**64 - 1


def _plain() -> Elf:
    return Elf(library(gpu=False))


def _magic_only() -> Elf:
    return Elf(b"\x7fELF")


def _verneed(rows: bytes, count: int) -> Elf:
    made = _plain()
    place = made.append(rows)
    return made.dynamic(VERNEED, place).dynamic(VERNEEDNUM, count)


def _self_loop() -> Elf:
    """A version need whose next one is itself."""
    return _verneed(struct.pack("<HHIII", 1, 0, 1, 16, 0), 0xFFFFFFFF)


def _aux_loop() -> Elf:
    return _verneed(struct.pack("<HHIIIIHHII", 1, 0xFFFF, 1, 16, 0, 0, 0, 2, 1, 0), 1)


def _backwards() -> Elf:
    return _verneed(struct.pack("<HHIII", 1, 0, 1, 16, 0xFFFFFFF0), 0xFFFFFFFF)


def _many_needs() -> Elf:
    """Every row steps to the next one byte by byte."""
    return _verneed(struct.pack("<HHIII", 1, 0, 1, 16, 16) * 20_000, 0xFFFFFFFF)


def _long_names() -> Elf:
    """64 KiB for every one of a hundred symbols without version."""
    made = _plain()
    text = made.append(b"a" * 65_000 + b"\0")
    made.dynamic(STRTAB, text).dynamic(STRSZ, 70_000)
    symbols = made.append(struct.pack("<IBBHQQ", 1, 0x12, 0, 0, 0, 0) * 5000)
    hashes = made.append(struct.pack("<IIIIQI", 1, 5000, 1, 0, 0, 0))
    return made.dynamic(SYMTAB, symbols).dynamic(GNU_HASH, hashes)


def _long_needed() -> Elf:
    """The same long text as needed library, from every one of its bytes on."""
    made = _plain()
    text = made.append(b"a" * 65_000 + b"\0")
    rows = [(5, text), (10, 65_001), *((1, n) for n in range(60_000)), (0, 0)]
    place = made.append(b"".join(struct.pack("<QQ", *row) for row in rows))
    return made.program(2, offset=place, vaddr=place, filesz=16 * len(rows))


def _colons() -> Elf:
    """Search paths without end."""
    made = _plain()
    text = made.append(b":" * 65_000 + b"\0")
    rows = [(5, text), (10, 65_001), *((29, n) for n in range(60_000)), (0, 0)]
    place = made.append(b"".join(struct.pack("<QQ", *row) for row in rows))
    return made.program(2, offset=place, vaddr=place, filesz=16 * len(rows))


def _many_notes() -> Elf:
    """4,000 segments of notes over the same bytes."""
    made = _plain()
    notes = made.append(struct.pack("<III", 0, 0, 0) * 30_000)
    return made.programs([(1, 6, 0, notes + 360_000), *[(NOTE, 4, notes, 360_000)] * 4000])


def _endless_property() -> Elf:
    """A property of size 0, again and again, and one that claims to be longer than the note."""
    made = _plain()
    body = struct.pack("<II", 0xC0008002, 0) * 500 + struct.pack("<II", 0xC0008002, FULL >> 32)
    note = made.append(struct.pack("<III", 4, len(body), 5) + b"GNU\0" + body)
    return made.programs([(1, 6, 0, len(made.data)), (NOTE, 4, note, 1 << 40)])


def _many_comments() -> Elf:
    """70,000 sections called .comment over the same 2 MB."""
    made = _plain()
    text = made.append(b"GCC: (GNU) 1\0" * 160_000)
    names = made.append(b"\0.comment\0")
    rows = [(1, 1, text, 13 * 160_000)] * 65_000 + [(0, 3, names, 10)]
    return made.sections(rows)


def _long_section_names() -> Elf:
    """65,000 sections whose name is 1 MB long."""
    made = _plain()
    names = made.append(b"n" * 1_040_000 + b"\0")
    return made.sections([(0, 1, 0, 64)] * 65_000 + [(0, 3, names, 1_040_001)])


def _many_loads(count: int) -> Elf:
    """Overlapping segments."""
    return _plain().programs([(1, 5, n % 4096, FULL >> 1) for n in range(count)])


def _many_container_sections() -> Elf:
    """65,000 sections called .nv_fatbin, one inside the other."""
    made = _plain()
    names = made.append(b"\0.nv_fatbin\0")
    rows = [(1, 1, n, 300_000) for n in range(65_000)] + [(0, 3, names, 12)]
    return made.sections(rows)


def _container_section(size: int, at: int = 128) -> Elf:
    """A section for containers that holds none."""
    made = _plain()
    names = made.append(b"\0.nv_fatbin\0")
    return made.sections([(1, 1, at, size), (0, 3, names, 12)])


def _version(name: bytes) -> Elf:
    """A library that asks for one version of libc."""
    made = _plain()
    start, size = made.value(STRTAB), made.value(STRSZ)
    strings = bytes(made.data[start : start + size])
    text = made.append(strings + b"libc.so.6\0" + name + b"\0")
    made.dynamic(STRTAB, text).dynamic(STRSZ, size + len(name) + 11)
    row = struct.pack("<HHIIIIHHII", 1, 1, size, 16, 0, 0, 0, 2, size + 10, 0)
    place = made.append(row)
    return made.dynamic(VERNEED, place).dynamic(VERNEEDNUM, 1)


DAMAGED: dict[str, Callable[[], Elf]] = {
    "nothing behind the magic": _magic_only,
    "unknown class": lambda: _plain().header(**{"class": 7}),
    "unknown byte order": lambda: _plain().header(order=0),
    "program headers behind the end": lambda: _plain().header(phoff=FULL),
    "program headers of no size": lambda: _plain().header(phentsize=0),
    "65,535 program headers": lambda: _plain().header(phnum=0xFFFF),
    "65,534 program headers": lambda: _plain().header(phnum=0xFFFE),
    "dynamic table behind the end": lambda: _plain().program(2, offset=HUGE),
    "string table outside": lambda: _plain().dynamic(STRTAB, HUGE),
    "string table of no size": lambda: _plain().dynamic(STRSZ, 0),
    "needed library outside": lambda: _plain().dynamic(NEEDED, FULL),
    "soname outside": lambda: _plain().dynamic(SONAME, 1 << 32),
    "version needs outside": lambda: _plain().dynamic(VERNEED, HUGE),
    "2**64 version needs": lambda: _plain().dynamic(VERNEEDNUM, FULL),
    "version need that is its own next": _self_loop,
    "version that is its own next": _aux_loop,
    "version needs that go back": _backwards,
    "20,000 version needs": _many_needs,
    "section table behind the end": lambda: _plain().header(shoff=FULL),
    "section headers of no size": lambda: _plain().header(shentsize=0),
    "65,535 sections": lambda: _plain().header(shnum=0xFFFF),
    "2**64 sections": lambda: _plain().header(shnum=0).section(0, size=FULL),
    "symbols with names of 64 KiB": _long_names,
    "libraries with names of 64 KiB": _long_needed,
    "segments without end": lambda: _many_loads(20_000),
    "search paths without end": _colons,
    "versions with 10,000 digits": lambda: _version(b"GLIBC_" + b"9" * 10_000),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damage_is_named(case: str, tmp_path: Path) -> None:
    found = _judged(tmp_path, DAMAGED[case]())
    assert "damaged-elf" in rules(found, MEMBER), found.findings


STRANGE: dict[str, Callable[[], Elf]] = {
    "notes without end": _many_notes,
    "properties of size 0": _endless_property,
    "comments without end": _many_comments,
    "section names of 1 MB": _long_section_names,
    "container sections without end": _many_container_sections,
    "many segments": lambda: _many_loads(4000),
    "container section of 2**63 bytes": lambda: _container_section(HUGE),
    "container section behind the end": lambda: _container_section(5, at=HUGE),
    "versions with digits of Python's alone": lambda: _version("GLIBC_²".encode()),
    "versions without digits": lambda: _version(b"GLIBC_2.."),
    "versions with 200 digits": lambda: _version(b"GLIBC_2." + b"9" * 200),
    "segment of 4 GB": lambda: _plain().program(LOAD, filesz=4 << 30, memsz=4 << 30),
    "segment at 2**64": lambda: _plain().program(LOAD, offset=FULL, vaddr=FULL),
    "2**32 symbols": lambda: _plain_hash().put_symbols(),
    "hash table outside": lambda: _plain().dynamic(GNU_HASH, HUGE),
    "symbols outside": lambda: _plain().dynamic(SYMTAB, FULL),
    "versions of symbols outside": lambda: _plain().dynamic(VERSYM, FULL),
    "names of sections outside": lambda: _plain().header(shstrndx=0xFFFE),
    "index of names in section 0": lambda: (
        _plain().header(shstrndx=0xFFFF).section(0, link=FULL >> 32)
    ),
    "sections with lying places": lambda: _plain().section(3, offset=FULL, size=FULL),
    "a machine of nobody": lambda: _plain().header(machine=0xBEEF),
    "a kind of nobody": lambda: _plain().header(type=0xFEED),
    "search path of the soname": lambda: _plain().dynamic(RUNPATH, 0),
}


class _Symbols(Elf):
    def put_symbols(self) -> Elf:
        return self.put(self.value(HASH) + 4, "<I", 0xFFFFFFFF)


def _plain_hash() -> _Symbols:
    return _Symbols(library(gpu=False, hash_table="plain"))


@pytest.mark.parametrize("case", STRANGE)
def test_strange_files_are_read(case: str, tmp_path: Path) -> None:
    found = _judged(tmp_path, STRANGE[case]())
    assert [file.path for file in found.wheel.elf] == [MEMBER]


def _judged(folder: Path, made: Elf) -> Judged:
    return judged_bytes(folder, wheel(Part(MEMBER.encode(), made.file(), method=8)))


def _only(found: Judged) -> ElfFile:
    (file,) = found.wheel.elf
    return file


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made.header(shoff=0, shnum=0, shstrndx=0),
        lambda made: made.header(shnum=0xFFFF),
        lambda made: made.header(shoff=FULL),
        lambda made: made.section(1, offset=FULL, size=FULL).section(2, type=0),
    ],
    ids=["gone", "too many", "outside", "lying"],
)
def test_sections_never_change_what_the_loader_reads(
    change: Callable[[Elf], Elf], tmp_path: Path
) -> None:
    sound = _judged(tmp_path, _plain())
    other = _judged(tmp_path, change(_plain()))
    one, two = _only(sound), _only(other)
    assert one.version_needs == two.version_needs
    assert one.version_users == two.version_users
    assert (one.needed, one.soname, one.runpath) == (two.needed, two.soname, two.runpath)
    assert sound.context.floor == other.context.floor


def test_damage_in_one_table_leaves_the_others(tmp_path: Path) -> None:
    found = _judged(tmp_path, _self_loop())
    file = _only(found)
    assert file.soname == "libmade.so.1"
    assert "libcudart.so.13" in file.needed
    assert file.compilers


def test_names_of_a_wheel_are_bounded(tmp_path: Path) -> None:
    from planner.artifacts.limits import Limits  # noqa: PLC0415

    members = [Part(b"made/%d.so" % n, library(gpu=False)) for n in range(9)]
    found = judged_bytes(tmp_path, wheel(*members), Limits(names_bytes=50_000))
    assert "too-large" in rules(found)
    assert 0 < len(found.wheel.elf) < 9
