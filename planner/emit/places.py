"""Where compilers and toolkits lie in a build image once they are installed.

Sources: Red Hat, "Using GCC Toolset" and "Using Developer Toolset" (``/opt/rh/<name>/root``);
NVIDIA, "CUDA Installation Guide for Linux" (``/usr/local/cuda-<minor>``); AMD, "Transition guide
from legacy ROCm" (``/opt/rocm``, from 7.14 on ``/opt/rocm/core-<minor>``); manylinux README
(``/opt/python/<tag>``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.emit.base import minor_of
from planner.plan.locked import LockedJob

_COLLECTION = re.compile(r"(gcc-toolset|devtoolset)-\d+")
_CPYTHON = re.compile(r"(?:abi3t?-)?(?P<python>cp\d+)(?P<free_threaded>t?)")
CORE_SDK = (7, 14)
"""The first ROCm release that is installed below ``/opt/rocm/core-<minor>``."""


@dataclass(frozen=True, slots=True)
class Compilers:
    """The folder of a toolset's programs, and its compilers for C and C++."""

    folder: str

    @property
    def c(self) -> str:
        """The C compiler."""
        return f"{self.folder}/gcc"

    @property
    def cxx(self) -> str:
        """The C++ compiler, which is also nvcc's host compiler."""
        return f"{self.folder}/g++"


def compilers(job: LockedJob) -> Compilers | None:
    """The compilers of a job's toolset; None where it is not known where they lie."""
    if _COLLECTION.fullmatch(job.toolset):
        return Compilers(f"/opt/rh/{job.toolset}/root/usr/bin")
    if job.toolset == f"{job.image.base}-gcc":
        return Compilers("/usr/bin")
    return None


def cuda_home(version: str) -> str:
    """The folder of a CUDA toolkit."""
    return f"/usr/local/cuda-{minor_of(version)}"


def rocm_home(version: str) -> str:
    """The folder of a ROCm release."""
    if numbers(version)[:2] >= CORE_SDK:
        return f"/opt/rocm/core-{minor_of(version)}"
    return "/opt/rocm"


def mkl_home(version: str) -> str:
    """The folder into which MKL is installed from its wheels."""
    return f"/opt/mkl-{version}"


def numbers(version: str) -> tuple[int, ...]:
    """``(7, 14, 1)`` of ``7.14.1``."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def python_program(job: LockedJob) -> str:
    """A Python of the image that can run pip: the first CPython of the job."""
    for tag in job.pythons:
        if match := _CPYTHON.fullmatch(tag):
            python = match["python"]
            return f"/opt/python/{python}-{python}{match['free_threaded']}/bin/python"
    return "python3"
