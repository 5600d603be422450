"""Which rules each candidate breaks, kept to the minimal sets: the ground of every explanation.

A violation mask has bit n set where a candidate breaks the n-th constraint. Candidates are never
walked one by one: releases that break the same release rules are one class, environments that look
alike to every rule are one row, and families meet by OR-ing their minimal masks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planner.solve.solver import Candidate
from planner.solve.view import Constraint, View

HITTING_SETS = 4096
"""At most so many minimal conflicts are looked for; a table says when it was reached."""


def minimal_masks(masks: Iterable[int]) -> list[int]:
    """The masks that hold no other one, fewest bits first."""
    kept: list[int] = []
    for mask in sorted(set(masks), key=lambda m: (m.bit_count(), m)):
        if not any(small & mask == small for small in kept):
            kept.append(mask)
    return kept


def violation_masks(
    view: View,
    families: tuple[str, ...],
    constraints: Sequence[Constraint],
    environments: int = -1,
) -> list[int]:
    """The minimal violation masks over all candidates (of some environments only)."""
    own = _environment_violations(view, constraints, view.all & environments)
    classes = {name: _release_classes(view, name, constraints) for name in families}
    pairs = {
        name: [(n, c) for n, c in enumerate(constraints) if c.family == name and c.is_pair]
        for name in families
    }
    found: set[int] = set()
    for (mask, _), bit in own.items():
        combined = [mask]
        for name in families:
            ways = minimal_masks(_split(view, classes[name], pairs[name], name, bit))
            combined = minimal_masks(left | right for left in combined for right in ways)
        found.update(combined)
    return minimal_masks(found)


def _environment_violations(
    view: View, constraints: Sequence[Constraint], environments: int
) -> dict[tuple[int, tuple[int, ...]], int]:
    """One bit of each kind of environment: what it breaks itself, and how pair rules see it."""
    rules = sorted({c.rule for c in constraints if c.is_pair})
    own = [(n, view.environment_mask(c)) for n, c in enumerate(constraints) if not c.family]
    kinds: dict[tuple[int, tuple[int, ...]], int] = {}
    for bit in range(len(view.environments)):
        if environments >> bit & 1:
            mask = sum(1 << n for n, admitted in own if not admitted >> bit & 1)
            kinds.setdefault((mask, tuple(view.group_of(rule, bit) for rule in rules)), bit)
    return kinds


def _release_classes(view: View, family: str, constraints: Sequence[Constraint]) -> dict[int, int]:
    """Releases as bit sets by the release rules that they break."""
    classes = {0: (1 << len(view.releases(family))) - 1}
    for number, constraint in enumerate(constraints):
        if constraint.family == family and not constraint.is_pair:
            classes = _divide(classes, view.release_mask(constraint), number)
    return classes


def _divide(classes: dict[int, int], admitted: int, number: int) -> dict[int, int]:
    divided: dict[int, int] = {}
    for mask, releases in classes.items():
        for part, broken in (
            (releases & admitted, mask),
            (releases & ~admitted, mask | 1 << number),
        ):
            if part:
                divided[broken] = divided.get(broken, 0) | part
    return divided


def _split(
    view: View,
    classes: dict[int, int],
    pairs: list[tuple[int, Constraint]],
    family: str,
    environment: int,
) -> dict[int, int]:
    """Release classes split further by the pair rules that they break in one environment."""
    for number, constraint in pairs:
        classes = _divide(classes, view.releases_mask(constraint, environment), number)
    return classes


def hitting_sets(sets: Sequence[frozenset[int]], limit: int = HITTING_SETS) -> list[frozenset[int]]:
    """The minimal sets that share an element with each of some sets, smallest first.

    At most ``limit`` partial sets are kept on the way.
    """
    partial: list[frozenset[int]] = [frozenset()]
    for group in sorted(sets, key=lambda s: (len(s), sorted(s))):
        grown: set[frozenset[int]] = set()
        for hit in partial:
            grown.update([hit] if hit & group else [hit | {element} for element in group])
        partial = _minimal_sets(grown)[:limit]
    return partial


def _minimal_sets(sets: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    kept: list[frozenset[int]] = []
    for one in sorted(sets, key=lambda s: (len(s), sorted(s))):
        if not any(small <= one for small in kept):
            kept.append(one)
    return kept


def broken_alone(view: View, constraint: Constraint, candidate: Candidate) -> tuple[str, ...]:
    """The facts by which a candidate breaks one constraint; empty where none is against it."""
    releases = {release.family: release for release in candidate.releases}
    return view.against(constraint, releases, candidate.environment) or ()
