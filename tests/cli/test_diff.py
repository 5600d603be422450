from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import planner
from tests.cli.conftest import FAILING, REQUEST, Answer, Mlplan

SCHEMAS = Path(planner.__file__).parent / "schemas"
OTHER = """\
mlplan: 1
project: mylib
date: "2026-10-02"
variants:
  plain: {architectures: [x86_64]}
  toy: {toy: "1.9"}
"""


@pytest.fixture
def locks(mlplan: Mlplan, work: Path) -> Mlplan:
    """Four locks of the tiny facts: old, same (equal to it), new, and one with a failure."""
    for name, text in (("old", REQUEST), ("same", REQUEST), ("new", OTHER), ("failing", FAILING)):
        (work / "mlplan.yaml").write_text(text)
        mlplan("solve", "-q", "--output", f"{name}.lock")
    return mlplan


def _diff(mlplan: Mlplan, old: str, new: str, *argv: str) -> Answer:
    answer = mlplan("diff", f"{old}.lock", f"{new}.lock", *argv)
    assert answer.err == ""
    return answer


def test_no_change(locks: Mlplan) -> None:
    answer = _diff(locks, "old", "same", "--exit-code")
    assert answer == Answer(0, "no change: both locks hold the same plan\n", "")


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_exit_status(form: str, locks: Mlplan) -> None:
    assert _diff(locks, "old", "new", "--format", form).status == 0
    assert _diff(locks, "old", "new", "--format", form, "--exit-code").status == 1
    assert _diff(locks, "old", "same", "--format", form, "--exit-code").status == 0


@pytest.mark.parametrize(
    ("argv", "status"),
    [
        ([], 2),
        (["old.lock"], 2),
        (["old.lock", "new.lock", "more.lock"], 2),
        (["old.lock", "new.lock", "--format", "html"], 2),
        (["old.lock", "no.lock"], 6),
        (["no.lock", "old.lock"], 6),
        (["mlplan.yaml", "old.lock"], 6),
    ],
)
def test_wrong_use(argv: list[str], status: int, locks: Mlplan) -> None:
    answer = locks("diff", *argv)
    assert (answer.status, answer.out) == (status, "")
    assert answer.err


def test_a_damaged_lock_is_named(locks: Mlplan, work: Path) -> None:
    document = json.loads((work / "old.lock").read_text())
    document["jobs"][1]["gcc"] = 14
    (work / "bad.lock").write_text(json.dumps(document))
    answer = locks("diff", "old.lock", "bad.lock")
    assert answer == Answer(
        6,
        "",
        "error: bad.lock: jobs[1].gcc: must be a text\n\nhint: mlplan solve writes a new one\n",
    )


@pytest.mark.parametrize("pair", [("old", "new"), ("new", "failing"), ("failing", "old")])
def test_documents(pair: tuple[str, str], locks: Mlplan) -> None:
    document = json.loads(_diff(locks, *pair, "--format", "json").out)
    schema = json.loads((SCHEMAS / "diff.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)
    assert document["changes"]
    text = _diff(locks, *pair).out
    assert max(map(len, text.splitlines())) <= 100
    assert "\x1b" not in text
    markdown = _diff(locks, *pair, "--format", "markdown").out
    assert markdown.startswith("### mlplan: ")
    assert markdown.count("<details>") == markdown.count("</details>") == 1


def test_words(locks: Mlplan) -> None:
    text = _diff(locks, "old", "new").out
    assert "\nreleases\n  - toy 1.10.1 -> 1.9.0\n" in text
    assert "\n    because  the request changed (toy)\n" in text
    assert "\njobs\n  - removed\n    in       plain-aarch64\n" in text
    assert "\n  date     2026-10-01 -> 2026-10-02\n" in text
    assert "request  toy: 1.10 -> 1.9 (in toy)" in text


def test_another_day_alone(locks: Mlplan, work: Path) -> None:
    (work / "mlplan.yaml").write_text(REQUEST)
    locks("solve", "-q", "--date", "2026-10-03", "--output", "day.lock")
    answer = _diff(locks, "old", "day", "--exit-code")
    assert answer == Answer(
        1,
        "no job changed; what the plans were made from did\n\n"
        "made from\n  date     2026-10-01 -> 2026-10-03\n",
        "",
    )
