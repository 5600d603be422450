"""Many nodes of a kind that stand in the same relation to the rest, drawn as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from planner.report.pictures.records import Mark, Node, Picture, distinct_edges

_SHOWN = 12


def folded(picture: Picture, least: int = 5) -> Picture:
    """The picture with plain nodes of one kind that have equal neighbours drawn as one node.

    Fewer than ``least`` of them stay as they are. The node that stands for the others has their ids
    as ``members``, and an id made of the first of them and their number.
    """
    relations: dict[str, list[tuple[str, str, str, bool]]] = {node.id: [] for node in picture.nodes}
    for edge in picture.edges:
        relations[edge.source].append((">", edge.kind, edge.target, edge.is_weak))
        relations[edge.target].append(("<", edge.kind, edge.source, edge.is_weak))
    alike: dict[object, list[Node]] = {}
    for node in picture.nodes:
        if node.mark is Mark.PLAIN:
            near = frozenset(relations[node.id])
            alike.setdefault((node.kind, node.standing, node.rank, near), []).append(node)
    groups = [group for group in alike.values() if len(group) >= least]
    first = {group[0].id: _one(group) for group in groups}
    stands_for = {node.id: first[group[0].id].id for group in groups for node in group}
    nodes = [
        first.get(node.id, node)
        for node in picture.nodes
        if node.id in first or node.id not in stands_for
    ]
    edges = [
        replace(
            edge,
            source=stands_for.get(edge.source, edge.source),
            target=stands_for.get(edge.target, edge.target),
        )
        for edge in picture.edges
    ]
    return replace(picture, nodes=tuple(nodes), edges=distinct_edges(edges))


def _one(group: Sequence[Node]) -> Node:
    """The node that stands for several."""
    names = [" ".join(node.lines) for node in group]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return replace(
        group[0],
        id=f"{group[0].id}+{len(group) - 1}",
        kind=f"{len(group)} \N{MULTIPLICATION SIGN} {group[0].kind}",
        lines=(", ".join(names[:_SHOWN]) + more,),
        detail=", ".join(names),
        members=tuple(node.id for node in group),
    )
