"""The command as people run it: shapes of output, exit statuses, options."""

from __future__ import annotations

import io
import json
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

import planner
from planner.check.checks import CHECKS, Doubt, OwnRule
from tests.check.test_matrix import EXAMPLE, MATRIX, WRONG
from tests.cli.conftest import Mlplan

ROOT = Path(__file__).resolve().parents[2]
DAY = ("--date", "2026-11-21")
SCHEMA = json.loads((Path(planner.__file__).parent / "schemas" / "check.schema.json").read_text())


@pytest.fixture
def mlplan(real: Mlplan, monkeypatch: pytest.MonkeyPatch) -> Mlplan:
    monkeypatch.setenv("MLPLAN_DATA", str(ROOT))
    return real


@pytest.fixture
def rows(work: Path) -> Path:
    path = work / "rows.yaml"
    path.write_text(MATRIX.read_text())
    return path


def test_text(mlplan: Mlplan, rows: Path) -> None:
    answer = mlplan("check", "rows.yaml", *DAY)
    assert (answer.status, answer.err) == (1, "")
    assert max(map(len, answer.out.splitlines())) <= 100
    told = [line.split()[1] for line in answer.out.splitlines() if line.startswith("impossible")]
    assert told == list(WRONG)
    assert answer.out.endswith("60 rows: 15 impossible, 0 unknown, 45 possible\n")
    line = next(n for n, text in enumerate(rows.read_text().splitlines(), 1) if "bad-gcc13" in text)
    assert f"row says   gcc: 13  (rows.yaml:{line})" in answer.out
    assert "(enforced; cuda-12.3/host-gcc; read" in answer.out


def test_equal_conflicts_are_told_once(mlplan: Mlplan, work: Path) -> None:
    row = {"cuda": "12.3", "gcc": "13"}
    (work / "m.json").write_text(json.dumps([{"id": f"r{n}", **row} for n in range(9)]))
    out = mlplan("check", "m.json", *DAY).out
    assert out.startswith("impossible 9 rows: r0, r1, r2, r3, r4, r5 and 3 more\n")
    assert out.count("therefore") == 1


def test_json_keeps_its_schema(mlplan: Mlplan, rows: Path) -> None:
    answer = mlplan("check", "rows.yaml", "--format", "json", *DAY)
    document = json.loads(answer.out)
    jsonschema.validate(document, SCHEMA)
    assert (answer.status, document["verdict"]) == (1, "fail")
    assert document["summary"] == {"impossible": 15, "unknown": 0, "possible": 45}
    bad = next(row for row in document["rows"] if row["id"] == "bad-sm101-cu130")
    assert bad["conflicts"][0]["request"][1] | {"line": 0} == {
        "path": bad["conflicts"][0]["request"][1]["path"],
        "value": "sm_101",
        "file": "rows.yaml",
        "line": 0,
    }
    assert bad["ways_out"][1]["change"][0]["to"] == "sm_110"
    assert set(bad["conflicts"][0]["facts"]) <= set(document["derivation"]["facts"])
    assert mlplan("check", "rows.yaml", "--format", "json", *DAY).out == answer.out


@pytest.mark.parametrize("format_", ["text", "json", "github", "markdown", "junit", "sarif"])
def test_formats(format_: str, mlplan: Mlplan, rows: Path) -> None:
    answer = mlplan("check", "rows.yaml", "--format", format_, *DAY)
    assert (answer.status, answer.err) == (1, "")
    assert all(name.replace("-", "") in answer.out.replace("-", "") for name in WRONG)


def test_junit_and_sarif_can_be_read(mlplan: Mlplan, rows: Path) -> None:
    suite = ElementTree.fromstring(mlplan("check", "rows.yaml", "--format", "junit", *DAY).out)
    assert (suite.get("tests"), suite.get("failures")) == ("60", "15")
    assert {case.get("name") for case in suite if case.find("failure") is not None} == set(WRONG)
    log = json.loads(mlplan("check", "rows.yaml", "--format", "sarif", *DAY).out)
    (run,) = log["runs"]
    known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} == known


@pytest.mark.parametrize(
    ("row", "argv", "status"),
    [
        (EXAMPLE, (), 0),
        ({"cuda": "12.3", "gcc": "13"}, (), 1),
        ({"cuda": "99.9"}, (), 0),
        ({"cuda": "99.9"}, ("--strict",), 1),
        ({"cuda_version": "12.3", "host": "13"}, (), 0),
        (
            {"cuda_version": "12.3", "host": "13"},
            ("--map", "cuda_version=cuda", "--map", "host=gcc"),
            1,
        ),
    ],
)
def test_exit_status(
    row: dict[str, str],
    argv: tuple[str, ...],
    status: int,
    mlplan: Mlplan,
    work: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps([row])))
    answer = mlplan("check", "-", *argv, *DAY)
    assert (answer.status, answer.err) == (status, "")


def test_ignored_keys_are_a_note(mlplan: Mlplan, work: Path) -> None:
    (work / "m.yaml").write_text("[{cuda: '12.4', color: red}, {cuda: '12.4', color: blue}]")
    assert (
        "note keys that are ignored: color (--map theirs=ours)\n" in mlplan("check", "m.yaml").out
    )


def test_no_rows(mlplan: Mlplan, work: Path) -> None:
    (work / "m.json").write_text('{"include": []}')
    answer = mlplan("check", "m.json")
    assert (answer.status, answer.out) == (0, "no rows\n")


@pytest.mark.parametrize(
    ("argv", "status", "message"),
    [
        (("none.yaml",), 3, "error: none.yaml: no such file\n"),
        (("bad.yaml",), 3, "error: bad.yaml:1: [0].cuda: is read as 12.1; put it in quotes\n"),
        (("bad.yaml", "--map", "x"), 2, "error: --map takes THEIRS=OURS\n"),
        (("bad.yaml", "--map", "x=cudaa"), 2, "error: --map takes THEIRS=OURS\n"),
        (("bad.yaml", "--date", "soon"), 2, "error: --date: not a day\n"),
    ],
)
def test_bad_input(
    argv: tuple[str, ...], status: int, message: str, mlplan: Mlplan, work: Path
) -> None:
    (work / "bad.yaml").write_text("- cuda: 12.10\n")
    answer = mlplan("check", *argv)
    assert (answer.status, answer.out) == (status, "")
    assert answer.err.startswith(message)


def test_ids_are_unique_and_documented() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS) == len({c.rule for c in CHECKS})
    assert {*OwnRule, *Doubt} <= {str(check.rule) for check in CHECKS}
    page = (ROOT / "docs" / "check.md").read_text()
    for check in CHECKS:
        assert f"`{check.id.value}` `{check.rule}`" in page
