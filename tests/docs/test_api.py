"""The example of docs/api.md is api_example.py, mypy checks it, and it prints what is shown."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tests.docs.fenced_blocks import ROOT, blocks
from tests.docs.made_wheels import make_wheels

EXAMPLE = Path(__file__).with_name("api_example.py")


def test_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = blocks(ROOT / "docs" / "api.md")
    (code,) = [block.text for block in page if block.language == "python"]
    (shown,) = [block.text for block in page if block.language == "text"]
    assert code == EXAMPLE.read_text(encoding="utf-8")
    make_wheels(tmp_path / "dist")
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(EXAMPLE))
    assert capsys.readouterr().out == shown
