"""The section table: compilers in .comment, and the names of sections. The loader never reads it,
so it may be missing or lie."""

from __future__ import annotations

from typing import NamedTuple

from planner.artifacts.elf.header import ElfDamageError, ElfHeader
from planner.artifacts.elf.layout import SHF_EXECINSTR, SHN_XINDEX, SHT_NOBITS, SHT_NULL
from planner.artifacts.limits import Limits
from planner.artifacts.sources import ByteSource

_NAMES = 1 << 20
_NAME = 512  # bytes of one name; a longer one is no name that means anything here
_NAMED = 8 << 20  # characters of all names that differ in where they begin
_COMPILERS, _COMMENTS = 1000, 1 << 20


class Section(NamedTuple):
    """A section with bytes in the file."""

    name: str
    type: int
    flags: int
    offset: int
    size: int

    @property
    def is_code(self) -> bool:
        """Whether it holds instructions of the CPU."""
        return bool(self.flags & SHF_EXECINSTR)


def read_sections(source: ByteSource, header: ElfHeader, limits: Limits) -> tuple[Section, ...]:
    """The sections that have bytes in the file; empty without a section table.

    :raises ElfDamageError: where the table reaches outside the file, has a wrong row size, or has
        more names than are kept.
    :raises PastBytesError: where a stream has passed it.
    """
    layout = header.layout.section
    if not header.section_offset:
        return ()
    if header.section_size != layout.size:
        raise ElfDamageError(f"section headers of {header.section_size} bytes")
    first = source.read(header.section_offset, layout.size)
    if len(first) < layout.size:
        raise ElfDamageError("the section table lies beyond the end of the file")
    zero = layout.unpack(first)
    count = header.section_count or zero[5]
    index = zero[6] if header.names_index == SHN_XINDEX else header.names_index
    if count > limits.elf_headers:
        raise ElfDamageError(f"{count} sections")
    data = source.read(header.section_offset, count * layout.size)
    if len(data) < count * layout.size:
        raise ElfDamageError("the section table reaches beyond the end of the file")
    rows = list(layout.iter_unpack(data))
    rows_with_bytes = [row for row in rows if row[1] not in (SHT_NULL, SHT_NOBITS) and row[5]]
    named = _named(_names(source, rows, index), {row[0] for row in rows_with_bytes})
    return tuple(Section(named[row[0]], row[1], row[2], row[4], row[5]) for row in rows_with_bytes)


def _names(source: ByteSource, rows: list[tuple[int, ...]], index: int) -> bytes:
    if not 0 < index < len(rows):
        return b""
    return source.read(rows[index][4], min(rows[index][5], _NAMES))


def _named(names: bytes, starts: set[int]) -> dict[int, str]:
    """The names by where they begin, each decoded once."""
    found: dict[int, str] = {}
    taken = 0
    for start in sorted(starts):
        found[start] = _name(names, start)
        taken += len(found[start])
        if taken > _NAMED:
            raise ElfDamageError(f"more than {_NAMED} characters of section names")
    return found


def _name(names: bytes, start: int) -> str:
    end = names.find(b"\0", start, start + _NAME)
    return names[start : max(end, start)].decode("utf-8", "replace")


def read_compilers(
    source: ByteSource, sections: tuple[Section, ...], limits: Limits
) -> tuple[str, ...]:
    """What the compilers and linkers wrote into .comment, each once, in order.

    :raises PastBytesError: where a stream has passed it.
    """
    found: dict[str, None] = {}
    room = min(_COMMENTS, limits.text)
    for section in sections:
        if section.name == ".comment" and room:
            data = source.read(section.offset, min(section.size, room))
            room -= len(data)
            for text in data.split(b"\0"):
                if text.strip():
                    found[text[:_NAME].decode("utf-8", "backslashreplace").strip()] = None
    return tuple(found)[:_COMPILERS]
