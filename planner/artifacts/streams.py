"""A large member as a source of bytes that passes by once, hashed and checked on the way."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator

from planner.artifacts.limits import Limits
from planner.artifacts.sources import Needle, PastBytesError, first_needle

_LOOK_BACK = 64  # bytes of the last chunk that stay in reach, longer than any needle


class StreamSource:
    """A member that arrives in chunks and only goes forward (see :class:`ByteSource`).

    Kept are the first ``kept_head`` and last ``kept_tail`` bytes, and the ranges asked for with
    :meth:`keep`, as whole chunks. A search may look ahead: what lies behind the place where the
    last one began stays in reach, up to ``kept_windows`` bytes. ``watch`` sees every chunk once,
    in order (hash, checksum).
    """

    def __init__(
        self,
        size: int,
        chunks: Iterator[bytes],
        limits: Limits,
        watch: Callable[[bytes], None] | None = None,
        wanted: tuple[tuple[int, int], ...] = (),
    ) -> None:
        self.size = size
        self.arrived = 0
        self._chunks = chunks
        self._limits = limits
        self._watch = watch
        self._wanted = list(wanted)
        self._starts: list[int] = []
        self._kept: list[bytes] = []
        self._passing: deque[tuple[int, bytes]] = deque()
        self._last_start, self._last = 0, b""  # of those that pass, the newest
        self._searched = 0
        self._window = 0
        self._marker = b""
        self._marker_from = size

    def keep(self, start: int, end: int) -> None:
        """Keep the bytes of a range when they arrive."""
        self._wanted.append((start, end))

    def keep_around(self, marker: bytes, start: int) -> None:
        """Keep the chunks from an offset on that hold a marker, each with the one before it."""
        self._marker, self._marker_from = marker, start

    def read(self, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes at an offset.

        :raises PastBytesError: where they have passed and were not kept.
        """
        end = offset + size
        if self._last_start <= offset and end <= self.arrived:  # nearly always
            return self._last[offset - self._last_start : end - self._last_start]
        end = min(end, self.size)
        if offset < 0 or end <= offset:
            return b""
        parts = []
        place = offset
        while place < end:
            start, chunk = self._chunk_at(place, offset, size)
            if not chunk:
                break
            part = chunk[place - start : end - start]
            parts.append(part)
            place += len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _chunk_at(self, place: int, offset: int, size: int) -> tuple[int, bytes]:
        """The chunk that holds a place; empty behind the end."""
        while place >= self.arrived:
            if not self._advance():
                return place, b""
        for start, chunk in reversed(self._passing):
            if start <= place < start + len(chunk):
                return start, chunk
        index = bisect_right(self._starts, place) - 1
        if index >= 0 and place < self._starts[index] + len(self._kept[index]):
            return self._starts[index], self._kept[index]
        raise PastBytesError(offset, size)

    def find(self, needles: tuple[Needle, ...], start: int, end: int) -> tuple[int, Needle] | None:
        """The first place in ``[start, end)`` where a needle begins, and which.

        :raises PastBytesError: where the stream has passed ``start``.
        """
        end = min(end, self.size)
        self._searched = place = start
        while place < end:
            base, chunk = self._chunk_at(place, place, 1)
            if not chunk:
                return None
            found = self._in_chunk(needles, place, end, base, chunk)
            if found is not None:
                return found
            place = base + len(chunk)
        return None

    def _in_chunk(
        self, needles: tuple[Needle, ...], place: int, end: int, base: int, chunk: bytes
    ) -> tuple[int, Needle] | None:
        stop = min(base + len(chunk), end)
        best = first_needle(chunk, needles, place - base, stop - base, base)
        if best is None and stop > place:
            # A needle may lie across the border to the next chunk.
            border = max(place, stop - _LOOK_BACK)
            text = self.read(border, 2 * _LOOK_BACK)
            best = first_needle(text, needles, 0, stop - border, border)
        return best

    def drain(self) -> None:
        """Let the rest of the member pass; no search follows."""
        self._searched = self.size
        while self._advance():
            pass

    def _advance(self) -> bool:
        chunk = next(self._chunks, b"")
        if not chunk:
            return False
        start, self.arrived = self.arrived, self.arrived + len(chunk)
        if self._watch is not None:
            self._watch(chunk)
        if start + len(chunk) > self._marker_from and self._has_room() and self._marker in chunk:
            if self._passing:
                self._keep(*self._passing[-1])
            self._keep(start, chunk)
        self._last_start, self._last = start, chunk
        self._passing.append((start, chunk))
        if start < self._limits.kept_head or self._is_wanted(start, len(chunk)):
            self._keep(start, chunk)
        while len(self._passing) > 2 and self._may_let_go():
            self._passing.popleft()
        return True

    def _may_let_go(self) -> bool:
        """Whether the oldest passing chunk lies behind what is being searched, or is too long ago
        in any case."""
        start, chunk = self._passing[0]
        ago = self.arrived - start - len(chunk)
        is_behind = start + len(chunk) <= self._searched and ago > self._limits.kept_tail
        return is_behind or ago > self._limits.kept_windows

    def _keep(self, start: int, chunk: bytes) -> None:
        if not self._starts or self._starts[-1] < start:
            self._starts.append(start)
            self._kept.append(chunk)
            self._window += len(chunk) if start >= self._limits.kept_head else 0

    def _is_wanted(self, start: int, size: int) -> bool:
        return self._has_room() and any(
            low < start + size and start < high for low, high in self._wanted
        )

    def _has_room(self) -> bool:
        return self._window <= self._limits.kept_windows
