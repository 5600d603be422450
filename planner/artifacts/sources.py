"""Bytes of one member of a wheel, in memory or arriving as a stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class PastBytesError(Exception):
    """A stream was asked for bytes that it has passed and did not keep.

    ``offset`` and ``size`` say which; reading the member once more can keep them.
    """

    def __init__(self, offset: int, size: int) -> None:
        super().__init__(f"{size} bytes at {offset} have passed")
        self.offset = offset
        self.size = size


@dataclass(frozen=True, slots=True)
class Needle:
    """Bytes to search for, at offsets that are multiples of ``align``."""

    magic: bytes
    align: int = 1


class ByteSource(Protocol):
    """The uncompressed bytes of a member. A stream only goes forward: reading or finding at an
    offset moves it there, and bytes before that are gone unless it was told to keep them."""

    size: int

    def read(self, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes at an offset; fewer only at the end.

        :raises PastBytesError: where a stream has passed them.
        """

    def find(self, needles: tuple[Needle, ...], start: int, end: int) -> tuple[int, Needle] | None:
        """The first place in ``[start, end)`` where a needle begins, and which; None without one.

        :raises PastBytesError: where a stream has passed ``start``.
        """


class MemorySource:
    """A member that fits in memory."""

    __slots__ = ("_data", "size")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def read(self, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes at an offset."""
        return self._data[offset : offset + size] if offset >= 0 else b""

    def find(self, needles: tuple[Needle, ...], start: int, end: int) -> tuple[int, Needle] | None:
        """The first place in ``[start, end)`` where a needle begins, and which."""
        return first_needle(self._data, needles, start, end)


def first_needle(
    data: bytes, needles: tuple[Needle, ...], start: int, end: int, base: int = 0
) -> tuple[int, Needle] | None:
    """The first needle that begins in ``data[start:end]`` and its offset, counted from the start
    of the file; ``base`` is the offset of ``data[0]`` there."""
    best: tuple[int, Needle] | None = None
    for needle in needles:
        found = find_needle(data, needle, start, end if best is None else best[0] - base, base)
        if found >= 0:
            best = (found + base, needle)
    return best


_STRIDE = 256  # from this alignment on, looking at the aligned places beats looking at every byte


def find_needle(data: bytes, needle: Needle, start: int, end: int, base: int = 0) -> int:
    """Where a needle begins in ``data[start:end]``, or -1; ``base`` is the offset of ``data[0]``.

    The needle itself may reach beyond ``end``.
    """
    if needle.align >= _STRIDE:
        return _find_strided(data, needle, start, end, base)
    stop = end + len(needle.magic) - 1
    found = data.find(needle.magic, start, stop)
    while found >= 0 and (found + base) % needle.align:
        found = data.find(needle.magic, found + 1, stop)
    return found


def _find_strided(data: bytes, needle: Needle, start: int, end: int, base: int) -> int:
    first = start + (-(start + base)) % needle.align
    heads = data[first : max(first, end) : needle.align]
    place = heads.find(needle.magic[:1])
    while place >= 0:
        found = first + place * needle.align
        if data.startswith(needle.magic, found):
            return found
        place = heads.find(needle.magic[:1], place + 1)
    return -1
