"""What must hold in every world: small random facts and requests, judged by the oracle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise, product

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from planner.explain.cautions import caution_sentence
from planner.explain.conflicts import conflict_sentence
from planner.explain.facts import fact_sentence
from planner.graph.build import build_index
from planner.load.request import read_request_values
from planner.model.facts import FactBase
from planner.model.request import Request
from planner.plan.document import Words, plan_document, render
from planner.plan.records import WayOut
from planner.solve.conflict import diagnose
from planner.solve.constraints import Question, constraints_of
from planner.solve.day import Day
from planner.solve.planner import make_plan
from planner.solve.questions import questions_of
from planner.solve.relaxations import atom_of
from planner.solve.search import Choice, search
from planner.solve.solver import Solver
from planner.solve.tables import Tables, build_tables
from planner.solve.vocabulary import vocabulary_of
from tests.solve.oracle import Judge, wishes_of
from tests.solve.test_oracle_real import answer_of
from tests.solve.universes import Values, worlds

TODAY = "2026-01-01"
World = tuple[FactBase, Values]
WORDS = Words(fact_sentence, caution_sentence, conflict_sentence)
common = settings(
    derandomize=True, deadline=None, max_examples=120, suppress_health_check=list(HealthCheck)
)


def read(tables: Tables, values: Values, overrides: dict[str, str] | None = None) -> Request:
    return read_request_values(values, vocabulary_of(tables), overrides=overrides or {})


def day_of(request: Request) -> Day:
    return Day(request.date or TODAY, explicit=request.date is not None)


def asked(world: World) -> tuple[Solver, Request, list[Question]]:
    facts, values = world
    tables = build_tables(build_index(facts))
    request = read(tables, values)
    return Solver(tables), request, list(questions_of(request, day_of(request), tables))


def unsolvable(world: World) -> Iterator[tuple[Solver, Question]]:
    solver, _, questions = asked(world)
    for question in questions:
        if solver.view(question).environments and solver.solve(question) is None:
            yield solver, question


# Optima


@common
@given(worlds())
def test_optimum_equals_the_oracle(world: World) -> None:
    solver, request, questions = asked(world)
    judge = Judge(world[0])
    wishes = list(wishes_of(judge, request, TODAY))
    assert [(q.specs, q.arch) for q in questions] == [(w.families, w.arch) for w in wishes]
    for question, wish in zip(questions, wishes, strict=True):
        found = answer_of(solver.solve(question))
        assert found == judge.best_of_product(wish)
        assert found == judge.best(wish)


@st.composite
def masks(draw: DrawFn) -> tuple[list[int], int, list[int], list[list[int]]]:
    count = draw(st.integers(1, 6))
    cuts = sorted(draw(st.lists(st.integers(0, count), max_size=2)))
    bounds = [0, *cuts, count]
    levels = [(1 << b) - (1 << a) for a, b in pairwise(bounds) if a < b]
    sizes = draw(st.lists(st.integers(1, 4), max_size=3))
    mask = st.integers(0, (1 << count) - 1)
    accepts = [[draw(mask) for _ in range(size)] for size in sizes]
    releases = [draw(st.integers(0, (1 << size) - 1)) for size in sizes]
    return levels, draw(mask), releases, accepts


def enumerated(
    levels: list[int], environments: int, releases: list[int], accepts: list[list[int]]
) -> Choice | None:
    """The least of all valid choices, by level, then release bits, then environment bit."""
    found = [
        (number, chosen, env)
        for number, level in enumerate(levels)
        for env in range(environments.bit_length())
        if (level & environments) >> env & 1
        for chosen in product(*(range(len(table)) for table in accepts))
        if all(
            domain >> bit & 1 and table[bit] >> env & 1
            for domain, bit, table in zip(releases, chosen, accepts, strict=True)
        )
    ]
    return min(found)[1:] if found else None


@settings(common, max_examples=600)
@given(masks())
def test_search_equals_enumeration(case: tuple[list[int], int, list[int], list[list[int]]]) -> None:
    assert search(*case) == enumerated(*case)


# Constraints


@common
@given(worlds())
def test_removing_a_constraint_never_breaks_an_answer(world: World) -> None:
    solver, _, questions = asked(world)
    for question in questions:
        if solver.solve(question) is None:
            continue
        constraints = constraints_of(question, solver.tables)
        for constraint in constraints:
            others = [c for c in constraints if c is not constraint]
            assert solver.feasible(question, others) is not None, constraint


RELAXED_BY_ABSENCE = (
    *("cxx", "cxx11-abi", "glibc", "runs-on", "pip", "x86-64-level", "driver", "gpu"),
)
"""Settings without a default: where they are missing no rule looks at them."""


@common
@given(worlds())
def test_leaving_out_a_setting_never_breaks_an_answer(world: World) -> None:
    solver, _, questions = asked(world)
    variants = world[1]["variants"]
    assert isinstance(variants, dict)
    for key in set(RELAXED_BY_ABSENCE) & set(variants["job"]):
        fewer = {name: value for name, value in variants["job"].items() if name != key}
        shorter = read(solver.tables, {**world[1], "variants": {"job": fewer}})
        others = list(questions_of(shorter, day_of(shorter), solver.tables))
        for before, after in zip(questions, others, strict=True):
            if solver.solve(before) is not None:
                assert solver.solve(after) is not None, key


# Conflicts


@common
@given(worlds())
def test_each_conflict_is_unsolvable_and_solvable_without_any_one_of_it(world: World) -> None:
    for solver, question in unsolvable(world):
        found = diagnose(solver, question).conflicts
        assert found
        for conflict in found:
            assert solver.feasible(question, conflict) is None
            for constraint in conflict:
                others = [c for c in conflict if c is not constraint]
                assert solver.feasible(question, others) is not None, constraint


@common
@given(worlds())
def test_every_way_out_gives_the_plan_that_it_promises(world: World) -> None:
    facts, values = world
    tables = build_tables(build_index(facts))
    request = read(tables, values)
    plan = make_plan(request, day_of(request), tables)
    for failure in plan.failures:
        for way in failure.ways_out:
            changed = read(tables, json.loads(json.dumps(values)), overrides_of(way))
            again = make_plan(changed, day_of(changed), tables)
            promised = [
                (job.decision.tags[0], dict(job.decision.accelerators))
                for job in again.jobs
                if job.decision.arch == failure.arch
            ]
            assert (way.platform_tag, dict(way.accelerators)) in promised, way


def overrides_of(way: WayOut) -> dict[str, str]:
    """The ``--set`` arguments of a way out, as the command line splits them."""
    pairs = [argument.partition("=") for argument in way.set]
    return {path: value for path, _, value in pairs}


@common
@given(worlds())
def test_every_relaxation_shares_a_part_with_every_conflict(world: World) -> None:
    for solver, question in unsolvable(world):
        diagnosis = diagnose(solver, question)
        for atoms in diagnosis.relaxations:
            for conflict in diagnosis.conflicts:
                assert {atom_of(question, c) for c in conflict} & set(atoms)


# Bytes


def rendered(tables: Tables, values: Values) -> str:
    request = read(tables, values)
    return render(plan_document(make_plan(request, day_of(request), tables), WORDS))


def shuffled(value: object, draw: DrawFn) -> object:
    if isinstance(value, dict):
        keys = draw(st.permutations(list(value)))
        return {key: shuffled(value[key], draw) for key in keys}
    if isinstance(value, list):
        return draw(st.permutations(value))
    return value


@st.composite
def shuffled_worlds(draw: DrawFn) -> tuple[FactBase, Values, Values]:
    facts, values = draw(worlds())
    other = shuffled(values, draw)
    assert isinstance(other, dict)
    return facts, values, other


@common
@given(shuffled_worlds())
def test_order_of_the_request_changes_no_byte(world: tuple[FactBase, Values, Values]) -> None:
    facts, values, other = world
    tables = build_tables(build_index(facts))
    first, second = rendered(tables, values), rendered(tables, other)
    assert first.encode() == second.encode()
    assert yaml.safe_load(first) == json.loads(first)
