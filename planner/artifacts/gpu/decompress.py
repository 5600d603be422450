"""Bounded decompression: never more bytes than asked for, whatever the input promises."""

from __future__ import annotations

import zlib
from importlib import import_module
from typing import Protocol

from planner.artifacts.sources import ByteSource

_CHUNK = 1 << 14
_OUTPUT = 1 << 18
_ZSTD_MODULES = ("compression.zstd", "backports.zstd")  # Python 3.14 has the first


class StreamError(Exception):
    """Compressed bytes that are damaged."""


class Decompressor(Protocol):
    """One compressed frame, fed piece by piece (as ``bz2.BZ2Decompressor`` of the library)."""

    @property
    def eof(self) -> bool:
        """Whether the frame's end was met."""

    @property
    def unused_data(self) -> bytes:
        """What follows the frame in the bytes fed last."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes out without more input."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """The next bytes, at most so many."""


class ZlibDecompressor:
    """zlib with the face of the other decompressors."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj()

    @property
    def eof(self) -> bool:
        """Whether the stream's end was met."""
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        """What follows the stream in the bytes fed last."""
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes out without more input."""
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """The next bytes, at most so many."""
        return self._inner.decompress(self._inner.unconsumed_tail + data, max(max_length, 0))


def new_decompressor(method: str) -> Decompressor | None:
    """A decompressor for ``zlib`` or ``zstd``; None where this Python has none."""
    if method == "zlib":
        return ZlibDecompressor()
    for name in _ZSTD_MODULES:
        try:
            made: Decompressor = import_module(name).ZstdDecompressor()
        except ImportError:
            continue
        return made
    return None


class FrameReader:
    """A compressed frame that lies in a source, decompressed from its start."""

    def __init__(self, inner: Decompressor, source: ByteSource, start: int, end: int) -> None:
        self._inner = inner
        self._source = source
        self._start = start
        self._next = start
        self._end = min(end, source.size)
        self.produced = 0  # bytes that came out so far
        self.taken = 0  # bytes that went in so far

    @property
    def finished(self) -> bool:
        """Whether the frame's end was met."""
        return self._inner.eof

    @property
    def position(self) -> int:
        """Offset in the source up to which compressed bytes were read."""
        return self._next

    @property
    def consumed(self) -> int:
        """Compressed bytes used so far."""
        return self._next - self._start - len(self._inner.unused_data)

    def read(self, most: int = _OUTPUT) -> bytes:
        """The next bytes, so many at most; b"" at the end of frame or input.

        :raises StreamError: where the frame is damaged.
        """
        while not self._inner.eof:
            data = b""
            if self._inner.needs_input:
                data = self._source.read(self._next, min(_CHUNK, self._end - self._next))
                self._next += len(data)
                self.taken += len(data)
                if not data:
                    return b""
            if output := self._decompress(data, most):
                self.produced += len(output)
                return output
        return b""

    def _decompress(self, data: bytes, most: int) -> bytes:
        try:
            return self._inner.decompress(data, most)
        except Exception as error:  # zlib.error, ZstdError of two modules, MemoryError, ...
            raise StreamError(str(error)) from error
