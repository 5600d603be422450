"""Archives that lie: every field of every header may be replaced (PKWARE APPNOTE.TXT 6.3)."""

from __future__ import annotations

import hashlib
import struct
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

INFO = "made-1.0.dist-info"
METADATA = b"Metadata-Version: 2.1\nName: made\nVersion: 1.0\n\n"
WHEEL = b"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp312-cp312-manylinux_2_28_x86_64\n"


@dataclass
class Part:
    """A member. ``local`` and ``central`` replace fields of its two headers by name; ``packed``
    replaces its packed bytes, ``before`` and ``behind`` stand around the member."""

    name: bytes
    data: bytes = b""
    method: int = 0
    flags: int = 0
    extra: bytes = b""
    mode: int = 0o100644
    packed: bytes | None = None
    before: bytes = b""
    behind: bytes = b""
    local: dict[str, Any] = field(default_factory=dict)
    central: dict[str, Any] = field(default_factory=dict)


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


_LOCAL = ("version", "flags", "method", "time", "date", "crc", "packed", "size", "name", "extra")
_CENTRAL = (
    "made_by", "version", "flags", "method", "time", "date", "crc", "packed", "size", "name",
    "extra", "comment", "disk", "internal", "external", "offset",
)  # fmt: skip


def archive(
    parts: Iterable[Part],
    end: dict[str, Any] | None = None,
    comment: bytes = b"",
    front: bytes = b"",
) -> bytes:
    """An archive of these parts; ``end`` replaces fields of the end record."""
    body, rows = bytearray(front), bytearray()
    count = 0
    for part in parts:
        count += 1
        body += part.before
        offset = len(body) - len(front)
        packed = part.packed
        if packed is None:
            packed = deflated(part.data) if part.method == 8 else part.data
        fields: dict[str, Any] = {
            "version": 20, "flags": part.flags, "method": part.method, "time": 0, "date": 0x5A21,
            "crc": zlib.crc32(part.data), "packed": len(packed), "size": len(part.data),
        }  # fmt: skip
        body += local_header(part, fields) + packed + part.behind
        rows += _central_row(part, fields, offset)
    start = len(body) - len(front)
    told = {
        "disk": 0, "first": 0, "here": count & 0xFFFF, "all": count & 0xFFFF, "size": len(rows),
        "offset": start, "comment": len(comment),
    } | (end or {})  # fmt: skip
    names = ("disk", "first", "here", "all", "size", "offset", "comment")
    record = struct.pack("<4sHHHHIIH", b"PK\5\6", *(told[name] for name in names))
    return bytes(body + rows + record + comment)


def local_header(part: Part, fields: dict[str, Any]) -> bytes:
    told = fields | {"name": part.name, "extra": part.extra} | part.local
    values = {**told, "name": len(told["name"]), "extra": len(told["extra"])}
    head = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", *(values[name] for name in _LOCAL))
    return head + bytes(told["name"]) + bytes(told["extra"])


def _central_row(part: Part, fields: dict[str, Any], offset: int) -> bytes:
    told = fields | {
        "made_by": 0x0314, "name": part.name, "extra": part.extra, "comment": b"", "disk": 0,
        "internal": 0, "external": part.mode << 16, "offset": offset,
    } | part.central  # fmt: skip
    texts = [told["name"], told["extra"], told["comment"]]
    values = {**told, "name": len(texts[0]), "extra": len(texts[1]), "comment": len(texts[2])}
    layout = "<4sHHHHHHIIIHHHHHII"
    return struct.pack(layout, b"PK\1\2", *(values[name] for name in _CENTRAL)) + b"".join(texts)


def digest(data: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def record_of(parts: Iterable[Part], extra: str = "") -> bytes:
    rows = [
        f"{p.name.decode('utf-8', 'replace')},sha256={digest(p.data)},{len(p.data)}\n"
        for p in parts
        if p.name[-1:] != b"/"
    ]
    return ("".join(rows) + extra + f"{INFO}/RECORD,,\n").encode()


def wheel_parts(*parts: Part, rows: str = "") -> list[Part]:
    """These members and the metadata of a wheel, with a right RECORD."""
    told = [
        *parts,
        Part(f"{INFO}/METADATA".encode(), METADATA),
        Part(f"{INFO}/WHEEL".encode(), WHEEL),
    ]
    return [*told, Part(f"{INFO}/RECORD".encode(), record_of(told, rows))]


def wheel(*parts: Part, rows: str = "", **options: Any) -> bytes:
    """A wheel with these members, stored."""
    return archive(wheel_parts(*parts, rows=rows), **options)


def zip64_extra(*numbers: int) -> bytes:
    return struct.pack(f"<HH{len(numbers)}Q", 1, 8 * len(numbers), *numbers)


def zip64_end(data: bytes) -> bytes:
    """An archive with a ZIP64 end record and locator in front of its end record."""
    end = len(data) - 22
    _, _, _, _, count, size, offset, _ = struct.unpack("<4sHHHHIIH", data[end:])
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 2**32 - 1, 0)
    return data[:end] + record + locator + tail
