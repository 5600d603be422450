"""The dynamic table: needed libraries, soname, search paths, and where the other tables lie."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from planner.artifacts.elf.header import ElfDamageError, ElfHeader, Segment, file_offset
from planner.artifacts.elf.layout import (
    DT_NEEDED,
    DT_NULL,
    DT_RPATH,
    DT_RUNPATH,
    DT_SONAME,
    DT_STRSZ,
    DT_STRTAB,
    PT_DYNAMIC,
)
from planner.artifacts.limits import Limits
from planner.artifacts.sources import ByteSource

_FIRST_LOOK = 256


class Strings:
    """The dynamic string table: ``offset`` in the file, ``size`` in bytes. ``taken`` are the bytes
    of memory that its texts have filled: tables may name one long text many times."""

    def __init__(self, source: ByteSource, offset: int, size: int, limits: Limits) -> None:
        self.source = source
        self.offset = offset
        self.size = size
        self.limits = limits
        self.taken = 0

    def at(self, index: int) -> str:
        """The text that starts at an index.

        :raises ElfDamageError: where it lies outside the table or does not end, and where more
            texts were asked for than any real file has.
        """
        text = self._decoded(index)
        self.charge(text)
        return text

    def charge(self, text: str) -> None:
        """Count a text that is kept.

        :raises ElfDamageError: where more texts are kept than any real file has.
        """
        self.taken += sys.getsizeof(text)
        if self.taken > self.limits.file_names_bytes:
            raise ElfDamageError(f"its names fill more than {self.limits.file_names_bytes} bytes")

    def _decoded(self, index: int) -> str:
        if not 0 <= index < self.size:
            raise ElfDamageError(f"string {index} lies outside the string table")
        look = _FIRST_LOOK
        while True:
            room = min(look, self.size - index, self.limits.name_length)
            text, end, _ = self.source.read(self.offset + index, room).partition(b"\0")
            if end:
                return text.decode("utf-8", "backslashreplace")
            if room < look:
                raise ElfDamageError(f"string {index} does not end inside the string table")
            look *= 8


class DynamicTable(NamedTuple):
    """The dynamic table. ``first`` holds the first value of each tag, ``segments`` maps addresses
    to the file."""

    first: dict[int, int]
    needed: tuple[str, ...]
    soname: str | None
    rpath: tuple[str, ...]
    runpath: tuple[str, ...]
    strings: Strings
    segments: tuple[Segment, ...]

    def offset_of(self, tag: int) -> int | None:
        """Where the table of a tag lies in the file; None where there is none."""
        address = self.first.get(tag)
        return None if address is None else file_offset(self.segments, address)


def read_dynamic(
    source: ByteSource, header: ElfHeader, segments: tuple[Segment, ...], limits: Limits
) -> DynamicTable | None:
    """The dynamic table; None for files without one (objects, static programs).

    :raises ElfDamageError: where it points nowhere.
    :raises PastBytesError: where a stream has passed it.
    """
    segment = next((s for s in segments if s.type == PT_DYNAMIC), None)
    if segment is None:
        return None
    layout = header.layout.dynamic
    count = min(segment.size // layout.size, limits.elf_dynamic)
    data = source.read(segment.offset, count * layout.size)
    if not data:
        raise ElfDamageError("the dynamic table lies beyond the end of the file")
    rows = _rows(
        (r[0], r[1]) for r in layout.iter_unpack(data[: len(data) // layout.size * layout.size])
    )
    first: dict[int, int] = {}
    for tag, value in rows:
        first.setdefault(tag, value)
    offset = file_offset(segments, first.get(DT_STRTAB, -1))
    if offset is None:
        raise ElfDamageError("the dynamic table names no string table inside the file")
    strings = Strings(source, offset, first.get(DT_STRSZ, 0), limits)

    def texts(wanted: int) -> tuple[str, ...]:
        places = dict.fromkeys(value for tag, value in rows if tag == wanted)
        return tuple(dict.fromkeys(strings.at(value) for value in places))

    return DynamicTable(
        first=first,
        needed=texts(DT_NEEDED),
        soname=next(iter(texts(DT_SONAME)), None),
        rpath=_paths(texts(DT_RPATH), strings),
        runpath=_paths(texts(DT_RUNPATH), strings),
        strings=strings,
        segments=segments,
    )


def _rows(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    rows: list[tuple[int, int]] = []
    for tag, value in pairs:
        if tag == DT_NULL:
            break
        rows.append((tag, value))
    return rows


def _paths(texts: tuple[str, ...], strings: Strings) -> tuple[str, ...]:
    """Search paths in order; an empty one means the working directory and stays as it is.

    A text of no characters is no path at all (glibc, ``decompose_rpath``).

    :raises ElfDamageError: where there are more paths than any real file has.
    """
    paths = (path for text in texts if text for path in text.split(":"))
    kept = tuple(islice(paths, strings.limits.names))
    for path in kept:
        strings.charge(path)
    if next(paths, None) is not None:
        raise ElfDamageError(f"more than {strings.limits.names} search paths")
    return kept
