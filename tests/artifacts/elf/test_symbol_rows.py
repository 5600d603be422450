"""How many symbols a library has, where nothing that the loader reads says so."""

from __future__ import annotations

import struct

import pytest

from planner.artifacts.elf.read import ElfReading, read_elf
from planner.artifacts.limits import DEFAULT_LIMITS, Limits
from planner.artifacts.sources import MemorySource
from tests.artifacts.hostile.elves import DYNAMIC, GNU_HASH, STRSZ, STRTAB, SYMTAB, Elf
from tests.wheels.made import elf_file

ROW = struct.Struct("<IBBHQQ")
NAMES = ("first", "second")
NEEDS = {"libc.so.6": ("memcpy@GLIBC_2.14",)}
NO_NAME = ROW.pack(0x5A5A5A5A, 0x12, 0, 0, 0, 0)  # an undefined symbol, named outside the strings
WITH_NAME = ROW.pack(3, 0x12, 0, 0, 0, 0)


def read(made: Elf, limits: Limits = DEFAULT_LIMITS) -> ElfReading:
    return read_elf(MemorySource(made.file()), "x.so", limits)


def library(*, versions: bool = False) -> Elf:
    """A library that defines nothing: GNU ld gives it a hash table of no symbols."""
    return Elf(elf_file(plain=NAMES, defined=(), needs=NEEDS if versions else None))


def move_symbols(made: Elf, behind: bytes) -> Elf:
    """As patchelf leaves them: the symbols at the end, without a table behind them."""
    start = made.value(SYMTAB)
    size = made.value(STRTAB) - start
    symbols = bytes(made.data[start : start + size // ROW.size * ROW.size])
    return made.dynamic(SYMTAB, made.append(symbols + behind))


@pytest.mark.parametrize("versions", [False, True])
@pytest.mark.parametrize("behind", [b"", b"Z" * 480, NO_NAME * 20, NO_NAME + WITH_NAME])
def test_what_follows_the_symbols_is_no_damage(behind: bytes, versions: bool) -> None:
    made = move_symbols(library(versions=versions), behind)
    reading = read(made)
    assert reading.damage == []
    assert reading.file.unversioned == NAMES
    assert reading.file.version_users == (
        {("libc.so.6", "GLIBC_2.14"): ("memcpy",)} if versions else {}
    )
    assert read(made.header(shoff=0, shnum=0, shstrndx=0)).file.unversioned == NAMES


def test_symbols_are_no_more_than_their_versions() -> None:
    made = move_symbols(library(versions=True), WITH_NAME * 9)
    # The table of versions is padded to the next one, for less than four symbols.
    assert len(read(made).file.unversioned) < len(NAMES) + 4


def test_symbols_end_with_what_is_loaded() -> None:
    """The string table follows, in a segment of its own; what lies between is not loaded."""
    made = move_symbols(library(), b"")
    end = len(made.data)
    start, size = made.value(STRTAB), made.value(STRSZ)
    strings = bytes(made.data[start : start + size])
    made.data += WITH_NAME * 20
    made.dynamic(STRTAB, made.append(strings))
    dynamic, length = made.dynamic_place()
    strings_at = made.value(STRTAB)
    made.programs([(1, 6, 0, end), (1, 6, strings_at, size), (DYNAMIC, 6, dynamic, length)])
    reading = read(made)
    assert (reading.damage, reading.file.unversioned) == ([], NAMES)


@pytest.mark.parametrize(("first", "extra"), [(3, 0), (5, 2), (500, 20)])
def test_an_empty_hash_table_may_tell_the_number(first: int, extra: int) -> None:
    """lld and gold write how many symbols the table leaves out, which then is all of them."""
    made = move_symbols(library(), WITH_NAME * 20)
    made.put(made.value(GNU_HASH), "<II", 1, first)
    reading = read(made)
    assert reading.damage == []
    assert len(reading.file.unversioned) == len(NAMES) + extra


def program() -> Elf:
    """A program that takes the address of a function of a library: the hash table holds it."""
    made = Elf(elf_file(plain=NAMES, defined=("ours", "theirs"), interpreter="/lib/ld.so"))
    row = made.value(SYMTAB) + ROW.size * (1 + len(NAMES) + 1)
    return made.put(row + 6, "<H", 0)


def test_programs_have_undefined_symbols_in_the_hash_table() -> None:
    reading = read(program())
    assert (reading.damage, reading.file.unversioned) == ([], (*NAMES, "theirs"))


@pytest.mark.parametrize("limit", [2, 1000])
@pytest.mark.parametrize(
    "table",
    [
        struct.pack("<IIIIQI", 2**32 - 1, 3, 1, 0, 0, 4),
        struct.pack("<IIIIQI", 1, 3, 2**32 - 1, 0, 0, 4),
        struct.pack("<IIIIQI", 1, 3, 1, 0, 0, 2**32 - 1),
        struct.pack("<IIIIQI", 1, 3, 1, 0, 0, 4) + bytes(8000),
        struct.pack("<IIIIQI", 1, 9, 1, 0, 0, 4),
    ],
    ids=["buckets", "filters", "last", "chain", "order"],
)
def test_lying_hash_tables_are_bounded(table: bytes, limit: int) -> None:
    made = program()
    made.dynamic(GNU_HASH, made.append(table))
    reading = read(made, DEFAULT_LIMITS._replace(elf_symbols=limit))
    assert reading.file.unversioned[:1] == NAMES[:1] or reading.damage
    assert len(reading.file.unversioned) < limit
