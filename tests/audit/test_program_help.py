"""What running a vendor's program may cost: time, output and files are limited."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from planner.audit import program_help
from planner.audit.program_help import _help_text
from planner.index.errors import BrokenError


def test_what_a_program_prints() -> None:
    script = b'#!/bin/sh\ncat\necho "$1 $HOME"; ls; echo aside >&2'
    assert _help_text(script) == "--help \nprogram\n"


def test_a_program_that_is_none() -> None:
    with pytest.raises(
        BrokenError, match=r"^the vendor's program does not run: Exec format error$"
    ):
        _help_text(b"\x7fELF")


def test_a_program_that_does_not_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is ended, and so is what it left running."""
    monkeypatch.setattr(program_help, "_TIMEOUT", 1.0)
    child = tmp_path / "child"
    script = f"#!/bin/sh\n/bin/sleep 100 &\necho $! > {child}\necho started\n"
    with pytest.raises(BrokenError, match="does not end within 1 seconds"):
        _help_text(script.encode())
    assert _ends(int(child.read_text()))


def _ends(pid: int) -> bool:
    """Whether a process is gone, or dead and not yet waited for, within some seconds."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_a_program_that_prints_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_help, "_MOST_HELP", 100_000)
    script = b"#!/bin/sh\nwhile :; do echo no end to this; done\n"
    with pytest.raises(BrokenError, match="prints more than 100000 bytes"):
        _help_text(script)


def test_a_program_that_fills_the_disk(tmp_path: Path) -> None:
    target = tmp_path / "written"
    script = f"#!/bin/sh\n/bin/sleep 0.2\n/usr/bin/head -c 9000000 /dev/zero > {target}\n"
    _help_text(script.encode())
    assert target.stat().st_size == 1 << 20
