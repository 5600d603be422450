"""A plan with 1,000 jobs: matrices within their limits, no row lost or doubled, little imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from planner.emit import azure, buildkite, gitlab
from planner.emit.registry import OWN
from planner.emit.rows import MATRIX_LIMIT
from planner.plan.locked import LockedPlan
from planner.solve.tables import Tables
from tests.emit.plans import EXAMPLES, files_of, large

COUNT = 1000
LIGHT = ("github", "github-workflow", "gitlab", "azure", "buildkite", "json", "csv")


@pytest.fixture(scope="module")
def plan() -> LockedPlan:
    return large(COUNT)


def test_github(plan: LockedPlan) -> None:
    (file,) = files_of("github", plan)
    matrices = json.loads(file.text)
    sizes = [len(matrix["include"]) for matrix in matrices]
    assert sizes == [MATRIX_LIMIT] * 3 + [COUNT - 3 * MATRIX_LIMIT]
    assert [row["id"] for m in matrices for row in m["include"]] == [job.id for job in plan.jobs]


def test_github_workflow(plan: LockedPlan) -> None:
    (file,) = files_of("github-workflow", plan)
    jobs = yaml.safe_load(file.text)["jobs"]
    builds = ["build-1", "build-2", "build-3", "build-4"]
    assert [name for name in jobs if name.startswith("build")] == builds
    assert jobs["verify"]["needs"] == builds
    assert list(jobs["plan"]["outputs"]) == ["matrix-1", "matrix-2", "matrix-3", "matrix-4"]
    matrices = [jobs[name]["strategy"]["matrix"] for name in builds]
    assert matrices[3] == "${{ fromJSON(needs.plan.outputs.matrix-4) }}"
    assert len(set(matrices)) == 4


def test_gitlab(plan: LockedPlan) -> None:
    (file,) = files_of("gitlab", plan)
    document = yaml.safe_load(file.text)
    groups = [value for name, value in document.items() if name.startswith("wheels-")]
    assert [len(g["parallel"]["matrix"]) for g in groups] == [gitlab.MATRIX_LIMIT] * 5
    found = [row["MLPLAN_JOB"] for g in groups for row in g["parallel"]["matrix"]]
    assert found == [job.id for job in plan.jobs]


def test_azure(plan: LockedPlan) -> None:
    (file,) = files_of("azure", plan)
    stages = yaml.safe_load(file.text)["stages"]
    matrices = [
        stage["jobs"][0]["strategy"]["matrix"]
        for stage in stages
        if stage["stage"].startswith("build")
    ]
    assert max(map(len, matrices)) == azure.STAGE_LIMIT
    assert len({name.lower() for matrix in matrices for name in matrix}) == COUNT
    found = [row["MLPLAN_JOB"] for matrix in matrices for row in matrix.values()]
    assert found == [job.id for job in plan.jobs]
    assert stages[-1]["dependsOn"] == ["build_1", "build_2", "build_3", "build_4"]


def test_buildkite(plan: LockedPlan) -> None:
    whole, *parts = files_of("buildkite", plan)
    steps = [yaml.safe_load(part.text)["steps"] for part in parts]
    assert [len(found) for found in steps] == [buildkite.UPLOAD_LIMIT] * 2
    rows = [step for found in steps for step in found]
    assert [row["env"]["MLPLAN_JOB"] for row in rows] == [job.id for job in plan.jobs]
    assert len({row["key"] for row in rows}) == COUNT
    assert len({row["command"] for row in rows}) == 1
    commands = [step.get("command", "") for step in yaml.safe_load(whole.text)["steps"]]
    assert [c for c in commands if c.startswith("buildkite-agent pipeline upload")] == [
        f"buildkite-agent pipeline upload {part.name}" for part in parts
    ]
    assert "mlplan emit buildkite --output . --check" in whole.text


@pytest.mark.parametrize("format_", OWN)
def test_imports(format_: str, tables: Tables) -> None:
    """No format needs networkx where the facts are compiled, and the matrices not even YAML."""
    assert tables
    lock = EXAMPLES / "combined" / "mlplan.lock"
    script = (
        "import sys\n"
        "from planner.cli.main import app\n"
        f"arguments = ['emit', {format_!r}, '--plan', {str(lock)!r}, '--quiet']\n"
        "app(arguments, standalone_mode=False)\n"
        "print(*sorted({n.partition('.')[0] for n in sys.modules}), file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", script]
    root = Path(__file__).resolve().parent.parent.parent
    found = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    modules = set(found.stderr.splitlines()[-1].split())
    assert "planner" in modules
    assert "networkx" not in modules
    if format_ in LIGHT:
        assert not modules & {"yaml", "rich", "elftools"}
