"""Commands are known by name, and built when they are asked for."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import typer

from planner.cli.main import app

NAMES = [
    *("init", "solve", "explain", "emit", "verify", "inspect"),
    *("check", "diff", "coverage", "report", "help", "facts"),
]
OF_FACTS = ["list", "show", "sources", "diff", "graph", "stale", "check", "audit", "harvest"]
_RUN = (
    "import sys; from planner.cli.main import run\n"
    "try: run()\nexcept SystemExit: pass\n"
    "print(*sorted(m for m in sys.modules if m.startswith('planner.cli.')), file=sys.stderr)"
)
_ALWAYS = {"planner.cli.main", "planner.cli.commands"}
_OF_DIFF = {"planner.cli.diff", "planner.cli.locks", "planner.cli.options"}


@pytest.fixture
def program() -> Any:
    """The program as typer makes it."""
    return typer.main.get_command(app)


@pytest.mark.parametrize(
    ("argv", "modules"),
    [
        (["--version"], set()),
        (["diff", "no.lock", "none.lock"], _OF_DIFF),
        (["nonsense"], set()),
    ],
)
def test_a_call_imports_no_other_command(argv: list[str], modules: set[str]) -> None:
    command = [sys.executable, "-c", _RUN, *argv]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert set(ran.stderr.splitlines()[-1].split()) == _ALWAYS | modules


def test_names_in_the_order_of_help(program: Any) -> None:
    assert list(program.commands) == program.list_commands(None) == NAMES
    assert (len(program.commands), "verify" in program.commands) == (12, True)
    assert list(program.commands["facts"].commands) == OF_FACTS


def test_a_command_is_built_once_under_its_name(program: Any) -> None:
    assert [command.name for command in program.commands.values()] == NAMES
    assert program.get_command(None, "help") is program.commands["help"]


def test_no_such_command(program: Any) -> None:
    assert "nonsense" not in program.commands
    assert program.get_command(None, "nonsense") is None
