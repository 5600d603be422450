from __future__ import annotations

import pytest

from planner.graph.index import Edge, Index, group_edges
from planner.graph.neighbourhood import all_names, around, kinds_of_edges, nodes_named

EDGES = (
    Edge("minor:toy:1", "gcc-range:<15", "host-compiler", ("f1",)),
    Edge("minor:toy:2", "gcc-range:<15", "host-compiler", ("f2",)),
    Edge("gcc-range:<15", "gcc:14.2", "accepts"),
    Edge("toolset:gts-14", "gcc:14.2", "toolset-gcc", ("f3",)),
    Edge("release:toy:1.0", "minor:toy:1", "release-of"),
    Edge("release:toy:1.0", "release:toy:1.0", "doubt", ("f4",)),
)
INDEX = Index(
    nodes={"policy:p": {}, "image:p": {}, "minor:toy:1": {}},
    edges=group_edges(EDGES),
    facts={},
    sources={},
    version="1",
    sha256="",
)


@pytest.mark.parametrize(
    ("word", "nodes"),
    [
        ("minor:toy:1", ("minor:toy:1",)),
        ("toy:1", ("minor:toy:1",)),
        ("toy 1", ("minor:toy:1",)),
        ("toy-1", ("minor:toy:1",)),
        ("14.2", ("gcc:14.2",)),
        ("p", ("policy:p", "image:p")),
        ("<15", ("gcc-range:<15",)),
        ("toy:9", ()),
    ],
)
def test_words(word: str, nodes: tuple[str, ...]) -> None:
    assert nodes_named(INDEX, word) == nodes


def test_one_step_both_ways() -> None:
    found = around(INDEX, ["minor:toy:1"], 1)
    assert found.steps == {"minor:toy:1": 0, "gcc-range:<15": 1, "release:toy:1.0": 1}
    assert found.edges == (EDGES[0], EDGES[4])


def test_a_way_never_turns() -> None:
    """The other release with the same range is no neighbour, and a loop is no edge."""
    found = around(INDEX, ["minor:toy:1"], 3)
    assert set(found.steps) == {"minor:toy:1", "gcc-range:<15", "gcc:14.2", "release:toy:1.0"}
    upwards = around(INDEX, ["gcc:14.2"], 2)
    assert upwards.steps == {
        "gcc:14.2": 0,
        "gcc-range:<15": 1,
        "toolset:gts-14": 1,
        "minor:toy:1": 2,
        "minor:toy:2": 2,
    }


def test_kinds_of_edges() -> None:
    assert kinds_of_edges(INDEX) == [
        *("accepts", "doubt", "host-compiler", "release-of", "toolset-gcc")
    ]
    found = around(INDEX, ["gcc:14.2"], 2, ["toolset-gcc"])
    assert set(found.steps) == {"gcc:14.2", "toolset:gts-14"}
    assert "toolset:gts-14" in all_names(INDEX)
    assert "gts-14" in all_names(INDEX)
