"""A minimal conflict of a job that has no plan, and the ways out that work."""

from __future__ import annotations

from collections.abc import Sequence

from planner.model.request import Line
from planner.model.rules import Rule
from planner.model.specs import spec_admits
from planner.plan.records import Change, Conflict, WayOut
from planner.solve.constraints import Question, constraints_of
from planner.solve.reasons import lines_of
from planner.solve.solver import Candidate, Solver, violations
from planner.solve.view import Constraint, View


def conflict_of(solver: Solver, question: Question) -> tuple[Conflict, tuple[WayOut, ...]]:
    """One minimal conflict of an unsolvable question, and changes that make it solvable.

    Minimal: without any one of its rules the question has an answer.
    """
    constraints = constraints_of(question, solver.tables)
    view = solver.view(question)
    if not view.environments:
        return _no_image(question, view), ()
    kept = minimal_conflict(solver, question, constraints)
    facts: list[str] = []
    lines: list[Line] = []
    for constraint in kept:
        others = [c for c in kept if c is not constraint]
        candidate = solver.feasible(question, others)
        if candidate is not None:
            facts += _facts_against(view, constraint, candidate)
        lines += lines_of(question, constraint)
    if any(c.setting == "architectures" for c in kept) and not lines:
        lines += question.variant.lines.get("architectures", ())
    conflict = Conflict(
        request=tuple(dict.fromkeys(lines)),
        rules=tuple(dict.fromkeys(c.rule.value for c in kept)),
        facts=tuple(dict.fromkeys(facts)),
    )
    return conflict, tuple(_ways_out(solver, question, constraints, kept))


def minimal_conflict(
    solver: Solver, question: Question, constraints: Sequence[Constraint]
) -> list[Constraint]:
    """A subset of constraints that has no answer, though every smaller one has.

    Deletion keeps what nobody asked for last, so that a conflict names request lines where it can.
    """
    kept = list(constraints)
    by_origin = sorted(constraints, key=lambda c: (bool(c.setting), c.waiver == ""))
    for constraint in by_origin:
        fewer = [c for c in kept if c is not constraint]
        if solver.feasible(question, fewer) is None:
            kept = fewer
    return kept


def _facts_against(view: View, constraint: Constraint, candidate: Candidate) -> tuple[str, ...]:
    for broken, facts in violations(view, [constraint], candidate):
        if broken is constraint:
            return facts
    return ()


def _no_image(question: Question, view: View) -> Conflict:
    """The architecture has no image at all: name the newest policy that covers it, if any."""
    facts = [
        node["fact"]
        for name, node in view.tables.policies.items()
        if (name, question.arch) in view.tables.policy_symbols
    ]
    lines = [
        line
        for line in question.variant.lines.get("architectures", ())
        if line.value == question.arch
    ]
    return Conflict(
        request=tuple(lines), rules=("image-covers-architecture",), facts=tuple(facts[-1:])
    )


def _ways_out(
    solver: Solver, question: Question, constraints: Sequence[Constraint], kept: list[Constraint]
) -> list[WayOut]:
    """Waivers and dropped lines that give the question an answer; each was tried."""
    found: dict[tuple[Change, ...], WayOut] = {}
    for constraint in kept:
        without, change = _relaxed(question, constraints, constraint)
        if change is None:
            continue
        candidate = solver.feasible(question, without)
        if candidate is not None:
            if constraint.rule is Rule.RELEASE_MATCHES:
                candidate = _nearest_release(solver, question, without, constraint) or candidate
                version = candidate.versions[constraint.family]
                change = Change(path=change.path, old=change.old, to=version)
            way = WayOut(
                change=(change,),
                platform_tag=f"{candidate.environment.policy}_{question.arch}",
                accelerators=candidate.versions,
            )
            found.setdefault(way.change, way)
    return list(found.values())


def _nearest_release(
    solver: Solver, question: Question, without: list[Constraint], constraint: Constraint
) -> Candidate | None:
    """The answer with the newest release below the asked ones, else the oldest above them."""
    family = constraint.family
    releases = solver.tables.families[family].releases
    asked = [r.bit for r in releases if spec_admits(str(constraint.value), r.version)]
    if not asked:
        return None
    below = [r for r in releases if r.bit > max(asked)]
    above = [r for r in reversed(releases) if r.bit < min(asked)]
    for release in (*below, *above):
        exact = Constraint(Rule.RELEASE_MATCHES, family, f"=={release.version}")
        candidate = solver.feasible(question, [*without, exact])
        if candidate is not None:
            return candidate
    return None


def _relaxed(
    question: Question, constraints: Sequence[Constraint], constraint: Constraint
) -> tuple[list[Constraint], Change | None]:
    if constraint.waiver:
        without = [c for c in constraints if c.waiver != constraint.waiver]
        path = f"variants.{question.variant.name}.allow"
        return without, Change(path=path, old="", to=constraint.waiver)
    lines = lines_of(question, constraint)
    if constraint.setting in ("", "date", "architectures") or len(lines) != 1:
        return [], None
    same = (constraint.setting, constraint.item)
    without = [c for c in constraints if (c.setting, c.item) != same]
    if constraint.setting == "links":
        return [], None
    return without, Change(path=lines[0].path, old=lines[0].value, to=None)
