"""Columns of a picture: which node stands in which, and in what order from top to bottom.

The layered method of Sugiyama, Tagawa and Toda (1981): edges are turned to point one way, nodes
put into columns, and each column sorted by the middle of its neighbours until fewer edges cross.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Hashable, Mapping, Sequence

Pair = tuple[str, str]
Item = Hashable
"""A node by its id, or a bend of long edges."""

_SWEEPS = 8
_HIGHEST = 24


def forward(nodes: Sequence[str], edges: Sequence[Pair]) -> list[Pair]:
    """The edges without loops, turned round where they would close a circle."""
    after: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        after[source].append(target)
    place: dict[str, int] = {}
    for root in nodes:
        if root not in place:
            _finish(root, after, place)
    # A node that is left earlier in a depth-first walk stands further right.
    return [(a, b) if place[a] > place[b] else (b, a) for a, b in dict.fromkeys(edges) if a != b]


def _finish(root: str, after: Mapping[str, Sequence[str]], place: dict[str, int]) -> None:
    """Number every node that can be reached, when all behind it are numbered."""
    stack = [(root, iter(after[root]))]
    seen = {root} | place.keys()
    while stack:
        node, rest = stack[-1]
        following = next((each for each in rest if each not in seen), None)
        if following is None:
            place[node] = len(place)
            stack.pop()
        else:
            seen.add(following)
            stack.append((following, iter(after[following])))


def columns_of(nodes: Sequence[str], edges: Sequence[Pair]) -> dict[str, int]:
    """The column of every node: right of all that point at it, as close to what it points at as
    that allows. Edges must not close a circle."""
    before: dict[str, list[str]] = {node: [] for node in nodes}
    after: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        before[target].append(source)
        after[source].append(target)
    order: list[str] = []
    waiting = {node: len(before[node]) for node in nodes}
    ready = [node for node in nodes if not waiting[node]]
    while ready:
        node = ready.pop(0)
        order.append(node)
        for target in after[node]:
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    column: dict[str, int] = {}
    for node in order:
        column[node] = max((column[each] + 1 for each in before[node]), default=0)
    for node in reversed(order):
        if not before[node] and after[node]:
            column[node] = min(column[each] for each in after[node]) - 1
    return column


def split_high(column: Mapping[str, int], edges: Sequence[Pair]) -> dict[str, int]:
    """The columns counted anew from 0, those of many nodes parted into several side by side.

    What points further to the right stands in the last of the parts.
    """
    leaving = {source for source, target in edges if column[source] < column[target]}
    leaving |= {target for source, target in edges if column[target] < column[source]}
    found: dict[str, int] = {}
    start = 0
    for number in sorted(set(column.values())):
        own = [node for node, its in column.items() if its == number]
        own.sort(key=lambda node: node in leaving)
        parts = -(-len(own) // _HIGHEST)
        found |= {node: start + place * parts // len(own) for place, node in enumerate(own)}
        start += parts
    return found


def ordered(
    columns: Sequence[Sequence[Item]], links: Sequence[tuple[Item, Item]]
) -> list[list[Item]]:
    """The columns sorted so that few links between neighbouring columns cross."""
    before: dict[Item, list[Item]] = {}
    after: dict[Item, list[Item]] = {}
    for left, right in links:
        after.setdefault(left, []).append(right)
        before.setdefault(right, []).append(left)
    best = [list(column) for column in columns]
    fewest = crossings(best, after)
    current = [list(column) for column in best]
    for sweep in range(_SWEEPS):
        rightwards = sweep % 2 == 0
        numbers = range(1, len(current)) if rightwards else range(len(current) - 2, -1, -1)
        for number in numbers:
            fixed = current[number - 1 if rightwards else number + 1]
            _sort(current[number], fixed, before if rightwards else after)
        count = crossings(current, after)
        if count < fewest:
            best, fewest = [list(column) for column in current], count
    return best


def _sort(column: list[Item], fixed: Sequence[Item], near: Mapping[Item, Sequence[Item]]) -> None:
    """Sort a column by the middle of each item's neighbours; one without any keeps its place."""
    place = {item: number for number, item in enumerate(fixed)}
    middles: dict[Item, float] = {}
    for number, item in enumerate(column):
        places = [place[each] for each in near.get(item, ())]
        scaled = number * len(fixed) / len(column)
        middles[item] = sum(places) / len(places) if places else scaled
    column.sort(key=lambda item: middles[item])


def crossings(columns: Sequence[Sequence[Item]], after: Mapping[Item, Sequence[Item]]) -> int:
    """How many pairs of links between neighbouring columns cross."""
    count = 0
    for left, right in itertools.pairwise(columns):
        place = {item: number for number, item in enumerate(right)}
        ends: list[int] = []
        for item in left:
            own = sorted(place[each] for each in after.get(item, ()) if each in place)
            count += sum(len(ends) - bisect.bisect_right(ends, end) for end in own)
            for end in own:
                bisect.insort(ends, end)
    return count
