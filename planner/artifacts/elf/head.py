"""Symbol versions that a library needs, read in its first bytes alone.

For libraries of hundreds of megabytes, of which a part is at hand: the table of version needs
stands near the start, while the dynamic section that points to it, and perhaps the strings, stand
at the end. The table is found by its shape and trusted because each row carries the hash of its
name.

Source: LSB Core "Symbol Versioning"; gABI "Hash Table Section" for the hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from struct import Struct

from planner.artifacts.elf.header import ElfDamageError, read_header
from planner.artifacts.sources import MemorySource

_NEED = Struct("<HHIII")  # version count file aux next
_AUX = Struct("<IHHII")  # hash flags other name next
_SHAPE = re.compile(rb"(?=\x01\x00.\x00......\x00\x00..\x00\x00)", re.DOTALL)  # matches may overlap
_MOST_LIBRARIES = 256
_LONGEST_NAME = 256
_MIX, _TOP = 0x0FFFFFFF, 0xF0000000

Names = Mapping[int, str]
"""Known version names by their hash."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HeadNeeds:
    """The version needs of a library. ``unnamed`` counts those that could not be named: their
    strings are not at hand and the hash is that of no known name. ``library`` is empty where its
    own name is not at hand."""

    versions: tuple[tuple[str, tuple[str, ...]], ...]
    unnamed: int
    strings: bytes

    def has_string(self, text: str) -> bool | None:
        """Whether a name stands among the library's strings; None where they are not at hand."""
        return b"\0" + text.encode() + b"\0" in self.strings if self.strings else None


def symbol_hash(name: str) -> int:
    """The hash of a symbol version's name."""
    value = 0
    for byte in name.encode():
        value = (value << 4) + byte
        high = value & _TOP
        value = (value ^ (high >> 24)) & _MIX
    return value


def names_by_hash(names: Iterable[str]) -> dict[int, str]:
    """The table with which hashes are turned into names; without those that share their hash."""
    table: dict[int, str] = {}
    for name in dict.fromkeys(names):
        key = symbol_hash(name)
        table[key] = "" if key in table else name
    return {key: name for key, name in table.items() if name}


def read_head_needs(data: bytes, names: Names) -> HeadNeeds | None:
    """The version needs that the first bytes of a library hold; None where they hold no table of
    them, or more than one.

    :raises ElfDamageError: where this is no ELF file of a kind that is read.
    """
    header = read_header(MemorySource(data))
    if header.layout.verneed.format.startswith(">"):
        raise ElfDamageError("heads are read of little-endian libraries only")
    tables = list(_tables(data, names))
    if len(tables) != 1:
        return None
    rows = tables[0]
    base = _string_base(data, rows, names)
    found, unnamed = [], 0
    for file, auxes in rows:
        library = _string(data, base + file) if base is not None else None
        versions = _named(data, auxes, base, names)
        unnamed += versions.count("")
        found.append((library or "", tuple(filter(None, versions))))
    strings = data[base:] if base is not None else b""
    return HeadNeeds(versions=tuple(found), unnamed=unnamed, strings=strings)


_Rows = list[tuple[int, list[tuple[int, int]]]]
"""Of each library: where its name stands, and hash and place of each version's name."""


def _tables(data: bytes, names: Names) -> Iterable[_Rows]:
    """Tables of version needs, by their shape: rows that follow one another to a last one, at
    least one of them with a hash that is known."""
    behind = 0
    for match in _SHAPE.finditer(data):
        start = match.start()
        if start < behind or start % 4 or _is_aux(data, start - _AUX.size, names):
            continue
        rows, end = _rows(data, start)
        if any(hash_ in names for _, auxes in rows for hash_, _ in auxes):
            behind = end
            yield rows


def _is_aux(data: bytes, place: int, names: Names) -> bool:
    """Whether a row about a known version stands here: then a table does not begin behind it."""
    return place >= 0 and _AUX.unpack_from(data, place)[0] in names


def _rows(data: bytes, place: int) -> tuple[_Rows, int]:
    """The rows of a table that begins here, and its end; no rows where it is none."""
    rows: _Rows = []
    for _ in range(_MOST_LIBRARIES):
        if place + _NEED.size > len(data):
            return [], 0
        version, count, file, first, step = _NEED.unpack_from(data, place)
        auxes, end = _auxes(data, place + first, count)
        if version != 1 or first < _NEED.size or first % 4 or not auxes:
            return [], 0
        rows.append((file, auxes))
        if not step:
            return rows, end
        if step % 4 or step < _NEED.size:
            return [], 0
        place += step
    return [], 0


def _auxes(data: bytes, place: int, count: int) -> tuple[list[tuple[int, int]], int]:
    found: list[tuple[int, int]] = []
    for number in range(count):
        if place + _AUX.size > len(data):
            return [], 0
        hash_, _, _, name, step = _AUX.unpack_from(data, place)
        found.append((hash_, name))
        if (step == 0) != (number + 1 == count) or step % 4:
            return [], 0
        place += step
    return found, place + _AUX.size


def _string_base(data: bytes, rows: _Rows, names: Names) -> int | None:
    """Where the strings begin, if they are at hand: every name hashes to what its row says."""
    wanted = [aux for _, auxes in rows for aux in auxes]
    hash_, offset = next(aux for aux in wanted if aux[0] in names)
    for match in re.finditer(rb"(?<=\0)" + re.escape(names[hash_].encode()) + rb"(?=\0)", data):
        base = match.start() - offset
        if base >= 0 and all(_is_named(data, base + place, key) for key, place in wanted):
            return base
    return None


def _is_named(data: bytes, place: int, hash_: int) -> bool:
    text = _string(data, place)
    return text is not None and symbol_hash(text) == hash_


def _string(data: bytes, place: int) -> str | None:
    end = data.find(b"\0", place, place + _LONGEST_NAME) if 0 <= place < len(data) else -1
    text = data[place:end] if end > place else b""
    return text.decode() if text.isascii() and text else None


def _named(data: bytes, auxes: list[tuple[int, int]], base: int | None, names: Names) -> list[str]:
    """The names of one library's versions; an empty text for one that cannot be told."""
    if base is not None:
        return [_string(data, base + place) or "" for _, place in auxes]
    return [names.get(hash_, "") for hash_, _ in auxes]
