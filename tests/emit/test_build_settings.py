"""``env``, ``cmake-presets`` and ``nvcc``."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace

import pytest

from planner.emit.base import Wanted
from planner.emit.cmake_presets import CMakePresets
from planner.emit.env_files import EnvFiles
from planner.emit.nvcc import NvccOptions
from planner.errors import RequestError
from planner.plan.locked import LockedJob
from tests.emit.real_jobs import job_of, made, wanted_of

CUDA = job_of("combined", "cuda-mkl")
ROCM = job_of("rocm-only", "rocm72")
PLAIN = job_of("cpu-numeric", "plain-armv7l")
FEATURES = replace(ROCM, gpu={("hip", "targets"): ("gfx90a:xnack+", "gfx942")})
PTX = replace(CUDA, gpu={("cuda", "real"): ("sm_90a",), ("cuda", "virtual"): ("compute_100",)})


def variables(job: LockedJob, before: str = "", cxx: str | None = None) -> dict[str, str]:
    """What a shell has after the file of a job was sourced, as far as it set it."""
    (file,) = EnvFiles().files(made(job, cxx=cxx))
    names = [line[7:].partition("=")[0] for line in file.text.splitlines() if line[:7] == "export "]
    show = "; ".join(f'printf "%s\\0" "${name}"' for name in names)
    ran = subprocess.run(
        ["sh", "-euc", f"{before}\n{file.text}\n{show}"],
        check=True,
        capture_output=True,
        env={"PATH": "/bin"},
    )
    return dict(zip(names, ran.stdout.decode().split("\0"), strict=False))


def test_env_of_cuda() -> None:
    found = variables(CUDA, cxx="17")
    compiler = "/opt/rh/gcc-toolset-15/root/usr/bin"
    assert (found["CC"], found["CUDAHOSTCXX"]) == (f"{compiler}/gcc", f"{compiler}/g++")
    assert found["TORCH_CUDA_ARCH_LIST"] == "8.0;9.0;10.0;12.0+PTX"
    assert found["CMAKE_CUDA_ARCHITECTURES"] == "80-real;90-real;100-real;120-real;120-virtual"
    assert found["NVCC_GENCODE"].startswith("-gencode=arch=compute_80,code=sm_80 ")
    assert found["PATH"] == f"{compiler}:/usr/local/cuda-13.5/bin:/bin"
    assert found["CXXFLAGS"] == "-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1"


def test_env_keeps_the_users_own_flags() -> None:
    found = variables(CUDA, "CXXFLAGS='-O3 -g'")
    assert found["CXXFLAGS"] == "-D_GLIBCXX_USE_CXX11_ABI=1 -O3 -g"


def test_env_of_hip_features() -> None:
    found = variables(FEATURES)
    assert found["PYTORCH_ROCM_ARCH"] == found["CMAKE_HIP_ARCHITECTURES"] == "gfx90a:xnack+;gfx942"
    assert found["HCC_AMDGPU_TARGET"] == "gfx90a:xnack+,gfx942"
    assert "TORCH_CUDA_ARCH_LIST" not in found


def test_env_without_gpu_and_with_the_old_abi() -> None:
    found = variables(replace(PLAIN, cxx11_abi="old"))
    assert found["CXXFLAGS"] == "-D_GLIBCXX_USE_CXX11_ABI=0"
    assert (found["CC"], "PATH" in found) == ("/usr/bin/gcc", False)
    assert not [name for name in found if "ARCH" in name]
    assert "CXXFLAGS" not in variables(replace(PLAIN, cxx11_abi=None))


def test_env_says_what_pytorch_cannot() -> None:
    (file,) = EnvFiles().files(made(PTX))
    assert (
        "# TORCH_CUDA_ARCH_LIST cannot ask for PTX alone: PyTorch builds sm_100 too." in file.text
    )
    (file,) = EnvFiles().files(made(replace(CUDA, toolset="own")))
    assert "# Set CC and CXX: where own has them is not known." in file.text


def test_env_names_the_wheel() -> None:
    wanted = wanted_of("framework")
    texts = {file.name: file.text for file in EnvFiles().files(wanted)}
    assert "export MLPLAN_LOCAL_VERSION=cu130\n" in texts["cuda-cuda13.0.3-x86_64.sh"]
    assert len(texts) == len(wanted.jobs)


def presets(wanted: Wanted) -> dict[str, dict[str, dict[str, str]]]:
    (file,) = CMakePresets().files(wanted)
    return {preset["name"]: preset for preset in json.loads(file.text)["configurePresets"]}


def test_presets() -> None:
    found = presets(made(CUDA, FEATURES, PLAIN, cxx="20"))
    assert list(found) == [CUDA.id, FEATURES.id, PLAIN.id]
    cache = found[CUDA.id]["cacheVariables"]
    assert cache["CMAKE_CUDA_HOST_COMPILER"] == "/opt/rh/gcc-toolset-15/root/usr/bin/g++"
    assert cache["CMAKE_CUDA_ARCHITECTURES"].endswith("120-real;120-virtual")
    assert cache["CMAKE_CUDA_STANDARD"] == "20"
    environment = found[CUDA.id]["environment"]
    assert environment["PATH"].endswith(":$penv{PATH}")
    assert environment["CUDAFLAGS"] == "-D_GLIBCXX_USE_CXX11_ABI=1 $penv{CUDAFLAGS}"
    assert "CMAKE_CUDA_ARCHITECTURES" not in environment
    hip = found[FEATURES.id]["cacheVariables"]
    assert hip["CMAKE_HIP_ARCHITECTURES"] == "gfx90a:xnack+;gfx942"
    assert not [name for name in found[PLAIN.id]["cacheVariables"] if "CUDA" in name]


def test_presets_without_known_compilers_or_standard() -> None:
    cache = presets(made(replace(CUDA, toolset="own")))[CUDA.id]["cacheVariables"]
    assert set(cache) == {"CMAKE_CUDA_COMPILER", "CUDAToolkit_ROOT", "CMAKE_CUDA_ARCHITECTURES"}


def test_options() -> None:
    files = {file.name: file.text for file in NvccOptions().files(made(PTX, FEATURES, PLAIN))}
    assert files[f"{PTX.id}.opts"].splitlines() == [
        "-gencode arch=compute_90a,code=sm_90a",
        "-gencode arch=compute_100,code=compute_100",
    ]
    assert files[f"{FEATURES.id}.opts"].splitlines() == [
        "--offload-arch=gfx90a:xnack+",
        "--offload-arch=gfx942",
    ]
    assert set(files) == {"README.txt", f"{PTX.id}.opts", f"{FEATURES.id}.opts"}
    assert f"nvcc --options-file {PTX.id}.opts" in files["README.txt"]
    assert f"clang++ -x hip @{FEATURES.id}.opts" in files["README.txt"]


def test_no_options_without_gpu_code() -> None:
    with pytest.raises(RequestError, match="no job has GPU code"):
        NvccOptions().files(made(PLAIN))
