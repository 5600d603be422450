"""GNU property notes: the x86-64 level that a file says it needs (x86-64 psABI, "Program
Property"; "Linux Extensions to gABI", .note.gnu.property)."""

from __future__ import annotations

from planner.artifacts.elf.header import ElfHeader, Segment
from planner.artifacts.elf.layout import (
    GNU_PROPERTY_X86_ISA_1_NEEDED,
    NT_GNU_PROPERTY_TYPE_0,
    PT_GNU_PROPERTY,
    PT_NOTE,
    X86_LEVELS,
)
from planner.artifacts.sources import ByteSource

_NOTES = 1 << 18  # bytes of all notes together
_HEAD = 12


def read_isa(
    source: ByteSource, header: ElfHeader, segments: tuple[Segment, ...]
) -> tuple[str, ...]:
    """The x86 levels that the notes name as needed, lowest first; empty without such a note.

    :raises PastBytesError: where a stream has passed the notes.
    """
    if header.machine not in ("x86_64", "i686"):
        return ()
    needed, room = 0, _NOTES
    for segment in segments:
        if segment.type in (PT_GNU_PROPERTY, PT_NOTE) and room > 0:
            data = source.read(segment.offset, min(segment.size, room))
            room -= max(len(data), _HEAD)
            needed |= _needed(data, header)
    return tuple(level for bit, level in enumerate(X86_LEVELS) if needed & (1 << bit))


def _needed(data: bytes, header: ElfHeader) -> int:
    word = header.layout.word
    align = 8 if header.layout.bits == 64 else 4
    needed, place = 0, 0
    while place + _HEAD <= len(data):
        name_size, size, kind = (word.unpack_from(data, place + 4 * n)[0] for n in range(3))
        body = place + _HEAD + (name_size + 3) // 4 * 4
        if kind == NT_GNU_PROPERTY_TYPE_0 and data[place + _HEAD : body] == b"GNU\0":
            needed |= _property(data[body : body + size], header, align)
        place = body + (size + align - 1) // align * align if size else max(body, place + _HEAD)
    return needed


def _property(data: bytes, header: ElfHeader, align: int) -> int:
    word = header.layout.word
    needed, place = 0, 0
    while place + 8 <= len(data):
        kind, size = word.unpack_from(data, place)[0], word.unpack_from(data, place + 4)[0]
        if kind == GNU_PROPERTY_X86_ISA_1_NEEDED and size == 4 and place + 12 <= len(data):
            needed |= word.unpack_from(data, place + 8)[0]
        place += 8 + (size + align - 1) // align * align
    return int(needed)
