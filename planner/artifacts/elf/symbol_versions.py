"""Symbol versions that a library asks for, and who asks (LSB "Symbol Versioning")."""

from __future__ import annotations

import sys
from array import array
from struct import Struct
from typing import NamedTuple

from planner.artifacts.elf.dynamic import DynamicTable
from planner.artifacts.elf.header import ElfDamageError, ElfHeader
from planner.artifacts.elf.layout import (
    DT_VERNEED,
    DT_VERNEEDNUM,
    DT_VERSYM,
    VER_NDX_GLOBAL,
    VERSYM_VERSION,
)
from planner.artifacts.elf.symbol_rows import import_rows
from planner.artifacts.limits import Limits
from planner.artifacts.sources import ByteSource

_USERS = 3  # symbols named per version
_STB_WEAK = 2  # the loader lets it be missing (gABI, "Symbol Table")
_LONGEST = 256  # characters of a version; Python turns no number of thousands of digits into an int


class VersionNeeds:
    """Versions by the library that must offer them, and both by the index that symbols use."""

    def __init__(self) -> None:
        self.by_library: dict[str, tuple[str, ...]] = {}
        self.by_index: dict[int, tuple[str, str]] = {}


def read_version_needs(
    source: ByteSource, header: ElfHeader, table: DynamicTable, limits: Limits
) -> VersionNeeds:
    """The version needs of a library.

    :raises ElfDamageError: where the linked list points outside the file, back, or has more rows
        than any real file.
    :raises PastBytesError: where a stream has passed them.
    """
    found = VersionNeeds()
    if DT_VERNEED not in table.first:
        return found
    offset = table.offset_of(DT_VERNEED)
    if offset is None:
        raise ElfDamageError("the version needs lie outside the file")
    layout = header.layout.verneed
    left = table.first.get(DT_VERNEEDNUM, 0)
    rows = 0
    while left > 0:
        _, count, library, first, step = _row(source, layout, offset, "version needs")
        rows += 1 + count
        if rows > limits.elf_needs:
            raise ElfDamageError(f"more than {limits.elf_needs} version needs")
        name = table.strings.at(library)
        versions = _aux(source, header, table, offset + first, count)
        found.by_index.update((index, (name, version)) for index, version in versions)
        found.by_library[name] = (
            *found.by_library.get(name, ()),
            *(version for _, version in versions),
        )
        left -= 1
        if left and step < layout.size:
            raise ElfDamageError("the version needs end before their count")
        offset += step
    return found


def _aux(
    source: ByteSource,
    header: ElfHeader,
    table: DynamicTable,
    offset: int,
    count: int,
) -> list[tuple[int, str]]:
    """The versions asked of one library, each with the index that symbols use for it."""
    layout = header.layout.vernaux
    found = []
    for number in range(count):
        _, _, index, name, step = _row(source, layout, offset, "version need")
        text = _version(table.strings.at(name))
        found.append((index & VERSYM_VERSION, text))
        if number + 1 < count and step < layout.size:
            raise ElfDamageError("the versions of a library end before their count")
        offset += step
    return found


def _version(text: str) -> str:
    """A version in ASCII: of other characters some count as digits."""
    if len(text) > _LONGEST:
        raise ElfDamageError(f"a version of {len(text)} characters")
    return text if text.isascii() else text.encode("ascii", "backslashreplace").decode()


def _row(source: ByteSource, layout: Struct, offset: int, what: str) -> tuple[int, ...]:
    data = source.read(offset, layout.size)
    if len(data) < layout.size:
        raise ElfDamageError(f"the {what} reach beyond the end of the file")
    return layout.unpack(data)


class Imports(NamedTuple):
    """Undefined symbols: some for each version asked for, and those without version; ``weak`` are
    those of the latter that may be missing when the file is loaded."""

    users: dict[tuple[str, str], tuple[str, ...]]
    unversioned: tuple[str, ...]
    weak: tuple[str, ...] = ()


def read_imports(
    source: ByteSource,
    header: ElfHeader,
    table: DynamicTable,
    needs: VersionNeeds,
    limits: Limits,
) -> Imports:
    """The undefined symbols of a library, from the symbol table that the loader uses.

    :raises ElfDamageError: where the table reaches outside the file.
    :raises PastBytesError: where a stream has passed it.
    """
    data = import_rows(source, header, table, limits)
    if not data:
        return Imports({}, ())
    size = header.layout.symbol_size
    count = len(data) // size
    names = _numbers(data, "I", header)[:: size // 4]
    halves = _numbers(data, "H", header)
    sections = halves[3 if header.layout.bits == 64 else 7 :: size // 2]
    versions = _versions(source, header, table, count)
    users: dict[tuple[str, str], tuple[str, ...]] = {}
    plain: list[str] = []
    weak: list[str] = []
    bindings = data[4 if header.layout.bits == 64 else 12 :: size]
    for index, section in enumerate(sections):
        if section or not names[index]:
            continue
        version = versions[index] & VERSYM_VERSION if index < len(versions) else VER_NDX_GLOBAL
        named = needs.by_index.get(version) if version > VER_NDX_GLOBAL else None
        if named is None:
            found = weak if bindings[index] >> 4 == _STB_WEAK else plain
            if len(found) < limits.names:
                found.append(table.strings.at(names[index]))
        elif len(users.get(named, ())) < _USERS:
            users[named] = (*users.get(named, ()), table.strings.at(names[index]))
    return Imports(users, tuple(plain), tuple(weak))


def _versions(source: ByteSource, header: ElfHeader, table: DynamicTable, count: int) -> array[int]:
    offset = table.offset_of(DT_VERSYM)
    data = b"" if offset is None else source.read(offset, count * 2)
    return _numbers(data[: len(data) // 2 * 2], "H", header)


def _numbers(data: bytes, code: str, header: ElfHeader) -> array[int]:
    numbers = array(code)
    numbers.frombytes(data)
    if header.layout.order != sys.byteorder:
        numbers.byteswap()
    return numbers
