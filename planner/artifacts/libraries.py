"""The content of one member: a library, a GPU object, or something else that is only hashed."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from planner.artifacts.elf.header import (
    ElfDamageError,
    ElfHeader,
    Segment,
    executable_ranges,
    loaded_end,
    read_header,
    read_segments,
)
from planner.artifacts.elf.layout import MAGIC, PT_DYNAMIC, PT_LOAD
from planner.artifacts.elf.read import ElfReading, is_host_code, read_elf
from planner.artifacts.elf.sections import Section
from planner.artifacts.gpu.scan import (
    GpuSpent,
    RawFinds,
    SectionSpan,
    classify,
    kept_bytes,
    loose_gpu_code,
    read_contents,
    scan_gpu,
    wanted_sections,
)
from planner.artifacts.limits import Limits
from planner.artifacts.members import Checksums, open_member, reopen_member
from planner.artifacts.sources import ByteSource, PastBytesError
from planner.artifacts.streams import StreamSource
from planner.artifacts.zip_directory import Member
from planner.model.gpu_code import GpuCode, GpuOddity
from planner.model.wheels import ElfFile, Oddity, Oddness

_SPREAD = "its tables are spread over more places than are read"
_SEGMENTS = 64  # kept of a stream; no known file has as many


class Found(NamedTuple):
    """What a member holds: a library, or GPU code outside one, or neither.

    ``names_bytes`` is the memory that the names of a library and of its GPU code take, ``spent``
    what looking for GPU code took.
    """

    elf: ElfFile | None = None
    gpu: GpuCode | None = None
    oddities: tuple[Oddity, ...] = ()
    names_bytes: int = 0
    spent: GpuSpent | None = None


def read_content(fd: int, member: Member, limits: Limits, checksums: Checksums) -> Found:
    """What a member holds; afterwards its checksums are complete.

    :raises UnreadableMemberError: where its bytes cannot be had.
    """
    source = open_member(fd, member, limits, checksums)
    spent = GpuSpent()
    try:
        header = _host_header(source)
    except ElfDamageError as error:
        _drain(source)
        return Found(oddities=(_damage(member, str(error)),))
    if header is None:
        found = _loose(fd, member, limits, source, spent)
        _drain(source)
        return _with_spent(found, spent)
    finds = _scan(source, header, limits, spent)
    _drain(source)
    return _with_spent(_library(fd, member, limits, source, finds, spent), spent)


def _with_spent(found: Found, spent: GpuSpent) -> Found:
    return found._replace(spent=spent) if spent.false_hits or spent.unpacked else found


def pass_content(fd: int, member: Member, limits: Limits, checksums: Checksums) -> Found:
    """Nothing of what a member holds, but its checksums.

    :raises UnreadableMemberError: where its bytes cannot be had.
    """
    _drain(open_member(fd, member, limits, checksums))
    return Found()


def _host_header(source: ByteSource) -> ElfHeader | None:
    """The header of a library for a CPU; None for anything else.

    :raises ElfDamageError: for a damaged header, which counts as a library's.
    """
    if source.read(0, 4) != MAGIC:
        return None
    header = read_header(source)
    return header if is_host_code(header) else None


def _damage(member: Member, detail: str) -> Oddity:
    return Oddity(what=Oddness.DAMAGED_ELF, member=member.name, detail=detail)


def _loose(fd: int, member: Member, limits: Limits, source: ByteSource, spent: GpuSpent) -> Found:
    """GPU code outside a library; a stream is read again for what it let go."""
    wanted: tuple[tuple[int, int], ...] = ()
    for _ in range(_readings(member, limits)):
        try:
            code = loose_gpu_code(source, member.name, spent=spent)
            return Found(gpu=code, names_bytes=kept_bytes(code) if code else 0)
        except PastBytesError as past:
            wanted = (*wanted, (past.offset, past.offset + past.size))
            _drain(source)
            source = reopen_member(fd, member, limits, wanted)
    return Found(oddities=(_damage(member, _SPREAD),))


def _readings(member: Member, limits: Limits) -> int:
    """How often a member may be read."""
    return max(2, min(limits.rereads, limits.reread_bytes // max(member.size, 1)))


def _scan(source: ByteSource, header: ElfHeader, limits: Limits, spent: GpuSpent) -> RawFinds:
    """The one pass over the bytes: GPU code is found, and a stream learns what to keep."""
    segments: tuple[Segment, ...] = ()
    if header.program_offset < limits.chunk:
        with suppress(ElfDamageError):
            segments = read_segments(source, header, limits)
    if isinstance(source, StreamSource):
        _keep_tables(source, segments, limits)
    skip = executable_ranges(segments)
    loaded = loaded_end(segments)
    if loaded:
        skip = (*skip, (loaded, source.size))  # symbol tables and the like: no code can lie there
    try:
        return scan_gpu(source, skip, spent=spent)
    except PastBytesError as past:
        detail = "GPU code that would have to be read more than once"
        return RawFinds(oddities=(GpuOddity(what="limit", detail=detail, offset=past.offset),))


def _keep_tables(source: StreamSource, segments: tuple[Segment, ...], limits: Limits) -> None:
    """What the loader needs lies in segments, the compilers' signatures right behind the last one,
    and the names of sections anywhere behind it."""
    for segment in segments[:_SEGMENTS]:
        small = segment.size <= limits.kept_windows // 2
        if segment.type == PT_DYNAMIC or (segment.type == PT_LOAD and small):
            source.keep(segment.offset, segment.offset + segment.size)
    loaded = loaded_end(segments)
    source.keep(loaded, loaded + limits.chunk)
    source.keep_around(b"\0.shstrtab\0", loaded)


def _drain(source: ByteSource) -> None:
    if isinstance(source, StreamSource):
        source.drain()


def _library(
    fd: int,
    member: Member,
    limits: Limits,
    source: ByteSource,
    finds: RawFinds,
    spent: GpuSpent,
) -> Found:
    """The library behind a source that has passed; a stream is read again for what it let go."""
    wanted: tuple[tuple[int, int], ...] = ()
    for _ in range(_readings(member, limits)):
        try:
            reading = read_elf(source, member.name, limits)
            code = _gpu_code(fd, member, limits, source, finds, reading.sections, spent)
            return _found(reading, code)
        except PastBytesError as past:
            wanted = (*wanted, (past.offset, past.offset + past.size))
            source = reopen_member(fd, member, limits, wanted)
            _drain(source)
    return Found(oddities=(_damage(member, _SPREAD),))


def _gpu_code(
    fd: int,
    member: Member,
    limits: Limits,
    source: ByteSource,
    finds: RawFinds,
    sections: tuple[Section, ...],
    spent: GpuSpent,
) -> GpuCode:
    """The GPU code of a library; a stream is read once more where sections must be read for it.

    :raises PastBytesError: where that is not done by going forward.
    """
    spans = _spans(sections, source.size)
    if isinstance(source, StreamSource) and wanted_sections(finds, spans):
        source = reopen_member(fd, member, limits, ())
    return classify(finds, spans, read_contents(source, finds, spans, spent=spent))


def _spans(sections: tuple[Section, ...], size: int) -> tuple[SectionSpan, ...]:
    """The sections as far as they lie in the file: the table may say anything."""
    return tuple(
        SectionSpan(
            name=section.name,
            offset=section.offset,
            size=min(section.size, size - section.offset),
            executable=section.is_code,
        )
        for section in sections
        if section.offset < size
    )


def _found(reading: ElfReading, gpu: GpuCode) -> Found:
    oddities = tuple(
        Oddity(what=Oddness.DAMAGED_ELF, member=reading.file.path, detail=text)
        for text in reading.damage
    )
    elf = reading.file._replace(gpu=gpu)
    return Found(elf=elf, oddities=oddities, names_bytes=reading.names_bytes + kept_bytes(gpu))
