"""The content of one member: a library, a GPU object, or something else that is only hashed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from planner.artifacts.elf.header import (
    ElfDamageError,
    ElfHeader,
    executable_ranges,
    read_header,
    read_segments,
)
from planner.artifacts.elf.layout import MAGIC, PT_DYNAMIC, PT_LOAD
from planner.artifacts.elf.read import ElfReading, is_host_code, read_elf
from planner.artifacts.gpu.scan import (
    RawFinds,
    SectionSpan,
    classify,
    loose_gpu_code,
    scan_gpu,
)
from planner.artifacts.limits import Limits
from planner.artifacts.members import Checksums, open_member, reopen_member
from planner.artifacts.sources import ByteSource, PastBytesError
from planner.artifacts.streams import StreamSource
from planner.artifacts.zip_directory import Member
from planner.model.gpu_code import GpuCode
from planner.model.wheels import ElfFile, Oddity, Oddness


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a member holds: a library, or GPU code outside one, or neither."""

    elf: ElfFile | None = None
    gpu: GpuCode | None = None
    oddities: tuple[Oddity, ...] = field(default=())


def read_content(fd: int, member: Member, limits: Limits, checksums: Checksums) -> Found:
    """What a member holds; afterwards its checksums are complete.

    :raises UnreadableMemberError: where its bytes cannot be had.
    """
    source = open_member(fd, member, limits, checksums)
    header = _host_header(source)
    if header is None:
        found = Found(gpu=loose_gpu_code(source, member.name))
        _drain(source)
        return found
    finds = _scan(source, header, limits)
    _drain(source)
    return _library(fd, member, limits, source, finds)


def _host_header(source: ByteSource) -> ElfHeader | None:
    """The header of a library for a CPU; None for anything else.

    A damaged header counts as a library's: it is reported where the file is read.
    """
    if source.read(0, 4) != MAGIC:
        return None
    try:
        header = read_header(source)
    except ElfDamageError:
        return None
    return header if is_host_code(header) else None


def _scan(source: ByteSource, header: ElfHeader, limits: Limits) -> RawFinds:
    """The one pass over the bytes: GPU code is found, and a stream learns what to keep."""
    skip: tuple[tuple[int, int], ...] = ()
    near = header.program_offset < limits.chunk
    try:
        segments = read_segments(source, header, limits) if near else ()
        skip = executable_ranges(segments)
        if isinstance(source, StreamSource):
            for segment in segments:
                small = segment.size <= limits.kept_windows // 2
                if segment.type == PT_DYNAMIC or (segment.type == PT_LOAD and small):
                    source.keep(segment.offset, segment.offset + segment.size)
    except ElfDamageError:
        pass
    return scan_gpu(source, skip)


def _drain(source: ByteSource) -> None:
    if isinstance(source, StreamSource):
        source.drain()


def _library(fd: int, member: Member, limits: Limits, source: ByteSource, finds: RawFinds) -> Found:
    """The library behind a source that has passed; a stream is read again for what it let go."""
    wanted: tuple[tuple[int, int], ...] = ()
    for _ in range(limits.rereads):
        try:
            reading = read_elf(source, member.name, limits)
            return _found(reading, finds)
        except PastBytesError as past:
            wanted = (*wanted, (past.offset, past.offset + past.size))
            source = reopen_member(fd, member, limits, wanted)
            _drain(source)
    detail = "its tables are spread over more places than are read"
    oddity = Oddity(what=Oddness.DAMAGED_ELF, member=member.name, detail=detail)
    return Found(oddities=(oddity,))


def _found(reading: ElfReading, finds: RawFinds) -> Found:
    spans = tuple(
        SectionSpan(name=s.name, offset=s.offset, size=s.size, executable=s.is_code)
        for s in reading.sections
    )
    oddities = tuple(
        Oddity(what=Oddness.DAMAGED_ELF, member=reading.file.path, detail=text)
        for text in reading.damage
    )
    return Found(elf=replace(reading.file, gpu=classify(finds, spans)), oddities=oddities)
