"""Explanations of jobs: every statement bound by the facts that the lock holds."""

from __future__ import annotations

import json

from planner.explain.cautions import caution_sentence
from planner.explain.conflicts import conflict_sentence
from planner.explain.facts import fact_sentence
from planner.explain.jobs import Section, job_sections
from planner.plan.document import Words, plan_document, render
from planner.plan.locked import LockedPlan, locked_plan
from tests.solve.real import TODAY, plan_of


def locked(settings: dict[str, object]) -> LockedPlan:
    plan = plan_of({"date": TODAY, "variants": {"v": settings}})
    words = Words(fact_sentence, caution_sentence, conflict_sentence)
    return locked_plan(json.loads(render(plan_document(plan, words))))


def sections(settings: dict[str, object]) -> dict[str, Section]:
    lock = locked(settings)
    return {section.title: section for section in job_sections(lock.jobs[0], lock)}


def test_each_choice_names_what_was_against_the_next() -> None:
    told = sections({"cuda": ["12.3"], "architectures": ["x86_64"]})
    assert told["why tag manylinux_2_28"].lines[1].facts == ("image/manylinux_2_34",)
    (release,) = told["why cuda 12.3.2"].lines
    assert release.says == "not 12.4.0: the request asks for 12.3 (variants.v.cuda)"
    (gcc,) = told["why gcc 12.2.1"].lines
    assert gcc.says == "not 13.3.1: the vendor refuses the host gcc"
    assert gcc.facts == ("cuda-12.3/host-gcc",)


def test_other_choices_and_doubts_are_told() -> None:
    told = sections({"cuda": ["13.5"], "architectures": ["x86_64"]})
    says = [line.says for line in told["other choices"].lines]
    assert says == [
        "gcc-toolset-14 is in the image already; it costs: gcc 14.2.1 instead of 15.2.1"
    ]
    assert ("cuda-13.5/driver",) in [line.facts for line in told["unconfirmed"].lines]


def test_every_named_fact_is_in_the_lock() -> None:
    lock = locked({"cuda": ["12.9", "13.5"], "gpu": "7.0 9.0+PTX"})
    for job in lock.jobs:
        for section in job_sections(job, lock):
            for line in section.lines:
                assert set(line.facts) <= set(lock.facts)
