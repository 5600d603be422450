"""How far the reading of wheels has come: one line on standard error that is written over."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.api import Progress

_STEP = 0.1  # seconds between two lines
_WIDTH = 79
_CLEAR = "\r\x1b[K"


@contextmanager
def reading_progress(wheels: int, *, wanted: bool) -> Iterator[Progress | None]:
    """A progress callback while wheels are read; None unless wanted and on a terminal."""
    if not wanted or not sys.stderr.isatty():
        yield None
        return
    line = _Line(wheels)
    try:
        yield line.show
    finally:
        line.clear()


@contextmanager
def counting_progress(*, wanted: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """A callback for things that are counted (name, done, in all); None unless wanted and on a
    terminal."""
    if not wanted or not sys.stderr.isatty():
        yield None
        return
    line = _Line(1)
    try:
        yield lambda name, done, total: line.show(f"{done}/{total}", name, done, total)
    finally:
        line.clear()


class _Line:
    """The line; wheels are read by several threads."""

    def __init__(self, wheels: int) -> None:
        self._wheels = wheels
        self._seen: dict[str, None] = {}
        self._lock = threading.Lock()
        self._next = time.monotonic() + _STEP
        self._is_shown = False

    def show(self, wheel: str, member: str, done: int, total: int) -> None:
        """Write the line anew if the last one is old enough."""
        from planner.report.plain import middle_cut, plain

        with self._lock:
            self._seen[wheel] = None
            now = time.monotonic()
            if now < self._next:
                return
            self._next = now + _STEP
            count = f"{len(self._seen)}/{self._wheels} " if self._wheels > 1 else ""
            share = f"{100 * done // total if total else 0:3d} % "
            text = middle_cut(plain(f"{wheel}: {member}"), _WIDTH - len(count + share))
            sys.stderr.write(f"{_CLEAR}{count}{share}{text}")
            sys.stderr.flush()
            self._is_shown = True

    def clear(self) -> None:
        """Leave an empty line behind."""
        with self._lock:
            if self._is_shown:
                sys.stderr.write(_CLEAR)
                sys.stderr.flush()
