"""The directory of a wheel: its members by name, place and size, and what is wrong with them.

Source: PKWARE APPNOTE.TXT 6.3 (local and central headers, end of central directory, ZIP64).
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from planner.artifacts.limits import Limits
from planner.model.wheels import UNREADABLE, Oddity, Oddness

STORED, DEFLATED = 0, 8
_ENCRYPTED, _DESCRIPTOR, _STRONG, _UTF8 = 0x1, 0x8, 0x40, 0x800
_LOCAL = struct.Struct("<4sHHHHHIIIHH")  # signature version flags method time date crc sizes names
_END = b"PK\x05\x06"
_END_SIZE, _COMMENT = 22, 0xFFFF
_SLACK = 24  # a data descriptor may follow a member


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A member as the central directory tells it; ``start`` is where its packed bytes begin."""

    name: str
    size: int
    packed: int
    crc: int
    method: int
    start: int
    is_folder: bool
    is_readable: bool


@dataclass(frozen=True, slots=True)
class Directory:
    """The members in the order of the central directory, and what is odd about them."""

    members: tuple[Member, ...]
    oddities: tuple[Oddity, ...]


class _Bounded:
    """A file that refuses reads above a size: the directory's size is the wheel's own claim."""

    def __init__(self, file: IO[bytes], limit: int) -> None:
        self._file, self._limit = file, limit
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(min(size, self._limit + 1) if size >= 0 else self._limit + 1)
        if len(data) > self._limit:
            raise zipfile.BadZipFile(f"its directory has more than {self._limit} bytes")
        return data


def read_directory(file: IO[bytes], size: int, limits: Limits) -> Directory:
    """The members of a wheel, none of them opened."""
    try:
        with zipfile.ZipFile(_Bounded(file, limits.directory)) as archive:
            infos, comment, start = archive.infolist(), archive.comment, archive.start_dir
    except (
        zipfile.BadZipFile,
        struct.error,
        ValueError,
        NotImplementedError,
        OverflowError,
        EOFError,
        OSError,
    ) as error:
        oddity = Oddity(what=Oddness.NOT_A_ZIP, member="", detail=_reason(error))
        return Directory((), (oddity,))
    if len(infos) > limits.entries:
        detail = f"{len(infos)} entries, the limit is {limits.entries}"
        return Directory((), (Oddity(what=Oddness.TOO_MANY_ENTRIES, member="", detail=detail),))
    oddities = list(_stray_bytes(file, size, comment))
    members = []
    for info in infos:
        found, start_of_data = _check(file, info, limits)
        oddities += found
        members.append(_member(info, start_of_data, found))
    oddities += _duplicates(infos)
    oddities += _overlaps(infos, members, start)
    oddities += _totals(members, limits)
    return Directory(tuple(members), tuple(oddities))


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "a name that claims to be UTF-8 is not"
    return str(error) or type(error).__name__


def _member(info: zipfile.ZipInfo, start: int, found: list[Oddity]) -> Member:
    return Member(
        name=info.filename,
        size=info.file_size,
        packed=info.compress_size,
        crc=info.CRC,
        method=info.compress_type,
        start=start,
        is_folder=info.is_dir(),
        is_readable=not any(oddity.what in UNREADABLE for oddity in found),
    )


def _check(file: IO[bytes], info: zipfile.ZipInfo, limits: Limits) -> tuple[list[Oddity], int]:
    """What is wrong with one member, and where its packed bytes start."""
    found = list(_name_oddities(info))

    def report(what: Oddness, detail: str) -> None:
        found.append(Oddity(what=what, member=info.filename, detail=detail))

    if info.flag_bits & (_ENCRYPTED | _STRONG):
        report(Oddness.ENCRYPTED, "is encrypted")
    if info.compress_type not in (STORED, DEFLATED):
        report(Oddness.COMPRESSION, f"is packed by method {info.compress_type}")
    if info.file_size > limits.member:
        report(Oddness.TOO_LARGE, f"{info.file_size} bytes, the limit is {limits.member}")
    ratio = info.file_size / max(info.compress_size, 1)
    if info.file_size > limits.ratio_from and ratio > limits.ratio:
        report(Oddness.RATIO, f"{info.file_size} bytes from {info.compress_size} packed ones")
    start, differs = _local_header(file, info)
    if start < 0:
        report(Oddness.TRUNCATED, differs)
    elif differs:
        report(Oddness.HEADERS_DIFFER, differs)
    return found, start


def _local_header(file: IO[bytes], info: zipfile.ZipInfo) -> tuple[int, str]:
    """Where the packed bytes start (-1: nowhere), and how the two headers of a member differ."""
    file.seek(max(info.header_offset, 0))
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
        return -1, "there is no local header where the directory says"
    _, _, flags, method, _, _, crc, packed, size, name_size, extra = _LOCAL.unpack(head)
    name = file.read(name_size)
    start = info.header_offset + _LOCAL.size + name_size + extra
    try:
        said = name.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        said = repr(name)
    if said.split("\0")[0] != info.orig_filename.split("\0")[0]:
        return start, f"the local header calls it {said[:200]!r}"
    if method != info.compress_type:
        return start, f"the local header says method {method}, the directory {info.compress_type}"
    plain = not flags & _DESCRIPTOR and 0xFFFFFFFF not in (packed, size)
    if plain and (crc, packed, size) != (info.CRC, info.compress_size, info.file_size):
        return start, "the local header and the directory give other sizes or checksums"
    return start, ""


def _name_oddities(info: zipfile.ZipInfo) -> Iterator[Oddity]:
    name = info.orig_filename
    if is_unsafe(name):
        detail = "would be written outside the folder it is installed to"
        yield Oddity(what=Oddness.UNSAFE_NAME, member=info.filename, detail=detail)
    elif "\0" in name or any(ord(c) < 32 for c in name) or "\\" in name or not name.strip("/"):
        yield Oddity(what=Oddness.ODD_NAME, member=info.filename, detail=f"{name[:200]!r}")
    if stat.S_ISLNK(info.external_attr >> 16):
        detail = "is a symbolic link, which installers write as a plain file"
        yield Oddity(what=Oddness.SYMLINK, member=info.filename, detail=detail)
    if info.filename.endswith(".whl"):
        yield Oddity(what=Oddness.NESTED_WHEEL, member=info.filename, detail="is not looked into")


def is_unsafe(name: str) -> bool:
    """Whether a path would leave the folder that it is unpacked to."""
    plain = name.replace("\\", "/")
    return plain.startswith("/") or ".." in PurePosixPath(plain).parts or plain[1:2] == ":"


def _duplicates(infos: list[zipfile.ZipInfo]) -> Iterator[Oddity]:
    counts: dict[str, int] = {}
    for info in infos:
        counts[info.filename] = counts.get(info.filename, 0) + 1
    for name, count in counts.items():
        if count > 1:
            detail = f"stands {count} times in the directory"
            yield Oddity(what=Oddness.DUPLICATE, member=name, detail=detail)


def _overlaps(
    infos: list[zipfile.ZipInfo], members: list[Member], directory: int
) -> Iterator[Oddity]:
    """Members that share bytes, and bytes that no member owns."""
    pairs = zip(infos, members, strict=True)
    spans = sorted(
        ((i.header_offset, m) for i, m in pairs if m.start > 0), key=lambda span: span[0]
    )
    end = 0
    stray = 0
    for start, member in spans:
        if start < end:
            detail = "shares bytes with another member"
            yield Oddity(what=Oddness.OVERLAP, member=member.name, detail=detail)
        stray += start - end if start > end + _SLACK else 0
        end = max(end, member.start + member.packed)
    if end > directory:
        yield Oddity(what=Oddness.TRUNCATED, member="", detail="members reach into the directory")
    stray += directory - end if directory > end + _SLACK else 0
    if stray and spans:
        detail = f"{stray} bytes belong to no member"
        yield Oddity(what=Oddness.TRAILING_DATA, member="", detail=detail)


def _stray_bytes(file: IO[bytes], size: int, comment: bytes) -> Iterator[Oddity]:
    """Bytes behind the end of the directory."""
    file.seek(max(0, size - _END_SIZE - _COMMENT))
    tail = file.read(_END_SIZE + _COMMENT)
    behind = len(tail) - tail.rfind(_END) - _END_SIZE - len(comment)
    if behind > 0:
        detail = f"{behind} bytes follow the end of the archive"
        yield Oddity(what=Oddness.TRAILING_DATA, member="", detail=detail)


def _totals(members: list[Member], limits: Limits) -> Iterator[Oddity]:
    total = sum(member.size for member in members)
    if total > limits.inflated:
        detail = f"{total} bytes in all, the limit is {limits.inflated}"
        yield Oddity(what=Oddness.TOO_LARGE, member="", detail=detail)


def file_size(file: IO[bytes]) -> int:
    """The size of an open file in bytes."""
    return os.fstat(file.fileno()).st_size
