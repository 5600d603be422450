"""Help: every command says what it reads and writes, its exit statuses, and examples that work."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from planner.cli.main import app
from planner.cli.manual import MANUALS
from planner.report.command_pages import CommandPage, Example, Manual, pages_man, pages_markdown
from tests.cli.conftest import Answer, Mlplan
from tests.docs.made_wheels import make_wheels
from tests.load.made import TINY

COMMON = {"--format", "--data", "--overlay", "--color", "--quiet", "--verbose"}
LEFT_OUT = {
    "report": {"--format", "--color"},  # it writes HTML
    "facts harvest": {"--overlay"},  # it writes the facts that an overlay lies over
}
REQUEST = """\
mlplan: 1
project: mylib
date: "2026-11-21"
variants:
  cu13: {cuda: "13.*", gpu: [sm_80, sm_90], links: [cudart], architectures: [x86_64]}
"""
WIDE = {"COLUMNS": "200"}


def _commands(command: Any, path: str = "") -> dict[str, Any]:
    """Every command by its words after ``mlplan``."""
    found = {path: command}
    for word, inner in getattr(command, "commands", {}).items():
        found |= _commands(inner, f"{path} {word}".strip())
    return found


COMMANDS = _commands(typer.main.get_command(app))
LEAVES = [path for path, command in COMMANDS.items() if not hasattr(command, "commands")]
EXAMPLES = [
    (path, each)
    for path, manual in MANUALS.items()
    for each in manual.examples
    if not each.needs_network
]


def test_every_command_has_a_manual() -> None:
    assert set(COMMANDS) == set(MANUALS)
    bare = [path for path in LEAVES if not (MANUALS[path].examples and MANUALS[path].statuses)]
    assert bare == []


@pytest.mark.parametrize("path", [path for path in LEAVES if path != "help"])
def test_common_options(path: str) -> None:
    names = {name for param in COMMANDS[path].params for name in param.opts}
    assert COMMON - names == LEFT_OUT.get(path, set())


@pytest.mark.parametrize("path", COMMANDS)
def test_see_also_leads_somewhere(path: str) -> None:
    for name in MANUALS[path].see_also:
        is_page = name.startswith("docs/")
        assert Path(name).is_file() if is_page else name.removeprefix("mlplan ") in COMMANDS


def test_help_of_a_command() -> None:
    text = CliRunner().invoke(app, ["diff", "--help"], prog_name="mlplan", env=WIDE).output
    headings = [line for line in text.splitlines() if line.endswith(":") and line[0] != " "]
    assert headings == [
        "Arguments:",
        "Options:",
        "Common options:",
        "Files:",
        "Exit status:",
        "Examples:",
        "See also:",
    ]
    assert text.startswith("Usage: mlplan diff [OPTIONS] OLD NEW\n")
    assert "  0  compared; with --exit-code: nothing differs\n" in text
    assert "  # what moved, and why?\n  mlplan diff old.lock mlplan.lock\n" in text


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything that examples name: request, locks, matrix, wheels."""
    folder = tmp_path_factory.mktemp("release")
    (folder / "mlplan.yaml").write_text(REQUEST)
    lock = folder / "mlplan.lock"
    argv = ["solve", str(folder / "mlplan.yaml"), "--quiet"]
    assert CliRunner().invoke(app, argv).exit_code == 0
    shutil.copy(lock, folder / "old.lock")
    rows = [{"id": "a", "cuda": "12.9", "arch": "x86_64"}]
    (folder / "matrix.json").write_text(json.dumps(rows))
    make_wheels(folder / "dist")
    return folder


@pytest.mark.parametrize(("path", "example"), EXAMPLES, ids=lambda x: getattr(x, "command", x))
def test_examples(
    path: str,
    example: Example,
    release: Path,
    work: Path,
    real: Mlplan,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if path == "facts check":
        monkeypatch.setenv("MLPLAN_DATA", str(TINY))  # the real ones take seconds
    shutil.copytree(release, work, dirs_exist_ok=True)
    words = shlex.split(example.command)
    assert words[0] == "mlplan"
    found = [sorted(map(str, Path().glob(w))) if "*" in w else [w] for w in words[1:]]
    argv = [word for group in found for word in group]
    if argv == ["init"]:
        (work / "mlplan.yaml").unlink()
    if argv[-1] == "--check" and "emit" in argv:
        real("emit", "github", "--output", "matrix.json", "-q")
    answer = real(*argv)
    assert answer.status == example.status, answer.err
    assert answer.status in MANUALS[path].statuses
    assert len(example.command) <= 78


@pytest.mark.parametrize("argv", [["help"], ["help", "solve"], ["help", "facts", "list"]])
def test_help_is_that_of_the_option(argv: list[str], real: Mlplan) -> None:
    shown = real(*argv)
    assert shown == Answer(0, real(*argv[1:], "--help").out, "")


def test_help_of_no_command(real: Mlplan) -> None:
    answer = real("help", "facts", "lst")
    assert (answer.status, answer.err) == (
        2,
        "error: no such command\n  found:   facts lst\n"
        "  allowed: list, show, sources, diff, graph, stale, check, audit, harvest\n"
        "  did you mean: list\n\nhint: mlplan --help lists the commands\n",
    )


def test_help_goes_through_a_pager_on_a_terminal(
    real: Mlplan, monkeypatch: pytest.MonkeyPatch
) -> None:
    paged: list[str] = []
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("pydoc.pager", paged.append)
    assert real("help", "diff").out == ""
    assert paged[0].startswith("Usage: mlplan diff [OPTIONS] OLD NEW\n")


def test_manual_page_has_every_command(real: Mlplan) -> None:
    text = real("help", "--format", "man").out
    assert text.startswith('.TH MLPLAN 1 "" "mlplan ')
    assert [line for line in text.splitlines() if line.startswith(".SH ")] == [
        ".SH NAME",
        ".SH SYNOPSIS",
        ".SH OPTIONS",
        ".SH COMMANDS",
        ".SH EXIT STATUS",
        ".SH ENVIRONMENT",
        ".SH FILES",
    ]
    headings = [line[4:] for line in text.splitlines() if line.startswith(".SS ")]
    assert headings == [f"mlplan {path}".replace("-", "\\-") for path in COMMANDS if path]


PAGE = CommandPage(
    path="do",
    usage="mlplan do [OPTIONS] A|B",
    about="Does it.",
    groups=(("Options", (("--way a|b", "Which way."),)),),
    manual=Manual(
        reads="this",
        writes="that",
        statuses={0: "done"},
        examples=(Example(command="mlplan do a", says="one way"),),
        see_also=("mlplan help", "docs/cli.md"),
    ),
)


def test_markdown() -> None:
    assert pages_markdown([PAGE], "make it") == (
        "# Reference\n\nEvery command with its options. Written by `make it`; do not edit.\n\n"
        "## mlplan do\n\nDoes it.\n\n```text\nmlplan do [OPTIONS] A|B\n```\n\n"
        "| Options | |\n|---|---|\n| `--way a\\|b` | Which way. |\n\nReads: this\n\n"
        "Writes: that\n\n| Exit status | |\n|---|---|\n| 0 | done |\n\n"
        "```sh\n# one way\nmlplan do a\n```\n\n"
        "See also: [mlplan help](#mlplan-help), [cli.md](cli.md).\n"
    )


def test_roff() -> None:
    odd = CommandPage(path="", usage="mlplan", about=".Does\\it-so.", groups=(), manual=Manual())
    text = pages_man([odd, PAGE], "1.0")
    assert "mlplan \\- \\&.Does\\eit\\-so\n" in text
    assert ".SS mlplan do\nDoes it.\n.TP\n.B \\-\\-way a|b\nWhich way.\n" in text
    assert ".PP\none way:\n.RS\n.nf\nmlplan do a\n.fi\n.RE\n" in text
