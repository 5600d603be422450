"""Steps that prepare images: what is installed, and what fails with a message."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from planner.emit.installation import failing, steps
from planner.plan.locked import LockedJob
from tests.emit.real_jobs import job_of

CUDA13 = job_of("plugin-set", "cuda13-cuda13.5.0-x86_64")
CUDA12 = job_of("plugin-set", "cuda12-cuda12.9.2-x86_64")
OLD = job_of("array-library", "cuda12x-cuda12.9.2-x86_64")
MKL = job_of("cpu-numeric", "mkl")
ROCM = job_of("rocm-only", "rocm72")


def commands(job: LockedJob) -> list[str]:
    return [command for step in steps(job) for command in step.commands]


def test_toolset_of_the_image_is_only_looked_at() -> None:
    assert steps(CUDA12)[0].commands == ("/opt/rh/gcc-toolset-14/root/usr/bin/g++ --version",)


def test_toolset_is_installed_by_its_packages() -> None:
    assert steps(CUDA13)[0].commands == (
        "dnf -y install gcc-toolset-15",
        "dnf clean all",
        "/opt/rh/gcc-toolset-15/root/usr/bin/g++ --version",
    )


def test_cuda_13_comes_from_wheels_pinned_by_the_plan() -> None:
    install = next(c for c in commands(CUDA13) if " -m pip " in c)
    pins = {f"{p.project}=={p.version}" for p in CUDA13.components.values()}
    assert pins == {word for word in install.split() if "==" in word}
    assert "/opt/cuda-13.5.0/nvidia/cu13" in " ".join(commands(CUDA13))


def test_cuda_12_comes_from_packages_of_the_exact_version() -> None:
    found = commands(CUDA12)
    assert "dnf -y install cuda-toolkit-12-9-12.9.2" in found
    assert not any("nvidia-cublas" in command for command in found)
    assert any("nvidia-cudnn-cu12==" in command for command in found)
    without = replace(CUDA12, components={"nvcc": CUDA12.components["nvcc"]})
    assert not any(" -m pip " in command for command in commands(without))
    unknown = replace(CUDA12, accelerators={"cuda": "12.9"})
    assert "dnf -y install cuda-toolkit-12-9" in commands(unknown)


def test_mkl_comes_from_wheels_with_headers_and_ranges() -> None:
    install = next(c for c in commands(MKL) if " -m pip " in c)
    words = install.split()
    assert {"mkl==2026.2.0", "mkl-devel==2026.2.0", "mkl-include==2026.2.0"} <= set(words)
    assert "'intel-openmp<2027,>=2025'" in words
    assert "--prefix /opt/mkl-2026.2.0" in install


def test_rocm_comes_from_the_repository_of_its_version() -> None:
    joined = " && ".join(commands(ROCM))
    assert "baseurl=https://repo.radeon.com/rocm/el8/7.2.4/main" in joined
    assert "gpgcheck=1" in joined
    assert "dnf config-manager --set-enabled powertools" in joined


@pytest.mark.parametrize(
    ("job", "message"),
    [
        (OLD, "NVIDIA has no packages of CUDA 12.9.2 for centos-7 on x86_64"),
        (replace(ROCM, accelerators={"rocm": "7.13.0"}), "no repository of ROCm 7.13.0"),
        (replace(MKL, accelerators={"npu": "1.0"}), "how to install npu 1.0 is not known"),
        (replace(MKL, accelerators={"mkl": "1; id"}), "how to install mkl 1; id is not known"),
        (replace(CUDA12, toolset="x"), "where the compilers of x lie is not known"),
        (replace(CUDA13, image=replace(CUDA13.image, base="x-1")), "package manager not known"),
    ],
)
def test_what_is_not_known_fails_and_says_so(job: LockedJob, message: str) -> None:
    (command,) = [command for command in commands(job) if "exit 1" in command]
    assert message in command
    ran = subprocess.run(["sh", "-c", f"{command} && echo on"], capture_output=True, check=False)
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert message in ran.stderr.decode()


def test_a_message_is_data() -> None:
    ran = subprocess.run(
        ["sh", "-c", failing("it's $(id)")], capture_output=True, check=False, text=True
    )
    assert ran.stderr == "mlplan: it's $(id)\n"
