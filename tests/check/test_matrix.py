"""A realistic matrix: exactly the wrong rows are named, each with its own reason."""

from __future__ import annotations

import json
from pathlib import Path

from planner.check.results import RowVerdict
from tests.check.conftest import Check, CheckRow

MATRIX = Path(__file__).parent / "data" / "matrix.yaml"
WRONG = {
    "bad-gcc13-cu123": "host-compiler-range",
    "bad-gcc15-cu129": "host-compiler-range",
    "bad-sm70-cu130": "gpu-target-known",
    "bad-sm101-cu130": "gpu-target-known",
    "bad-ppc64le-cu13": "release-covers-architecture",
    "bad-mkl-aarch64": "release-covers-architecture",
    "bad-cublas-2014": "linked-library-floor",
    "bad-gfx942-rocm50": "gpu-target-known",
    "bad-image-239": "image-covers-architecture",
    "bad-py313-early": "python-by-date",
    "bad-cu128-early": "released-by-date",
    "bad-cxx23-cu129": "device-cxx-standard",
    "bad-tag-arch": "tag-architecture",
    "bad-image-toolkit": "image-toolkit",
    "bad-py38-image": "interpreter-in-image",
}
EXAMPLE = {
    "id": "cu124-x86_64",
    "cuda": "12.4",
    "arch": "x86_64",
    "gcc": "9",
    "platform_tag": "manylinux_2_17_x86_64",
    "gpu": "5.0;6.0;7.0;8.0;9.0+PTX",
    "python": "3.12",
    "date": "2024-07-24",
}


def test_exactly_the_wrong_rows_and_why(check: Check) -> None:
    report = check(MATRIX.read_text())
    impossible = [row for row in report.rows if row.verdict is RowVerdict.IMPOSSIBLE]
    assert {row.row.id: row.conflicts[-1].rules[0] for row in impossible} == WRONG
    assert len(report.rows) == 60
    assert report.count(RowVerdict.UNKNOWN) == 0


def test_every_conflict_names_lines_and_facts(check: Check) -> None:
    lines = MATRIX.read_text().splitlines()
    report = check(MATRIX.read_text())
    for row in report.rows:
        for conflict in row.conflicts:
            assert conflict.request
            for line in conflict.request:
                assert line.number is not None
                assert row.row.id in lines[line.number - 1]
            assert conflict.facts or conflict.rules == ("tag-architecture",)
            for id_ in conflict.facts:
                fact = report.facts[id_]
                assert fact.says and fact.read and fact.standing and fact.sources


def test_facts_of_known_conflicts(check: Check) -> None:
    facts = {
        row.row.id: row.conflicts[-1].facts
        for row in check(MATRIX.read_text()).rows
        if row.conflicts
    }
    assert facts["bad-gcc13-cu123"] == ("cuda-12.3/host-gcc",)
    assert facts["bad-sm101-cu130"] == ("cuda/life-sm_101", "cuda/rename-sm_101")
    assert facts["bad-cublas-2014"] == ("cuda-12.8/needs-cublas-x86_64",)
    assert facts["bad-mkl-aarch64"] == ("mkl/never-aarch64",)
    assert facts["bad-py313-early"] == ("interpreter/cp313",)
    assert facts["bad-cu128-early"] == tuple(f"cuda-12.8.{n}/released" for n in range(3))


def test_the_row_of_the_contract(check: Check) -> None:
    (row,) = check(json.dumps([EXAMPLE])).rows
    assert row.verdict is RowVerdict.POSSIBLE
    assert (row.conflicts, row.ways_out, row.unknown) == ((), (), ())
    assert [warned.rule for warned in row.warnings] == ["base-ended"]
    assert row.planned_today is not None
    assert row.planned_today.platform_tag == "manylinux_2_28_x86_64"
    assert row.planned_today.gcc == "13.3.1"
    assert row.planned_today.differs[:2] == (
        "manylinux_2_28_x86_64 instead of manylinux_2_17_x86_64",
        "gcc 13.3.1 instead of 9",
    )


def test_order_of_rows_changes_nothing(check: Check) -> None:
    head, *rows = MATRIX.read_text().splitlines(keepends=True)
    turned = check("".join([head, *reversed(rows)]))
    straight = check("".join([head, *rows]))
    verdicts = {row.row.id: (row.verdict, row.ways_out == ()) for row in straight.rows}
    assert {row.row.id: (row.verdict, row.ways_out == ()) for row in turned.rows} == verdicts


def test_independent_conflicts_are_all_told(check_row: CheckRow) -> None:
    row = check_row(cuda="13.0", arch="x86_64", gcc="17", gpu="5.0;6.0;9.0", cxx="23")
    told = {(c.rules[0], c.request[-1].value) for c in row.conflicts}
    assert told == {
        ("host-compiler-range", "17"),
        ("gpu-target-known", "sm_50"),
        ("gpu-target-known", "sm_60"),
        ("device-cxx-standard", "23"),
    }
