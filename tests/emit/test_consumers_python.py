"""What Python's own tools make of the files: pip, variantlib, and a reader of conda's variants."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from planner.emit.registry import emitter
from planner.emit.requirements import marker
from tests.emit.real_jobs import EXAMPLES, plan_of, wanted_of

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

ALL = sorted(path.parent.name for path in EXAMPLES.glob("*/mlplan.lock"))
JOBS = [
    (example, job.id, job.arch)
    for example in ("array-library", "combined", "framework", "plugin-set")
    for job in plan_of(example).jobs
    if "rocm" not in job.accelerators and job.accelerators
]
PLATFORMS = ("manylinux1", "manylinux2014", "manylinux_2_17", "manylinux_2_27", "manylinux_2_28")


def pip(*arguments: str, cwd: Path | None = None) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)
    assert done.returncode == 0, done.stderr


def resolve(arch: str, folder: Path, *requirements: str) -> None:
    """Let pip resolve for another machine, without an installation."""
    platforms = [word for tag in PLATFORMS for word in ("--platform", f"{tag}_{arch}")]
    pip(
        *("install", "--quiet", "--dry-run", "--only-binary=:all:", "--python-version", "3.12"),
        *("--target", str(folder / "nothing"), *platforms, *requirements),
        cwd=folder,
    )


def write(format_: str, example: str, folder: Path) -> None:
    for file in emitter(format_).files(wanted_of(example)):
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.text.encode())


@pytest.mark.parametrize(
    ("example", "job", "arch"), [pytest.param(*job, marks=SLOW) for job in JOBS], ids=str
)
def test_pip_resolves_the_requirements(example: str, job: str, arch: str, tmp_path: Path) -> None:
    write("requirements", example, tmp_path)
    resolve(arch, tmp_path, "-r", f"{job}/requirements.txt")


@pytest.mark.parametrize(
    ("example", "beginning"),
    [pytest.param(*row, marks=SLOW) for row in (("framework", "cuda-"), ("plugin-set", "cuda1"))],
)
def test_the_metapackage_agrees_with_the_pins(example: str, beginning: str, tmp_path: Path) -> None:
    write("requirements", example, tmp_path)
    for job in plan_of(example).jobs:
        if job.id.startswith(beginning) and job.arch == "x86_64":
            text = (tmp_path / job.id / "requirements.txt").read_text()
            (said,) = [line for line in text.splitlines() if "cuda-toolkit[" in line]
            assert marker(job) not in said
            resolve(job.arch, tmp_path, said.split(": ")[1], "-c", f"{job.id}/constraints.txt")


VARIANTLIB = """
import pathlib, sys
from variantlib.models.variant import VariantDescription, VariantProperty
from variantlib.pyproject_toml import VariantPyProjectToml
from variantlib.variants_json import VariantsJson
import json
folder = pathlib.Path(sys.argv[1])
known = {"null": VariantDescription()}
for path in folder.glob("*-variants.json"):
    known |= VariantsJson(json.loads(path.read_text())).variants
for path in folder.glob("*/properties.txt"):
    lines = path.read_text().splitlines()
    properties = [VariantProperty.from_str(x) for x in lines if not x.startswith("#")]
    (label,) = [x.removeprefix("# Label: ") for x in lines if x.startswith("# Label: ")]
    made = VariantDescription(properties=properties, label=label)
    assert known[label] == made, (path, known[label], made)
    if properties:
        table = VariantPyProjectToml.from_path(folder / "pyproject-variant.toml")
        assert {p.namespace for p in properties} <= set(table.namespace_priorities)
    print(label)
"""


@pytest.fixture(scope="session")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the readers of other projects."""
    folder = tmp_path_factory.mktemp("libraries")
    pip("install", "--quiet", "--target", str(folder), "variantlib==0.2.2")
    pip("install", "--quiet", "--no-deps", "--target", str(folder), "py-rattler-build==0.73.0")
    return folder


def run(script: str, libraries: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**os.environ, "PYTHONPATH": str(libraries)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("example", ALL)
def test_variantlib_reads_the_variants(example: str, libraries: Path, tmp_path: Path) -> None:
    write("variants", example, tmp_path)
    labels = run(VARIANTLIB, libraries, str(tmp_path)).split()
    assert len(labels) == len(plan_of(example).jobs)


RATTLER = """
import pathlib, sys
from rattler_build import JinjaConfig, PlatformConfig, VariantConfig
for path in sorted(pathlib.Path(sys.argv[1]).glob("*/conda_build_config.yaml")):
    platform = PlatformConfig(target_platform=path.parent.name)
    found = VariantConfig.from_conda_build_config(path, JinjaConfig(platform=platform))
    jobs = {str(row["mlplan_job"]) for row in found.combinations()}
    print(path.parent.name, len(found.combinations()), *sorted(jobs))
"""


@pytest.mark.parametrize("example", ALL)
def test_rattler_build_makes_one_package_per_job_and_python(
    example: str, libraries: Path, tmp_path: Path
) -> None:
    write("conda", example, tmp_path)
    lines = [line.split() for line in run(RATTLER, libraries, str(tmp_path)).splitlines()]
    jobs = plan_of(example).jobs
    assert sorted(id_ for line in lines for id_ in line[2:]) == sorted(job.id for job in jobs)
    assert sum(int(line[1]) for line in lines) == sum(len(job.pythons) for job in jobs)
