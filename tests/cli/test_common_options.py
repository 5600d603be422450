"""Options that all commands have do in each what they say."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest

from planner.load.locate import SCHEMAS
from tests.cli.conftest import Mlplan
from tests.load.made import TINY

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
JOB = "cuda-mkl-cuda13.5.0-mkl2026.2.0-x86_64"


@pytest.fixture(autouse=True)
def locks(work: Path) -> None:
    """Two locks in the folder at hand."""
    shutil.copy(EXAMPLES / "combined" / "mlplan.lock", work)
    shutil.copy(EXAMPLES / "failing" / "mlplan.lock", work / "failing.lock")


@pytest.mark.parametrize(
    "argv", [["explain", "cuda-mkl"], ["diff", "mlplan.lock", "failing.lock"], ["emit", "json"]]
)
def test_verbose_says_what_is_read(argv: list[str], real: Mlplan, work: Path) -> None:
    plain = real(*argv)
    talk = real(*argv, "-v", "--data", str(TINY))
    assert (talk.status, talk.out) == (plain.status, plain.out)
    assert talk.err.startswith("lock: mlplan.lock (2026-11-21, facts 2026.11.21)\nfacts: others ")
    assert real(*argv, "-v", "-q").err == real(*argv, "-q").err == ""


def test_the_same_facts_are_called_so(real: Mlplan, work: Path) -> None:
    real("solve", "--mkl", "2026", "--output", "mkl.lock", "-q")
    answer = real("explain", "mkl", "--plan", "mkl.lock", "-v")
    assert answer.err.endswith("facts 2026.11.21)\nfacts: the same as here\n")


@pytest.mark.parametrize(
    "argv",
    [
        ["explain", "cuda-mkl"],
        ["diff", "mlplan.lock", "mlplan.lock"],
        ["emit", "requirements", "--output", "out"],
        ["check", "-"],
        ["facts", "list", "waivers"],
    ],
)
def test_a_folder_without_facts_is_refused(argv: list[str], real: Mlplan) -> None:
    answer = real(*argv, "--data", "nowhere")
    assert answer.status == 4
    assert answer.err.startswith("error: --data names a folder without facts\n")


@pytest.mark.parametrize(
    ("argv", "painted"),
    [
        (["explain", "cuda-mkl"], f"\x1b[1m{JOB}\x1b[0m\n"),
        (["explain", "--failures", "--plan", "failing.lock"], "\x1b[1;31mno plan for\x1b[0m "),
        (["diff", "mlplan.lock", "failing.lock"], "\x1b[1mjobs\x1b[0m\n"),
        (["check", "rows.json"], "\x1b[1;31mimpossible\x1b[0m row-1\n"),
        (["emit", "--list"], "\x1b[1mgithub\x1b[0m "),
        (["facts", "list", "waivers"], "\x1b[1mwaiver "),
    ],
)
def test_color(argv: list[str], painted: str, real: Mlplan, work: Path) -> None:
    (work / "rows.json").write_text('[{"cuda": "13.0", "gpu": "sm_70", "arch": "x86_64"}]')
    shown = real(*argv, "--color", "always").out
    assert painted in shown
    plain = real(*argv, "--color", "never").out
    assert re.sub(r"\x1b\[[\d;]*m", "", shown) == plain
    assert real(*argv).out == plain


def test_formats_as_json(real: Mlplan) -> None:
    document = json.loads(real("emit", "--list", "--format", "json").out)
    schema = json.loads((SCHEMAS / "emit-list.schema.json").read_text())
    jsonschema.validate(document, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**document, "formats": [{}]}, schema)
    text = real("emit", "--list").out
    assert [row["format"] for row in document["formats"]] == [
        line.split()[0] for line in text.splitlines()
    ]


def test_quiet_lists_have_no_heading(mlplan: Mlplan) -> None:
    full = mlplan("facts", "list", "distros", "-v")
    assert full.err.startswith("facts: ")
    assert mlplan("facts", "list", "distros", "-q").out == full.out.partition("\n")[2]


def test_quiet_check_of_facts(mlplan: Mlplan) -> None:
    assert mlplan("facts", "check", "-q").out == ""
    answer = mlplan("facts", "check", "-v", "--color", "always")
    assert answer.out.startswith("\x1b[32m")
    assert answer.err == f"facts: {TINY}\n"
