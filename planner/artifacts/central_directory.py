"""The central directory of a zip archive, row by row, as the archive itself tells it.

Source: PKWARE APPNOTE.TXT 6.3, 4.3.12 (central directory), 4.3.14 to 4.3.16 (ends), 4.5.3 (ZIP64
extra field). Read here and not by :mod:`zipfile`, whose view of names and offsets changed with its
versions, and which makes an object for each row before anyone can count them.
"""

from __future__ import annotations

import os
from struct import Struct
from typing import NamedTuple

from planner.artifacts.limits import Limits

_END = Struct("<4sHHHHIIH")  # signature disks counts (here, all) size offset comment
_END_MAGIC = b"PK\x05\x06"
_END_64 = Struct("<4sQHHIIQQQQ")  # signature size versions disks counts (here, all) size offset
_END_64_MAGIC = b"PK\x06\x06"
_LOCATOR = Struct("<4sIQI")  # signature disk offset disks
_LOCATOR_MAGIC = b"PK\x06\x07"
# signature versions flags method time crc sizes lengths (name, extra, comment) disk attributes
# offset
_ROW = Struct("<4sHHHHIIIIHHHHHII")
_ROW_MAGIC = b"PK\x01\x02"
_EXTRA = Struct("<HH")
_COMMENT = 0xFFFF
_ZIP64, _UNICODE_PATH = 0x0001, 0x7075
_IN_ZIP64 = 0xFFFFFFFF
_UNSAID = (0xFFFF, _IN_ZIP64, _IN_ZIP64)  # count, size and offset that the ZIP64 end tells
_UTF8 = 0x800


class NotAZipError(Exception):
    """A file whose directory cannot be read; the text says why."""


class TooManyRowsError(Exception):
    """A directory with more rows or bytes than are read."""


class Row(NamedTuple):
    """A row of the directory. ``name`` ends at a NUL, as readers in C take it; ``whole_name`` does
    not. ``other_name`` is the one of a Unicode path field, which some readers prefer."""

    name: str
    whole_name: str
    other_name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    attributes: int
    offset: int


class End(NamedTuple):
    """The end of an archive. ``start`` is where the directory really begins; offsets count from
    ``base``, which is not zero where bytes were put in front. ``behind`` are the bytes that follow,
    ``twins`` counts other ends that could be meant."""

    start: int
    size: int
    rows: int
    base: int
    behind: int
    twins: int


def read_end(fd: int, size: int) -> End:
    """Where the directory of an archive of so many bytes lies: by the last end record, as pip does.

    :raises NotAZipError: where there is none, or where it points outside the file.
    """
    tail_start = max(0, size - _END.size - _COMMENT)
    tail = os.pread(fd, size - tail_start, tail_start)
    place = _last_end(tail)
    _, disk, first_disk, _, count, length, offset, comment = _END.unpack_from(tail, place)
    end = tail_start + place
    large = _end_64(fd, end)
    told = 0
    if large is not None:
        for small, number, unsaid in zip((count, length, offset), large[1:4], _UNSAID, strict=True):
            if small not in (number, unsaid):
                raise NotAZipError("its two ends name different directories")
        end, count, length, offset, told = large
    elif disk or first_disk:
        raise NotAZipError("it is one part of an archive of several")
    start = end - length
    if start < 0 or offset > start:
        raise NotAZipError("its directory would begin before the file does")
    if large is not None and start - offset + told != end:
        raise NotAZipError("its ZIP64 locator points elsewhere than to the end before it")
    behind = len(tail) - place - _END.size - comment
    return End(
        start=start,
        size=length,
        rows=count,
        base=start - offset,
        behind=max(0, behind),
        twins=_twins(tail, place),
    )


def _last_end(tail: bytes) -> int:
    place = tail.rfind(_END_MAGIC)
    while place >= 0 and place + _END.size > len(tail):
        place = tail.rfind(_END_MAGIC, 0, place)
    if place < 0:
        raise NotAZipError("there is no end of a central directory")
    return place


def _twins(tail: bytes, last: int) -> int:
    """Earlier end records whose comment reaches to the end of the file just as well."""
    count, place = 0, tail.rfind(_END_MAGIC, 0, last)
    while place >= 0:
        comment = _END.unpack_from(tail, place)[7]
        count += place + _END.size + comment == len(tail)
        place = tail.rfind(_END_MAGIC, 0, place)
    return count


def _end_64(fd: int, end: int) -> tuple[int, int, int, int, int] | None:
    """Place of the ZIP64 end record, count, size and offset, and the place that its locator tells;
    None where there is no such record."""
    place = end - _LOCATOR.size
    locator = os.pread(fd, _LOCATOR.size, place) if place >= 0 else b""
    if len(locator) < _LOCATOR.size or not locator.startswith(_LOCATOR_MAGIC):
        return None
    _, disk, told, disks = _LOCATOR.unpack(locator)
    if disk or disks > 1:
        raise NotAZipError("it is one part of an archive of several")
    place -= _END_64.size
    record = os.pread(fd, _END_64.size, place) if place >= 0 else b""
    if len(record) < _END_64.size or not record.startswith(_END_64_MAGIC):
        raise NotAZipError("there is no ZIP64 end record where its locator stands")
    *_, count, length, offset = _END_64.unpack(record)
    return place, count, length, offset, told


def read_rows(fd: int, end: End, limits: Limits) -> list[Row]:
    """The rows of the directory in order.

    :raises NotAZipError: where they are cut short or a name cannot be decoded.
    :raises TooManyRowsError: where there are more than are read.
    """
    if end.size > limits.directory:
        detail = f"a directory of {end.size} bytes, the limit is {limits.directory}"
        raise TooManyRowsError(detail)
    data = os.pread(fd, end.size, end.start)
    rows: list[Row] = []
    place = 0
    while place < len(data):
        if place + _ROW.size > len(data) or not data.startswith(_ROW_MAGIC, place):
            raise NotAZipError(f"no row of the directory begins at its byte {place}")
        if len(rows) >= limits.entries:
            raise TooManyRowsError(f"more entries than the limit of {limits.entries}")
        row, place = _row(data, place, end.base)
        rows.append(row)
    return rows


def _row(data: bytes, place: int, base: int) -> tuple[Row, int]:
    fields = _ROW.unpack_from(data, place)
    _, _, _, flags, method, _, crc, packed, size, *lengths = fields
    name_size, extra_size, comment_size, _, _, attributes, offset = lengths
    start = place + _ROW.size
    behind = start + name_size + extra_size + comment_size
    if behind > len(data):
        raise NotAZipError(f"the row at byte {place} of the directory is cut short")
    whole = decoded(data[start : start + name_size], flags)
    numbers, other = [size, packed, offset], ""
    if extra_size:
        extra = data[start + name_size : start + name_size + extra_size]
        numbers, other = _from_extra(extra, numbers)
    row = Row(
        name=whole.partition("\0")[0],
        whole_name=whole,
        other_name=other,
        flags=flags,
        method=method,
        crc=crc,
        packed=numbers[1],
        size=numbers[0],
        attributes=attributes,
        offset=base + numbers[2],
    )
    return row, behind


def decoded(name: bytes, flags: int) -> str:
    """A name as text. Most are ASCII, which no table of code page 437 is loaded for.

    :raises NotAZipError: where it claims to be UTF-8 and is not.
    """
    try:
        return name.decode("utf-8" if flags & _UTF8 or name.isascii() else "cp437")
    except UnicodeDecodeError:
        raise NotAZipError("a name that claims to be UTF-8 is not") from None


def _from_extra(extra: bytes, numbers: list[int]) -> tuple[list[int], str]:
    """Size, packed size and offset where they are too large for the row, and the other name."""
    other, place = "", 0
    while place + _EXTRA.size <= len(extra):
        kind, length = _EXTRA.unpack_from(extra, place)
        body = extra[place + _EXTRA.size : place + _EXTRA.size + length]
        if len(body) < length:
            raise NotAZipError("an extra field is longer than all of them")
        if kind == _ZIP64:
            numbers = _large(body, numbers)
        elif kind == _UNICODE_PATH:
            other = body[5:].decode("utf-8", "replace")
        place += _EXTRA.size + length
    return numbers, other


def _large(body: bytes, numbers: list[int]) -> list[int]:
    place, found = 0, []
    for number in numbers:
        if number != _IN_ZIP64:
            found.append(number)
            continue
        if place + 8 > len(body):
            raise NotAZipError("a ZIP64 field lacks a number")
        found.append(int.from_bytes(body[place : place + 8], "little"))
        place += 8
    return found
