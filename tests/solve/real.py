"""The real facts in every form that tests need, each made once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from planner.graph.build import build_index
from planner.graph.index import Index
from planner.load.facts import load_facts
from planner.load.request import read_request_values
from planner.load.vocabulary import Vocabulary
from planner.model.facts import FactBase
from planner.model.request import Request
from planner.plan.records import Job, Plan
from planner.solve.day import Day
from planner.solve.planner import make_plan
from planner.solve.tables import Tables, build_tables
from planner.solve.vocabulary import vocabulary_of
from tests.solve.oracle import Judge

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-11-21"
"""The day that the tests call today, so that they do not age."""


@cache
def real_facts() -> FactBase:
    return load_facts(ROOT)


@cache
def real_index() -> Index:
    return build_index(real_facts())


@cache
def real_tables() -> Tables:
    return build_tables(real_index())


@cache
def real_vocabulary() -> Vocabulary:
    return vocabulary_of(real_tables())


@cache
def real_judge() -> Judge:
    return Judge(real_facts())


def request_of(values: dict[str, object]) -> Request:
    """A request from plain values, read as the command line's options are."""
    return read_request_values(values, real_vocabulary(), overrides={})


def day_of(request: Request) -> Day:
    """The day of a request, or the tests' own today."""
    return Day(request.date or TODAY, explicit=request.date is not None)


def plan_of(values: dict[str, object]) -> Plan:
    """The plan of a request on the real facts."""
    request = request_of(values)
    return make_plan(request, day_of(request), real_tables())


def variant_plan(settings: dict[str, object], date: str | None = TODAY) -> Plan:
    """The plan of a request with one variant, ``job``."""
    values: dict[str, object] = {"variants": {"job": settings}}
    return plan_of(values if date is None else {**values, "date": date})


def only_job(settings: dict[str, object], date: str | None = TODAY) -> Job:
    """The one job of a variant that has a plan."""
    plan = variant_plan(settings, date)
    assert not plan.failures, [failure.conflicts for failure in plan.failures]
    (job,) = plan.jobs
    return job
