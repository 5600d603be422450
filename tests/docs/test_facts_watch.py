"""examples/facts-watch: the script does what its head says, and the CI files are safe to copy."""

from __future__ import annotations

import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.fenced_blocks import ROOT
from tests.docs.test_completeness import OPTIONS

FOLDER = ROOT / "examples" / "facts-watch"
CI_FILES = ("github.yml", "gitlab.yml")
MADE_MLPLAN = """#!/bin/sh
case "$2 $3" in
  "audit --format") echo '{"audit": 1}'; exit ${AUDIT:-0} ;;
  "harvest cuda")
    [ -z "$NEW" ] || { echo new > matrices/cuda/2.yaml; echo order >> matrices/cuda/family.yaml; }
    echo "looked at cuda"; exit ${HARVEST:-0} ;;
  "harvest mkl") echo "looked at mkl" ;;
  "check --fix") echo "in order"; exit ${CHECK:-0} ;;
  *) exit 9 ;;
esac
"""


def _ci(name: str) -> dict[Any, Any]:
    document = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with two families, and an ``mlplan`` that is made up."""
    folder = tmp_path / "checkout"
    for family in ("cuda", "mkl"):
        (folder / "matrices" / family).mkdir(parents=True)
        (folder / "matrices" / family / "family.yaml").write_text("family\n", encoding="utf-8")
    _git(folder, "init", "--quiet")
    _git(folder, "add", "matrices")
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    _git(folder, *who, "commit", "--quiet", "--message", "facts")
    program = tmp_path / "bin" / "mlplan"
    program.parent.mkdir()
    program.write_text(MADE_MLPLAN, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return folder


def _watch(checkout: Path, **settings: str) -> tuple[int, dict[str, str]]:
    """The exit status of the script, and what ``report/`` then holds."""
    path = f"{checkout.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", str(FOLDER / "watch.sh")]
    status = subprocess.call(command, cwd=checkout, env={**os.environ, **settings, "PATH": path})
    files = sorted((checkout / "report").iterdir())
    return status, {file.name: file.read_text(encoding="utf-8") for file in files}


def test_nothing_new(checkout: Path) -> None:
    assert _watch(checkout) == (
        0,
        {
            "audit.json": '{"audit": 1}\n',
            "check.txt": "in order\n",
            "facts.patch": "",
            "harvest-cuda.txt": "looked at cuda\n",
            "harvest-mkl.txt": "looked at mkl\n",
        },
    )


def test_a_new_release_becomes_a_patch(checkout: Path) -> None:
    status, report = _watch(checkout, NEW="1")
    patch = checkout.parent / "facts.patch"
    patch.write_text(report["facts.patch"], encoding="utf-8")
    other = checkout.parent / "other"
    _git(checkout.parent, "clone", "--quiet", str(checkout), "other")
    _git(other, "apply", "--index", str(patch))
    changed = _git(other, "diff", "--cached", "--name-status").split()
    assert status == 0
    assert changed == ["A", "matrices/cuda/2.yaml", "M", "matrices/cuda/family.yaml"]


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"AUDIT": "1"}, 1),
        ({"AUDIT": "1", "NEW": "1"}, 1),
        ({"AUDIT": "5"}, 2),
        ({"HARVEST": "1"}, 2),
        ({"CHECK": "4"}, 2),
        ({"AUDIT": "1", "CHECK": "4"}, 2),
    ],
)
def test_the_worst_answer_counts_and_the_report_is_whole(
    settings: dict[str, str], status: int, checkout: Path
) -> None:
    found, report = _watch(checkout, **settings)
    assert (found, len(report)) == (status, 5)
    assert bool(report["facts.patch"]) is ("NEW" in settings)


def test_every_command_exists() -> None:
    text = (FOLDER / "watch.sh").read_text(encoding="utf-8")
    named = re.findall(r"^ *(mlplan facts \w+)", text, re.M)
    assert named == ["mlplan facts audit", "mlplan facts harvest", "mlplan facts check"]
    assert set(named) <= set(OPTIONS)


@pytest.mark.parametrize("name", CI_FILES)
def test_ci_runs_the_script(name: str) -> None:
    assert "examples/facts-watch/watch.sh || status=$?" in (FOLDER / name).read_text("utf-8")


@pytest.mark.parametrize("name", CI_FILES)
def test_mlplan_is_installed_in_place(name: str) -> None:
    """``harvest --write`` changes the files of the checkout, so they must be what is used."""
    commands = re.findall(r"pip install .*", (FOLDER / name).read_text(encoding="utf-8"))
    assert [command.split()[-2:] for command in commands] == [["--editable", "."]]


def test_github_runs_weekly_and_by_hand() -> None:
    when = _ci("github.yml")[True]  # YAML 1.1 reads the key ``on`` as a truth value
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", when["schedule"][0]["cron"])
    assert "workflow_dispatch" in when


def test_only_the_job_without_foreign_code_may_write() -> None:
    workflow = _ci("github.yml")
    assert workflow["permissions"] == {}
    jobs = workflow["jobs"]
    rights = {name: job.get("permissions", {}) for name, job in jobs.items()}
    assert rights == {
        "look": {"contents": "read"},
        "propose": {"contents": "write", "pull-requests": "write"},
        "verdict": {},
    }
    run = "\n".join(step.get("run", "") for step in jobs["propose"]["steps"])
    assert "pip" not in run
    assert "watch.sh" not in run


def test_actions_are_pinned_and_jobs_end() -> None:
    jobs = _ci("github.yml")["jobs"].values()
    uses = [step["uses"] for job in jobs for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", use) for use in uses)
    assert all(job["timeout-minutes"] <= 60 for job in jobs)


def test_no_text_of_others_is_pasted_into_a_script() -> None:
    """``${{ }}`` in a ``run`` is filled in before the shell sees it, so only numbers may be."""
    scripts = [
        step["run"]
        for job in _ci("github.yml")["jobs"].values()
        for step in job["steps"]
        if "run" in step
    ]
    pasted = [text for script in scripts for text in re.findall(r"\$\{\{ (.*?) \}\}", script)]
    assert pasted == ["needs.look.outputs.status"]
