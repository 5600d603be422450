"""What is special about single CI services."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from planner.emit.registry import emitter
from planner.errors import RequestError
from tests.emit.plans import example, files_of, requested, wanted, with_variant


def test_workflow_reads_the_rows_of_the_same_filters() -> None:
    options = ("--variant", "cuda", "--per-python", "--plan", "a b.lock", "--output", "ci.yml")
    asked = wanted(example("framework"), "github-workflow", *options, per_python=True)
    (file,) = emitter("github-workflow").files(asked)
    document = yaml.safe_load(file.text)
    script = next(step["run"] for step in document["jobs"]["plan"]["steps"] if "id" in step)
    assert script.splitlines()[0] == (
        "mlplan emit github --variant cuda --per-python --plan 'a b.lock' "
        '--output "$RUNNER_TEMP/matrix.json"'
    )
    assert document[True]["pull_request"]["paths"][1] == "**.lock"
    build = next(s for s in document["jobs"]["build"]["steps"] if s.get("name") == "Build")
    assert build["env"]["MLPLAN_PYTHON"] == "${{ matrix.python }}"


def test_workflow_puts_no_expression_in_a_script() -> None:
    for name in ("framework", "plugin-set"):
        (file,) = files_of("github-workflow", example(name))
        jobs = yaml.safe_load(file.text)["jobs"].values()
        assert not [s for job in jobs for s in job["steps"] if "${{" in s.get("run", "")]


@pytest.mark.parametrize(("name", "way"), [("framework", "gh release"), ("combined", "pypi")])
def test_workflow_publishes_where_the_wheels_may_go(name: str, way: str) -> None:
    (file,) = files_of("github-workflow", example(name))
    job = yaml.safe_load(file.text)["jobs"]["publish"]
    assert way in str(job["steps"])
    assert job["if"] == "github.event_name == 'release' && vars.MLPLAN_PUBLISH == 'yes'"


@pytest.mark.parametrize("format_", ["azure", "buildkite"])
def test_equal_names_are_told_apart(format_: str) -> None:
    plan = with_variant(example("plugin-set"), "cuda12", "1/a")
    plan = with_variant(plan, "cuda13", "1:a")
    jobs = [replace(j, id=j.id.replace("13.5.0", "12.9.2")) for j in plan.jobs]
    (file,) = files_of(format_, replace(plan, jobs=tuple(jobs)))
    if format_ == "azure":
        stage = yaml.safe_load(file.text)["stages"][1]
        names = list(stage["jobs"][0]["strategy"]["matrix"])
        assert names[:3:2] == ["job_1_a_cuda12_9_2_x86_64", "job_1_a_cuda12_9_2_x86_64_2"]
    else:
        keys = [step["key"] for step in yaml.safe_load(file.text)["steps"] if "env" in step]
        assert keys[:3:2] == ["wheel-1-a-cuda12-9-2-x86_64", "wheel-1-a-cuda12-9-2-x86_64-2"]


def test_gitlab_refuses_names_that_are_too_long() -> None:
    plan = requested(example("plugin-set"), project="x" * 250)
    with pytest.raises(RequestError, match="too long") as error:
        files_of("gitlab", plan)
    assert "255 characters" in str(error.value)
