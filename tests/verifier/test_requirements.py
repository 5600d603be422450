"""What Requires-Dist brings."""

from __future__ import annotations

import pytest

from planner.model.wheel_facts import WheelFacts
from planner.verifier.requirements import declared_projects, marker_applies, overlap


@pytest.mark.parametrize(
    ("line", "project", "specifier"),
    [
        ("torch", "torch", ""),
        ("Torch_Extra.x >=2 ; extra == 'a'", "torch-extra-x", ">=2"),
        ("torch (>=2,<3)", "torch", ">=2,<3"),
        ("torch[a, b]==2.*", "torch", "==2.*"),
        ("torch @ https://example.org/torch.whl", "torch", "@ https://example.org/torch.whl"),
    ],
)
def test_names(line: str, project: str, specifier: str, wheel_facts: WheelFacts) -> None:
    declared = declared_projects((line,), wheel_facts, lambda _: True)
    assert dict(declared.versions) == {project: specifier}
    assert declared.has(project)


@pytest.mark.parametrize(
    ("line", "brings", "lacks"),
    [
        ("cuda-toolkit[cudart]==13.*", "nvidia-cuda-runtime", "nvidia-cuda-runtime-cu12"),
        ("cuda-toolkit[cudart]==12.9.*", "nvidia-cuda-runtime-cu12", "nvidia-cuda-runtime"),
        ("cuda-toolkit[CUDART,cublas]~=13.0", "nvidia-cublas", "nvidia-cufft"),
        ("cuda-toolkit[all]>=13", "nvidia-cufft", "nvidia-cufft-cu12"),
        ("cuda-toolkit==13.*", "cuda-toolkit", "nvidia-cuda-runtime"),
        ("nvidia-cusolver", "nvidia-cublas", "nvidia-cufft"),
        ("nvidia-cudnn-cu13", "nvidia-cublas", "nvidia-cublas-cu12"),
        ("mkl", "intel-openmp", "onemkl-sycl-blas"),
        ("no name at all [", "no", "all"),
        ("", "torch", "torch"),
    ],
)
def test_what_is_brought(line: str, brings: str, lacks: str, wheel_facts: WheelFacts) -> None:
    declared = declared_projects((line,), wheel_facts, lambda _: True)
    assert declared.has(brings) == bool(line)
    assert not declared.has(lacks)


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("==13.*", ">=13.0.0,<=13.0.2", True),
        ("==12.*", ">=13.0.0,<=13.0.2", False),
        ("", "==13.0.0", True),
        (">13.0.2", ">=13.0.0,<=13.0.2", False),
        ("@ https://example.org", "==1", True),
    ],
)
def test_overlap(one: str, other: str, common: bool) -> None:
    assert overlap(one, other) is common


@pytest.mark.parametrize(
    ("marker", "arch", "pythons", "expected"),
    [
        ("", "x86_64", ("3.12",), True),
        ("sys_platform == 'linux'", "x86_64", ("3.12",), True),
        ("sys_platform == 'win32'", "x86_64", ("3.12",), False),
        ("platform_machine == 'aarch64'", "x86_64", ("3.12",), False),
        ("platform_machine == 'aarch64'", "aarch64", ("3.12",), True),
        ("python_version < '3.8'", "x86_64", ("3.12",), False),
        ("python_version < '3.12'", "x86_64", ("3.11", "3.12"), True),
        ("extra == 'cuda'", "x86_64", ("3.12",), True),
        ("extra == 'cuda' and sys_platform == 'win32'", "x86_64", ("3.12",), False),
        ("not a marker", None, ("3.12",), True),
    ],
)
def test_markers(marker: str, arch: str | None, pythons: tuple[str, ...], expected: bool) -> None:
    assert marker_applies(marker, arch, pythons) == expected
