"""Threads that work beside the caller."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from planner.artifacts.workers import Workers


def test_results_and_errors_of_calls() -> None:
    with Workers(2) as workers:
        asked = [workers.submit(int, text) for text in ("1", "x", "3")]
    assert (asked[0].result(), asked[2].result()) == (1, 3)
    with pytest.raises(ValueError, match="'x'"):
        asked[1].result()


def test_what_has_not_begun_is_dropped() -> None:
    has_begun, may_end = threading.Event(), threading.Event()

    def wait() -> str:
        has_begun.set()
        may_end.wait(10)
        return "ended"

    with Workers(1) as workers:
        running, waiting = workers.submit(wait), workers.submit(int)
        assert has_begun.wait(10)
        threading.Timer(0.05, may_end.set).start()
    assert running.result() == "ended"
    assert waiting.cancelled()


def test_without_work_there_is_no_pool() -> None:
    code = (
        "import sys; from planner.artifacts.workers import Workers\n"
        "with Workers(2): pass\n"
        "print('concurrent.futures' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
