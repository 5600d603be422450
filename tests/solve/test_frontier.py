"""The frontier against every candidate of every environment."""

from __future__ import annotations

import pytest
from packaging.version import Version

from planner.model.versions import version_key
from planner.solve.constraints import Question, constraints_of
from planner.solve.frontier import frontiers_of, pareto_candidates
from planner.solve.questions import questions_of
from planner.solve.solver import Candidate, Solver, violations
from tests.solve.real import day_of, real_tables, request_of

Values = dict[str, object]
CASES: list[Values] = [
    {"cuda": [">=11"], "architectures": ["x86_64"], "allow": ["ended-base", "alpha-image"]},
    {"cuda": ["12.8"], "links": ["cudart"], "allow": ["ended-base"]},
    {"rocm": [">=5"], "allow": ["alpha-image", "preview-release"]},
    {"mkl": [">=2021"], "architectures": ["x86_64", "i686"]},
    {"architectures": ["armv7l", "riscv64"]},
]


def worth(candidate: Candidate) -> tuple[object, ...]:
    env = candidate.environment
    return (
        tuple(release.bit for release in candidate.releases),
        version_key(env.gcc),
        version_key(env.policy_version),
    )


Vector = tuple[tuple[int, ...], Version, tuple[int, ...]]


def at_least(other: Vector, vector: Vector) -> bool:
    newer = all(a >= b for a, b in zip(other[0], vector[0], strict=True))
    return newer and other[1] >= vector[1] and other[2] >= vector[2]


def walked(solver: Solver, question: Question) -> set[tuple[object, ...]]:
    """The worths that no other possible candidate beats, by walking over all of them."""
    view = solver.view(question)
    constraints = constraints_of(question, solver.tables)
    every = [
        Candidate(releases, env)
        for env in view.environments
        for releases in (
            [(release,) for release in view.releases(question.families[0])]
            if question.families
            else [()]
        )
    ]
    possible: dict[Vector, tuple[object, ...]] = {
        (
            tuple(-r.bit for r in c.releases),
            version_key(c.environment.gcc),
            tuple(-n for n in version_key(c.environment.policy_version).release),
        ): worth(c)
        for c in every
        if not violations(view, constraints, c)
    }
    return {
        told
        for vector, told in possible.items()
        if not any(other != vector and at_least(other, vector) for other in possible)
    }


@pytest.mark.parametrize("settings", CASES, ids=["cuda", "links", "rocm", "mkl", "plain"])
def test_frontier_equals_the_walk(settings: Values) -> None:
    request = request_of({"variants": {"v": settings}})
    solver = Solver(real_tables())
    for question in questions_of(request, day_of(request), real_tables()):
        told = {worth(candidate) for candidate in pareto_candidates(solver, question)}
        assert told == walked(solver, question)


def test_wide_tag_with_older_release_and_new_tag_with_newest() -> None:
    request = request_of(
        {
            "date": "2026-11-21",
            "variants": {
                "v": {"cuda": [">=11"], "architectures": ["x86_64"], "allow": ["ended-base"]}
            },
        }
    )
    (frontier,) = frontiers_of(request, day_of(request), real_tables())
    rows = [(p.platform_tag, p.accelerators["cuda"], p.gcc) for p in frontier.points]
    assert rows == [
        ("manylinux_2_17_x86_64", "12.6.3", "11.2.1"),
        ("manylinux_2_28_x86_64", "13.5.0", "15.2.1"),
    ]
    assert frontier.points[0].serves > frontier.points[1].serves


def test_nothing_fits() -> None:
    request = request_of({"variants": {"v": {"mkl": ["newest"], "architectures": ["aarch64"]}}})
    (frontier,) = frontiers_of(request, day_of(request), real_tables())
    assert frontier.points == ()
