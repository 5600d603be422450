"""``mlplan facts diff``: facts that differ, and plans that change with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import REQUEST, Mlplan
from tests.cli.test_facts_browse import checked
from tests.load.made import TINY, copy_tiny, replace_once


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """The tiny facts as they were: a narrower limit, and another source of a day."""
    root = copy_tiny(tmp_path)
    replace_once(root / "matrices/toy/1.10.yaml", 'range: "<15"', 'range: "<13"')
    return root


def test_facts_and_plans(older: Path, mlplan: Mlplan) -> None:
    argv = ("facts", "diff", str(older), "--date", "2026-10-01")
    answer = mlplan(*argv, "-q")
    assert (answer.status, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[:3] == [
        f"{older} -> the facts in use",
        "facts  0 added, 0 removed, 1 changed (0 with another standing)",
        "plan   the built-in request: 2 of 2 jobs changed",
    ]
    assert lines[4:8] == [
        "changed",
        "  toy-1.10/host-gcc-newest: toy 1.10 accepts gcc <15, refuses any other",
        "      field  old  new",
        "      range  <13  <15",
    ]
    assert "    - gcc 8.5.0 -> 14.2.1" in answer.out
    assert max(map(len, lines[1:])) <= 100
    document = checked(mlplan(*argv, "--format", "json").out, "facts-diff")
    assert document["changed"] == {
        "toy-1.10/host-gcc-newest": [{"field": "range", "old": "<13", "new": "<15"}]
    }
    assert [plan["says"] for plan in document["plans"]] == ["2 of 2 jobs changed"]


def test_exit_code(older: Path, mlplan: Mlplan) -> None:
    same = mlplan("facts", "diff", str(TINY), str(TINY), "--exit-code", "--date", "2026-10-01")
    assert same.status == 0
    assert "facts  no difference\nplan   the built-in request: the same jobs\n" in same.out
    assert mlplan("facts", "diff", str(older), "--exit-code").status == 1


def test_requests_of_this_folder_and_named_ones(older: Path, mlplan: Mlplan, work: Path) -> None:
    (work / "mlplan.yaml").write_text(REQUEST)
    mlplan("solve", "-q")
    found = mlplan("facts", "diff", str(older)).out.splitlines()
    assert [line for line in found if line.startswith("plan  ")] == [
        "plan   the built-in request: 2 of 2 jobs changed",
        "plan   mlplan.yaml: 2 of 4 jobs changed",
    ]
    named = mlplan("facts", "diff", str(older), "--request", "mlplan.lock").out
    assert "plan   mlplan.lock: 2 of 4 jobs changed\n" in named
    assert "built-in" not in named


def test_a_request_that_only_one_state_knows(older: Path, mlplan: Mlplan, work: Path) -> None:
    request = work / "new.yaml"
    request.write_text('mlplan: 1\ndate: 2026-10-01\nvariants:\n  a: {toy: "1.10.2"}\n')
    path = older / "matrices/toy/1.10.yaml"
    text = path.read_text()
    row = '  "1.10.2":\n    released: {kind: released, date: "2025-07-01", standing: documented, '
    path.write_text(text.replace("facts:\n", row + "source: [manual]}\nfacts:\n", 1))
    out = mlplan("facts", "diff", str(older), "--request", str(request)).out
    assert "does not fit the new facts: " in " ".join(out.split())


def test_a_lock(older: Path, mlplan: Mlplan, work: Path) -> None:
    (work / "mlplan.yaml").write_text(REQUEST)
    mlplan("solve", "-q")
    same = mlplan("facts", "diff", "mlplan.lock", "--exit-code")
    assert (same.status, same.out) == (
        0,
        "mlplan.lock -> the facts in use\n"
        "facts  no difference\n"
        "plan   mlplan.lock: the same jobs\n",
    )
    other = mlplan("facts", "diff", "mlplan.lock", str(older), "--exit-code")
    assert other.status == 1
    assert "plan   mlplan.lock: 2 of 4 jobs changed\n" in other.out


def test_a_lock_that_the_facts_do_not_know(older: Path, mlplan: Mlplan, work: Path) -> None:
    (work / "mlplan.yaml").write_text(REQUEST)
    mlplan("solve", "-q")
    replace_once(older / "matrices/toy/1.10.yaml", "real: [sm_70, sm_90]", "real: [sm_90]")
    replace_once(older / "matrices/toy/1.9.yaml", "real: [sm_70]", "real: [sm_60]")
    replace_once(older / "matrices/toy/1.10.yaml", "deprecated: [sm_70]", "deprecated: [sm_90]")
    answer = mlplan("facts", "diff", "mlplan.lock", str(older))
    assert answer.status == 0
    assert "mlplan.lock: cannot be planned: " in " ".join(answer.out.split())


@pytest.mark.parametrize(
    ("argv", "status", "message"),
    [
        (["nowhere"], 2, "error: no such folder or lock file\n  found:   nowhere\n"),
        (["."], 4, "error: --data names a folder without facts\n"),
        ([str(TINY), "--date", "2026"], 2, "error: --date names no day\n"),
        ([str(TINY), "--request", "no.yaml"], 0, ""),
        (["bad.lock"], 6, "error: bad.lock:1: is no JSON\n"),
        (["good.lock", "--request", "x"], 2, "error: a lock is planned by its own request"),
    ],
)
def test_bad_questions(
    argv: list[str], status: int, message: str, mlplan: Mlplan, work: Path
) -> None:
    (work / "bad.lock").write_text("no")
    (work / "good.lock").write_text("{}")
    answer = mlplan("facts", "diff", *argv, "-q")
    assert answer.status == status
    assert answer.err.startswith(message)
