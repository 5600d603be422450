"""The line on standard error while wheels are read, and by how many threads they are."""

from __future__ import annotations

import io
import os
from types import SimpleNamespace

import pytest

from planner.cli import progress
from planner.cli.options import thread_count
from planner.cli.progress import reading_progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    stream = Terminal()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=stream))
    monkeypatch.setattr(progress, "_STEP", 0.0)
    return stream


def test_one_line_is_written_over(terminal: Terminal) -> None:
    with reading_progress(2, wanted=True) as step:
        assert step is not None
        step("a.whl", "pkg/\x1b[31m.so", 50, 200)
        step("b.whl", "x" * 200, 0, 0)
    lines = terminal.getvalue().split("\r\x1b[K")
    assert lines[1] == r"1/2  25 % a.whl: pkg/\x1b[31m.so"
    assert lines[2].startswith("2/2   0 % b.whl: xxx")
    assert len(lines[2]) == 79
    assert lines[3] == ""


def test_one_wheel_is_not_counted(terminal: Terminal) -> None:
    with reading_progress(1, wanted=True) as step:
        assert step is not None
        step("a.whl", "m", 1, 1)
    assert "100 % a.whl: m" in terminal.getvalue()


def test_nothing_is_written_too_soon(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_STEP", 60.0)
    with reading_progress(1, wanted=True) as step:
        assert step is not None
        step("a.whl", "m", 1, 1)
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("wanted", [True, False])
def test_no_progress_without_terminal_or_wish(
    wanted: bool, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    if wanted:
        monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=io.StringIO()))
    with reading_progress(1, wanted=wanted) as step:
        assert step is None


def test_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    assert thread_count(12) == 12
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(3), raising=False)
    assert thread_count(None) == 3
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(96))
    assert thread_count(None) == 8
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert thread_count(None) == 1
