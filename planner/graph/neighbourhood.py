"""What stands around a node of the constraint graph; read from the index, without networkx."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from planner.graph.index import Edge, Index

_VERSIONED = re.compile(r"^([a-z0-9]+)[:\s-]+(?=\d)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighbourhood:
    """Nodes by the number of steps from the centres, and the edges that were followed."""

    centres: tuple[str, ...]
    steps: dict[str, int]
    edges: tuple[Edge, ...]


def nodes_named(index: Index, word: str) -> tuple[str, ...]:
    """The nodes that a word names: by ``kind:name``, or by the name alone (``cuda:12.9``,
    ``sm_90``, ``manylinux_2_28``). Several nodes may have one name; none is an empty answer."""
    if word in _names(index):
        return (word,)
    spaced = _VERSIONED.sub(r"\1:", word.strip())
    return tuple(name for name in _names(index) if name.partition(":")[2] == spaced)


def _names(index: Index) -> dict[str, None]:
    """Every node: those with attributes, and those that only edges name."""
    found = dict.fromkeys(index.nodes)
    for edge in _edges(index):
        found.update({edge.source: None, edge.target: None})
    return found


def all_names(index: Index) -> list[str]:
    """The names that :func:`nodes_named` takes."""
    names = _names(index)
    return [*names, *(name.partition(":")[2] for name in names)]


def kinds_of_edges(index: Index) -> list[str]:
    """The kinds of edges that there are, in alphabetical order."""
    return sorted(index.edges)


def around(
    index: Index, centres: Collection[str], depth: int, kinds: Collection[str] = ()
) -> Neighbourhood:
    """What can be reached from the centres in some steps, along the arrows or against them.

    A way never turns: what a release points at is followed to what that points at, but not back to
    the other releases that point at the same. ``kinds`` are the kinds of edges to follow; all,
    where none is named.
    """
    edges = [edge for edge in _edges(index) if not kinds or edge.kind in kinds]
    edges = [edge for edge in edges if edge.source != edge.target]
    steps = dict.fromkeys(centres, 0)
    followed: dict[int, None] = {}
    for is_forward in (True, False):
        near: dict[str, list[int]] = {}
        for number, edge in enumerate(edges):
            near.setdefault(edge.source if is_forward else edge.target, []).append(number)
        reached = set(centres)
        border = list(centres)
        for step in range(1, depth + 1):
            numbers = [number for name in border for number in near.get(name, ())]
            followed.update(dict.fromkeys(numbers))
            ends = [edges[n].target if is_forward else edges[n].source for n in numbers]
            border = [name for name in dict.fromkeys(ends) if name not in reached]
            reached.update(border)
            for name in border:
                steps.setdefault(name, step)
    return Neighbourhood(
        centres=tuple(centres), steps=steps, edges=tuple(edges[number] for number in followed)
    )


def _edges(index: Index) -> Iterator[Edge]:
    for group in index.edges.values():
        yield from group
