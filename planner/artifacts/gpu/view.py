"""A part of a source as a source of its own."""

from __future__ import annotations

from planner.artifacts.sources import ByteSource, Needle


class View:
    """The bytes of a source from an offset on, as if they were a file of their own.

    Going forward in the view goes forward in the source; needles are aligned as in the source.
    """

    __slots__ = ("_offset", "_source", "size")

    def __init__(self, source: ByteSource, offset: int, size: int) -> None:
        self._source = source
        self._offset = offset
        self.size = max(0, min(size, source.size - offset))

    def read(self, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes at an offset of the view."""
        size = min(size, self.size - offset)
        return self._source.read(self._offset + offset, size) if size > 0 <= offset else b""

    def find(self, needles: tuple[Needle, ...], start: int, end: int) -> tuple[int, Needle] | None:
        """The first place in ``[start, end)`` of the view where a needle begins, and which."""
        base = self._offset
        hit = self._source.find(needles, base + start, base + min(end, self.size))
        return None if hit is None else (hit[0] - base, hit[1])
