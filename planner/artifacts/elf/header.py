"""The ELF header and the program headers: what the kernel and the loader read first."""

from __future__ import annotations

from typing import NamedTuple

from planner.artifacts.elf.layout import (
    EF_ARM_ABI_FLOAT_SOFT,
    EM_ARM,
    IDENT_SIZE,
    MACHINES,
    MAGIC,
    PF_X,
    PN_XNUM,
    PT_LOAD,
    TYPES,
    Layout,
)
from planner.artifacts.limits import Limits
from planner.artifacts.sources import ByteSource


class ElfDamageError(Exception):
    """A part of an ELF file that cannot be what it says; the text names the part."""


class Segment(NamedTuple):
    """A program header."""

    type: int
    flags: int
    offset: int
    address: int
    size: int


class ElfHeader(NamedTuple):
    """The file header in plain words; ``raw_machine`` is e_machine."""

    layout: Layout
    kind: str
    machine: str
    raw_machine: int
    flags: int
    program_offset: int
    program_size: int
    program_count: int
    section_offset: int
    section_size: int
    section_count: int
    names_index: int


def read_header(source: ByteSource) -> ElfHeader:
    """The header of an ELF file.

    :raises ElfDamageError: where it is cut short or of an unknown class or byte order.
    """
    head = source.read(0, 64)
    if len(head) < IDENT_SIZE or not head.startswith(MAGIC):
        raise ElfDamageError("the file header is cut short")
    bits, order = {1: 32, 2: 64}.get(head[4]), {1: "little", 2: "big"}.get(head[5])
    if bits is None or order is None:
        raise ElfDamageError(f"unknown class {head[4]} or byte order {head[5]}")
    layout = Layout(bits, order)
    if len(head) < IDENT_SIZE + layout.header.size:
        raise ElfDamageError("the file header is cut short")
    fields = layout.header.unpack_from(head, IDENT_SIZE)
    kind, machine, _, _, phoff, shoff, flags, _, phentsize, phnum, shentsize, shnum, names = fields
    return ElfHeader(
        layout=layout,
        kind=TYPES.get(kind, f"type-{kind}"),
        machine=_machine(machine, bits, order, flags),
        raw_machine=machine,
        flags=flags,
        program_offset=phoff,
        program_size=phentsize,
        program_count=phnum,
        section_offset=shoff,
        section_size=shentsize,
        section_count=shnum,
        names_index=names,
    )


def _machine(number: int, bits: int, order: str, flags: int) -> str:
    if number == EM_ARM and flags & EF_ARM_ABI_FLOAT_SOFT:
        return "arm-soft-float"
    return MACHINES.get((number, bits, order)) or f"{_other_machine(number)}-{bits}-{order}"


def _other_machine(number: int) -> str:
    """The name of a machine that no platform tag is for: ``mips``, or ``machine-N``."""
    from elftools.elf.enums import ENUM_E_MACHINE  # noqa: PLC0415

    names = {value: name for name, value in ENUM_E_MACHINE.items()}
    return str(names.get(number, f"machine-{number}")).removeprefix("EM_").lower()


def read_segments(source: ByteSource, header: ElfHeader, limits: Limits) -> tuple[Segment, ...]:
    """The program headers in file order.

    :raises ElfDamageError: where they are cut short or have a wrong size.
    :raises PastBytesError: where a stream has passed them.
    """
    layout = header.layout.program
    count = header.program_count
    if count == PN_XNUM:
        raise ElfDamageError("the number of program headers is left to a section header")
    if count and header.program_size != layout.size:
        raise ElfDamageError(f"program headers of {header.program_size} bytes")
    if count > limits.elf_segments:
        raise ElfDamageError(f"{count} program headers")
    data = source.read(header.program_offset, count * layout.size)
    if len(data) < count * layout.size:
        raise ElfDamageError("the program headers reach beyond the end of the file")
    return tuple(_segment(row, header.layout.bits) for row in layout.iter_unpack(data))


def _segment(row: tuple[int, ...], bits: int) -> Segment:
    if bits == 64:
        kind, flags, offset, address, _, size, _, _ = row
    else:
        kind, offset, address, _, size, _, flags, _ = row
    return Segment(kind, flags, offset, address, size)


def file_offset(segments: tuple[Segment, ...], address: int) -> int | None:
    """Where an address lies in the file, by the segments that are loaded; None outside them."""
    found = file_range(segments, address)
    return None if found is None else found[0]


def file_range(segments: tuple[Segment, ...], address: int) -> tuple[int, int] | None:
    """Where an address lies in the file and where the bytes end that are loaded with it."""
    for segment in segments:
        if segment.type == PT_LOAD and segment.address <= address < segment.address + segment.size:
            return address - segment.address + segment.offset, segment.offset + segment.size
    return None


def executable_ranges(segments: tuple[Segment, ...]) -> tuple[tuple[int, int], ...]:
    """The file ranges that are loaded as code, in order."""
    return tuple(
        sorted(
            (segment.offset, segment.offset + segment.size)
            for segment in segments
            if segment.type == PT_LOAD and segment.flags & PF_X
        )
    )


def loaded_end(segments: tuple[Segment, ...]) -> int:
    """Where the bytes that are loaded end in the file; 0 where nothing is loaded."""
    return max((s.offset + s.size for s in segments if s.type == PT_LOAD), default=0)
