"""``mlplan facts graph``, and the pictures of ``mlplan explain``."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import FAILING, REQUEST, Mlplan
from tests.cli.test_facts_browse import checked

SVG = "{http://www.w3.org/2000/svg}"


def _nodes(text: str) -> list[str]:
    groups = ElementTree.fromstring(text).iter(f"{SVG}g")
    return [g.attrib["data-id"] for g in groups if g.attrib["class"].startswith("node")]


def test_text(mlplan: Mlplan) -> None:
    answer = mlplan("facts", "graph", "--around", "toy:1.10", "--kinds", "gpu-target,host-compiler")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out == (
        "around minor:toy:1.10: 8 nodes, 7 edges\n"
        "\n"
        "minor:toy:1.10\n"
        "  gpu-target ->           gpu sm_70 sm_90 compute_70 compute_90 sm_90a\n"
        "  host-compiler ->        gcc-range >=6 <15\n"
    )


def test_json(mlplan: Mlplan) -> None:
    text = mlplan("facts", "graph", "--around", "minor:toy:1.10", "--format", "json").out
    document = checked(text, "facts-graph")
    assert document["centres"] == ["minor:toy:1.10"]
    limit = next(e for e in document["edges"] if e["target"] == "gcc-range:<15")
    assert limit == {
        "source": "minor:toy:1.10",
        "target": "gcc-range:<15",
        "kind": "host-compiler",
        "facts": ["toy-1.10/host-gcc-newest"],
        "standing": "enforced",
        "data": {},
    }


def test_pictures_fold_what_is_alike(mlplan: Mlplan) -> None:
    argv = ("facts", "graph", "--around", "toy:1.10", "--kinds", "gpu-target")
    folded = mlplan(*argv, "--format", "svg")
    assert (folded.status, folded.err) == (0, "")
    assert _nodes(folded.out) == ["minor:toy:1.10", "gpu:sm_70+4"]
    whole = mlplan(*argv, "--format", "svg", "--unfolded")
    assert len(_nodes(whole.out)) == 6
    dot = mlplan(*argv, "--format", "dot").out
    assert '  "minor:toy:1.10" -> "gpu:sm_70+4" ' in dot


def test_many_nodes_are_told(real: Mlplan) -> None:
    argv = ("facts", "graph", "--around", "arch:x86_64", "--unfolded", "--format", "dot")
    assert real(*argv).err.startswith("note: ")
    assert real(*argv, "-q").err == ""


def test_the_neighbourhood_of_the_issue(real: Mlplan) -> None:
    answer = real("facts", "graph", "--around", "cuda:12.9", "--format", "svg")
    nodes = _nodes(answer.out)
    assert {"minor:cuda:12.9", "gcc-range:<15", "glibc-floor:2.27", "release:cuda:12.9.1"} <= set(
        nodes
    )
    assert len(nodes) < 40


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--around", "toy:1.11"], "error: --around names no node\n  found:   toy:1.11\n"),
        (
            ["--around", "toy:1.10", "--kinds", "gpu-targets"],
            "error: --kinds names no kind of edge\n  found:   gpu-targets\n",
        ),
    ],
)
def test_bad_questions(argv: list[str], message: str, mlplan: Mlplan) -> None:
    answer = mlplan("facts", "graph", *argv)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(message)
    assert "  did you mean: " in answer.err


def test_a_job_as_picture(mlplan: Mlplan, work: Path) -> None:
    (work / "mlplan.yaml").write_text(REQUEST)
    mlplan("solve", "-q")
    svg = mlplan("explain", "toy-toy1.10.1-x86_64", "--format", "svg")
    assert (svg.status, svg.err) == (0, "")
    assert "job:toy-toy1.10.1-x86_64" in _nodes(svg.out)
    dot = mlplan("explain", "toy-toy1.10.1-x86_64", "--format", "dot").out
    assert dot.startswith("digraph mlplan {\n")
    none = mlplan("explain", "--failures", "--format", "svg")
    assert _nodes(none.out) == ["no-failure"]


@pytest.mark.parametrize("argv", [["--failures"], ["old"]])
def test_failures_as_picture(argv: list[str], mlplan: Mlplan, work: Path) -> None:
    (work / "mlplan.yaml").write_text(FAILING)
    mlplan("solve", "-q")
    nodes = _nodes(mlplan("explain", *argv, "--format", "svg").out)
    assert "failure:old-toy1.9-x86_64" in nodes
    assert "old-toy1.9-x86_64/conflict-1" in nodes
