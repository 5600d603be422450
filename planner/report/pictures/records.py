"""A picture as records: what is drawn, and nothing about where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_SHOWN = 3


class Mark(StrEnum):
    """What a node is in its picture; drawn as shape, outline and a word, not as colour alone."""

    PLAIN = "plain"
    FOCUS = "focus"
    ASKED = "asked"
    FACT = "fact"
    CHOSEN = "chosen"
    REFUSED = "refused"
    CONFLICT = "conflict"
    WAY_OUT = "way-out"


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A box of a picture.

    ``id`` is stable and unique in its picture, ``kind`` the word above the text, ``lines`` the
    text (each may be wrapped), ``standing`` how well it is known, ``detail`` what a pointer resting
    on it shows. ``rank`` is the column, counted from the left; where any node of a picture has
    none, all columns are found from the edges. ``members`` are the ids that a node stands for.
    """

    id: str
    kind: str
    lines: tuple[str, ...]
    mark: Mark = Mark.PLAIN
    standing: str = ""
    detail: str = ""
    rank: int | None = None
    members: tuple[str, ...] = ()

    @property
    def caption(self) -> str:
        """The words above the text: the kind, and the standing if there is one."""
        return " · ".join(part for part in (self.kind, self.standing) if part)


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """An arrow from one node to another; ``kind`` says what it means, ``label`` stands beside it.

    A weak edge is drawn as a broken line: it warns, or was not believed.
    """

    source: str
    target: str
    kind: str
    label: str = ""
    is_weak: bool = False

    @property
    def id(self) -> str:
        """Stable, and unique where no two edges of a kind join the same nodes."""
        return f"{self.source}--{self.kind}--{self.target}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """Nodes and edges in the order in which they should stand where nothing else decides.

    ``description`` tells in a few sentences what the picture shows, for those who cannot see it.

    :raises ValueError: where two nodes have one id, or an edge ends nowhere.
    """

    title: str
    description: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def __post_init__(self) -> None:
        ids = {node.id for node in self.nodes}
        if len(ids) != len(self.nodes):
            raise ValueError("two nodes of a picture have the same id")
        lost = [edge.id for edge in self.edges if not {edge.source, edge.target} <= ids]
        if lost:
            raise ValueError(f"an edge ends nowhere: {lost[0]}")


def distinct_edges(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """Edges in their order, those between the same nodes and of one kind once, with every label."""
    found: dict[str, Edge] = {}
    labels: dict[str, dict[str, None]] = {}
    for edge in edges:
        known = found.setdefault(edge.id, edge)
        labels.setdefault(edge.id, {}).update(dict.fromkeys([edge.label] if edge.label else []))
        if known.is_weak and not edge.is_weak:
            found[edge.id] = edge
    return tuple(
        Edge(
            source=edge.source,
            target=edge.target,
            kind=edge.kind,
            label=_listed(list(labels[id_])),
            is_weak=edge.is_weak,
        )
        for id_, edge in found.items()
    )


def _listed(labels: list[str]) -> str:
    more = f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else ""
    return ", ".join(labels[:_SHOWN]) + more
