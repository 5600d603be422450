"""Environment variables with which a job's build finds compilers, toolkits and GPU targets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.emit.base import Wanted
from planner.emit.gpu_spellings import (
    GpuCode,
    cmake_cuda,
    gencode,
    gpu_code,
    hip_list,
    torch_list,
)
from planner.emit.naming import wheel_name
from planner.emit.places import compilers, cuda_home, mkl_home, rocm_home
from planner.plan.locked import LockedJob

ABI_FLAGS = {"new": "-D_GLIBCXX_USE_CXX11_ABI=1", "old": "-D_GLIBCXX_USE_CXX11_ABI=0"}


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable. With a ``joint`` the value goes before what the variable already holds."""

    name: str
    value: str
    joint: str = ""


def settings(wanted: Wanted, job: LockedJob) -> tuple[Setting, ...]:
    """Every variable of a job: what it builds, tools, targets, flags."""
    return (
        *identity_settings(wanted, job),
        *tool_settings(job),
        *target_settings(gpu_code(job)),
        *flag_settings(job, cxx_standard(wanted, job)),
    )


def identity_settings(wanted: Wanted, job: LockedJob) -> Iterator[Setting]:
    """Names for the build backend: mlplan sets them, the project's own build reads them."""
    name = wheel_name(wanted, job)
    yield Setting("MLPLAN_JOB", job.id)
    yield Setting("MLPLAN_PROJECT", name.project)
    yield Setting("MLPLAN_LOCAL_VERSION", name.local)


def tool_settings(job: LockedJob) -> Iterator[Setting]:
    """Compilers and folders of toolkits, as far as they are known."""
    found = compilers(job)
    folders = [] if found is None or found.folder == "/usr/bin" else [found.folder]
    if found is not None:
        yield Setting("CC", found.c)
        yield Setting("CXX", found.cxx)
    if "cuda" in job.accelerators:
        home = cuda_home(job.accelerators["cuda"])
        folders.append(f"{home}/bin")
        yield Setting("CUDA_HOME", home)
        yield Setting("CUDA_PATH", home)
        yield Setting("CUDACXX", f"{home}/bin/nvcc")
        if found is not None:
            yield Setting("CUDAHOSTCXX", found.cxx)
            yield Setting("NVCC_CCBIN", found.cxx)
            yield Setting("CMAKE_CUDA_HOST_COMPILER", found.cxx)
    if "rocm" in job.accelerators:
        home = rocm_home(job.accelerators["rocm"])
        folders.append(f"{home}/bin")
        yield Setting("ROCM_PATH", home)
        yield Setting("HIP_PATH", home)
    if "mkl" in job.accelerators:
        yield Setting("MKLROOT", mkl_home(job.accelerators["mkl"]))
    if folders:
        yield Setting("PATH", ":".join(folders), ":")


def target_settings(code: GpuCode) -> Iterator[Setting]:
    """GPU targets for PyTorch extensions, CMake, Makefiles and hipcc; none where there are none:
    an empty list means "what this machine has" to these tools."""
    if code.cuda:
        yield Setting("TORCH_CUDA_ARCH_LIST", torch_list(code))
        yield Setting("CMAKE_CUDA_ARCHITECTURES", cmake_cuda(code))
        yield Setting("CUDAARCHS", cmake_cuda(code))
        yield Setting("NVCC_GENCODE", " ".join(f"-gencode={pair}" for pair in gencode(code)))
    if code.hip:
        yield Setting("PYTORCH_ROCM_ARCH", hip_list(code))
        yield Setting("CMAKE_HIP_ARCHITECTURES", hip_list(code))
        yield Setting("HCC_AMDGPU_TARGET", hip_list(code, ","))


def cxx_standard(wanted: Wanted, job: LockedJob) -> str | None:
    """The C++ standard that the request asks for: ``17``."""
    asked = wanted.asked(job, "cxx")
    return str(asked) if asked else None


def abi_flag(job: LockedJob) -> str:
    """The macro of the ``std::string`` ABI of a job, or nothing where it is not known."""
    return ABI_FLAGS.get(job.cxx11_abi or "", "")


def flag_settings(job: LockedJob, standard: str | None) -> Iterator[Setting]:
    """C++ standard and ABI in front of the user's own flags, which win."""
    flags = [f"-std=c++{standard}"] if standard else []
    flags += [flag for flag in [abi_flag(job)] if flag]
    names = ["CXXFLAGS", *(["CUDAFLAGS"] if "cuda" in job.accelerators else [])]
    names += ["HIPFLAGS"] if "rocm" in job.accelerators else []
    if flags:
        for name in names:
            yield Setting(name, " ".join(flags), " ")
