"""A remote file that is read like a local one, by ranges (RFC 9110, 14: Range Requests)."""

from __future__ import annotations

import hashlib
import io
import re

import requests

from planner.index.cache import PartCache
from planner.index.errors import BrokenError, MissingError, UnreachableError
from planner.index.listing import IndexFile
from planner.index.transport import Transport

_TAIL = 64 << 10  # bytes fetched first: a wheel's directory is mostly in them
_BLOCK = 32 << 10  # the least that is fetched at once
MOST_AT_ONCE = 512 << 20
_WHOLE = "whole"
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})", re.ASCII)


class RangedFile(io.RawIOBase):
    """Bytes of a remote wheel; only those that are read are fetched, and each once.

    A server without ranges has the whole file fetched, checked against its digest. ``held`` is how
    many bytes are at hand.

    :raises RemoteError: from ``read``, and when it is opened, where the server does not serve.
    """

    def __init__(self, file: IndexFile, transport: Transport, cache: PartCache) -> None:
        self._file = file
        self._transport = transport
        self._cache = cache
        self._place = 0
        self._parts: list[tuple[int, bytes]] = []
        self._kept = cache.parts(file.sha256)
        self.size = 0
        self.most = MOST_AT_ONCE
        self._open()

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The place of the next read."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move the place of the next read; nothing is fetched."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes from the place on; no more than ``most`` at once."""
        end = self.size if size < 0 else min(self.size, self._place + size)
        if end <= self._place:
            return b""
        if end - self._place > self.most:
            raise BrokenError(f"{end - self._place} bytes would have to be read at once")
        data = self._bytes(self._place, end)
        self._place = end
        return data

    @property
    def held(self) -> int:
        """Bytes that are kept in memory."""
        return sum(len(data) for _, data in self._parts)

    def fetch(self, start: int, end: int) -> None:
        """Have a range at hand, in one request."""
        start, end = max(0, start), min(end, self.size)
        if end - start > MOST_AT_ONCE:
            raise BrokenError(f"{end - start} bytes would have to be read at once")
        if start < end and self._part_with(start, end) is None:
            self._parts.append((start, self._from_cache(start, end) or self._asked(start, end)))

    def _bytes(self, start: int, end: int) -> bytes:
        part = self._part_with(start, end)
        if part is None:
            self.fetch(start, max(end, start + _BLOCK))
            part = self._part_with(start, end)
        if part is None:
            raise BrokenError("the server sends other bytes than it was asked for")
        base, data = part
        return data[start - base : end - base]

    def _part_with(self, start: int, end: int) -> tuple[int, bytes] | None:
        for base, data in self._parts:
            if base <= start and end <= base + len(data):
                return base, data
        return None

    def _from_cache(self, start: int, end: int) -> bytes | None:
        for low, high in self._kept:
            if low <= start and end <= high:
                data = self._cache.get(self._file.sha256, f"{low}-{high}")
                if data is not None and len(data) == high - low:
                    self._transport.spared(end - start)
                    return data[start - low : end - low]
        return None

    def _open(self) -> None:
        """Learn the size, with the end of the file."""
        for low, high in reversed(self._kept):
            size = self._cache.get(self._file.sha256, "size")
            if size is not None and size.isdigit() and int(size) == high:
                self.size = high
                self.fetch(low, high)
                return
        status, said, data = self._transport.range(self._file.url, f"-{_TAIL}", _TAIL)
        if status == requests.codes.partial_content:
            match = _RANGE.fullmatch(said)
            if match is None or int(match[3]) != int(match[1]) + len(data):
                raise BrokenError("the server's answer does not say which bytes it holds")
            self.size = int(match[3])
            self._keep(int(match[1]), data)
            self._cache.put(self._file.sha256, "size", str(self.size).encode())
        elif status in (requests.codes.not_found, requests.codes.gone, requests.codes.forbidden):
            raise MissingError(f"{self._file.name} is listed and no longer there")
        elif status in (requests.codes.ok, requests.codes.requested_range_not_satisfiable):
            self._take_whole()
        else:
            raise UnreachableError(f"the server answers {status} for {self._file.name}")

    def _asked(self, start: int, end: int) -> bytes:
        wanted = end - start
        status, said, data = self._transport.range(self._file.url, f"{start}-{end - 1}", wanted)
        match = _RANGE.fullmatch(said)
        if status in (requests.codes.not_found, requests.codes.gone):
            raise MissingError(f"{self._file.name} is listed and no longer there")
        if status != requests.codes.partial_content or match is None:
            raise UnreachableError(f"the server answers {status} for a part of {self._file.name}")
        if int(match[1]) != start or len(data) != wanted or int(match[3]) != self.size:
            raise BrokenError("the server sends other bytes than it was asked for")
        self._cache.put(self._file.sha256, f"{start}-{end}", data)
        return data

    def _keep(self, start: int, data: bytes) -> None:
        self._parts.append((start, data))
        self._cache.put(self._file.sha256, f"{start}-{start + len(data)}", data)

    def _take_whole(self) -> None:
        data = self._cache.get(self._file.sha256, _WHOLE)
        if data is None:
            data = self._transport.whole(self._file.url, MOST_AT_ONCE)
            if self._file.sha256 and hashlib.sha256(data).hexdigest() != self._file.sha256:
                raise BrokenError("its SHA-256 is not the one that the index states")
            self._cache.put(self._file.sha256, _WHOLE, data)
        else:
            self._transport.spared(len(data))
        self.size = len(data)
        self._parts.append((0, data))
