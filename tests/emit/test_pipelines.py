"""What the pipelines of all CI services share, and that each carries the plan's data unchanged."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest
import yaml

from planner.emit.pipelines import command_of, legs_of, placed
from planner.emit.registry import emitter
from planner.emit.runners import GITHUB
from planner.errors import RequestError
from tests.emit.plans import example, files_of, requested, wanted, with_variant
from tests.emit.test_hostile import HOSTILE

PIPELINES = ("github-workflow", "gitlab", "azure", "buildkite")


def words(command: str) -> list[str]:
    """The words that bash passes to mlplan."""
    script = "mlplan() { printf '%s\\0' \"$@\"; }\n" + command
    found = subprocess.run(["bash", "-c", script], capture_output=True, check=True)
    return found.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize("text", [text.replace("\0", "") for text in HOSTILE])
def test_command_is_data_for_bash_and_the_service(text: str) -> None:
    asked = wanted(example("framework"), "gitlab", "--variant", text, "--plan", text)
    command = command_of(asked, "--check")
    assert command.isprintable()
    assert command.isascii()
    assert "$" not in command.replace("$'", "")
    assert words(command) == ["emit", "gitlab", "--variant", text, "--plan", text, "--check"]


def test_legs_name_the_project_only_where_it_differs() -> None:
    plan = example("plugin-set")
    found = [leg.environment for leg in legs_of(wanted(plan), GITHUB)]
    assert found[0] == {
        "MLPLAN_JOB": "cuda12-cuda12.9.2-x86_64",
        "MLPLAN_PROJECT": "plugin-set-cuda12",
    }
    found = [leg.environment for leg in legs_of(wanted(example("framework")), GITHUB)]
    assert found[-1] == {
        "MLPLAN_JOB": "rocm-rocm7.2.4-x86_64",
        "MLPLAN_LOCAL_VERSION": "rocm7.2",
    }


def test_legs_per_python() -> None:
    legs = legs_of(wanted(example("combined"), per_python=True), GITHUB)
    assert [leg.name.rpartition("-")[2] for leg in legs] == [
        "cp311",
        "cp312",
        "cp313",
        "cp314",
        "cp315",
    ]
    assert {leg.environment["MLPLAN_JOB"] for leg in legs} == {legs[0].job.id}


@pytest.mark.parametrize("format_", PIPELINES)
def test_refusals(format_: str) -> None:
    plan = example("framework")
    with pytest.raises(RequestError, match="no job"):
        emitter(format_).files(replace(wanted(plan, format_), jobs=()))
    with pytest.raises(RequestError, match="same file name"):
        files_of(format_, requested(plan, naming="none"))


def test_place_of_the_user_stays() -> None:
    asked = wanted(example("framework"), "gitlab", "--output", "ci.yml")
    assert placed(asked).arguments == ("gitlab", "--output", "ci.yml")
    (file,) = emitter("gitlab").files(asked)
    assert "mlplan emit gitlab --output ci.yml --check" in file.text


@pytest.mark.parametrize("format_", PIPELINES)
def test_per_python_builds_one_python(format_: str) -> None:
    (file,) = files_of(format_, example("combined"), per_python=True)
    line = 'export CIBW_BUILD="${MLPLAN_PYTHON#abi3-}-manylinux_*"'
    dollars = file.text.replace("$$", "$") if format_ == "buildkite" else file.text
    assert line in dollars
    assert yaml.safe_load(file.text)


@pytest.mark.parametrize("text", [text[:60] for text in HOSTILE])
def test_values_are_the_plans(text: str) -> None:
    plan = with_variant(requested(example("plugin-set"), project=text), "cuda12", text)
    told = [leg.environment for leg in legs_of(wanted(plan), GITHUB)]
    names = ("MLPLAN_JOB", "MLPLAN_PROJECT")
    expected = [tuple(values[name] for name in names) for values in told]
    (gitlab,) = files_of("gitlab", plan)
    rows = yaml.safe_load(gitlab.text)["wheels"]["parallel"]["matrix"]
    assert [tuple(row[n].replace("$$", "$") for n in names) for row in rows] == expected
    (buildkite,) = files_of("buildkite", plan)
    rows = [s["env"] for s in yaml.safe_load(buildkite.text)["steps"] if "env" in s]
    assert [tuple(row[n].replace("$$", "$") for n in names) for row in rows] == expected
    try:
        (azure,) = files_of("azure", plan)
    except RequestError as error:
        assert "Azure expands" in str(error)
        assert "$(" in text or "$[" in text
        return
    stage = next(s for s in yaml.safe_load(azure.text)["stages"] if s["stage"] == "build")
    rows = list(stage["jobs"][0]["strategy"]["matrix"].values())
    plain = [tuple(row[n].replace("${{ '${{' }}", "${{") for n in names) for row in rows]
    assert plain == expected
