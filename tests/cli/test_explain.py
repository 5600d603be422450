"""``mlplan explain`` from a lock file."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from planner.cli.main import app
from planner.errors import LockError, UsageError
from planner.load.locate import SCHEMAS

RUNNER = CliRunner()


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lock with two jobs and two failures in the working folder."""
    monkeypatch.chdir(tmp_path)
    options = ["--cuda", "12.9", "--cuda", ">=13", "--gpu", "sm_70,sm_90"]
    RUNNER.invoke(app, ["solve", *options, "--date", "2026-11-21", "-o", "mlplan.lock"])
    return tmp_path / "mlplan.lock"


def explained(*arguments: str) -> str:
    result = RUNNER.invoke(app, ["explain", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_job_by_the_start_of_its_id(lock: Path) -> None:
    text = explained("cuda-cuda12.9.2-x86")
    assert text.startswith("cuda-cuda12.9.2-x86_64\n\n  chosen\n    - tag manylinux_2_28_x86_64")
    assert "the vendor refuses the host gcc" in text
    assert "(enforced; cuda-12.9/host-gcc; read 2026-11-21)" in " ".join(text.split())
    assert max(len(line) for line in text.splitlines()) <= 100


def test_failures_are_told_once(lock: Path) -> None:
    text = explained("--failures")
    assert text.count("no plan for") == 1
    assert "no plan for 2 jobs: cuda-cuda>=13-x86_64, cuda-cuda>=13-aarch64" in text
    assert "sm_70 is known from 10.2 on, removed in 13.0" in text


def test_one_failure_by_name(lock: Path) -> None:
    text = explained("cuda-cuda>=13-aarch64")
    assert text.startswith("no plan for cuda-cuda>=13-aarch64\n")


@pytest.mark.parametrize("arguments", [["cuda-cuda12.9.2-aarch64"], ["--failures"]])
def test_json_follows_its_schema(lock: Path, arguments: list[str]) -> None:
    document = json.loads(explained(*arguments, "--format", "json"))
    schema = json.loads((SCHEMAS / "explain.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    named = [f for s in document["sections"] for line in s["lines"] for f in line["facts"]]
    named += [
        f for failure in document["failures"] for c in failure["conflicts"] for f in c["facts"]
    ]
    assert set(named) == set(document["facts"])


def test_markdown_escapes(lock: Path) -> None:
    text = explained("--failures", "--format", "markdown")
    assert text.startswith("## no plan for cuda-cuda\\>=13-x86\\_64")
    assert "set variants.cuda.cuda to \\<13 \\(was \\>=13\\)" in text


def test_unknown_and_ambiguous_jobs(lock: Path) -> None:
    unknown = RUNNER.invoke(app, ["explain", "cuda-cuda12.9.2-x68_64"])
    assert isinstance(unknown.exception, UsageError)
    assert unknown.exception.problems[0].nearest == "cuda-cuda12.9.2-x86_64"
    several = RUNNER.invoke(app, ["explain", "cuda-cuda12"])
    assert isinstance(several.exception, UsageError)
    assert several.exception.problems[0].message == "several jobs start so"


def test_nothing_named_is_a_usage_error(lock: Path) -> None:
    result = RUNNER.invoke(app, ["explain"])
    assert isinstance(result.exception, UsageError)


def test_all_planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    RUNNER.invoke(app, ["solve", "--cuda", "12.9", "-o", "mlplan.lock"])
    assert explained("--failures") == "every job has a plan\n"


def test_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = RUNNER.invoke(app, ["explain", "--failures"])
    assert isinstance(result.exception, LockError)


def test_damaged_lock(lock: Path) -> None:
    document = json.loads(lock.read_text(encoding="utf-8"))
    del document["jobs"][0]["because"]
    lock.write_text(json.dumps(document), encoding="utf-8")
    result = RUNNER.invoke(app, ["explain", "--failures"])
    assert isinstance(result.exception, LockError)
    assert str(result.exception.problems[0]) == "jobs[0].because: must be a list"


def test_frontier_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    options = ["--cuda", ">=11", "--arch", "x86_64", "--allow", "ended-base"]
    text = RUNNER.invoke(app, ["solve", "--frontier", "--date", "2026-11-21", *options]).output
    rows = [line.split()[:3] for line in text.splitlines()[2:4]]
    assert rows == [
        ["manylinux_2_17_x86_64", "cuda", "12.6.3"],
        ["manylinux_2_28_x86_64", "cuda", "13.5.0"],
    ]
    shown = RUNNER.invoke(app, ["solve", "--frontier", "--format", "json", *options]).output
    schema = json.loads((SCHEMAS / "frontier.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(shown))
    assert not (tmp_path / "mlplan.lock").exists()
