from __future__ import annotations

import pytest

from planner.report.pictures.fold import folded
from planner.report.pictures.records import Edge, Mark, Node, distinct_edges
from tests.report.pictures.made import edge, node, picture


def test_equal_ids_and_lost_edges_are_refused() -> None:
    with pytest.raises(ValueError, match="the same id"):
        picture(node("a"), node("a"))
    with pytest.raises(ValueError, match="an edge ends nowhere: a--to--b"):
        picture(node("a"), edges=(edge("a", "b"),))


def test_the_caption_names_the_standing() -> None:
    fact = Node(id="f", kind="fact", lines=("x",), standing="measured")
    assert (fact.caption, node("a").caption) == ("fact · measured", "thing")


def test_edges_of_one_kind_are_one_with_every_label() -> None:
    weak = Edge(source="a", target="b", kind="to", label="1", is_weak=True)
    others = [edge("a", "b", label) for label in ("2", "1", "3", "4", "5", "")]
    assert distinct_edges([weak, *others, edge("b", "a")]) == (
        edge("a", "b", "1, 2, 3 and 2 more"),
        edge("b", "a"),
    )


def test_nodes_in_the_same_relation_are_folded() -> None:
    targets = [node(f"gpu:{number}", str(number), kind="gpu") for number in range(15)]
    centre = node("cuda", mark=Mark.FOCUS)
    other = node("gpu:x", kind="gpu")
    edges = tuple(edge("cuda", each.id, "real") for each in targets)
    whole = picture(centre, *targets, other, edges=(*edges, edge("cuda", "gpu:x", kind="other")))
    assert folded(whole) == picture(
        centre,
        Node(
            id="gpu:0+14",
            kind="15 \N{MULTIPLICATION SIGN} gpu",
            lines=("0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 3 more",),
            detail=", ".join(map(str, range(15))),
            members=tuple(f"gpu:{number}" for number in range(15)),
        ),
        other,
        edges=(edge("cuda", "gpu:0+14", "real"), edge("cuda", "gpu:x", kind="other")),
    )


def test_few_nodes_and_marked_ones_stay() -> None:
    few = [node(f"a{number}") for number in range(4)]
    facts = [node(f"f{number}", mark=Mark.FACT) for number in range(9)]
    whole = picture(*few, *facts)
    assert folded(whole) == whole
