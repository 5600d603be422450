"""Just enough of ELF for GPU objects, which strict readers refuse (cubins up to CUDA 12.9 carry the
toolkit's number as e_version), and for the members of archives.

Layouts: System V ABI, "ELF Header" and "Sections", 64 bits, little-endian.
"""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

from planner.artifacts.gpu.formats import DEVICE_MACHINES, ELF_HEAD
from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.sources import ByteSource

_HEADER = Struct("<7xBB7xHHIQQQIHHHHHH")
_SECTION = Struct("<IIQQQQIIQQ")
_EXTENDED = 0xFFFF  # e_shstrndx where the index did not fit
HEADER_BYTES = _HEADER.size

SHF_EXECINSTR = 0x4
SHT_NOBITS = 8


class ElfHead(NamedTuple):
    """The fields of an ELF header that tell what it is for and where its sections are."""

    osabi: int
    abi_version: int
    machine: int
    flags: int
    section_offset: int
    section_count: int
    names_index: int
    extent: int  # bytes up to the end of the section and program header tables

    @property
    def is_device(self) -> bool:
        """Whether it is machine code for a GPU of NVIDIA or AMD."""
        return (self.osabi, self.machine) in DEVICE_MACHINES


class ElfSection(NamedTuple):
    """A row of the section header table; ``name`` is "" where it cannot be read."""

    name: str
    kind: int
    flags: int
    offset: int
    size: int


def read_head(data: bytes) -> ElfHead | None:
    """The header at the start of some bytes, or None where they are no 64-bit ELF."""
    if len(data) < HEADER_BYTES or not data.startswith(ELF_HEAD):
        return None
    fields = _HEADER.unpack_from(data)
    osabi, abi_version, _, machine, _, _, programs, sections, flags, *sizes = fields
    _, program_size, program_count, section_size, section_count, names_index = sizes
    if section_size != _SECTION.size:
        section_count = 0
    return ElfHead(
        osabi=osabi,
        abi_version=abi_version,
        machine=machine,
        flags=flags,
        section_offset=sections,
        section_count=section_count,
        names_index=names_index,
        extent=max(
            HEADER_BYTES,
            sections + section_count * section_size,
            programs + program_count * program_size,
        ),
    )


def read_sections(source: ByteSource, head: ElfHead, limits: GpuLimits) -> tuple[ElfSection, ...]:
    """The sections with bytes in the file, in the order of the table; what is damaged is left out.

    :raises PastBytesError: where a stream has passed them.
    """
    count = min(head.section_count, limits.object_sections)
    table = source.read(head.section_offset, count * _SECTION.size)
    rows = list(_SECTION.iter_unpack(table[: len(table) // _SECTION.size * _SECTION.size]))
    names = b""
    if head.names_index < min(len(rows), _EXTENDED):
        _, _, _, _, offset, size, *_ = rows[head.names_index]
        names = source.read(offset, min(size, limits.section_bytes))
    return tuple(
        ElfSection(name=_name(names, row[0]), kind=row[1], flags=row[2], offset=row[4], size=row[5])
        for row in rows
        if row[1] not in (0, SHT_NOBITS) and row[5] and row[4] + row[5] <= source.size
    )


def _name(names: bytes, start: int) -> str:
    if start >= len(names):
        return ""
    end = names.find(b"\0", start, start + 256)
    return names[start : end if end >= 0 else start].decode("ascii", "replace")
