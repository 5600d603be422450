from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from planner.cli.main import run
from tests.load.made import TINY


@dataclass(frozen=True, slots=True)
class Answer:
    """What one run of the program gave."""

    status: int
    out: str
    err: str


Mlplan = Callable[..., Answer]

REQUEST = """\
mlplan: 1
project: mylib
date: 2026-10-01
variants:
  plain: {}
  toy: {toy: "1.10", gpu: "7.0 9.0+PTX"}
"""
FAILING = """\
mlplan: 1
date: "2026-10-01"
variants:
  old: {toy: "1.9", gpu: [sm_90]}
  plain: {architectures: [x86_64]}
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the program runs in."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def real(work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Mlplan:
    """Runs ``mlplan`` as installed: sys.argv in, exit status and streams out."""

    def mlplan(*argv: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["mlplan", *argv])
        with pytest.raises(SystemExit) as left:
            run()
        out, err = capsys.readouterr()
        status = left.value.code
        assert isinstance(status, int)
        return Answer(status, out, err)

    return mlplan


@pytest.fixture
def mlplan(real: Mlplan, monkeypatch: pytest.MonkeyPatch) -> Mlplan:
    """Runs ``mlplan`` on the tiny made-up facts."""
    monkeypatch.setenv("MLPLAN_DATA", str(TINY))
    return real
