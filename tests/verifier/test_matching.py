"""Which job of a plan a wheel is for: compiler string first, soname second, name last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.model.wheel_facts import WheelFacts
from planner.verifier.context import version_key
from planner.verifier.matching import x86_64_level
from tests.verifier.judging import NAME, case_of, plan_of
from tests.wheels.made import AMD_CLANG

CPU = {"id": "cpu"}
CU12 = {"id": "cu12", "accelerators": {"cuda": "12.9.1"}}
CU13 = {"id": "cu13", "accelerators": {"cuda": "13.0.0"}}
ROCM70 = {"id": "rocm70", "accelerators": {"rocm": "7.0.0"}}
ROCM72 = {"id": "rocm72", "accelerators": {"rocm": "7.2.0"}}
NAMED = "pkg{}-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"

ROWS: dict[str, tuple[dict[str, Any], list[dict[str, Any]], str | None, list[str]]] = {
    "compiler before soname and name": (
        {
            "wheel": NAMED.format("_rocm70"),
            "elf": {"p/a.so": {"comment": [AMD_CLANG], "needed": ["libamdhip64.so.7"]}},
        },
        [ROCM70, ROCM72],
        "rocm72",
        [],
    ),
    "compiler of one member is enough": (
        {"elf": {"p/a.so": {}, "p/b.so": {"comment": [AMD_CLANG]}}},
        [CPU, ROCM70, ROCM72],
        "rocm72",
        [],
    ),
    "soname before name": (
        {"wheel": NAMED.format("_cu12"), "elf": {"p/a.so": {"needed": ["libcudart.so.13"]}}},
        [CPU, CU12, CU13],
        "cu13",
        [],
    ),
    "more sonames win": (
        {"elf": {"p/a.so": {"needed": ["libcudart.so.12", "libcublas.so.12", "libnvrtc.so.13"]}}},
        [CU12, CU13],
        "cu12",
        [],
    ),
    "code of a family before name": (
        {"wheel": NAMED.format("_cu13"), "elf": {"p/a.so": {"hip": ["gfx90a"]}}},
        [CPU, CU13, ROCM72],
        "rocm72",
        [],
    ),
    "no accelerator code is the plain job": ({}, [CU12, CU13, CPU], "cpu", []),
    "tag before name": (
        {"wheel": NAMED.format("_cu12"), "elf": {"p/a.so": {"cuda": ["sm_90"]}}},
        [{**CU12, "policy": "manylinux_2_34"}, CU13],
        "cu13",
        [],
    ),
    "name last": (
        {"wheel": NAMED.format("_cu12"), "elf": {"p/a.so": {"cuda": ["sm_90"]}}},
        [CU13, CU12],
        "cu12",
        [],
    ),
    "local version is a name": (
        {"wheel": "p-1+cu130-cp312-cp312-manylinux_2_28_x86_64.whl", "elf": {"p/a.so": {}}},
        [CU12, CU13],
        "cu13",
        [],
    ),
    "targets where the name says nothing": (
        {"elf": {"p/a.so": {"cuda": ["sm_90", "sm_120"]}}},
        [{**CU12, "cuda": ["sm_90"]}, {**CU13, "cuda": ["sm_90", "sm_120"]}],
        "cu13",
        [],
    ),
    "a tie takes the first and names the others": (
        {"elf": {"p/a.so": {"cuda": ["sm_90"]}}},
        [CPU, CU13, CU12],
        "cu13",
        ["cu12"],
    ),
    "architecture is no matter of taste": (
        {
            "wheel": "p-1-cp312-cp312-manylinux_2_28_aarch64.whl",
            "elf": {"p/a.so": {"arch": "aarch64", "needed": ["libcudart.so.13"]}},
        },
        [CU13, {"id": "arm", "arch": "aarch64"}],
        "arm",
        [],
    ),
    "no job of that architecture": (
        {
            "wheel": "p-1-cp312-cp312-manylinux_2_28_aarch64.whl",
            "elf": {"p/a.so": {"arch": "aarch64"}},
        },
        [CPU, CU13],
        None,
        [],
    ),
    "a wheel without code is the plain job's": (
        {"wheel": "p-1-py3-none-any.whl", "elf": {}},
        [CU13, CPU],
        "cpu",
        [],
    ),
    "a wheel without code where all jobs have some": (
        {"wheel": "p-1-py3-none-any.whl", "elf": {}},
        [CU13],
        None,
        [],
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_job_of_a_wheel(name: str, tmp_path: Path, wheel_facts: WheelFacts) -> None:
    row, jobs, wanted, equals = ROWS[name]
    case = case_of({"says": name, "told": [], "wheel": NAME, **row, "plan": jobs})
    judged, found = case.judged(tmp_path, wheel_facts)
    assert (judged.job.id if judged.job else None) == wanted
    unclear = [f.data["jobs"] for f in found if f.rule == "job-unclear"]
    assert unclear == ([", ".join([wanted or "", *equals])] if equals else [])
    assert any(f.rule == "no-job" for f in found) == (wanted is None)


@pytest.mark.parametrize(
    ("asked", "level"), [(None, 1), ("3", 3), (4, 4), ("x", 1), ("9" * 5000, 1)]
)
def test_x86_64_level(asked: object, level: int) -> None:
    """A lock is input as well: a number of thousands of digits is no level."""
    plan = plan_of({"id": "cpu", "level": asked})
    assert x86_64_level(plan, plan.jobs[0]) == level


def test_a_release_of_thousands_of_digits_matches_nothing(
    tmp_path: Path, wheel_facts: WheelFacts
) -> None:
    job = {"id": "rocm", "accelerators": {"rocm": "9" * 5000}}
    elf = {"p/a.so": {"needed": ["libamdhip64.so.7"], "hip": ["gfx90a"]}}
    case = case_of({"says": "", "told": [], "wheel": NAME, "plan": [job], "elf": elf})
    judged, _ = case.judged(tmp_path, wheel_facts)
    assert judged.job is not None
    assert version_key("9" * 5000 + ".1") == (0, 1)
