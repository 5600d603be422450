"""Members of ``ar`` archives (System V, GNU and BSD forms; ar(5) of FreeBSD describes all)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.sources import ByteSource

AR_MAGIC = b"!<arch>\n"
_HEADER_BYTES = 60
_END = b"`\n"
_NAME_BYTES = 4096
_NAMES_BYTES = 1 << 24
_TABLES = ("/", "/SYM64/", "__.SYMDEF", "__.SYMDEF SORTED")  # symbol indices


class Member(NamedTuple):
    """A member; ``offset`` and ``size`` are those of its content. ``is_whole`` is false where the
    archive ends inside it, or where what is there is no member."""

    name: str
    offset: int
    size: int
    is_whole: bool = True


def archive_members(source: ByteSource, limits: GpuLimits) -> Iterator[Member]:
    """The members in the order of the file, symbol indices left out; the last one may be damaged.

    :raises PastBytesError: where a stream has passed its start.
    """
    position, names = len(AR_MAGIC), b""
    for _ in range(limits.members):
        head = source.read(position, _HEADER_BYTES)
        if not head:
            return
        offset = position + _HEADER_BYTES
        size = _number(head[48:58]) if head.endswith(_END) else None
        if size is None or offset + size > source.size:
            yield Member(name="", offset=position, size=0, is_whole=False)
            return
        name = head[:16].decode("ascii", "replace").rstrip()
        if name == "//":
            names = source.read(offset, min(size, _NAMES_BYTES))
        elif name not in _TABLES:
            yield _named(source, name, names, offset, size)
        position = offset + size + size % 2


def _number(field: bytes) -> int | None:
    text = field.decode("ascii", "replace").strip()
    return int(text) if text.isascii() and text.isdigit() else None


def _named(source: ByteSource, name: str, names: bytes, offset: int, size: int) -> Member:
    if name.startswith("#1/"):  # BSD: the name comes before the content
        length = min(_number(name[3:].encode()) or 0, size, _NAME_BYTES)
        text = source.read(offset, length).rstrip(b"\0").decode("utf-8", "replace")
        return Member(name=text, offset=offset + length, size=size - length)
    start = _number(name[1:].encode()) if name.startswith("/") else None
    if start is not None:  # GNU: the name is in the table of names
        line = names[start : start + _NAME_BYTES].partition(b"\n")[0]
        name = line.decode("utf-8", "replace")
    return Member(name=name.removesuffix("/"), offset=offset, size=size)
