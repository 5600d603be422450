"""Every spelling of GPU targets, row by row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.emit.gpu_spellings import (
    GpuCode,
    cmake_cuda,
    gencode,
    gpu_code,
    hip_list,
    offload_arch,
    torch_adds,
    torch_list,
)
from planner.errors import LockError
from planner.model.gpu_targets import parse_target
from tests.emit.real_jobs import job_of


@pytest.mark.parametrize(
    ("real", "virtual", "torch", "adds", "cmake", "pairs"),
    [
        (["sm_75"], [], "7.5", (), "75-real", ["arch=compute_75,code=sm_75"]),
        (
            ["sm_90"],
            ["compute_90"],
            "9.0+PTX",
            (),
            "90-real;90-virtual",
            ["arch=compute_90,code=sm_90", "arch=compute_90,code=compute_90"],
        ),
        (
            ["sm_90a", "sm_100f", "sm_120"],
            ["compute_120"],
            "9.0a;10.0f;12.0+PTX",
            (),
            "90a-real;100f-real;120-real;120-virtual",
            [
                "arch=compute_90a,code=sm_90a",
                "arch=compute_100f,code=sm_100f",
                "arch=compute_120,code=sm_120",
                "arch=compute_120,code=compute_120",
            ],
        ),
        (
            ["sm_80"],
            ["compute_90"],
            "8.0;9.0+PTX",
            ("sm_90",),
            "80-real;90-virtual",
            ["arch=compute_80,code=sm_80", "arch=compute_90,code=compute_90"],
        ),
        ([], [], "", (), "", []),
    ],
)
def test_cuda(
    real: list[str],
    virtual: list[str],
    torch: str,
    adds: tuple[str, ...],
    cmake: str,
    pairs: list[str],
) -> None:
    code = GpuCode(tuple(real), tuple(virtual), ())
    assert torch_list(code) == torch
    assert torch_adds(code) == adds
    assert cmake_cuda(code) == cmake
    assert list(gencode(code)) == pairs
    assert code.cuda is bool(pairs)


def test_spellings_are_read_back_as_they_were() -> None:
    code = GpuCode(("sm_75", "sm_90a", "sm_103f", "sm_120"), ("compute_120",), ())
    wanted = {*code.real, *code.virtual}
    for spelled in (torch_list(code), cmake_cuda(code)):
        words = [parse_target(word) for word in spelled.split(";")]
        assert {target for word in words if word for target in word} == wanted
        assert None not in words


def test_hip() -> None:
    code = GpuCode((), (), ("gfx90a:sramecc+:xnack-", "gfx11-generic"))
    assert hip_list(code) == "gfx90a:sramecc+:xnack-;gfx11-generic"
    assert hip_list(code, ",") == "gfx90a:sramecc+:xnack-,gfx11-generic"
    assert offload_arch(code) == (
        "--offload-arch=gfx90a:sramecc+:xnack-",
        "--offload-arch=gfx11-generic",
    )


def test_code_of_a_job() -> None:
    assert gpu_code(job_of("rocm-only", "rocm72")).hip == ("gfx90a", "gfx942", "gfx1100", "gfx1201")
    assert gpu_code(job_of("cpu-numeric", "plain-i686")) == GpuCode((), (), ())


@pytest.mark.parametrize("target", ["sm_90\n", "sm_90\n-o x", "9.0", "", "sm_90 -Xcompiler=-x"])
def test_what_is_no_target_is_no_option(target: str) -> None:
    job = replace(job_of("combined", "cuda-mkl"), gpu={("cuda", "real"): (target,)})
    with pytest.raises(LockError, match="is no GPU target"):
        gpu_code(job)
