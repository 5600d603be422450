"""Distributions and Pythons to test on."""

from __future__ import annotations

import fnmatch
import json
from dataclasses import replace

import pytest

from planner.cli.emit import distribution_glibc
from planner.emit.test_matrix import TestMatrix, image_of, interpreter_of
from planner.plan.locked import LockedPlan
from planner.solve.tables import Tables
from tests.emit.plans import example, wanted


def rows(
    plan: LockedPlan, glibc: dict[str, str], *, per_python: bool = False
) -> list[dict[str, str]]:
    asked = replace(wanted(plan, "test-matrix", per_python=per_python), glibc=glibc)
    (file,) = TestMatrix().files(asked)
    return [row for matrix in json.loads(file.text)["matrices"] for row in matrix["include"]]


def test_oldest_between_newest_by_glibc(tables: Tables) -> None:
    assert tables
    found = rows(example("combined"), distribution_glibc())
    places = dict.fromkeys((row["age"], row["distribution"], row["image"]) for row in found)
    assert list(places) == [
        ("oldest", "rhel-8", "registry.access.redhat.com/ubi8/ubi"),
        ("between", "ubuntu-22.04", "docker.io/library/ubuntu:22.04"),
        ("newest", "fedora-44", "docker.io/library/fedora:44"),
    ]
    assert [row["python"] for row in found] == ["cp311", "cp313", "cp315"] * 3


def test_every_architecture_and_emulation() -> None:
    found = rows(example("cpu-numeric"), {})
    told = {row["arch"]: (row["runner"], row["emulated"]) for row in found}
    assert told["aarch64"] == ("ubuntu-24.04-arm", "")
    assert told["s390x"] == ("ubuntu-24.04", "s390x")
    assert set(told) == {job.arch for job in example("cpu-numeric").jobs}


def test_free_threaded_and_stable_abi() -> None:
    found = rows(example("plugin-set"), {})
    first = [row["interpreter"] for row in found if row["job"] == "cuda12-cuda12.9.2-x86_64"]
    assert first[:4] == ["3.11", "3.13", "3.14", "3.14t"]
    stable = rows(example("extension"), {})
    assert [row["interpreter"] for row in stable[:2]] == ["3.11", "3"]


def test_per_python_tests_all() -> None:
    found = rows(example("combined"), {}, per_python=True)
    assert len(found) == 3 * 5


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (0, "plugin_set_cuda12-1.0-cp311-cp311-manylinux_2_28_x86_64.whl"),
        (
            3,
            "plugin_set_cuda12-1.0-cp314-cp314t-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
        ),
    ],
)
def test_wheel_patterns(number: int, name: str) -> None:
    patterns = [row["wheel"] for row in rows(example("plugin-set"), {})]
    assert fnmatch.fnmatchcase(name, patterns[number])
    assert sum(fnmatch.fnmatchcase(name, pattern) for pattern in patterns[:4]) == 1


def test_local_version_in_pattern() -> None:
    found = {row["variant"]: row["wheel"] for row in rows(example("framework"), {})}
    assert found["rocm"] == "framework-*+rocm7.2-cp315-cp315-*manylinux_2_28_x86_64*.whl"


def test_pypy_wheel() -> None:
    plan = example("combined")
    jobs = tuple(replace(job, pythons=("pp311",)) for job in plan.jobs)
    first = rows(replace(plan, jobs=jobs), {})[0]
    assert first["interpreter"] == "pypy3.11"
    name = "combined-1.0-pp311-pypy311_pp73-manylinux_2_28_x86_64.whl"
    assert fnmatch.fnmatchcase(name, first["wheel"])


def test_what_is_not_tested_is_told() -> None:
    plan = example("combined")
    jobs = tuple(replace(job, serves=("kylin-v10",)) for job in plan.jobs)
    (file,) = TestMatrix().files(wanted(replace(plan, jobs=jobs), "test-matrix"))
    found = json.loads(file.text)
    assert found["matrices"] == [{"include": []}]
    assert found["untested"] == [jobs[0].id]
    assert found["skipped"] == [
        {"distribution": "kylin-v10", "arch": "x86_64", "why": "no public image that is known"}
    ]


@pytest.mark.parametrize(
    ("count", "told"),
    [(1, ["oldest"]), (2, ["oldest", "newest"]), (3, ["oldest", "between", "newest"])],
)
def test_few_distributions(count: int, told: list[str]) -> None:
    plan = example("combined")
    served = ("debian-11", "debian-12", "debian-13")[:count]
    jobs = tuple(replace(job, serves=served) for job in plan.jobs)
    ages = dict.fromkeys(row["age"] for row in rows(replace(plan, jobs=jobs), {}))
    assert (
        list(ages) == [["oldest"], ["oldest", "newest"], ["oldest", "between", "newest"]][count - 1]
    )


def test_images_and_interpreters() -> None:
    assert image_of("sles-15", "x86_64") is None
    assert image_of("ubuntu-24.04", "riscv64") == "docker.io/library/ubuntu:24.04"
    assert image_of("ubuntu-22.04", "riscv64") is None
    assert interpreter_of("pp311") == "pypy3.11"
    assert interpreter_of("py3") == "py3"
