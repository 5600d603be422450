"""Small GPU containers, made by the format notes and not by the code under test."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field

from planner.artifacts.gpu.scan import GpuLimits, SectionSpan, classify, read_contents, scan_gpu
from planner.artifacts.sources import MemorySource, Needle, PastBytesError
from planner.model.gpu_code import GpuCode

PTX, ELF, CUBIN, NVVM, INDEX, RELOCATABLE_PTX, TILE = 1, 2, 4, 8, 0x20, 0x40, 0x80
CONCAT = 0x100
A, F, LINUX64 = 1 << 20, 1 << 21, 0x11
LZ4, ZSTD = 1 << 13, 1 << 15
MACHINE_CUDA, MACHINE_AMD, MACHINE_X86 = 190, 224, 62


def entry(
    kind: int,
    arch: int,
    flags: int = LINUX64,
    payload: bytes = b"\xaa" * 16,
    extension: bytes = b"",
    version: int = 0x0101,
) -> bytes:
    """An entry of a CUDA container; its header has 64 bytes and the extension."""
    fields = (kind, version, 64 + len(extension), len(payload), 0, 0, 0, 0, arch, 0, 0, flags, 0, 0)
    return struct.pack("<HHIQIIHHIIIQQQ", *fields) + extension + payload


def descriptor(
    kind: int, arch: int, flags: int = LINUX64, attributes: bytes | None = None
) -> bytes:
    """A descriptor of a concatenated entry, with an option block or without."""
    block = 0 if attributes is None else 0x40
    fields = (kind, 0x0101, 0, 16, 0, block, 0, 0, arch, 0, 0, flags, 0, 0)
    made = struct.pack("<HHIQIIHHIIIQQQ", *fields)
    if attributes is not None:
        made += struct.pack("<II", 0x40 + 8, len(attributes)) + b"\0" + attributes
    return made + b"\0" * (-len(made) % 8)


def concatenated(*descriptors: bytes, count: int | None = None, told: int | None = None) -> bytes:
    """An entry that holds other entries."""
    table = b"".join(descriptors)
    number = len(descriptors) if count is None else count
    size = 8 + len(table) if told is None else told
    return entry(CONCAT, 0, extension=struct.pack("<II", number, size) + table)


def container(*entries: bytes, size: int | None = None) -> bytes:
    """A CUDA container."""
    body = b"".join(entries)
    head = struct.pack("<IHHQ", 0xBA55ED50, 1, 16, len(body) if size is None else size)
    return head + body


def bundle(*ids: str, code: bytes = b"\x7fELF" + b"\xcc" * 60, count: int | None = None) -> bytes:
    """A plain bundle; a host entry has no bytes, the others are aligned to 4096."""
    names = [name.encode() for name in ids]
    table_end = 32 + sum(24 + len(name) for name in names)
    place = -(-table_end // 4096) * 4096
    rows, body = b"", b""
    for name in names:
        size = 0 if name.startswith(b"host") else len(code)
        rows += struct.pack("<QQQ", place + len(body), size, len(name)) + name
        if size:
            body += code + b"\0" * (-len(code) % 4096)
    number = len(names) if count is None else count
    head = b"__CLANG_OFFLOAD_BUNDLE__" + struct.pack("<Q", number) + rows
    return head + b"\0" * (place - len(head)) + body if body else head


def packed(plain: bytes, version: int, method: int, body: bytes | None = None) -> bytes:
    """A compressed bundle; zlib is packed here, zstd must come packed."""
    data = zlib.compress(plain) if body is None else body
    size, check = len(plain), 0x1234
    if version == 1:
        return struct.pack("<4sHHIQ", b"CCOB", 1, method, size, check) + data
    if version == 2:
        return struct.pack("<4sHHIIQ", b"CCOB", 2, method, 24 + len(data), size, check) + data
    return struct.pack("<4sHHQQQ", b"CCOB", version, method, 32 + len(data), size, check) + data


@dataclass(frozen=True)
class Section:
    """A section of a made ELF file."""

    name: str
    data: bytes
    flags: int = 0
    kind: int = 1
    align: int = 8


@dataclass(frozen=True)
class Made:
    """A made ELF file and where its sections are."""

    data: bytes
    spans: tuple[SectionSpan, ...] = field(default=())

    def code(
        self, skip: tuple[tuple[int, int], ...] = (), limits: GpuLimits | None = None
    ) -> GpuCode:
        """What the three steps of the package find, forward only in the first."""
        limits = limits or GpuLimits()
        finds = scan_gpu(ForwardSource(self.data), skip, limits)
        contents = read_contents(ForwardSource(self.data), finds, self.spans, limits)
        return classify(finds, self.spans, contents, limits)


def elf(
    *sections: Section,
    machine: int = MACHINE_X86,
    osabi: int = 0,
    abi: int = 0,
    flags: int = 0,
    kind: int = 1,
) -> Made:
    """A 64-bit ELF file with these sections and a table of names."""
    names = b"\0"
    body, rows, spans = b"", [b"\0" * 64], []
    for section in (*sections, Section(".shstrtab", b"", kind=3, align=1)):
        at = len(names)
        names += section.name.encode() + b"\0"
        data = names if section.name == ".shstrtab" else section.data
        body += b"\0" * (-(64 + len(body)) % section.align)
        offset = 64 + len(body)
        fields = (at, section.kind, section.flags, 0, offset, len(data), 0, 0, section.align, 0)
        rows.append(struct.pack("<IIQQQQIIQQ", *fields))
        spans.append(
            SectionSpan(
                name=section.name, offset=offset, size=len(data), executable=bool(section.flags & 4)
            )
        )
        body += data
    body += b"\0" * (-len(body) % 8)
    ident = b"\x7fELF\x02\x01\x01" + bytes([osabi, abi]) + b"\0" * 7
    head = ident + struct.pack(
        "<HHIQQQIHHHHHH",
        kind,
        machine,
        1,
        0,
        0,
        64 + len(body),
        flags,
        64,
        0,
        0,
        64,
        len(rows),
        len(rows) - 1,
    )
    return Made(head + body + b"".join(rows), tuple(spans))


def cubin(osabi: int, flags: int, compat: bytes | None = None) -> bytes:
    """A cubin, with .nv.compat or without."""
    sections = [Section(".text.k", b"\x01" * 32, flags=6)]
    if compat is not None:
        sections.append(Section(".nv.compat", compat, kind=0x70000086))
    abi = 7 if osabi == 0x33 else 8
    return elf(*sections, machine=MACHINE_CUDA, osabi=osabi, abi=abi, flags=flags, kind=2).data


def code_object(flags: int, abi: int = 3) -> bytes:
    """An AMD code object."""
    text = Section(".text", b"\xbf" * 64, flags=6)
    return elf(text, machine=MACHINE_AMD, osabi=0x40, abi=abi, flags=flags, kind=3).data


def archive(*members: tuple[str, bytes]) -> bytes:
    """An ar archive in the GNU form."""
    made = b"!<arch>\n"
    for name, data in members:
        made += f"{name + '/':16}{0:<12}{0:<6}{0:<6}{644:<8}{len(data):<10}`\n".encode()
        made += data + b"\n" * (len(data) % 2)
    return made


class ForwardSource:
    """A stream's worst case: of what has passed, only the last 16 KiB can be had again."""

    def __init__(self, data: bytes) -> None:
        self._inner = MemorySource(data)
        self._at = 0
        self.size = len(data)
        self.read_bytes = 0

    def read(self, offset: int, size: int) -> bytes:
        self._go(offset, size)
        data = self._inner.read(offset, size)
        self.read_bytes += len(data)
        self._at = max(offset, offset + len(data) - (1 << 14))
        return data

    def find(self, needles: tuple[Needle, ...], start: int, end: int) -> tuple[int, Needle] | None:
        self._go(start, 0)
        hit = self._inner.find(needles, start, end)
        self._go(hit[0] if hit else max(start, min(end, self.size)), 0)
        return hit

    def passed(self) -> None:
        """Let everything pass."""
        self._at = self.size

    def _go(self, offset: int, size: int) -> None:
        if offset < self._at:
            raise PastBytesError(offset, size)
        self._at = offset
