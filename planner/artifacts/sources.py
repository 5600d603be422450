"""Bytes of one member of a wheel, in memory or arriving as a stream."""

from __future__ import annotations

import sys
from array import array
from typing import NamedTuple, Protocol


class PastBytesError(Exception):
    """A stream was asked for bytes that it has passed and did not keep.

    ``offset`` and ``size`` say which; reading the member once more can keep them.
    """

    def __init__(self, offset: int, size: int) -> None:
        super().__init__(f"{size} bytes at {offset} have passed")
        self.offset = offset
        self.size = size


class Needle(NamedTuple):
    """Bytes to search for, at offsets that are multiples of ``align``.

    ``probe`` is the index of the byte that is rarest in other data: with an alignment, only that
    byte of every aligned place is looked at first.
    """

    magic: bytes
    align: int = 1
    probe: int = 0


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


# Most hits lie close together, so a search looks a little way only, then farther and farther.
_FIRST_WINDOW = 1 << 12
_LAST_WINDOW = 1 << 18


def next_needle(
    source: ByteSource, needles: tuple[Needle, ...], start: int, end: int
) -> tuple[int, Needle] | None:
    """What ``source.find`` gives, for callers that search again behind every hit.

    A needle that is nowhere is never searched for far beyond the hit of another one: all searches
    together take time in proportion to the bytes, however many hits there are.

    :raises PastBytesError: where a stream has passed ``start``.
    """
    window, end = _FIRST_WINDOW, min(end, source.size)
    while start < end:
        stop = min(end, start + window)
        hit = source.find(needles, start, stop)
        if hit is not None:
            return hit
        start, window = stop, min(window * 2, _LAST_WINDOW)
    return None


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


_FALSE_PROBES = 256
_WORD = 8
_STRIDE = 8  # from this alignment on, looking at the aligned places beats looking at every byte


def find_needle(data: bytes, needle: Needle, start: int, end: int, base: int = 0) -> int:
    """Where a needle begins in ``data[start:end]``, or -1; ``base`` is the offset of ``data[0]``.

    The needle itself may reach beyond ``end``.
    """
    if needle.align >= _STRIDE:
        return _find_strided(data, needle, start, end, base)
    return _find_plainly(data, needle, start, end, base)


def _find_plainly(data: bytes, needle: Needle, start: int, end: int, base: int) -> int:
    stop = end + len(needle.magic) - 1
    found = data.find(needle.magic, start, stop)
    while found >= 0 and (found + base) % needle.align:
        found = data.find(needle.magic, found + 1, stop)
    return found


def _find_strided(data: bytes, needle: Needle, start: int, end: int, base: int) -> int:
    magic, probe, align = needle.magic, needle.probe, needle.align
    first = start + (-(start + base)) % align
    probes = data[first + probe : max(first, end) + probe : align]
    wanted = magic[probe : probe + 1]
    place = probes.find(wanted)
    for _ in range(_FALSE_PROBES):
        if place < 0:
            return -1
        found = first + place * align
        if data.startswith(magic, found):
            return found
        place = probes.find(wanted, place + 1)
    if place < 0:
        return -1
    rest = first + place * align
    if len(magic) <= _WORD:
        return _find_words(data, needle, rest, end)
    return _find_plainly(data, needle, rest, end, base)


def _find_words(data: bytes, needle: Needle, first: int, end: int) -> int:
    """Where a needle of at most eight bytes begins, of the aligned places from the first on: for
    data made so that every probe is a hit and every hit a false one."""
    magic, align = needle.magic, needle.align
    behind = min(end, len(data) - len(magic) + 1)
    rows = max(0, behind - first + align - 1) // align
    last = first + (rows - 1) * align
    words = bytearray(rows * _WORD)
    for column in range(min(_WORD, len(magic))):
        words[column::_WORD] = data[first + column : max(0, last + column + 1) : align]
    wanted = int.from_bytes(magic[:_WORD].ljust(_WORD, b"\0"), sys.byteorder)
    try:
        row = array("Q", bytes(words)).index(wanted)
    except ValueError:
        return -1
    return first + row * align
