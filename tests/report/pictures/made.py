"""Pictures made for these tests."""

from __future__ import annotations

import random

from planner.report.pictures.records import Edge, Mark, Node, Picture

HOSTILE = 'a"b\\ <&> </svg><script>alert(1)</script>\n]; x -> y; \\N &quot;\x1b[31m\u202e'


def node(id_: str, *lines: str, kind: str = "thing", mark: Mark = Mark.PLAIN) -> Node:
    """A node of one line, its id where none is given."""
    return Node(id=id_, kind=kind, lines=lines or (id_,), mark=mark)


def edge(source: str, target: str, label: str = "", kind: str = "to") -> Edge:
    """An edge of one kind."""
    return Edge(source=source, target=target, kind=kind, label=label)


def picture(*nodes: Node, edges: tuple[Edge, ...] = ()) -> Picture:
    """A picture with a title and a description."""
    return Picture(title="A title", description="What it shows.", nodes=nodes, edges=edges)


CONFLICT = picture(
    Node(id="ask", kind="you ask", lines=("gpu: sm_70",), mark=Mark.ASKED, detail="line 4"),
    Node(
        id="cuda/life-sm_70",
        kind="fact",
        lines=("sm_70 was removed in 13.0",),
        mark=Mark.FACT,
        standing="documented",
    ),
    Node(id="clash", kind="conflict", lines=("no such target",), mark=Mark.CONFLICT),
    edges=(
        Edge(source="ask", target="clash", kind="asks", label="asks"),
        Edge(source="cuda/life-sm_70", target="clash", kind="says", is_weak=True),
    ),
)


def random_picture(seed: int) -> Picture:
    """Up to 150 nodes with edges of all lengths: forwards, backwards, to themselves."""
    chance = random.Random(seed)
    count = chance.choice([1, 3, 12, 60, 150])
    ids = [f"n{number}" for number in range(count)]
    with_ranks = chance.random() < 0.5
    nodes = tuple(
        Node(
            id=id_,
            kind=chance.choice(["fact", "release", "policy"]),
            lines=("word " * chance.randint(1, 20),) * chance.randint(1, 3),
            mark=chance.choice(list(Mark)),
            rank=chance.randint(0, 4) if with_ranks else None,
        )
        for id_ in ids
    )
    pairs = {(chance.choice(ids), chance.choice(ids)) for _ in range(chance.randint(0, 2 * count))}
    edges = (edge(a, b, chance.choice(["", "label", "a label of more words"])) for a, b in pairs)
    return picture(*nodes, edges=tuple(sorted(edges, key=lambda each: each.id)))
