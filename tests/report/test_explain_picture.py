from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from planner.model.request import Line
from planner.plan.locked import LockedPlan, ToldFact, locked_plan
from planner.plan.records import Change, Conflict, Failure, WayOut
from planner.report.explain_picture import failures_picture, job_picture
from planner.report.pictures.records import Mark, Picture
from tests.conftest import ROOT

FACTS = {
    id_: ToldFact(id=id_, says=says, standing=standing, sources=("A manual",), read="2026-11-20")
    for id_, says, standing in (
        ("toy/life-sm_70", "sm_70 was removed in 2.0", "measured"),
        ("toy-2.0/doc", "the manual names gcc <15", "documented"),
    )
}
FAILURE = Failure(
    id="new-toy2-x86_64",
    variant="new",
    arch="x86_64",
    accelerators={"toy": ">=2"},
    conflicts=(
        Conflict(
            request=(
                Line(path="variants.new.toy", value=">=2"),
                Line(path="gpu", value="sm_70"),
            ),
            rules=("gpu-target-known",),
            facts=("toy/life-sm_70", "toy-2.0/doc"),
        ),
    ),
    ways_out=(
        WayOut(
            change=(Change(path="gpu", old="sm_70", to=None),),
            set=(),
            platform_tag="manylinux_2_28_x86_64",
            accelerators={"toy": "2.0.0"},
        ),
    ),
)


def _nodes(picture: Picture) -> list[tuple[str, str, Mark, int | None]]:
    return [(node.id, node.kind, node.mark, node.rank) for node in picture.nodes]


def test_a_failure() -> None:
    picture = failures_picture([FAILURE], FACTS)
    assert picture.title == "Why new-toy2-x86_64 cannot be planned"
    assert picture.description == (
        "No plan for new-toy2-x86_64: conflict 1: the release does not know a GPU target. "
        "1 ways out."
    )
    assert _nodes(picture) == [
        ("toy/life-sm_70", "fact", Mark.FACT, 0),
        ("toy-2.0/doc", "fact", Mark.FACT, 0),
        ("request:variants.new.toy=>=2", "you ask", Mark.ASKED, 0),
        ("request:gpu=sm_70", "you ask", Mark.ASKED, 0),
        ("failure:new-toy2-x86_64", "no plan for", Mark.REFUSED, 2),
        ("new-toy2-x86_64/conflict-1", "conflict", Mark.CONFLICT, 1),
        ("new-toy2-x86_64/way-out-1", "way out 1", Mark.WAY_OUT, 3),
    ]
    fact = picture.nodes[1]
    assert (fact.standing, fact.lines) == (
        "documented",
        ("the manual names gcc <15", "toy-2.0/doc"),
    )
    assert fact.detail == "A manual; read 2026-11-20"
    assert picture.nodes[-1].lines == (
        "drop sm_70 from gpu; gives manylinux_2_28_x86_64 toy 2.0.0",
    )
    weak = {edge.id for edge in picture.edges if edge.is_weak}
    assert weak == {"toy-2.0/doc--says--new-toy2-x86_64/conflict-1"}
    assert {(edge.source, edge.target) for edge in picture.edges} == {
        *((node.id, "new-toy2-x86_64/conflict-1") for node in picture.nodes[:4]),
        ("new-toy2-x86_64/conflict-1", "failure:new-toy2-x86_64"),
        ("failure:new-toy2-x86_64", "new-toy2-x86_64/way-out-1"),
    }


def test_no_way_out_is_said() -> None:
    picture = failures_picture([replace(FAILURE, ways_out=())], FACTS)
    assert picture.nodes[-1].lines == ("no version, tag or toolchain change helps",)


def test_nothing_fails() -> None:
    picture = failures_picture([], {})
    assert (picture.title, picture.nodes[0].lines) == (
        "Every job has a plan",
        ("every job has a plan",),
    )


def _locked(example: str) -> LockedPlan:
    document: dict[str, Any] = json.loads((ROOT / f"examples/{example}/mlplan.lock").read_text())
    return locked_plan(document)


def test_every_failure_of_an_example() -> None:
    plan = _locked("failing")
    picture = failures_picture(plan.failures, plan.facts)
    conflicts = [node for node in picture.nodes if node.mark is Mark.CONFLICT]
    assert len(conflicts) == sum(len(failure.conflicts) for failure in plan.failures)
    named = {id_ for f in plan.failures for c in f.conflicts for id_ in c.facts}
    assert named == {node.id for node in picture.nodes if node.mark is Mark.FACT}


def test_every_job_of_an_example() -> None:
    plan = _locked("array-library")
    for job in plan.jobs:
        picture = job_picture(job, plan)
        ids = {node.id: node for node in picture.nodes}
        assert ids[f"job:{job.id}"].mark is Mark.FOCUS
        assert ids["chosen:policy"].lines == (job.platform_tag,)
        assert ids["chosen:gcc"].lines == (f"{job.gcc} of {job.toolset}",)
        refused = {(r.chose, r.instead_of) for r in job.because}
        assert {f"refused:{chose}:{other}" for chose, other in refused} <= set(ids)
        behind = {id_ for reason in job.because for id_ in reason.facts}
        behind |= {id_ for _, facts in job.warnings for id_ in facts}
        assert behind == {id_ for id_, node in ids.items() if node.mark is Mark.FACT}
        columns = {node.mark: node.rank for node in picture.nodes}
        assert columns[Mark.CHOSEN] == 2
        assert all((node.rank or 0) >= 0 for node in picture.nodes)
