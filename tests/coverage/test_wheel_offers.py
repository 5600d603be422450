"""Finished wheels as offers, and the whole way from files to answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.coverage.results import Answer, Coverage
from planner.coverage_api import coverage
from planner.errors import UsageError
from planner.report.coverage_words import why_text
from tests.docs.made_wheels import make_wheels
from tests.wheels.made import elf_file, fatbin, wheel_file

ROOT = Path(__file__).resolve().parents[2]
NAME = "lib-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"


def made(
    folder: Path,
    *targets: str,
    name: str = NAME,
    needed: tuple[str, ...] = (),
    requires: tuple[str, ...] = (),
    needs: str = "memcpy@GLIBC_2.14",
) -> Path:
    sections = {".nv_fatbin": fatbin(*targets)} if targets else {}
    library = elf_file(needs={"libc.so.6": [needs]}, needed=list(needed), sections=sections)
    wheel_file(folder, name, {"lib/_C.so": library}, requires=list(requires))
    return folder / name


def of(*wheels: Path, hosts: tuple[str, ...] = (), require: tuple[str, ...] = ()) -> Coverage:
    return coverage(wheels, hosts=hosts, require=require, data=str(ROOT)).coverage


def gpus(found: Coverage, *targets: str) -> dict[str, tuple[str, str | None]]:
    return {r.target: (r.answer.value, r.driver) for r in found.gpus if r.target in targets}


def test_a_cuda_wheel_tells_its_driver_by_its_runtime(tmp_path: Path) -> None:
    wheel = made(
        tmp_path,
        "sm_80",
        "compute_80",
        needed=("libcudart.so.12",),
        requires=("nvidia-cuda-runtime-cu12",),
    )
    found = of(wheel)
    (offer,) = found.offers
    assert (offer.id, offer.project, dict(offer.accelerators)) == (
        "lib-1.0-x86_64",
        "lib",
        {"cuda": "12"},
    )
    assert gpus(found, "sm_75", "sm_80", "sm_86", "sm_120") == {
        "sm_75": ("none", None),
        "sm_80": ("native", "525.60.13"),
        "sm_86": ("same-major", "525.60.13"),
        "sm_120": ("JIT", None),  # which toolkit made the PTX is not known
    }


def test_a_static_runtime_tells_no_driver(tmp_path: Path) -> None:
    found = of(made(tmp_path, "sm_80"))
    assert gpus(found, "sm_80") == {"sm_80": ("native", None)}
    stated = of(made(tmp_path, "sm_80"), hosts=("rhel-9 + A100 + driver 580",))
    ((_, (row,)),) = stated.asked
    assert row.answer is Answer.UNKNOWN


def test_a_symbol_that_the_tag_does_not_promise(tmp_path: Path) -> None:
    found = of(made(tmp_path, needs="stat@GLIBC_2.33"), require=("rhel-8", "rhel-9"))
    assert {row.text: row.answer.value for row in found.required} == {
        "rhel-8": "no",
        "rhel-9": "yes",
    }
    nearest = found.required[0].nearest
    assert nearest is not None
    assert [c.wheel for c in nearest.install.choices] == [NAME]
    assert [(r.found, r.needed, r.detail) for r in nearest.install.reasons] == [
        ("GLIBC_2.28", "GLIBC_2.33", "lib/_C.so")
    ]


def test_a_library_that_nobody_brings(tmp_path: Path) -> None:
    found = of(made(tmp_path, needed=("libfoo.so.1",)), require=("rhel-9",))
    (row,) = found.required
    assert row.nearest is not None
    assert [(r.why.value, r.needed) for r in row.nearest.install.reasons] == [
        ("library", "libfoo.so.1")
    ]


def test_a_library_that_only_a_part_asks_for_is_unknown(tmp_path: Path) -> None:
    """``_C.so`` may do without ``_extra.so``; what both lead to, both need."""
    libraries = {
        "lib/_C.so": elf_file(needed=["libown.so"]),
        "lib/_extra.so": elf_file(needed=["libown.so", "libfoo.so.1"]),
        "lib/libown.so": elf_file(soname="libown.so", needed=["libbar.so.1"]),
    }
    wheel_file(tmp_path, NAME, libraries)
    (offer,) = of(tmp_path / NAME).offers
    assert [(w.missing, w.partly_missing) for w in offer.wheels] == [
        (("libbar.so.1",), ("libfoo.so.1",))
    ]
    wheel_file(tmp_path, NAME, {**libraries, "lib/libown.so": elf_file(soname="libown.so")})
    (row,) = of(tmp_path / NAME, require=("rhel-9",)).required
    assert (row.answer, why_text(row.rows[0].install)) == (
        Answer.UNKNOWN,
        "installs, may not load: nobody brings libfoo.so.1, which a part of it needs",
    )


def test_libraries_of_the_driver_are_told(tmp_path: Path) -> None:
    found = of(made(tmp_path, "sm_80", needed=("libcuda.so.1",)), require=("rhel-9 + A100",))
    (row,) = found.required
    assert (row.answer, row.nearest and [c.needed for c in row.nearest.install.cautions]) == (
        Answer.YES,
        ["cp312", "libcuda.so.1"],
    )


def test_wheels_of_one_project_are_one_offer_unless_their_code_differs(tmp_path: Path) -> None:
    names = [f"lib-1.0-cp3{n}-cp3{n}-manylinux_2_28_x86_64.whl" for n in (11, 12, 13)]
    same = [made(tmp_path, "sm_80", name=name) for name in names[:2]]
    other = made(tmp_path, "sm_90", name=names[2])
    found = of(*same, other)
    assert [(offer.id, len(offer.wheels)) for offer in found.offers] == [
        ("lib-1.0-x86_64", 2),
        ("lib-1.0-x86_64 (2)", 1),
    ]


def test_variants_by_local_version_hide_one_another(tmp_path: Path) -> None:
    wheels = [
        made(tmp_path, f"sm_{n}", name=f"lib-1.0+cu{n}-cp312-cp312-manylinux_2_28_x86_64.whl")
        for n in (80, 90)
    ]
    found = of(*wheels, hosts=("rhel-9, x86_64",))
    ((_, rows),) = found.asked
    told = {row.install.offer: [c.found for c in row.install.cautions] for row in rows}
    assert "lib-1.0+cu90-x86_64" in told["lib-1.0+cu80-x86_64"]
    assert "lib-1.0+cu80-x86_64" not in told["lib-1.0+cu90-x86_64"]


def test_with_a_plan_the_drivers_are_its_own(tmp_path: Path) -> None:
    make_wheels(tmp_path / "dist")
    wheel = tmp_path / "dist" / "mylib_cu13-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
    found = of(wheel, require=("rhel-8 + H100 + driver 580",))
    assert found.is_served
    assert not of(wheel, require=("rhel-8 + H100 + driver 575",)).is_served


def test_an_unreadable_wheel(tmp_path: Path) -> None:
    bad = tmp_path / NAME
    bad.write_bytes(b"no zip")
    report = coverage([bad], data=str(ROOT))
    assert report.unreadable == (NAME,)
    assert report.coverage.offers == ()
    assert report.notes == (f"{NAME} could not be read in full",)


def test_neither_wheel_nor_plan() -> None:
    with pytest.raises(UsageError, match="no wheel and no plan is named"):
        coverage(data=str(ROOT))


def test_this_machine(tmp_path: Path) -> None:
    report = coverage([made(tmp_path, "sm_80")], this_machine=True, data=str(ROOT))
    ((host, rows),) = report.coverage.asked
    assert host.name.startswith("this machine (")
    assert host.python is not None
    assert len(rows) == 1
    assert report.coverage.hosts == ()
