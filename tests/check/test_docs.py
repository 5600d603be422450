"""The example of docs/check.md gives what the page shows."""

from __future__ import annotations

from pathlib import Path

from tests.check.test_cli import ROOT
from tests.cli.conftest import Mlplan
from tests.docs.fenced_blocks import blocks


def test_the_example_of_the_page(real: Mlplan, work: Path) -> None:
    rows, session = blocks(ROOT / "docs" / "check.md")
    (work / "rows.json").write_text(rows.text)
    command, _, shown = session.text.partition("\n")
    assert command.startswith("$ mlplan ")
    answer = real(*command.split()[2:])
    assert answer.out == shown
