"""The solver against the oracle on the real facts."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from planner.model.rules import Rule
from planner.solve.questions import questions_of
from planner.solve.solver import Candidate, Solver
from tests.solve.oracle import EDITION_RULES, PAIR_RULES, PLACE_RULES, Answer, wishes_of
from tests.solve.real import TODAY, day_of, real_facts, real_judge, real_tables, request_of
from tests.solve.requests import RequestMaker, Values


def answer_of(candidate: Candidate | None) -> Answer | None:
    """The solver's candidate in the words of the oracle."""
    if candidate is None:
        return None
    releases = tuple((release.family, release.version) for release in candidate.releases)
    return Answer(candidate.environment.image, candidate.environment.toolset, releases)


def compare(solver: Solver, values: Values) -> list[Answer | None]:
    """The oracle's answers to a request, after asserting that the solver gives the same."""
    request = request_of(values)
    judge = real_judge()
    questions = list(questions_of(request, day_of(request), solver.tables))
    wishes = list(wishes_of(judge, request, TODAY))
    assert [(q.specs, q.arch) for q in questions] == [(w.families, w.arch) for w in wishes], values
    answers = []
    for question, wish in zip(questions, wishes, strict=True):
        expected = judge.best(wish)
        assert answer_of(solver.solve(question)) == expected, values
        answers.append(expected)
    return answers


def compare_many(count: int, seed: int) -> Counter[bool]:
    """How many of some seeded requests have an answer, all of them compared."""
    solver = Solver(real_tables())
    maker = RequestMaker(real_facts(), seed)
    return Counter(
        answer is not None for values in maker.requests(count) for answer in compare(solver, values)
    )


def test_oracle_has_every_rule() -> None:
    assert {*PLACE_RULES, *EDITION_RULES, *PAIR_RULES} == set(Rule)


@pytest.mark.parametrize("seed", range(4))
def test_solver_agrees_with_the_oracle(seed: int) -> None:
    found = compare_many(150, seed)
    assert min(found[True], found[False]) > 20, "requests must be of both kinds"


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("MLPLAN_SLOW"), reason="slow: run with MLPLAN_SLOW=1")
@pytest.mark.parametrize("seed", range(100, 110))
def test_solver_agrees_with_the_oracle_on_many(seed: int) -> None:
    found = compare_many(2000, seed)
    assert min(found[True], found[False]) > 400


@pytest.mark.parametrize(
    "variants",
    [
        {family: {family: "newest"} for family in ("cuda", "rocm", "mkl")},
        {"plain": {}},
        {"both": {"cuda": ["12.9", "13"], "mkl": ["newest"]}, "rocm": {"rocm": ["6", ">=7,<8"]}},
        {"cuda": {"cuda": [">=12,<13", "13", "11"]}, "mkl": {"mkl": ["2024", "2025", "2026"]}},
    ],
    ids=["built-in", "plain", "combined", "lists"],
)
@pytest.mark.parametrize("date", [None, "2026-11-21", "2024-07-24", "2021-12-01"])
def test_default_architectures_agree(variants: dict[str, object], date: str | None) -> None:
    values: Values = {"variants": variants}
    compare(Solver(real_tables()), values if date is None else {**values, "date": date})


def test_full_product_agrees_with_the_loop_by_family() -> None:
    judge = real_judge()
    values: Values = {
        "date": TODAY,
        "variants": {"job": {"cuda": "13", "mkl": "2026", "architectures": ["x86_64"]}},
    }
    (wish,) = wishes_of(judge, request_of(values), TODAY)
    assert judge.best_of_product(wish) == judge.best(wish) is not None
