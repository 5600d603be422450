"""The directory of a wheel: its members by name, place and size, and what is wrong with them.

Source: PKWARE APPNOTE.TXT 6.3 (local headers); the directory itself is read by
:mod:`planner.artifacts.central_directory`.
"""

from __future__ import annotations

import os
import posixpath
import re
import stat
import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from planner.artifacts.central_directory import (
    End,
    NotAZipError,
    Row,
    TooManyRowsError,
    decoded,
    read_end,
    read_rows,
)
from planner.artifacts.limits import Limits
from planner.model.wheels import UNREADABLE, Oddity, Oddness

STORED, DEFLATED = 0, 8
_ENCRYPTED, _DESCRIPTOR, _STRONG = 0x1, 0x8, 0x40
_LOCAL = struct.Struct("<4sHHHHHIIIHH")  # signature version flags method time date crc sizes names
_LOCAL_MAGIC = b"PK\x03\x04"
_SLACK = 24  # a data descriptor may follow a member
_ODD = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\\]"
)
"""Control and formatting characters, among them those that turn the direction of text, and the
separator of another system."""


class Member(NamedTuple):
    """A member as the central directory tells it; ``start`` is where its packed bytes begin."""

    name: str
    size: int
    packed: int
    crc: int
    method: int
    start: int
    is_folder: bool
    is_readable: bool


class Directory(NamedTuple):
    """The members in the order of the central directory, and what is odd about them."""

    members: tuple[Member, ...]
    oddities: tuple[Oddity, ...]


def read_directory(fd: int, size: int, limits: Limits) -> Directory:
    """The members of a wheel of so many bytes, none of them opened."""
    try:
        end = read_end(fd, size)
        rows = read_rows(fd, end, limits)
    except NotAZipError as error:
        return _refused(Oddness.NOT_A_ZIP, str(error))
    except TooManyRowsError as error:
        return _refused(Oddness.TOO_MANY_ENTRIES, str(error))
    oddities = list(_about_end(end, len(rows)))
    members = []
    for row in rows:
        found, start_of_data = _check(fd, size, row, limits)
        oddities += found
        members.append(_member(row, start_of_data, found))
    oddities += _duplicates(rows)
    oddities += _overlaps(rows, members, end.start)
    oddities += _totals(members, limits)
    return Directory(tuple(members), capped(oddities, limits))


def _refused(what: Oddness, detail: str) -> Directory:
    return Directory((), (Oddity(what=what, member="", detail=detail),))


def capped(oddities: Iterable[Oddity], limits: Limits) -> tuple[Oddity, ...]:
    """The oddities in order, of each kind only so many, then how many more there are."""
    counts: Counter[Oddness] = Counter()
    kept = []
    for oddity in oddities:
        counts[oddity.what] += 1
        if counts[oddity.what] <= limits.oddities:
            kept.append(oddity)
    for what, count in counts.items():
        if count > limits.oddities:
            detail = f"{count - limits.oddities} more members like this"
            kept.append(Oddity(what=what, member="", detail=detail))
    return tuple(kept)


def _about_end(end: End, rows: int) -> Iterator[Oddity]:
    if end.behind:
        detail = f"{end.behind} bytes follow the end of the archive"
        yield Oddity(what=Oddness.TRAILING_DATA, member="", detail=detail)
    if end.rows not in (rows, rows & 0xFFFF):
        detail = f"the end of the archive says {end.rows} entries, the directory has {rows}"
        yield Oddity(what=Oddness.HEADERS_DIFFER, member="", detail=detail)
    if end.twins:
        detail = "its comment holds another end of the archive"
        yield Oddity(what=Oddness.HEADERS_DIFFER, member="", detail=detail)


def _member(row: Row, start: int, found: list[Oddity]) -> Member:
    return Member(
        name=row.name,
        size=row.size,
        packed=row.packed,
        crc=row.crc,
        method=row.method,
        start=start,
        is_folder=row.name.endswith("/"),
        is_readable=not any(oddity.what in UNREADABLE for oddity in found),
    )


def _check(fd: int, size: int, row: Row, limits: Limits) -> tuple[list[Oddity], int]:
    """What is wrong with one member, and where its packed bytes start."""
    found = list(_name_oddities(row))

    def report(what: Oddness, detail: str) -> None:
        found.append(Oddity(what=what, member=row.name, detail=detail))

    if row.flags & (_ENCRYPTED | _STRONG):
        report(Oddness.ENCRYPTED, "is encrypted")
    if row.method not in (STORED, DEFLATED):
        report(Oddness.COMPRESSION, f"is packed by method {row.method}")
    if row.size > limits.member:
        report(Oddness.TOO_LARGE, f"{row.size} bytes, the limit is {limits.member}")
    ratio = row.size / max(row.packed, 1)
    if row.size > limits.ratio_from and ratio > limits.ratio:
        report(Oddness.RATIO, f"{row.size} bytes from {row.packed} packed ones")
    start, differs = _local_header(fd, size, row)
    if start < 0:
        report(Oddness.TRUNCATED, differs)
    elif differs:
        report(Oddness.HEADERS_DIFFER, differs)
    return found, start


def _local_header(fd: int, file_size: int, row: Row) -> tuple[int, str]:
    """Where the packed bytes start (-1: nowhere), and how the two headers of a member differ."""
    room = _LOCAL.size + 4 * len(row.whole_name) + 4
    head = os.pread(fd, room, row.offset) if row.offset < file_size else b""
    if len(head) < _LOCAL.size or not head.startswith(_LOCAL_MAGIC):
        return -1, "there is no local header where the directory says"
    _, _, flags, method, _, _, crc, packed, size, name_size, extra = _LOCAL.unpack_from(head)
    start = row.offset + _LOCAL.size + name_size + extra
    if start + row.packed > file_size:
        return -1, "its bytes end behind the wheel's end"
    differs = _other_name(head[_LOCAL.size : _LOCAL.size + name_size], flags, row)
    if differs:
        return start, differs
    if method != row.method:
        return start, f"the local header says method {method}, the directory {row.method}"
    plain = not flags & _DESCRIPTOR and 0xFFFFFFFF not in (packed, size)
    if plain and (crc, packed, size) != (row.crc, row.packed, row.size):
        return start, "the local header and the directory give other sizes or checksums"
    return start, ""


def _other_name(raw: bytes, flags: int, row: Row) -> str:
    """What the local header or an extra field calls the member if it is not the same; else ""."""
    if row.other_name and row.other_name != row.whole_name:
        return f"an extra field calls it {row.other_name[:200]!r}"
    try:
        said = decoded(raw, flags)
    except NotAZipError:
        said = repr(raw)
    return "" if said == row.whole_name else f"the local header calls it {said[:200]!r}"


def _name_oddities(row: Row) -> Iterator[Oddity]:
    name = row.whole_name
    if is_unsafe(name):
        detail = "would be written outside the folder it is installed to"
        yield Oddity(what=Oddness.UNSAFE_NAME, member=row.name, detail=detail)
    elif _ODD.search(name) or not name.strip("/") or _has_idle_part(name):
        yield Oddity(what=Oddness.ODD_NAME, member=row.name, detail=f"{name[:200]!a}")
    if stat.S_ISLNK(row.attributes >> 16):
        detail = "is a symbolic link, which installers write as a plain file"
        yield Oddity(what=Oddness.SYMLINK, member=row.name, detail=detail)
    if row.name.endswith(".whl"):
        yield Oddity(what=Oddness.NESTED_WHEEL, member=row.name, detail="is not looked into")


def _has_idle_part(name: str) -> bool:
    """Whether a path is spelled with parts that change nothing: ``a/./b``, ``a//b``."""
    return "//" in name or name.startswith("./") or "/./" in name or name.endswith("/.")


def is_unsafe(name: str) -> bool:
    """Whether a path would leave the folder that it is unpacked to."""
    plain = name.replace("\\", "/")
    return plain.startswith("/") or ".." in plain.split("/") or plain[1:2] == ":"


def _duplicates(rows: list[Row]) -> Iterator[Oddity]:
    """Names that stand more than once, name the same file, or differ in upper and lower case
    only."""
    counts = Counter(row.name for row in rows)
    spellings: dict[str, str] = {}
    paths: dict[str, str] = {}
    for name, count in counts.items():
        if count > 1:
            detail = f"stands {count} times in the directory"
            yield Oddity(what=Oddness.DUPLICATE, member=name, detail=detail)
        path = posixpath.normpath(name) if _has_idle_part(name) else name.rstrip("/")
        if (same := paths.setdefault(path, name)) != name:
            detail = f"names the same file as {same[:200]!a}"
            yield Oddity(what=Oddness.DUPLICATE, member=name, detail=detail)
        other = spellings.setdefault(name.casefold(), name)
        if other != name:
            detail = f"differs from {other[:200]!a} in upper and lower case only"
            yield Oddity(what=Oddness.ODD_NAME, member=name, detail=detail)


def _overlaps(rows: list[Row], members: list[Member], directory: int) -> Iterator[Oddity]:
    """Members that share bytes, and bytes that no member owns."""
    pairs = zip(rows, members, strict=True)
    spans = sorted(((r.offset, m) for r, m in pairs if m.start > 0), key=lambda span: span[0])
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
    if stray and spans and len(spans) == len(members):
        detail = f"{stray} bytes belong to no member"
        yield Oddity(what=Oddness.TRAILING_DATA, member="", detail=detail)


def _totals(members: list[Member], limits: Limits) -> Iterator[Oddity]:
    total = sum(member.size for member in members)
    packed = sum(member.packed for member in members)
    if total > limits.whole_ratio_from and total > limits.ratio * packed:
        detail = f"{total} bytes in all from {packed} packed ones"
        yield Oddity(what=Oddness.RATIO, member="", detail=detail)
    elif total > limits.inflated:
        detail = f"{total} bytes in all, the limit is {limits.inflated}"
        yield Oddity(what=Oddness.TOO_LARGE, member="", detail=detail)
