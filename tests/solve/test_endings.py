"""A plan warns of what it rests on and that ends within a year."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.load.request import read_request_values
from planner.plan.records import Caution, Plan
from planner.report.table import plan_text
from planner.solve.compiled import compile_index
from planner.solve.day import Day
from planner.solve.endings import ending_cautions, known_ends
from planner.solve.planner import make_plan
from planner.solve.tables import Tables, build_tables
from planner.solve.vocabulary import vocabulary_of
from tests.load.made import TINY

ENDING = {"ending-image", "ending-base", "ending-python", "ended-python"}


def plan_of(tables: Tables, day: str, **settings: object) -> Plan:
    values: dict[str, object] = {"variants": {"v": {"architectures": ["x86_64"], **settings}}}
    request = read_request_values(values, vocabulary_of(tables), overrides={})
    return make_plan(request, Day(day, explicit=True), tables)


def endings(plan: Plan) -> list[Caution]:
    (job,) = plan.jobs
    return [caution for caution in job.decision.warnings if caution.rule in ENDING]


def python(tag: str, end: str, rule: str = "ending-python") -> Caution:
    number = f"3.{tag[3:].removesuffix('t')}"
    fact = f"end/{tag.removesuffix('t')}-standard"
    return Caution(rule=rule, data={"python": number, "tag": tag, "end": end}, facts=(fact,))


BASE = Caution(
    rule="ending-base",
    data={"base": "almalinux-8", "image": "manylinux_2_28", "end": "2029-05-31"},
    facts=("end/almalinux-8-standard",),
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-10-30", [python("cp310", "2026-10-31")]),
        ("2026-10-31", [python("cp310", "2026-10-31"), python("cp311", "2027-10-31")]),
        ("2026-11-01", [python("cp311", "2027-10-31")]),
        ("2028-05-30", [python("cp312", "2028-10-31")]),
        ("2028-05-31", [BASE, python("cp312", "2028-10-31")]),
    ],
)
def test_from_the_day_a_year_before(day: str, expected: list[Caution], tables: Tables) -> None:
    assert endings(plan_of(tables, day)) == expected


def test_a_listed_python_past_its_end(tables: Tables) -> None:
    plan = plan_of(tables, "2026-11-21", python=["cp310", "abi3-cp311", "cp314t", "pp311"])
    assert endings(plan) == [
        python("cp310", "2026-10-31", "ended-python"),
        python("cp311", "2027-10-31"),
    ]


def test_an_image_with_an_announced_end(tables: Tables) -> None:
    (env,) = [e for e in tables.environments["x86_64"] if e.image == "manylinux2010"][:1]
    told = [
        (caution.rule, caution.data, caution.facts)
        for caution in ending_cautions(tables, env, (), Day("2022-01-01", explicit=True))
    ]
    data = {"image": "manylinux2010", "end": "2022-08-01"}
    assert told == [("ending-image", data, ("image/manylinux2010",))]


def test_the_table_tells_each_thing_once(tables: Tables) -> None:
    plan = plan_of(tables, "2028-06-01", architectures=["x86_64", "aarch64"])
    lines = [line for line in plan_text(plan).splitlines() if "within a year" in line]
    assert lines == [
        "! ends within a year of the release: almalinux-8, the base of image manylinux_2_28, "
        "on 2029-05-31",
        "! ends within a year of the release: Python 3.12 (cp312), on 2028-10-31",
    ]


def test_what_has_no_known_end_is_not_warned_of(tables: Tables) -> None:
    assert endings(plan_of(tables, "2026-11-21", python=["pp311"])) == []


def test_known_ends_leave_out_what_is_overruled(tables: Tables) -> None:
    ends = known_ends(tables.index)
    told = [(end.what, end.date) for end in ends if end.id == "almalinux-8"]
    assert told == [("standard", "2029-05-31")]
    images = {end.id: end.date for end in ends if end.of == "image"}
    assert images["manylinux1"] == "2022-01-01"


def test_made_up_facts() -> None:
    tables = build_tables(compile_index(Path(TINY)))
    plan = plan_of(tables, "2028-06-01")
    assert [caution.rule for caution in endings(plan)] == ["ending-base", "ending-python"]
