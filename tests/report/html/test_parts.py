"""The parts of the page as records: reach, time line, GPUs, pictures, summary."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.plan.lifecycle import Fate, life_lines
from planner.report.html.graphs import drawings_of, picture_styles
from planner.report.html.heat_map import heat_maps
from planner.report.html.names import element_ids
from planner.report.html.reach import Cell, Service, reach_of
from planner.report.html.summary import Shipped, shipped, warned
from planner.report.html.time_line import Tick, TimeLine, time_line
from tests.emit.plans import example
from tests.report.html.pages import around

DAY = "2026-11-21"


def test_element_ids() -> None:
    names = ["cu13-cuda>=13-x86_64", "cu13-cuda<13-x86_64", "a b", "é", "", "cu13-cuda-13-x86_64"]
    assert list(element_ids(names, "job").values()) == [
        "job-cu13-cuda-13-x86_64",
        "job-cu13-cuda-13-x86_64-2",
        "job-a-b",
        "job-",
        "job--2",
        "job-cu13-cuda-13-x86_64-3",
    ]


def test_reach_says_who_is_left_out_and_why() -> None:
    reach = reach_of(example("framework"), around())
    columns = [(c.tag, len(c.jobs), c.serves, c.excludes) for c in reach.columns]
    assert columns == [
        ("manylinux_2_28_x86_64", 5, 42, 4),
        ("manylinux_2_28_aarch64", 4, 29, 2),
    ]
    assert [row.name for row in reach.left_out] == [
        "debian-9",
        "rhel-7",
        "sles-12.5",
        "ubuntu-18.04",
    ]
    assert (reach.served, len(reach.rows)) == (42, 46)
    row = reach.rows[1]
    assert row.cells == (
        Cell(service=Service.LEFT_OUT, why="glibc 2.17, needs 2.28"),
        Cell(service=Service.ELSEWHERE),
    )
    assert (row.glibc, row.fate, row.standard) == ("2.17", Fate.ENDED, "2024-06-30")
    assert row.until is not None
    assert (row.until.what, row.until.written) == ("extended", "2029-05-31")
    assert row.facts == ("distribution/rhel-7", "end/rhel-7-standard", "end/rhel-7-extended")


def test_reach_names_an_old_libstdcxx() -> None:
    plan = example("combined")
    jobs = (replace(plan.jobs[0], serves=(), excludes=("rhel-8", "lost-1")),)
    known = around()
    promised = {("manylinux_2_28", "x86_64"): "3.4.30"}
    reach = reach_of(replace(plan, jobs=jobs), replace(known, promised=promised))
    assert [row.cells[0].why for row in reach.rows] == [
        "the facts of today do not show why",
        "GLIBCXX 3.4.25, needs 3.4.30",
    ]


def line_of(name: str, day: str = DAY) -> TimeLine:
    return time_line(life_lines(example(name), around().ends), day)


def test_time_line() -> None:
    line = line_of("framework")
    assert (line.first, line.last, line.warned_until) == (DAY, "2036-12-31", "2027-11-21")
    assert line.ticks[0] == Tick(year="2027", at="1.11%")
    assert (len(line.ticks), line.ticks[-1].year) == (10, "2036")
    assert line.year_later == "9.88%"
    bars = {bar.life.name: bar for bar in line.built_on}
    assert (bars["cp311"].standard, bars["cp311"].fate) == ("9.31%", Fate.NEAR)
    assert (bars["cuda 13.0.3"].standard, bars["cuda 13.0.3"].facts) == ("", ())
    assert [bar.life.name for bar in line.near] == ["cp311"]
    served = {bar.life.name: bar for bar in line.served}
    assert (served["rhel-10"].later, served["rhel-10"].is_cut) == ("100.00%", True)
    assert (served["debian-10"].standard, served["debian-10"].later) == ("0.00%", "25.78%")


@pytest.mark.parametrize("day", ["2000-01-01", "2060-02-29", "9999-12-31"])
def test_time_line_of_odd_days(day: str) -> None:
    line = line_of("combined", day)
    for bar in (*line.built_on, *line.served):
        for share in (bar.standard, bar.later):
            assert share == "" or 0 <= float(share.rstrip("%")) <= 100
    assert line.last >= day


def test_heat_maps() -> None:
    plan = example("plugin-set")
    cuda, hip = heat_maps(plan, around().gpus)
    assert (cuda.name, hip.name) == ("NVIDIA", "AMD")
    column = {target.name: number for number, target in enumerate(cuda.targets)}

    def cells(row: int, *names: str) -> list[tuple[str, str]]:
        found = cuda.rows[row].cells
        return [(found[column[name]].mark, found[column[name]].says) for name in names]

    assert cuda.rows[0].jobs == ("cuda12-cuda12.9.2-x86_64",)
    assert cells(0, "sm_61", "sm_70", "sm_75", "sm_86", "sm_87", "sm_103") == [
        ("\N{MULTIPLICATION SIGN}", "no code"),
        ("N", "native code"),
        ("M", "code for a lower target of the same major number: sm_70"),
        ("M", "code for a lower target of the same major number: sm_80"),
        ("\N{EN DASH}", "in machines of another architecture only"),
        ("M", "code for a lower target of the same major number: sm_100"),
    ]
    (row,) = [row for row in hip.rows if "rocm7-rocm7.14.1-x86_64" in row.jobs]
    assert (row.served, row.counted) == (4, len(hip.targets))
    assert [answer for answer, _, _ in hip.used] == ["native", "none"]


def test_ptx_is_told_from_native_code() -> None:
    plan = example("combined")
    gpu = {("cuda", "real"): ("sm_80",), ("cuda", "virtual"): ("compute_80",)}
    job = replace(plan.jobs[0], gpu=gpu)
    (cuda,) = heat_maps(replace(plan, jobs=(job,)), around().gpus)
    told = {t.name: cell.says for t, cell in zip(cuda.targets, cuda.rows[0].cells, strict=True)}
    assert told["sm_90"] == "PTX that the driver compiles: compute_80"
    assert told["sm_70"] == "no code"


def test_no_map_without_gpu_code() -> None:
    assert heat_maps(example("cpu-numeric"), around().gpus) == ()


def test_jobs_with_the_same_reasons_share_a_picture() -> None:
    plan = example("framework")
    twin = replace(plan.jobs[0], id="twin-x86_64", variant="twin")
    variants = plan.request["variants"]
    assert isinstance(variants, dict)
    request = {**plan.request, "variants": {**variants, "twin": variants["cpu"]}}
    drawings = drawings_of(replace(plan, jobs=(*plan.jobs, twin), request=request))
    assert drawings.numbers["twin-x86_64"] == drawings.numbers[plan.jobs[0].id]
    assert len(drawings.pictures) == len(set(drawings.numbers.values())) == 9
    assert 'data-id="policy/manylinux_2_31"' in drawings.pictures[0]
    assert plan.jobs[0].id not in drawings.pictures[0]


def test_pictures_are_dark_where_the_page_is() -> None:
    styles = picture_styles()
    assert styles.count("{") == styles.count("}")
    assert styles.count(".mlplan-picture .paper { fill: #0d1117; }") == 2
    assert ":root[data-theme='dark'] {" in styles
    assert ":root:not([data-theme='light']) {" in styles


def test_summary_by_variant() -> None:
    assert shipped(example("framework"))[2] == Shipped(
        variant="cuda",
        jobs=6,
        releases=("cuda 12.6.3", "cuda 12.9.2", "cuda 13.0.3"),
        more_releases=0,
        tags=("manylinux_2_28_x86_64", "manylinux_2_28_aarch64"),
    )


def test_warnings_once_without_those_told_elsewhere() -> None:
    plan = example("framework")
    every = [row.says for row in warned(plan, frozenset())]
    assert len(every) == len(set(every))
    left = [row.says for row in warned(plan, frozenset({"end/cp311-standard"}))]
    ends = "ends within a year of the release: Python 3.11 (cp311), on 2027-10-31"
    assert [says for says in every if says not in left] == [ends]
