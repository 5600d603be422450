from __future__ import annotations

import pytest

from planner.model.sources import Fact, Standing
from planner.report.browse.graph import Link, Surroundings, graph_picture, graph_text
from planner.report.pictures.records import Edge, Mark


def _link(source: str, target: str, kind: str, *facts: str) -> Link:
    return Link(source=source, target=target, kind=kind, facts=facts, data={})


FACTS = {
    id_: Fact(id=id_, kind="x", standing=Standing.DOCUMENTED, sources=(), read="")
    for id_ in ("a", "b")
}
FOUND = Surroundings(
    centres=("minor:toy:1",),
    steps={
        "minor:toy:1": 0,
        "gcc-range:<15": 1,
        "gpu:sm_70": 1,
        "gpu:sm_90": 1,
        "release:toy:1": 1,
    },
    links=(
        _link("minor:toy:1", "gcc-range:<15", "host-compiler", "a"),
        _link("minor:toy:1", "gcc-range:<15", "documented-compiler", "b"),
        _link("minor:toy:1", "gpu:sm_70", "gpu-target", "a"),
        _link("minor:toy:1", "gpu:sm_90", "gpu-target", "a"),
        _link("release:toy:1", "minor:toy:1", "release-of"),
    ),
    facts=FACTS,
)


def test_text_by_kind_of_edge() -> None:
    assert graph_text(FOUND, 60) == (
        "around minor:toy:1: 5 nodes, 5 edges\n"
        "\n"
        "minor:toy:1\n"
        "  host-compiler ->        gcc-range <15\n"
        "  documented-compiler ->  gcc-range <15\n"
        "  gpu-target ->           gpu sm_70 sm_90\n"
        "  <- release-of           release toy:1\n"
    )


def test_the_picture() -> None:
    picture = graph_picture(FOUND)
    assert picture.title == "Around toy:1"
    assert [(node.kind, node.lines, node.mark) for node in picture.nodes[:3]] == [
        ("release", ("toy 1",), Mark.FOCUS),
        ("gcc range", ("<15",), Mark.PLAIN),
        ("GPU target", ("sm_70",), Mark.PLAIN),
    ]
    assert picture.nodes[1].detail == (
        "host-compiler: a (documented); documented-compiler: b (documented)"
    )
    assert picture.edges[1] == Edge(
        source="minor:toy:1",
        target="gcc-range:<15",
        kind="documented-compiler",
        label="documented compiler",
        is_weak=True,
    )


@pytest.mark.parametrize("width", [40, 100])
def test_long_lists_are_wrapped_and_cut(width: int) -> None:
    names = [f"gpu:sm_{number}" for number in range(60)]
    found = Surroundings(
        centres=("minor:toy:1",),
        steps={"minor:toy:1": 0} | dict.fromkeys(names, 1),
        links=tuple(_link("minor:toy:1", name, "gpu-target") for name in names),
        facts={},
    )
    text = graph_text(found, width)
    assert max(map(len, text.splitlines())) <= max(width, 50)
    assert " and 20 more\n" in text.replace("\n" + " " * 26, " ")
