"""Verdicts of single rows: what is judged, by which ranges, and what nobody can know."""

from __future__ import annotations

import pytest

from planner.check.judge import Judge
from planner.check.results import RowVerdict
from planner.check.rows import Names
from planner.load.request import read_request_values
from planner.plan.records import Conflict
from planner.solve.day import Day
from planner.solve.planner import make_plan
from planner.solve.rows import Tables
from planner.solve.vocabulary import vocabulary_of
from tests.check.conftest import TODAY, CheckRow

POSSIBLE, IMPOSSIBLE, UNKNOWN = RowVerdict.POSSIBLE, RowVerdict.IMPOSSIBLE, RowVerdict.UNKNOWN


@pytest.mark.parametrize(
    ("cuda", "gcc", "verdict"),
    [
        ("12.2", "12", POSSIBLE),
        ("12.3", "12", POSSIBLE),
        ("12.3", "12.9", POSSIBLE),
        ("12.3", "13", IMPOSSIBLE),
        ("12.4", "13", POSSIBLE),
        ("12.4", "gcc-14", IMPOSSIBLE),
        ("11.0", "9.4.0", POSSIBLE),
        ("11.0", "10", IMPOSSIBLE),
        ("13.0", "15", POSSIBLE),
        ("13.0", "17", IMPOSSIBLE),
        ("13.0", "99", IMPOSSIBLE),
        ("12.9", "5", IMPOSSIBLE),
        ("12.9", "4.8.5", IMPOSSIBLE),
    ],
)
def test_gcc_by_ranges(cuda: str, gcc: str, verdict: RowVerdict, check_row: CheckRow) -> None:
    assert check_row(cuda=cuda, arch="x86_64", gcc=gcc).verdict is verdict


@pytest.mark.parametrize(
    "values",
    [
        {"cuda": "99.1"},
        {"cuda": "12.7"},
        {"cuda": "twelve"},
        {"rocm": "6.4.1", "date": "2026-01-01"},
        {"cuda": "12.4", "arch": "mips64"},
        {"cuda": "12.4", "arch": "x86_64", "python": "4.2"},
        {"cuda": "12.4", "arch": "x86_64", "image": "nvidia/cuda:12.4.1-devel-ubi8"},
        {"cuda": "12.4", "arch": "x86_64", "gpu": "sm_999"},
        {"cuda": "12.4", "arch": "x86_64", "links": "libfoo"},
        {"cuda": "12.4", "arch": "x86_64", "gcc": "clang-17"},
        {"cuda": "12.4", "arch": "x86_64", "compiler": "clang-17"},
        {"cuda": "12.4", "os": "windows-2022"},
        {"cuda": "12.4", "runner": "macos-14"},
        {"cuda": "12.4", "platform_tag": "win_amd64"},
        {"cuda": "12.4", "platform_tag": "macosx_11_0_arm64"},
        {"cuda": "12.4", "platform_tag": "musllinux_1_2_x86_64"},
        {"cuda": "12.4", "arch": "x86_64", "cxx": "42"},
        {"cuda": "12.4", "date": "2024-13-01"},
        {"cuda": "${{ matrix.cuda }}", "arch": "x86_64"},
        {"variant": "docs"},
    ],
    ids=str,
)
def test_unknown(values: dict[str, object], check_row: CheckRow) -> None:
    row = check_row(**values)
    assert (row.verdict, row.conflicts) == (UNKNOWN, ())
    assert row.unknown


def test_impossible_beats_unknown(check_row: CheckRow) -> None:
    row = check_row(cuda="12.3", gcc="13", arch="x86_64", python="4.2")
    assert row.verdict is IMPOSSIBLE
    assert row.unknown


@pytest.mark.parametrize(
    ("values", "verdict", "rules"),
    [
        ({"cuda": "12.4", "platform_tag": "manylinux2014_x86_64"}, POSSIBLE, ["base-ended"]),
        ({"cuda": "12.4", "platform_tag": "manylinux1_x86_64"}, IMPOSSIBLE, ["image-ended"]),
        ({"mkl": "2025.2", "platform_tag": "manylinux_2_34_x86_64"}, POSSIBLE, ["image-alpha"]),
        (
            {"mkl": "2025.2", "platform_tag": "manylinux_2_31_x86_64"},
            POSSIBLE,
            ["no-image-for-tag"],
        ),
        (
            {"mkl": "2025.2", "platform_tag": "manylinux_2_33_x86_64"},
            POSSIBLE,
            ["policy-not-known", "no-image-for-tag"],
        ),
        ({"mkl": "2025.2", "platform_tag": "linux_x86_64"}, POSSIBLE, []),
        ({"mkl": "2025.2", "arch": "x86_64", "python": "3.9"}, POSSIBLE, ["python-ended"]),
        ({"rocm": "7.11", "arch": "x86_64"}, POSSIBLE, ["preview-release"]),
        (
            {"cuda": "12.9", "arch": "x86_64", "gcc": "15.1", "allow": "unsupported-compiler"},
            POSSIBLE,
            [],
        ),
        ({"cuda": "13.0", "arch": "x86_64", "image": "manylinux2014"}, IMPOSSIBLE, []),
        (
            {"cuda": "12.4", "arch": "x86_64", "image": "manylinux2014", "date": "2024-06-01"},
            POSSIBLE,
            [],
        ),
        (
            {"cuda": "12.4", "image": "manylinux_2_28", "platform_tag": "manylinux_2_17_x86_64"},
            IMPOSSIBLE,
            [],
        ),
        (
            {"mkl": "2025.2", "image": "manylinux_2_28", "arch": "x86_64", "gcc": "8"},
            POSSIBLE,
            [],
        ),
        (
            {"mkl": "2025.2", "image": "manylinux_2_28", "arch": "x86_64", "gcc": "6"},
            IMPOSSIBLE,
            [],
        ),
    ],
    ids=str,
)
def test_images_and_tags(
    values: dict[str, object], verdict: RowVerdict, rules: list[str], check_row: CheckRow
) -> None:
    row = check_row(**values)
    assert row.verdict is verdict, [conflict.rules for conflict in row.conflicts]
    if rules:
        assert [warned.rule for warned in row.warnings] == rules


def test_no_library_is_presumed(check_row: CheckRow) -> None:
    row = {"cuda": "12.8", "arch": "x86_64", "platform_tag": "manylinux2014_x86_64"}
    assert check_row(**row).verdict is POSSIBLE
    assert check_row(**row, links="cudart").verdict is POSSIBLE
    assert check_row(**row, links=["cudart", "libcublas.so.12"]).verdict is IMPOSSIBLE


def test_architecture_of_the_tag_is_enough(check_row: CheckRow) -> None:
    row = check_row(cuda="13.0", platform_tag="manylinux_2_28_ppc64le")
    (conflict,) = row.conflicts
    assert [line.value for line in conflict.request] == ["13.0", "manylinux_2_28_ppc64le"]


CONFLICTING = [
    {"cuda": "12.3", "arch": "x86_64", "gcc": "13", "python": "3.12"},
    {"cuda": "13.0", "arch": "ppc64le", "platform_tag": "manylinux_2_28_ppc64le", "gpu": "7.0"},
    {"cuda": "12.8", "platform_tag": "manylinux2014_x86_64", "links": ["cudart", "cublas"]},
    {"cuda": "12.9", "arch": "x86_64", "image": "manylinux_2_39", "cxx": "23", "gcc": "15"},
    {"rocm": "5.0", "mkl": "2025.2", "arch": "aarch64", "gpu": "gfx942"},
    {"cuda": "12.4", "python": ["3.13", "3.14"], "date": "2024-07-24", "gcc": "17"},
]


@pytest.mark.parametrize("values", CONFLICTING, ids=str)
def test_conflicts_are_minimal(
    values: dict[str, object], check_row: CheckRow, names: Names
) -> None:
    row = check_row(**values).row
    judge = Judge(names, TODAY)
    for parts in judge.minimal_parts(row):
        assert not judge.is_possible(row, parts)
        for left_out in parts:
            rest = frozenset(parts) - {left_out}
            assert judge.is_possible(row, rest)


@pytest.mark.parametrize("values", CONFLICTING, ids=str)
def test_the_lines_of_a_conflict_clash_by_themselves(
    values: dict[str, object], check_row: CheckRow
) -> None:
    for conflict in check_row(**values).conflicts:
        fields = _fields(conflict)
        assert check_row(**fields).verdict is IMPOSSIBLE
        for name in fields:
            rest = {key: value for key, value in fields.items() if key != name}
            assert check_row(**rest).verdict is not IMPOSSIBLE


def _fields(conflict: Conflict) -> dict[str, object]:
    return {line.path.split(".", 1)[1].split("[")[0]: line.value for line in conflict.request}


@pytest.mark.parametrize("values", CONFLICTING, ids=str)
def test_ways_out_hold(values: dict[str, object], check_row: CheckRow) -> None:
    for way in check_row(**values).ways_out:
        changed: dict[str, object] = {**values}
        for change in way.change:
            field, _, item = change.path.split(".", 1)[1].partition("[")
            old = changed[field]
            if change.to is None:
                kept = [word for word in old if word != change.old] if isinstance(old, list) else []
                changed[field] = kept
            elif isinstance(old, list):
                changed[field] = [change.to if word == change.old else word for word in old]
            else:
                assert not item
                changed[field] = change.to
        assert check_row(**changed).verdict is POSSIBLE


@pytest.mark.parametrize("family", ["cuda", "rocm", "mkl"])
@pytest.mark.parametrize("date", [None, "2025-06-01"])
def test_what_is_planned_is_possible(
    family: str, date: str | None, tables: Tables, check_row: CheckRow
) -> None:
    """Rows in the form of ``emit github`` made from plans of many releases."""
    minors = {release.minor for release in tables.families[family].releases}
    values: dict[str, object] = {"variants": {"v": {family: sorted(minors)}}}
    request = read_request_values(values, vocabulary_of(tables), overrides={})
    day = Day(date or TODAY, explicit=date is not None)
    plan = make_plan(request, day, tables)
    assert plan.jobs
    for job in plan.jobs:
        decision = job.decision
        gpu = [t for kind in decision.gpu.values() for group in kind.values() for t in group]
        row = check_row(
            id=job.id,
            variant=job.variant,
            arch=decision.arch,
            runner="ubuntu-24.04",
            image=f"{decision.image.reference}@{decision.image.digest}",
            gcc=decision.gcc,
            platform_tag=".".join(decision.tags),
            gpu=";".join(gpu),
            python=" ".join(decision.pythons),
            **decision.accelerators,
            **({"date": date} if date else {}),
        )
        assert (row.verdict, row.row.id) == (POSSIBLE, job.id), row.conflicts
        if date is None:
            assert row.planned_today is not None
            assert row.planned_today.differs == ()


def test_a_mode_that_the_processor_does_not_have(check_row: CheckRow) -> None:
    row = check_row(rocm="7.1", arch="x86_64", gpu="gfx1100:xnack+")
    (unknown,) = row.unknown
    assert "holds gfx1100:xnack+, a GPU target" in str(unknown)
    assert check_row(rocm="7.1", arch="x86_64", gpu="gfx90a:xnack+").unknown == ()
