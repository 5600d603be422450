from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import FAILING, REQUEST, Mlplan

JOBS = ["plain-aarch64", "plain-x86_64", "toy-toy1.10.1-aarch64", "toy-toy1.10.1-x86_64"]


@pytest.fixture
def planned(mlplan: Mlplan, work: Path) -> Mlplan:
    (work / "mlplan.yaml").write_text(REQUEST)
    mlplan("solve", "-q")
    return mlplan


@pytest.mark.parametrize("job", JOBS)
def test_jobs(job: str, planned: Mlplan) -> None:
    text = planned("explain", job)
    assert (text.status, text.err) == (0, "")
    assert job in text.out
    assert max(map(len, text.out.splitlines())) <= 100
    document = json.loads(planned("explain", job, "--format", "json").out)
    assert document["schema"].startswith("mlplan-explain/")
    assert document["job"] == job
    markdown = planned("explain", job, "--format", "markdown")
    assert markdown.status == 0
    assert job in markdown.out.replace("\\_", "_")


def test_the_beginning_of_an_id_is_enough(planned: Mlplan) -> None:
    assert planned("explain", "plain-x") == planned("explain", "plain-x86_64")


@pytest.mark.parametrize(
    ("argv", "status", "message"),
    [
        ([], 2, "error: name one job, or ask for all failures\n"),
        (["plain-x86_64", "--failures"], 2, "error: name one job, or ask for all failures\n"),
        (["toy"], 2, "error: several jobs start so\n  found:   toy\n"),
        (["plain-x86-64"], 2, "error: the lock has no such job\n  found:   plain-x86-64\n"),
        (["x", "--plan", "no.lock"], 6, "error: no.lock: no such lock file\n"),
        (["x", "--plan", "mlplan.yaml"], 6, "error: mlplan.yaml:1: is no JSON\n"),
    ],
)
def test_bad_questions(argv: list[str], status: int, message: str, planned: Mlplan) -> None:
    answer = planned("explain", *argv)
    assert (answer.status, answer.out) == (status, "")
    assert answer.err.startswith(message)


def test_no_failures(planned: Mlplan) -> None:
    answer = planned("explain", "--failures")
    assert (answer.status, answer.out) == (0, "every job has a plan\n")


@pytest.mark.parametrize("argv", [["--failures"], ["old"]])
def test_failures(argv: list[str], mlplan: Mlplan, work: Path) -> None:
    (work / "mlplan.yaml").write_text(FAILING)
    mlplan("solve", "-q")
    text = mlplan("explain", *argv)
    assert "old-toy1.9-x86_64" in text.out
    assert max(map(len, text.out.splitlines())) <= 100
    document = json.loads(mlplan("explain", *argv, "--format", "json").out)
    assert [failure["id"] for failure in document["failures"]] == ["old-toy1.9-x86_64"]
    markdown = mlplan("explain", *argv, "--format", "markdown").out
    assert "old-toy1.9-x86_64" in markdown.replace("\\_", "_")
