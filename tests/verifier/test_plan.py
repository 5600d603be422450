"""``verify --plan`` against locks that were solved here: the right wheel passes, and each thing
that is wrong gives exactly its finding."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from planner.api import verify
from planner.plan.locked import LockedJob, locked_plan
from planner.verifier.judge import Report, Verdict
from tests.plan.locks import lock_of
from tests.verifier.judging import lines_of
from tests.wheels.made import elf_file, fatbin, hip_bundle, wheel_file

NEW = "_ZN2at1fERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE"
OLD = "_ZN2at1fERKSs"


@dataclass(frozen=True)
class Planned:
    """A lock with one job."""

    path: Path
    job: LockedJob

    def soname(self, component: str) -> str:
        return self.job.components[component].soname or ""

    def project(self, component: str) -> str:
        return self.job.components[component].project or ""


def planned(folder: Path, **variant: object) -> Planned:
    lock = lock_of({"v": {"architectures": ["x86_64"], **variant}}, python="3.12")
    path = folder / "mlplan.lock"
    path.write_text(json.dumps(lock), "utf-8")
    (job,) = locked_plan(lock).jobs
    return Planned(path, job)


@pytest.fixture(scope="module")
def cuda(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    folder = tmp_path_factory.mktemp("cuda")
    return planned(folder, cuda="13.*", gpu=["sm_80", "sm_90", "compute_90"], links=["cudart"])


@pytest.fixture(scope="module")
def rocm(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    return planned(tmp_path_factory.mktemp("rocm"), rocm="7.2.*", gpu=["gfx90a", "gfx942"])


def made(
    plan: Planned,
    folder: Path,
    *,
    targets: Sequence[str] = ("sm_80", "sm_90", "compute_90"),
    gcc: str = "",
    tag: str = "",
    soname: str = "",
    requires: Sequence[str] | None = None,
    plain: str = NEW,
    needs: Mapping[str, Sequence[str]] | None = None,
) -> Report:
    """The report on a wheel that is right but for what is given."""
    job = plan.job
    library = elf_file(
        needs=needs or {"libc.so.6": [f"f@GLIBC_{job.glibc}"]},
        needed=(soname or plan.soname("cudart"),),
        plain=(plain,),
        comment=(f"GCC: (GNU) {gcc or job.gcc} 20250110 (Red Hat {gcc or job.gcc}-7)",),
        sections={".nv_fatbin": fatbin(*targets)},
    )
    path = wheel_file(
        folder,
        f"pkg-1.0-cp312-cp312-{tag or '.'.join(job.tags)}.whl",
        {"pkg/_C.so": library, "pkg/__init__.py": b""},
        requires=(f"{plan.project('cudart')}>=1",) if requires is None else requires,
    )
    return verify(path, plan=plan.path)


def told(report: Report) -> list[str]:
    (wheel,) = report.wheels
    return [*lines_of(wheel.findings), *lines_of(report.findings)]


def test_right_wheel_passes(cuda: Planned, tmp_path: Path) -> None:
    report = made(cuda, tmp_path)
    assert told(report) == []
    assert report.verdict is Verdict.PASS
    assert report.wheels[0].job == cuda.job


def test_missing_target(cuda: Planned, tmp_path: Path) -> None:
    report = made(cuda, tmp_path, targets=("sm_80", "compute_90"))
    assert told(report) == ["MLP-G001 error"]
    assert report.wheels[0].findings[0].data["target"] == "sm_90"


def test_missing_ptx(cuda: Planned, tmp_path: Path) -> None:
    report = made(cuda, tmp_path, targets=("sm_80", "sm_90"))
    assert told(report) == ["MLP-G002 error"]
    assert report.wheels[0].findings[0].data["target"] == "compute_90"


def test_ptx_of_one_target_as_machine_code_of_another(cuda: Planned, tmp_path: Path) -> None:
    report = made(cuda, tmp_path, targets=("sm_80", "compute_80", "sm_90"))
    assert told(report) == ["MLP-G002 error", "MLP-G003 note"]


def test_wrong_gcc(cuda: Planned, tmp_path: Path) -> None:
    assert told(made(cuda, tmp_path, gcc="8.5.0")) == ["MLP-B003 error pkg/_C.so"]


def test_wrong_tag(cuda: Planned, tmp_path: Path) -> None:
    needs = {"libc.so.6": ["f@GLIBC_2.39"]}
    report = made(cuda, tmp_path, tag="manylinux_2_39_x86_64", needs=needs)
    assert told(report) == ["MLP-P003 error"]


def test_symbol_above_the_planned_tag(cuda: Planned, tmp_path: Path) -> None:
    report = made(cuda, tmp_path, needs={"libc.so.6": ["f@GLIBC_2.41"]})
    assert told(report) == ["MLP-T001 error pkg/_C.so"]


def test_wrong_cuda_major(cuda: Planned, tmp_path: Path) -> None:
    requires = ["nvidia-cuda-runtime-cu12"]
    report = made(cuda, tmp_path, soname="libcudart.so.12", requires=requires)
    assert told(report) == ["MLP-P005 error pkg/_C.so"]


@pytest.mark.parametrize("requires", [[], ["nvidia-cuda-runtime"]])
def test_wrong_cuda_major_is_told_once(requires: list[str], cuda: Planned, tmp_path: Path) -> None:
    report = made(cuda, tmp_path, soname="libcudart.so.12", requires=requires)
    assert told(report) == ["MLP-P005 error pkg/_C.so"]


@pytest.mark.parametrize(
    ("project", "expected"),
    [
        ("nvidia-cudnn-cu13", []),
        ("nvidia-cudnn-cu12", ["MLP-L003 error pkg/_C.so"]),
        ("numpy", ["MLP-L002 error pkg/_C.so"]),
    ],
)
def test_one_soname_for_several_majors(
    project: str, expected: list[str], cuda: Planned, tmp_path: Path
) -> None:
    """``libcudnn.so.9`` is the same for CUDA 11, 12 and 13; the project is not."""
    report = made(cuda, tmp_path, soname="libcudnn.so.9", requires=[project])
    assert told(report) == expected


@pytest.mark.parametrize("line", ["nvidia-cuda-runtime==12.*", "nvidia-cuda-runtime>=12,<13"])
def test_right_project_of_a_wrong_major(line: str, cuda: Planned, tmp_path: Path) -> None:
    assert told(made(cuda, tmp_path, requires=[line])) == ["MLP-L003 error pkg/_C.so"]


def test_requirement_for_another_system(cuda: Planned, tmp_path: Path) -> None:
    line = f"{cuda.project('cudart')}; sys_platform == 'win32'"
    assert told(made(cuda, tmp_path, requires=[line])) == ["MLP-L002 error pkg/_C.so"]


def test_missing_requirement(cuda: Planned, tmp_path: Path) -> None:
    assert told(made(cuda, tmp_path, requires=[])) == ["MLP-L002 error pkg/_C.so"]


def test_requirement_of_another_major(cuda: Planned, tmp_path: Path) -> None:
    report = made(cuda, tmp_path, requires=["nvidia-cuda-runtime-cu12"])
    assert told(report) == ["MLP-L003 error pkg/_C.so"]


@pytest.mark.parametrize("line", ["cuda-toolkit[cudart]==13.*", "cuda-toolkit[all]>=13,<14"])
def test_metapackage_brings_the_library(line: str, cuda: Planned, tmp_path: Path) -> None:
    assert told(made(cuda, tmp_path, requires=[line])) == []


def test_torch_brings_the_library(cuda: Planned, tmp_path: Path) -> None:
    assert told(made(cuda, tmp_path, requires=["torch>=2"])) == ["MLP-L013 note"]


def test_old_string_abi(cuda: Planned, tmp_path: Path) -> None:
    assert cuda.job.cxx11_abi == "new"
    assert told(made(cuda, tmp_path, plain=OLD)) == ["MLP-B001 error pkg/_C.so"]


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (("gfx90a", "gfx942"), ["MLP-L012 note"]),
        (("gfx90a",), ["MLP-G001 error", "MLP-L012 note"]),
        (("gfx90a", "gfx942", "gfx1100"), ["MLP-L012 note", "MLP-G003 note"]),
    ],
)
def test_rocm(targets: Sequence[str], expected: list[str], rocm: Planned, tmp_path: Path) -> None:
    job = rocm.job
    library = elf_file(
        needs={"libc.so.6": [f"f@GLIBC_{job.glibc}"]},
        needed=("libamdhip64.so.7",),
        comment=(f"GCC: (GNU) {job.gcc}",),
        sections={".hip_fatbin": hip_bundle(*targets, compressed=3)},
    )
    name = f"pkg-1.0-cp312-cp312-{'.'.join(job.tags)}.whl"
    path = wheel_file(tmp_path, name, {"pkg/_C.so": library})
    assert told(verify(path, plan=rocm.path)) == expected


def test_strictly_every_job_needs_a_wheel(cuda: Planned, tmp_path: Path) -> None:
    path = wheel_file(tmp_path, "pkg-1.0-py3-none-any.whl", {"pkg/a.py": b""})
    report = verify(path, plan=cuda.path, strict=True)
    assert told(report) == ["MLP-P001 error", "MLP-P006 error"]
    assert report.verdict is Verdict.FAIL
