"""A neighbourhood of the constraint graph as text, JSON and a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.model.sources import Fact
from planner.report.browse.facts_json import document
from planner.report.browse.tables import labelled
from planner.report.pictures.records import Edge, Mark, Node, Picture, distinct_edges

_SHOWN = 40
_FACTS = 3
_WORDS = {
    "gpu": "GPU target",
    "arch": "architecture",
    "cxx": "C++ standard",
    "gcc-range": "gcc range",
    "binutils-range": "binutils range",
    "glibc-floor": "needed glibc",
    "minor": "release",
    "release": "full version",
    "python": "Python",
    "part": "component",
    "images": "set of images",
}
_WEAK = frozenset({"documented-compiler", "documented-glibc", "compiler-breakage"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """An edge of the constraint graph with what narrows it and the facts behind it."""

    source: str
    target: str
    kind: str
    facts: tuple[str, ...]
    data: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """Nodes with their steps from the centres, the edges between, and the facts of those."""

    centres: tuple[str, ...]
    steps: Mapping[str, int]
    links: tuple[Link, ...]
    facts: Mapping[str, Fact]


def graph_json(found: Surroundings) -> str:
    """The document ``mlplan-facts-graph/1``; nodes are named ``kind:name``."""
    return document(
        "mlplan-facts-graph/1",
        centres=list(found.centres),
        nodes=[
            {"id": name, "kind": kind, "name": key, "steps": steps}
            for name, steps in found.steps.items()
            for kind, _, key in [name.partition(":")]
        ],
        edges=[
            {
                "source": link.source,
                "target": link.target,
                "kind": link.kind,
                "facts": list(link.facts),
                "standing": _standing(link, found.facts) or None,
                "data": dict(link.data),
            }
            for link in found.links
        ],
    )


def graph_text(found: Surroundings, width: int) -> str:
    """By kind of edge, what the centres and their neighbours point at and what points at them."""
    lines = [
        f"around {', '.join(found.centres)}: {len(found.steps)} nodes, {len(found.links)} edges"
    ]
    groups: dict[tuple[str, str, bool], dict[str, None]] = {}
    for link in found.links:
        forward = found.steps[link.source] <= found.steps[link.target]
        near, far = (link.source, link.target) if forward else (link.target, link.source)
        groups.setdefault((near, link.kind, forward), {})[far] = None
    last = ""
    for (near, kind, forward), names in groups.items():
        if near != last:
            lines += ["", near]
        last = near
        label = f"{kind} ->" if forward else f"<- {kind}"
        lines += labelled(label, _listed(names), indent=2, width=width, column=24)
    return "\n".join(lines) + "\n"


def _listed(names: Iterable[str]) -> str:
    """Names, those of one kind without repeating it."""
    by_kind: dict[str, list[str]] = {}
    for name in names:
        kind, _, key = name.partition(":")
        by_kind.setdefault(kind, []).append(key)
    return "; ".join(f"{kind} {_cut(keys)}" for kind, keys in by_kind.items())


def _cut(keys: list[str]) -> str:
    more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
    return " ".join(keys[:_SHOWN]) + more


def graph_picture(found: Surroundings) -> Picture:
    """The nodes and edges drawn; what only documents say is a broken line."""
    nodes = tuple(_node(name, found) for name in found.steps)
    edges = distinct_edges(_edge(link) for link in found.links)
    names = ", ".join(name.partition(":")[2] for name in found.centres)
    return Picture(
        title=f"Around {names}",
        description=(
            f"{len(nodes)} nodes and {len(edges)} edges of the constraint graph: what {names} "
            "points at stands to the right, what points at it to the left. Broken lines are "
            "limits that only documents state, or known breakages."
        ),
        nodes=nodes,
        edges=edges,
    )


def _node(name: str, found: Surroundings) -> Node:
    kind, _, key = name.partition(":")
    return Node(
        id=name,
        kind=_WORDS.get(kind, kind),
        lines=(key.replace(":", " "),),
        mark=Mark.FOCUS if name in found.centres else Mark.PLAIN,
        detail="; ".join(_behind(name, found)),
    )


def _behind(name: str, found: Surroundings) -> list[str]:
    """The facts behind the edges of a node, in short."""
    ids = [
        f"{link.kind}: {id_} ({found.facts[id_].standing.value})"
        for link in found.links
        if name in (link.source, link.target)
        for id_ in link.facts
    ]
    distinct = list(dict.fromkeys(ids))
    more = [f"and {len(distinct) - _FACTS} more facts"] if len(distinct) > _FACTS else []
    return distinct[:_FACTS] + more


def _edge(link: Link) -> Edge:
    return Edge(
        source=link.source,
        target=link.target,
        kind=link.kind,
        label=link.kind.replace("-", " "),
        is_weak=link.kind in _WEAK,
    )


def _standing(link: Link, facts: Mapping[str, Fact]) -> str:
    """The standing of the first fact behind an edge; "" for one that follows from others."""
    return facts[link.facts[0]].standing.value if link.facts else ""
