from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import FAILING, REQUEST, Mlplan
from tests.wheels.made import elf_file, wheel_file


@pytest.fixture
def planned(mlplan: Mlplan, work: Path) -> Mlplan:
    (work / "mlplan.yaml").write_text(REQUEST)
    mlplan("solve", "-q")
    return mlplan


def test_to_standard_output(planned: Mlplan) -> None:
    answer = planned("report")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<title>Release plan of mylib</title>" in answer.out
    assert 'id="job-toy-toy1.10.1-x86_64"' in answer.out


def test_to_a_file(planned: Mlplan, work: Path) -> None:
    answer = planned("report", "--output", "report.html")
    assert (answer.status, answer.out, answer.err) == (0, "", "wrote report.html (4 jobs)\n")
    assert (work / "report.html").read_text(encoding="utf-8") == planned("report").out
    quiet = planned("report", "--output", "report.html", "--quiet")
    assert (quiet.status, quiet.out, quiet.err) == (0, "", "")


def test_another_lock(planned: Mlplan, work: Path) -> None:
    (work / "mlplan.lock").rename(work / "other.lock")
    page = planned("report", "--plan", "other.lock").out
    assert "from <code>other.lock</code>" in page


def test_failures_are_shown_and_no_error(mlplan: Mlplan, work: Path) -> None:
    (work / "mlplan.yaml").write_text(FAILING)
    mlplan("solve", "-q")
    answer = mlplan("report", "-q")
    assert (answer.status, answer.err) == (0, "")
    assert '<section id="no-plan"' in answer.out


def test_wheels(planned: Mlplan, work: Path) -> None:
    (work / "dist").mkdir()
    core = elf_file(needs={"libc.so.6": ["memcpy@GLIBC_2.14"]})
    wheel_file(
        work / "dist",
        "mylib-1.0-cp312-cp312-manylinux_2_28_x86_64.whl",
        {"mylib/__init__.py": b"", "mylib/_core.so": core},
    )
    answer = planned("report", "--wheels", "dist", "--output", "r.html")
    assert (answer.status, answer.err) == (0, "wrote r.html (4 jobs)\n")
    page = (work / "r.html").read_text(encoding="utf-8")
    assert '<section id="wheels"' in page
    assert "mylib-1.0-cp312-cp312-manylinux_2_28_x86_64.whl" in page


@pytest.mark.parametrize(
    ("argv", "status", "message"),
    [
        (["--plan", "no.lock"], 6, "error: no.lock: no such lock file\n"),
        (["--plan", "mlplan.yaml"], 6, "error: mlplan.yaml:1: is no JSON\n"),
        (["--wheels", "nowhere"], 2, "error: no such file or folder\n  found:   nowhere\n"),
        (["--wheels", "x.whl", "--limit", "n=1"], 2, "error: --limit takes NAME=NUMBER\n"),
        (["--output", "no/r.html"], 6, "error: no/r.html: cannot be written: "),
        (["--data", "nowhere"], 4, "error: "),
    ],
)
def test_bad_questions(argv: list[str], status: int, message: str, planned: Mlplan) -> None:
    answer = planned("report", *argv)
    assert (answer.status, answer.out) == (status, "")
    assert answer.err.startswith(message)


def test_a_damaged_lock_is_named(planned: Mlplan, work: Path) -> None:
    lock = work / "mlplan.lock"
    lock.write_text(lock.read_text().replace('"because": [', '"because_": [', 1))
    answer = planned("report")
    assert (answer.status, answer.out) == (6, "")
    assert answer.err.startswith("error: mlplan.lock: jobs[0].because: must be a list\n")


def test_what_is_read_is_said(planned: Mlplan) -> None:
    answer = planned("report", "--verbose")
    assert answer.status == 0
    assert answer.err.startswith("lock: mlplan.lock (2026-10-01, facts ")


def test_a_page_that_cannot_be_written_is_no_lock(planned: Mlplan, work: Path) -> None:
    answer = planned("report", "--output", ".")
    assert (answer.status, answer.out, answer.err) == (
        6,
        "",
        "error: .: cannot be written: it is no file\n\n"
        "hint: --output FILE names another place; without it the page goes to standard output\n",
    )
