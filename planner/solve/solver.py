"""Questions to answers: constraints, masks, search; equal questions are answered once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.solve.constraints import Question, constraints_of
from planner.solve.rows import Environment, Release, Tables
from planner.solve.search import Choice, search
from planner.solve.view import Constraint, Preference, View


@dataclass(frozen=True, slots=True)
class Candidate:
    """One release per family and an environment."""

    releases: tuple[Release, ...]
    environment: Environment

    @property
    def versions(self) -> dict[str, str]:
        """Version by family."""
        return {release.family: release.version for release in self.releases}


class Solver:
    """Answers questions on one set of tables; views and searches are kept and shared."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._views: dict[tuple[object, ...], View] = {}
        self._found: dict[tuple[object, ...], Choice | None] = {}
        self._narrowed: _Narrowed | None = None

    def view(self, question: Question) -> View:
        """The candidates of a question's architecture in its order of preference."""
        variant = question.variant
        key = (question.arch, variant.prefer, variant.toolchain, question.day)
        view = self._views.get(key)
        if view is None:
            preference = Preference(variant.prefer, variant.toolchain)
            view = View(self.tables, question.arch, preference, question.day)
            self._views[key] = view
        return view

    def solve(self, question: Question) -> Candidate | None:
        """The most preferred candidate that satisfies every rule, or None."""
        view = self.view(question)
        return self.solve_under(view, question.families, constraints_of(question, self.tables))

    def solve_under(
        self,
        view: View,
        families: tuple[str, ...],
        constraints: Sequence[Constraint],
        environments: int = -1,
    ) -> Candidate | None:
        """As :meth:`solve` under other constraints, or among some environments only."""
        last = self._narrowed
        if last is None or last.constraints is not constraints or last.view is not view:
            last = self._narrowed = _narrowed(view, families, constraints)
        allowed = last.environments & environments
        key = (id(view), allowed, last.releases, last.pairs)
        if key not in self._found:
            self._found[key] = search(view.levels, allowed, last.releases, last.accepts())
        return _candidate(view, families, self._found[key])

    def feasible(self, question: Question, constraints: Sequence[Constraint]) -> Candidate | None:
        """Whether the question has an answer under other constraints (that answer, or None)."""
        return self.solve_under(self.view(question), question.families, constraints)


class _Narrowed:
    """What some constraints leave: kept from one search to the next among other environments."""

    def __init__(
        self,
        view: View,
        families: tuple[str, ...],
        constraints: Sequence[Constraint],
        environments: int,
        releases: tuple[int, ...],
        pairs: tuple[tuple[Constraint, ...], ...],
    ) -> None:
        self.view = view
        self.families = families
        self.constraints = constraints
        self.environments = environments
        self.releases = releases
        self.pairs = pairs
        self._accepts: list[list[int]] | None = None

    def accepts(self) -> list[list[int]]:
        """By family and release the environments that every pair rule leaves."""
        if self._accepts is None:
            rows = zip(self.families, self.pairs, self.releases, strict=True)
            self._accepts = [_accepts(self.view, *row) for row in rows]
        return self._accepts


def _narrowed(
    view: View, families: tuple[str, ...], constraints: Sequence[Constraint]
) -> _Narrowed:
    allowed = view.all
    releases = {name: (1 << len(view.releases(name))) - 1 for name in families}
    pairs: dict[str, list[Constraint]] = {name: [] for name in families}
    for constraint in constraints:
        if not constraint.family:
            allowed &= view.environment_mask(constraint)
        elif constraint.is_pair:
            pairs[constraint.family].append(constraint)
        else:
            releases[constraint.family] &= view.release_mask(constraint)
    rows = tuple(tuple(pairs[name]) for name in families)
    return _Narrowed(view, families, constraints, allowed, tuple(releases.values()), rows)


def _accepts(
    view: View, family: str, constraints: Sequence[Constraint], admitted: int
) -> list[int]:
    """By release the environments that every pair rule leaves; 0 for releases not admitted."""
    accepts = []
    for release in view.releases(family):
        mask = view.all if admitted >> release.bit & 1 else 0
        for constraint in constraints:
            if mask:
                mask &= view.pair_mask(constraint, release)
        accepts.append(mask)
    return accepts


def _candidate(view: View, families: tuple[str, ...], choice: Choice | None) -> Candidate | None:
    if choice is None:
        return None
    chosen, environment = choice
    releases = tuple(
        view.releases(family)[bit] for family, bit in zip(families, chosen, strict=True)
    )
    return Candidate(releases, view.environments[environment])


def newest_admitted(view: View, family: str, constraints: Sequence[Constraint]) -> Release | None:
    """The newest release of a family that every rule on releases admits."""
    mask = (1 << len(view.releases(family))) - 1
    for constraint in constraints:
        if constraint.family == family and not constraint.is_pair:
            mask &= view.release_mask(constraint)
    return view.releases(family)[(mask & -mask).bit_length() - 1] if mask else None


def violations(
    view: View, constraints: Sequence[Constraint], candidate: Candidate
) -> list[tuple[Constraint, tuple[str, ...]]]:
    """The constraints that a candidate breaks, each with the facts against it."""
    releases = {release.family: release for release in candidate.releases}
    found = []
    for constraint in constraints:
        against = view.against(constraint, releases, candidate.environment)
        if against is not None:
            found.append((constraint, against))
    return found


def admitted_masks(
    view: View, constraints: Sequence[Constraint], releases: Sequence[Release]
) -> list[int]:
    """By constraint the environments in which releases satisfy it."""
    chosen = {release.family: release for release in releases}
    return [_admitted(view, constraint, chosen) for constraint in constraints]


def _admitted(view: View, constraint: Constraint, chosen: Mapping[str, Release]) -> int:
    """The environments in which releases satisfy a constraint."""
    if not constraint.family:
        return view.environment_mask(constraint)
    release = chosen[constraint.family]
    if constraint.is_pair:
        return view.pair_mask(constraint, release)
    return view.all if view.release_mask(constraint) >> release.bit & 1 else 0
