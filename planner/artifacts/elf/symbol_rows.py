"""The part of the symbol table that holds every undefined symbol.

Nothing that the loader reads tells how many symbols there are, so it is told by the hash tables
(gABI "Hash Table Section"; DT_GNU_HASH after glibc, ``_dl_setup_hash``) and, without one, by what
else lies in the file. The section table has no say: the loader does not read it, and it may lie.
"""

from __future__ import annotations

import sys
from array import array
from typing import NamedTuple

from planner.artifacts.elf.dynamic import DynamicTable
from planner.artifacts.elf.header import ElfHeader, file_range
from planner.artifacts.elf.layout import (
    DT_GNU_HASH,
    DT_HASH,
    DT_JMPREL,
    DT_REL,
    DT_RELA,
    DT_STRTAB,
    DT_SYMTAB,
    DT_VERDEF,
    DT_VERNEED,
    DT_VERSYM,
    PT_INTERP,
)
from planner.artifacts.limits import Limits
from planner.artifacts.sources import ByteSource

_TABLES = (
    DT_STRTAB,
    DT_SYMTAB,
    DT_HASH,
    DT_GNU_HASH,
    DT_VERSYM,
    DT_VERDEF,
    DT_VERNEED,
    DT_RELA,
    DT_REL,
    DT_JMPREL,
)
_GNU_HEAD = 16
_CHAIN_BLOCK = 4096  # bytes of a hash chain that are read at a time


def import_rows(
    source: ByteSource, header: ElfHeader, table: DynamicTable, limits: Limits
) -> bytes:
    """The rows of the symbol table from its start that hold every undefined symbol; b"" without
    one.

    :raises PastBytesError: where a stream has passed it.
    """
    start = table.offset_of(DT_SYMTAB)
    if start is None:
        return b""
    count = _from_gnu_hash(source, header, table, limits)
    if count is None:
        count = _from_plain_hash(source, header, table)
    size = header.layout.symbol_size
    most = _room(header, table) if count is None else count
    data = source.read(start, min(most, limits.elf_symbols) * size)
    rows = len(data) // size
    if count is None:
        rows = _named_rows(data, header, table.strings.size)
    return data[: rows * size]


class _GnuHash(NamedTuple):
    """The header of a GNU hash table: ``first`` is the first symbol that it knows."""

    buckets: int
    first: int
    buckets_offset: int

    @property
    def chains_offset(self) -> int:
        return self.buckets_offset + 4 * self.buckets


def _from_gnu_hash(
    source: ByteSource, header: ElfHeader, table: DynamicTable, limits: Limits
) -> int | None:
    """How many symbols there are up to the last that may be undefined; None where it does not say.

    The hash table knows the tail of the symbol table. In a library that tail is defined. In a
    program it also holds functions of libraries whose address the program takes.
    """
    hashed = _gnu_hash(source, header, table)
    if hashed is None:
        return None
    is_program = any(segment.type == PT_INTERP for segment in table.segments)
    if hashed.buckets > 1 and not is_program:
        return hashed.first
    count = min(hashed.buckets, limits.elf_symbols)
    last = max(_words(source, header, hashed.buckets_offset, count), default=0)
    if not last:
        # No symbol is hashed: lld and gold write how many there are, GNU ld writes 1.
        room = _loaded_room(table, DT_SYMTAB) // header.layout.symbol_size
        return hashed.first if 1 < hashed.first <= room else None
    if not is_program or last < hashed.first:
        return hashed.first
    return _end_of_chain(source, header, hashed, last, limits)


def _gnu_hash(source: ByteSource, header: ElfHeader, table: DynamicTable) -> _GnuHash | None:
    offset = table.offset_of(DT_GNU_HASH)
    if offset is None:
        return None
    head = _words(source, header, offset, _GNU_HEAD // 4)
    if len(head) < _GNU_HEAD // 4:
        return None
    buckets, first, filters, _ = head
    return _GnuHash(buckets, first, offset + _GNU_HEAD + filters * header.layout.bits // 8)


def _end_of_chain(
    source: ByteSource, header: ElfHeader, hashed: _GnuHash, index: int, limits: Limits
) -> int:
    """One more than the last symbol of the chain that begins at a symbol; its lowest bit is set."""
    while index < limits.elf_symbols:
        place = hashed.chains_offset + 4 * (index - hashed.first)
        hashes = _words(source, header, place, _CHAIN_BLOCK // 4)
        for number, value in enumerate(hashes):
            if value & 1:
                return index + number + 1
        index += len(hashes)
        if not hashes:
            break
    return index


def _from_plain_hash(source: ByteSource, header: ElfHeader, table: DynamicTable) -> int | None:
    """How many symbols there are, by the other hash table; None without one."""
    # nbucket and nchain; s390x has them in eight bytes each, the number at the end.
    width = 8 if header.machine == "s390x" else 4
    offset = table.offset_of(DT_HASH)
    data = b"" if offset is None else source.read(offset, 2 * width)
    if len(data) < 2 * width:
        return None
    return int(header.layout.word.unpack_from(data, 2 * width - 4)[0])


def _room(header: ElfHeader, table: DynamicTable) -> int:
    """For how many symbols there is room, at most: before what follows their table, and before
    what follows the table of their versions, which has as many rows."""
    rooms = [_room_of(table, DT_SYMTAB) // header.layout.symbol_size]
    if table.offset_of(DT_VERSYM) is not None:
        rooms.append(_room_of(table, DT_VERSYM) // 2)
    return min(rooms)


def _room_of(table: DynamicTable, tag: int) -> int:
    """Bytes from the start of a table to the next one, or to the end of what is loaded there."""
    start = table.offset_of(tag)
    if start is None:
        return 0
    places = (table.offset_of(other) for other in _TABLES)
    rooms = [place - start for place in places if place is not None and place > start]
    return min([*rooms, _loaded_room(table, tag)])


def _loaded_room(table: DynamicTable, tag: int) -> int:
    """Bytes from the start of a table to the end of what is loaded with it."""
    found = file_range(table.segments, table.first[tag])
    return 0 if found is None else found[1] - found[0]


def _named_rows(data: bytes, header: ElfHeader, strings: int) -> int:
    """How many rows come before the first whose name lies outside the string table: where the end
    of the symbols is not known, that row is no symbol any more."""
    names = _numbers(data, header)[:: header.layout.symbol_size // 4]
    return next((index for index, name in enumerate(names) if name >= strings), len(names))


def _words(source: ByteSource, header: ElfHeader, offset: int, count: int) -> array[int]:
    """So many numbers of four bytes; fewer at the end of the file."""
    return _numbers(source.read(offset, 4 * count), header)


def _numbers(data: bytes, header: ElfHeader) -> array[int]:
    numbers = array("I")
    numbers.frombytes(data[: len(data) // 4 * 4])
    if header.layout.order != sys.byteorder:
        numbers.byteswap()
    return numbers
