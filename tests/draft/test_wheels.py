"""What finished wheels say about the next request."""

from __future__ import annotations

from pathlib import Path

from planner import api
from planner.draft.known import Known
from planner.draft.records import Wish
from planner.draft.request import draft_request
from planner.draft.wheels import wheel_wishes
from planner.model.projects import ProjectFiles
from planner.verifier.context import Context
from tests.wheels.made import elf_file, fatbin, hip_bundle, wheel_file

CUDA = "lib-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"


def _contexts(folder: Path) -> list[tuple[str, Context]]:
    report = api.inspect(folder, file_digest=False)
    return [(each.wheel.file, each.context) for each in report.wheels]


def test_a_cuda_wheel(tmp_path: Path, known: Known) -> None:
    ops = elf_file(
        needed=["libcudart.so.12", "libcublas.so.12", "libm.so.6"],
        sections={".nv_fatbin": fatbin("sm_80", "sm_90")},
    )
    wheel_file(tmp_path, CUDA, {"lib/_ops.so": ops})
    found = wheel_wishes(_contexts(tmp_path), known)
    assert found.wishes == (
        Wish(
            families={"cuda": "12.*"},
            because=(CUDA,),
            gpu=("sm_80", "sm_90"),
            links=("cublas", "cudart"),
            archs=("x86_64",),
        ),
    )
    at = f"{CUDA}: its tag"
    assert (found.archs, found.policies, found.pythons) == (
        {"x86_64": at},
        {"2.28": at},
        {"cp312": at},
    )


def test_local_versions_and_names_say_the_release(tmp_path: Path, known: Known) -> None:
    for name in (
        "lib-1.0+cu130-cp311-abi3-manylinux2014_x86_64.whl",
        "lib_rocm7-1.0-py3-none-manylinux_2_28_x86_64.whl",
    ):
        wheel_file(tmp_path, name, {"lib/a.so": elf_file()})
    found = wheel_wishes(_contexts(tmp_path), known)
    assert [dict(wish.families) for wish in found.wishes] == [{"cuda": "13.0"}, {"rocm": "7.*"}]
    assert list(found.naming) == ["local"]
    assert list(found.policies) == ["2.17", "2.28"]
    assert list(found.pythons) == ["abi3-cp311"]


def test_gpu_code_without_a_release(tmp_path: Path, known: Known) -> None:
    code = elf_file(sections={".hip_fatbin": hip_bundle("gfx90a")})
    wheel_file(tmp_path, CUDA, {"lib/a.so": code})
    (wish,) = wheel_wishes(_contexts(tmp_path), known).wishes
    assert (wish.families, wish.gpu) == ({"rocm": ""}, ("gfx90a",))


def test_libraries_agree_on_one_major(tmp_path: Path, known: Known) -> None:
    ops = elf_file(needed=["libcurand.so.10", "libcublas.so.13"])
    wheel_file(tmp_path, CUDA, {"lib/_ops.so": ops})
    (wish,) = wheel_wishes(_contexts(tmp_path), known).wishes
    assert wish.families == {"cuda": "13.*"}


def test_wheels_of_the_same_release_are_one_variant(tmp_path: Path, known: Known) -> None:
    for arch, target in (("x86_64", "sm_80"), ("aarch64", "sm_90")):
        ops = elf_file(arch, needed=["libcudart.so.13"], sections={".nv_fatbin": fatbin(target)})
        name = f"lib-1.0-cp312-cp312-manylinux_2_28_{arch}.whl"
        wheel_file(tmp_path, name, {"lib/_ops.so": ops})
    draft = draft_request(ProjectFiles(wheels=("a", "b")), _contexts(tmp_path), known)
    (variant,) = draft.variants
    assert {key: setting.value for key, setting in variant.settings.items()} == {
        "cuda": "13.*",
        "gpu": ("sm_80", "sm_90"),
        "links": ("cudart",),
    }
    assert {key: setting.value for key, setting in draft.settings.items()} == {
        "python": ">=3.12",
        "glibc": "<=2.28",
        "architectures": ("x86_64", "aarch64"),
    }


def test_plain_wheels_say_architectures(tmp_path: Path, known: Known) -> None:
    name = "lib-1.0-cp312-cp312-manylinux_2_28_s390x.whl"
    wheel_file(tmp_path, name, {"lib/a.so": elf_file("s390x")})
    draft = draft_request(ProjectFiles(wheels=("a",)), _contexts(tmp_path), known)
    assert [variant.name for variant in draft.variants] == ["plain"]
    assert draft.settings["architectures"].value == ("s390x",)
