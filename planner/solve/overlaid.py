"""Which facts of a project's overlay a decision rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from planner.graph.index import Index
from planner.model.overlay import Act, is_overlaid
from planner.solve.constraints import Question, constraints_of
from planner.solve.rows import Environment, Release
from planner.solve.solver import Candidate
from planner.solve.view import Constraint, View


def overlaid_facts(
    question: Question, view: View, chosen: Candidate, used: Iterable[str]
) -> tuple[str, ...]:
    """The overlay's facts among those used, those that something listed was counted by, and those
    against what would have been preferred; empty without an overlay."""
    if view.tables.index.overlay is None:
        return ()
    constraints = constraints_of(question, view.tables)
    found = [*used, *_counted(view, chosen.environment), *_against(view, constraints, chosen)]
    return tuple(dict.fromkeys(id_ for id_ in found if is_overlaid(id_)))


def _counted(view: View, env: Environment) -> Iterator[str]:
    """What decides which distributions, Pythons and pips a plan lists."""
    tables = view.tables
    yield from (distribution.fact for distribution in tables.distributions.values())
    yield from (edge.facts[0] for edge in tables.index.of("ends"))
    yield from (fact for row in tables.interpreters.get(env.interpreters, ()) for fact in row.facts)
    yield from (fact for _, fact in tables.pip_rules.values())
    yield from _taken_away(tables.index, env.arch)


def _taken_away(index: Index, arch: str) -> Iterator[str]:
    """Changed facts that no longer hold for an architecture: nothing else would name them."""
    for entry in index.overlay.entries if index.overlay is not None else ():
        if entry.act is Act.CHANGES:
            shipped, own = index.facts[entry.shipped], index.facts[entry.fact]
            if arch in set(shipped.words("architectures")) - set(own.words("architectures")):
                yield entry.fact


def _against(view: View, constraints: Sequence[Constraint], chosen: Candidate) -> Iterator[str]:
    """The facts against environments before the chosen one, and against newer releases."""
    bit = next(n for n, env in enumerate(view.environments) if env is chosen.environment)
    preferred = view.environments[:bit]
    own = {release.family: release for release in chosen.releases}
    for constraint in constraints:
        if not constraint.family:
            verdicts = [view.against_environment(constraint, env) for env in preferred]
        elif constraint.is_pair:
            release = own[constraint.family]
            verdicts = [view.against_pair(constraint, release, env) for env in preferred]
            verdicts += [
                view.against_pair(constraint, newer, first)
                for newer in _newer(view, constraints, release)
                for _, first in view.groups(constraint.rule)
            ]
        else:
            releases = view.releases(constraint.family)[: own[constraint.family].bit]
            verdicts = [view.against_release(constraint, release) for release in releases]
        yield from (fact for verdict in verdicts for fact in verdict or ())


def _newer(view: View, constraints: Sequence[Constraint], chosen: Release) -> list[Release]:
    """The newer releases of a family that no rule on releases alone refuses."""
    mask = (1 << chosen.bit) - 1
    for constraint in constraints:
        if constraint.family == chosen.family and not constraint.is_pair:
            mask &= view.release_mask(constraint)
    return [release for release in view.releases(chosen.family) if mask >> release.bit & 1]
