"""Conflicts and ways out on the real facts: minimal, and as good as their word."""

from __future__ import annotations

from functools import cache

import pytest

from planner.load.request import read_request_values
from planner.plan.records import Failure
from planner.solve.conflict import diagnose
from planner.solve.planner import make_plan
from planner.solve.questions import questions_of
from planner.solve.solver import Solver
from tests.solve.real import day_of, plan_of, real_facts, real_tables, real_vocabulary, request_of
from tests.solve.requests import RequestMaker, Values

REQUESTS = 60


@cache
def failing() -> list[tuple[Values, Failure]]:
    """Seeded requests that have no plan, with the failure of their job."""
    made = RequestMaker(real_facts(), 2026).requests(REQUESTS)
    return [(values, failure) for values in made for failure in plan_of(values).failures]


def test_some_requests_fail_and_have_ways_out() -> None:
    assert len(failing()) > REQUESTS // 4
    assert sum(bool(failure.ways_out) for _, failure in failing()) > 5


@pytest.mark.parametrize("number", range(REQUESTS // 4))
def test_ways_out_give_what_they_promise(number: int) -> None:
    values, failure = failing()[number]
    for way in failure.ways_out:
        overrides = {key: value for key, _, value in (arg.partition("=") for arg in way.set)}
        changed = read_request_values(values, real_vocabulary(), overrides=overrides)
        plan = make_plan(changed, day_of(changed), real_tables())
        promised = [(job.decision.tags[0], dict(job.decision.accelerators)) for job in plan.jobs]
        assert (way.platform_tag, dict(way.accelerators)) in promised, (values, way)


def test_each_conflict_is_minimal() -> None:
    solver = Solver(real_tables())
    for values, _ in failing():
        request = request_of(values)
        for question in questions_of(request, day_of(request), solver.tables):
            if not solver.view(question).environments:
                continue
            for conflict in diagnose(solver, question).conflicts:
                assert solver.feasible(question, conflict) is None
                for constraint in conflict:
                    others = [c for c in conflict if c is not constraint]
                    assert solver.feasible(question, others) is not None, (values, constraint)


def test_each_failure_names_a_rule() -> None:
    for values, failure in failing():
        assert failure.conflicts, values
        for conflict in failure.conflicts:
            assert conflict.rules
            assert conflict.request or conflict.facts, (values, conflict)
