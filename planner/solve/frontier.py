"""Reach against newness: the choices of a job that no other choice beats in every respect."""

from __future__ import annotations

from dataclasses import dataclass

from planner.model.request import Request
from planner.model.versions import version_key
from planner.solve.constraints import Question, constraints_of
from planner.solve.day import Day
from planner.solve.details import reach_of
from planner.solve.questions import failure_id, questions_of
from planner.solve.rows import Tables
from planner.solve.solver import Candidate, Solver


@dataclass(frozen=True, kw_only=True, slots=True)
class FrontierPoint:
    """One undominated choice of a job; ``serves`` counts the distributions that its tag reaches."""

    platform_tag: str
    accelerators: dict[str, str]
    gcc: str
    toolset: str
    in_image: bool
    serves: int
    excludes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Frontier:
    """The undominated choices of one job, widest tag first; empty where nothing fits."""

    id: str
    points: tuple[FrontierPoint, ...]


def frontiers_of(request: Request, day: Day, tables: Tables) -> list[Frontier]:
    """The frontier of every job of a request."""
    solver = Solver(tables)
    return [
        Frontier(id=failure_id(question), points=_points(solver, question))
        for question in questions_of(request, day, tables)
    ]


def pareto_candidates(solver: Solver, question: Question) -> list[Candidate]:
    """The undominated candidates of a question: older glibc, newer releases, newer gcc.

    The best vector of an environment is its newest release of each family, so there is at most one
    candidate per environment.
    """
    view = solver.view(question)
    constraints = constraints_of(question, solver.tables)
    best = [
        candidate
        for bit in range(len(view.environments))
        if (candidate := solver.solve_under(view, question.families, constraints, 1 << bit))
    ]
    return [one for one in best if not any(_beats(other, one) for other in best)]


def _worth(candidate: Candidate) -> tuple[object, ...]:
    env = candidate.environment
    return (
        tuple(-release.bit for release in candidate.releases),
        version_key(env.gcc),
        version_key(env.policy_version),
    )


def _beats(other: Candidate, one: Candidate) -> bool:
    """Whether another candidate is at least as good in every respect and better in one."""
    newer = all(a.bit <= b.bit for a, b in zip(other.releases, one.releases, strict=True))
    gcc = version_key(other.environment.gcc), version_key(one.environment.gcc)
    glibc = (
        version_key(other.environment.policy_version),
        version_key(one.environment.policy_version),
    )
    as_good = newer and gcc[0] >= gcc[1] and glibc[0] <= glibc[1]
    return as_good and _worth(other) != _worth(one)


def _points(solver: Solver, question: Question) -> tuple[FrontierPoint, ...]:
    view = solver.view(question)
    found: dict[tuple[object, ...], FrontierPoint] = {}
    for candidate in pareto_candidates(solver, question):
        env = candidate.environment
        serves, excludes = reach_of(question, view, env)
        point = FrontierPoint(
            platform_tag=f"{env.policy}_{env.arch}",
            accelerators=candidate.versions,
            gcc=env.gcc,
            toolset=env.toolset,
            in_image=bool(env.holds(question.day.iso)),
            serves=len(serves),
            excludes=len(excludes),
        )
        found.setdefault(_worth(candidate), point)
    return tuple(
        sorted(found.values(), key=lambda p: (-p.serves, version_key(p.gcc), p.platform_tag))
    )
