"""Where things lie in build images."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.emit.places import compilers, cuda_home, mkl_home, python_program, rocm_home
from tests.emit.real_jobs import job_of

JOB = job_of("combined", "cuda-mkl")


@pytest.mark.parametrize(
    ("toolset", "cxx"),
    [
        ("gcc-toolset-15", "/opt/rh/gcc-toolset-15/root/usr/bin/g++"),
        ("devtoolset-10", "/opt/rh/devtoolset-10/root/usr/bin/g++"),
        ("almalinux-8-gcc", "/usr/bin/g++"),
        ("rocky-8-gcc", None),
        ("gcc-toolset-15; rm", None),
    ],
)
def test_compilers(toolset: str, cxx: str | None) -> None:
    found = compilers(replace(JOB, toolset=toolset))
    assert (found.cxx if found else None) == cxx


def test_toolkits() -> None:
    assert cuda_home("13.0.3") == "/usr/local/cuda-13.0"
    assert rocm_home("7.2.4") == "/opt/rocm"
    assert rocm_home("7.14.1") == "/opt/rocm/core-7.14"
    assert rocm_home("10.1.0") == "/opt/rocm/core-10.1"
    assert mkl_home("2026.2.0") == "/opt/mkl-2026.2.0"


@pytest.mark.parametrize(
    ("tags", "program"),
    [
        (["pp311", "cp312"], "/opt/python/cp312-cp312/bin/python"),
        (["abi3-cp311"], "/opt/python/cp311-cp311/bin/python"),
        (["cp314t"], "/opt/python/cp314-cp314t/bin/python"),
        (["pp311"], "python3"),
    ],
)
def test_python(tags: list[str], program: str) -> None:
    assert python_program(replace(JOB, pythons=tuple(tags))) == program
