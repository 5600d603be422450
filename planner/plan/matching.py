"""Which job of one plan is which of another, though releases in their ids may have moved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from planner.plan.outcomes import Outcome

Pair = tuple[Outcome | None, Outcome | None]
_Cost = tuple[int, int, int]


def matched(old: Sequence[Outcome], new: Sequence[Outcome]) -> list[Pair]:
    """Every outcome once, beside its partner: first by the new plan's order, then those gone.

    Partners have the variant, families and architecture in common. Of several the nearest release
    wins: the same, then of the same minor, then of the same major, then by their order.
    """
    waiting: dict[object, tuple[list[Outcome], list[Outcome]]] = {}
    for side, outcomes in enumerate((old, new)):
        for outcome in outcomes:
            key = (outcome.variant, frozenset(outcome.accelerators), outcome.arch)
            waiting.setdefault(key, ([], []))[side].append(outcome)
    partners: dict[int, Outcome] = {}
    for before, after in waiting.values():
        partners |= {id(b): a for a, b in _nearest(before, after)}
    taken = {id(outcome) for outcome in partners.values()}
    pairs: list[Pair] = [(partners.get(id(outcome)), outcome) for outcome in new]
    return pairs + [(outcome, None) for outcome in old if id(outcome) not in taken]


def _nearest(old: list[Outcome], new: list[Outcome]) -> Iterable[tuple[Outcome, Outcome]]:
    """Pairs, nearest first; equal ids are paired before any other so that few are compared."""
    by_id = {outcome.id: outcome for outcome in new}
    same = [(outcome, by_id.pop(outcome.id)) for outcome in old if outcome.id in by_id]
    paired = {id(outcome) for pair in same for outcome in pair}
    left = [outcome for outcome in old if id(outcome) not in paired]
    right = [outcome for outcome in new if id(outcome) not in paired]
    costs = sorted(
        (_cost(before, after), abs(i - j), i, j)
        for i, before in enumerate(left)
        for j, after in enumerate(right)
    )
    used_left: set[int] = set()
    used_right: set[int] = set()
    for _, _, i, j in costs:
        if i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
            same.append((left[i], right[j]))
    return same


def _cost(old: Outcome, new: Outcome) -> _Cost:
    """How far two releases lie apart: kinds of difference, minors and updates between them."""
    kinds = minors = updates = 0
    for family, version in old.accelerators.items():
        a, b = _numbers(version), _numbers(new.accelerators[family])
        if not a or not b or a[0] != b[0]:
            kinds += 3
        elif len(a) > 1 and len(b) > 1 and a[1] != b[1]:
            kinds, minors = kinds + 2, minors + abs(a[1] - b[1])
        elif a != b:
            kinds += 1
            updates += abs(a[2] - b[2]) if len(a) > 2 and len(b) > 2 else 0
    return kinds, minors, updates


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers of a release, or of the first release that a failure's specifier names."""
    found = re.search(r"\d+(\.\d+)*", version)
    if found is None:
        return ()
    return tuple(int(part[:9]) for part in found[0].split(".")[:3])
