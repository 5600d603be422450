"""Inflating and checksums: Intel's ISA-L where it is installed, else zlib."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import NamedTuple, Protocol, cast


class Inflater(Protocol):
    """A raw deflate stream (RFC 1951) being inflated."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""

    @property
    def unconsumed_tail(self) -> bytes:
        """Packed bytes that were not inflated yet."""

    @property
    def unused_data(self) -> bytes:
        """What was given behind the end of the stream."""

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes:
        """Up to ``max_length`` inflated bytes; the rest stays in ``unconsumed_tail``."""


class Engine(NamedTuple):
    """What inflates: its name, how to start a stream, CRC-32, and what it raises."""

    name: str
    inflater: Callable[[], Inflater]
    crc32: Callable[[bytes, int], int]
    errors: tuple[type[Exception], ...]


ZLIB = Engine("zlib", lambda: zlib.decompressobj(-15), zlib.crc32, (zlib.error,))


def _choose() -> Engine:
    try:
        from isal import isal_zlib  # noqa: PLC0415
    except ImportError:
        return ZLIB
    # its stubs say that the error is an instance
    errors = cast(tuple[type[Exception], ...], (isal_zlib.IsalError, zlib.error))
    return Engine("isal", lambda: isal_zlib.decompressobj(-15), isal_zlib.crc32, errors)


ENGINE = _choose()
