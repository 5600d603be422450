"""``mlplan emit github | mlplan check -`` finds every row possible."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.cli.main import app
from planner.solve.tables import Tables
from tests.emit.plans import EXAMPLES

LOCKS = sorted(EXAMPLES.glob("*/mlplan.lock"))


@pytest.mark.parametrize("more", [[], ["--per-python"]], ids=["jobs", "pythons"])
@pytest.mark.parametrize("lock", LOCKS, ids=lambda p: p.parent.name)
def test_every_row_is_possible(lock: Path, more: list[str], tables: Tables) -> None:
    assert tables
    command = ["emit", "github", "--plan", str(lock), "--quiet", *more]
    emitted = CliRunner().invoke(app, command, catch_exceptions=False)
    rows = json.loads(emitted.stdout)["include"]
    day = json.loads(lock.read_text())["date"]
    command = ["check", "-", "--strict", "--format", "json", "--date", day]
    checked = CliRunner().invoke(app, command, input=emitted.stdout, catch_exceptions=False)
    found = json.loads(checked.stdout)
    assert [row["id"] for row in found["rows"]] == [row["id"] for row in rows]
    assert {row["verdict"] for row in found["rows"]} == {"possible"}
    assert checked.exit_code == 0
