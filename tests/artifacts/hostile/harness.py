"""Reading and judging hostile wheels: in bounded time, with nothing written, and in order."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType

from planner.artifacts.limits import DEFAULT_LIMITS, Limits
from planner.artifacts.wheel import read_wheel
from planner.load.wheel_facts import load_wheel_facts
from planner.model.wheel_facts import WheelFacts
from planner.verifier.catalogue import RULES
from planner.verifier.findings import Severity
from planner.verifier.judge import Judged, Verdict, judge

NAME = "made-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
SECONDS = 10
_ROOT = Path(__file__).resolve().parents[3]
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_EVENTS = (
    "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.truncate",
    "os.chmod", "os.mkfifo", "shutil.", "tempfile.", "subprocess.", "os.exec", "os.system",
    "socket.connect",
)  # fmt: skip


class TooSlowError(BaseException):
    """A case took longer than it may; not an ``Exception``, so that nothing swallows it."""


class _Watch:
    """Sees every file that Python opens to write, and more, while it is on."""

    def __init__(self) -> None:
        self.is_on = False
        self.seen: list[str] = []

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if not self.is_on:
            return
        if event == "open":
            path, mode, flags = args
            writes = isinstance(flags, int) and flags & _WRITES
            compiled = isinstance(path, str) and "__pycache__" in path
            if writes and not compiled and not isinstance(path, int):
                self.seen.append(f"open {path!r} {mode} {flags}")
        elif event.startswith(_EVENTS):
            self.seen.append(f"{event} {args!r}")


_WATCH = _Watch()


@cache
def _watch() -> _Watch:
    sys.addaudithook(_WATCH)  # cannot be taken off again
    return _WATCH


@contextmanager
def bounded(seconds: float = SECONDS) -> Iterator[None]:
    """The block ends in time and writes nothing.

    ``seconds`` are of the processor, and four times as many by the clock: the machine may have
    other things to do.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlowError(f"more than {seconds} s")

    watch = _watch()
    watch.seen.clear()
    timers = {signal.ITIMER_PROF: signal.SIGPROF, signal.ITIMER_REAL: signal.SIGALRM}
    before = {number: signal.signal(number, stop) for number in timers.values()}
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, 4 * seconds)
    watch.is_on = True
    try:
        yield
    finally:
        watch.is_on = False
        for timer in timers:
            signal.setitimer(timer, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
    assert watch.seen == []


@cache
def facts() -> WheelFacts:
    return load_wheel_facts(_ROOT)


def judged(path: Path, limits: Limits = DEFAULT_LIMITS, threads: int = 1) -> Judged:
    """The wheel, read and judged within bounds, and in good form."""
    known = facts()
    with bounded():
        found = judge(read_wheel(path, limits=limits, threads=threads), known)
    check_form(found)
    return found


def judged_bytes(folder: Path, data: bytes, limits: Limits = DEFAULT_LIMITS) -> Judged:
    """Bytes as a wheel."""
    path = folder / NAME
    path.write_bytes(data)
    return judged(path, limits)


def check_form(found: Judged) -> None:
    """Everything that a renderer needs is there and can be written as UTF-8."""
    errors = [f for f in found.findings if f.severity is Severity.ERROR]
    if found.wheel.is_unreadable:
        assert found.verdict is Verdict.UNREADABLE
        assert errors, "an unreadable wheel says why"
    else:
        assert found.verdict is (Verdict.FAIL if errors else Verdict.PASS)
    for finding in found.findings:
        assert finding.id == RULES[finding.rule].id
        told = [finding.message, finding.hint, finding.member, *finding.data.values()]
        assert finding.message
        json.dumps(told).encode()
        "".join(told).encode()
    for file in found.wheel.elf:
        "".join([file.path, file.machine, *file.needed, *file.unversioned]).encode()


def rules(found: Judged, member: str | None = None) -> set[str]:
    """The names of the findings, of one member or of all."""
    return {f.rule.value for f in found.findings if member is None or f.member == member}
