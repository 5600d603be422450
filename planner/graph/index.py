"""Nodes and edges as plain data: what the solver reads, and what is compiled to JSON.

Building an :class:`Index` needs networkx (:mod:`planner.graph.build`); reading one does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from planner.model.overlay import Overlay, overlay_from_json, overlay_to_json
from planner.model.sources import Fact, Payload, Source, Standing


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation between two nodes. ``facts`` is empty for derived edges only.

    ``kind`` says what the relation is (``host-compiler``, ``covers``, ``accepts``); ``data`` holds
    what narrows it (an architecture, a day, a library).
    """

    source: str
    target: str
    kind: str
    facts: tuple[str, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Index:
    """The graph by kind of edge, with the facts behind it.

    Nodes are named ``kind:key`` (``release:cuda:12.8.1``); their attributes are texts.
    """

    nodes: Mapping[str, Mapping[str, str]]
    edges: Mapping[str, tuple[Edge, ...]]
    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]
    version: str
    sha256: str
    overlay: Overlay | None = None

    def of(self, kind: str) -> tuple[Edge, ...]:
        """The edges of a kind, in the order of the facts."""
        return self.edges.get(kind, ())

    def from_node(self, kind: str) -> dict[str, list[Edge]]:
        """The edges of a kind by the node that they start from."""
        found: dict[str, list[Edge]] = {}
        for edge in self.of(kind):
            found.setdefault(edge.source, []).append(edge)
        return found

    def named(self, kind: str) -> list[str]:
        """The keys of every node of a kind, in the order of the facts."""
        prefix = f"{kind}:"
        return [name[len(prefix) :] for name in self.nodes if name.startswith(prefix)]


def group_edges(edges: Iterable[Edge]) -> dict[str, tuple[Edge, ...]]:
    """Edges by kind, each group in the order given."""
    grouped: dict[str, list[Edge]] = {}
    for edge in edges:
        grouped.setdefault(edge.kind, []).append(edge)
    return {kind: tuple(group) for kind, group in grouped.items()}


def index_to_json(index: Index) -> dict[str, object]:
    """The index as plain JSON values; :func:`index_from_json` gives an equal index back."""
    return {
        "version": index.version,
        "sha256": index.sha256,
        "nodes": {name: dict(attributes) for name, attributes in index.nodes.items()},
        "edges": [
            [e.source, e.target, e.kind, list(e.facts), dict(e.data)]
            for group in index.edges.values()
            for e in group
        ],
        "facts": [_fact_row(fact) for fact in index.facts.values()],
        "sources": {name: [s.id, s.title, s.kind, s.read] for name, s in index.sources.items()},
        **({} if index.overlay is None else {"overlay": overlay_to_json(index.overlay)}),
    }


def _fact_row(fact: Fact) -> list[object]:
    return [
        fact.id,
        fact.kind,
        fact.standing.value,
        list(fact.sources),
        fact.read,
        fact.payload,
        fact.evidence,
        fact.note,
        fact.overruled_by,
        fact.file,
        fact.line,
    ]


def index_from_json(document: Mapping[str, object]) -> Index:
    """The index that :func:`index_to_json` wrote.

    :raises KeyError, TypeError, ValueError: where the document was not written by it.
    """
    nodes, edges, facts = document["nodes"], document["edges"], document["facts"]
    sources = document["sources"]
    if not (isinstance(nodes, dict) and isinstance(edges, list) and isinstance(facts, list)):
        raise TypeError("not a compiled index")
    if not isinstance(sources, dict):
        raise TypeError("not a compiled index")
    return Index(
        nodes=nodes,
        edges=group_edges(Edge(s, t, kind, tuple(ids), data) for s, t, kind, ids, data in edges),
        facts=_LazyFacts({row[0]: row for row in facts}),
        sources={
            name: Source(id=id_, title=title, kind=kind, read=read)
            for name, (id_, title, kind, read) in sources.items()
        },
        version=str(document["version"]),
        sha256=str(document["sha256"]),
        overlay=overlay_from_json(document.get("overlay")),
    )


class _LazyFacts(Mapping[str, Fact]):
    """Facts that become records when asked for: a plan needs a few dozen of some thousands."""

    def __init__(self, rows: dict[str, list[object]]) -> None:
        self._rows = rows
        self._made: dict[str, Fact] = {}

    def __getitem__(self, fact_id: str) -> Fact:
        made = self._made.get(fact_id)
        if made is None:
            made = self._made[fact_id] = _fact_from_row(self._rows[fact_id])
        return made

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _fact_from_row(row: list[object]) -> Fact:
    id_, kind, standing, sources, read, payload, evidence, note, overruled, file, line = row
    assert isinstance(sources, list)
    assert isinstance(payload, dict)
    assert isinstance(line, int)
    return Fact(
        id=str(id_),
        kind=str(kind),
        standing=Standing(str(standing)),
        sources=tuple(sources),
        read=str(read),
        payload={key: _frozen(value) for key, value in payload.items()},
        evidence=None if evidence is None else str(evidence),
        note=None if note is None else str(note),
        overruled_by=None if overruled is None else str(overruled),
        file=str(file),
        line=line,
    )


def _frozen(value: object) -> Payload:
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    if isinstance(value, dict | str | bool):
        return value
    raise TypeError("not a payload")
