"""``cibuildwheel`` and ``cibuildwheel-env``."""

from __future__ import annotations

import shlex
import tomllib
from dataclasses import replace

import pytest

from planner.emit.base import Wanted
from planner.emit.cibuildwheel import CibuildwheelToml
from planner.emit.cibuildwheel_env import CibuildwheelEnv
from planner.emit.cibuildwheel_options import enabled, excluded, identifiers, repair_command
from planner.errors import RequestError
from tests.emit.real_jobs import job_of, made, wanted_of

CUDA = job_of("combined", "cuda-mkl")
PLAIN = job_of("cpu-numeric", "plain-aarch64")


@pytest.mark.parametrize(
    ("tag", "python"),
    [
        ("cp312", "cp312"),
        ("cp314t", "cp314t"),
        ("abi3-cp311", "cp311"),
        ("abi3t-cp315", "cp315t"),
        ("pp311", "pp311"),
        ("gp313", "gp313_*"),
    ],
)
def test_identifiers(tag: str, python: str) -> None:
    assert identifiers(replace(PLAIN, pythons=(tag,))) == (f"{python}-manylinux_aarch64",)


def test_a_stable_abi_and_its_python_are_one_build() -> None:
    assert identifiers(replace(PLAIN, pythons=("abi3-cp311", "cp311"))) == (
        "cp311-manylinux_aarch64",
    )


def test_groups_of_builds_are_enabled_where_they_are_wanted() -> None:
    others = replace(PLAIN, pythons=("cp312", "pp311", "gp313"))
    assert enabled(made(others), [others]) == ("graalpy", "pypy", "pypy-eol")
    assert enabled(made(PLAIN, python=["cp315t"]), [PLAIN]) == ("cpython-prerelease",)
    assert enabled(made(PLAIN, python=">=3.12"), [PLAIN]) == ()


def test_libraries_stay_outside_by_exact_soname() -> None:
    sonames = excluded(made(CUDA), CUDA)
    assert {"libcudart.so.13", "libmkl_rt.so.3", "libcuda.so.1"} <= set(sonames)
    assert all(".so." in soname for soname in sonames)
    words = shlex.split(repair_command(made(CUDA), CUDA))
    assert words[:5] == ["auditwheel", "repair", "--plat", "manylinux_2_28_x86_64", "--only-plat"]
    assert words[-3:] == ["-w", "{dest_dir}", "{wheel}"]
    assert "--exclude" not in repair_command(made(PLAIN), PLAIN)


def test_a_configuration_per_variant_and_release() -> None:
    wanted = wanted_of("framework")
    files = CibuildwheelToml().files(wanted)
    assert [file.name for file in files] == [
        "cibuildwheel-cpu-mkl2025.3.1.toml",
        "cibuildwheel-cpu-arm.toml",
        "cibuildwheel-cuda-cuda12.6.3.toml",
        "cibuildwheel-cuda-cuda12.9.2.toml",
        "cibuildwheel-cuda-cuda13.0.3.toml",
        "cibuildwheel-rocm-rocm7.2.4.toml",
    ]
    tables = [tomllib.loads(file.text)["tool"]["cibuildwheel"] for file in files]
    told = [name for table in tables for name in table["build"]]
    assert told == [name for job in wanted.jobs for name in identifiers(job)]


def test_architectures_differ_in_overrides() -> None:
    file = CibuildwheelToml().files(wanted_of("array-library"))[0]
    table = tomllib.loads(file.text)["tool"]["cibuildwheel"]
    assert table["linux"]["archs"] == ["x86_64", "aarch64"]
    assert "@sha256:" in table["linux"]["manylinux-aarch64-image"]
    first, second = table["overrides"]
    assert (first["select"], second["select"]) == ("*-manylinux_x86_64", "*-manylinux_aarch64")
    assert first["environment"]["CC"] == "/opt/rh/devtoolset-11/root/usr/bin/gcc"
    assert second["environment"]["CC"] == "/opt/rh/devtoolset-10/root/usr/bin/gcc"
    assert first["inherit"] == {"before-all": "prepend", "environment": "append"}
    assert first["environment"]["PATH"].endswith(":$PATH")


def test_the_lock_is_that_of_the_command() -> None:
    for path, shown in {"a b/x.lock": "{project}/'a b/x.lock'", "/l/x": "/l/x"}.items():
        wanted = replace(made(PLAIN), arguments=("cibuildwheel", "--plan", path))
        (file,) = CibuildwheelToml().files(wanted)
        table = tomllib.loads(file.text)["tool"]["cibuildwheel"]["linux"]
        assert table["audit-command"] == [f"mlplan verify --plan {shown} {{wheel}}"]


def test_what_is_not_pinned_or_has_no_soname_is_told() -> None:
    loose = replace(CUDA, image=replace(CUDA.image, digest=None))
    (file,) = CibuildwheelToml().files(made(loose, links=["gnu_thread", "rt"]))
    assert "# No digest is known of quay.io/pypa/manylinux_2_28_x86_64: it is not" in file.text
    assert "# No soname is known of gnu_thread: auditwheel grafts" in file.text
    table = tomllib.loads(file.text)["tool"]["cibuildwheel"]
    assert table["linux"]["manylinux-x86_64-image"] == loose.image.reference


@pytest.mark.parametrize("emitter", [CibuildwheelToml, CibuildwheelEnv])
@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (wanted_of("extension"), "same file name"),
        (made(replace(PLAIN, arch="loongarch64")), "cibuildwheel does not build"),
    ],
)
def test_refused(
    emitter: type[CibuildwheelToml | CibuildwheelEnv], wanted: Wanted, message: str
) -> None:
    with pytest.raises(RequestError, match=message):
        emitter().files(wanted)


def test_variables_are_those_of_the_toml() -> None:
    (file,) = CibuildwheelEnv().files(made(replace(CUDA, pythons=("pp311",))))
    lines = [line[7:] for line in file.text.splitlines() if line.startswith("export ")]
    told = dict(word.split("=", 1) for line in lines for word in shlex.split(line))
    (toml,) = CibuildwheelToml().files(made(replace(CUDA, pythons=("pp311",))))
    table = tomllib.loads(toml.text)["tool"]["cibuildwheel"]
    (override,) = table["overrides"]
    assert told["CIBW_BUILD"].split() == table["build"]
    assert told["CIBW_ENABLE"].split() == table["enable"]
    assert told["CIBW_MANYLINUX_X86_64_IMAGE"] == table["linux"]["manylinux-x86_64-image"]
    assert told["CIBW_BEFORE_ALL_LINUX"] == " && ".join(override["before-all"])
    assert told["CIBW_REPAIR_WHEEL_COMMAND_LINUX"] == override["repair-wheel-command"]
    for name, value in override["environment"].items():
        assert f'{name}="{value}"' in told["CIBW_ENVIRONMENT_LINUX"]
