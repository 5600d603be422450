from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from planner.report.pictures.dot import picture_dot
from planner.report.pictures.records import Node
from tests.report.pictures.made import CONFLICT, HOSTILE, edge, node, picture, random_picture

STRING = re.compile(r'"(?:\\.|[^"\\])*"')


def test_a_conflict() -> None:
    assert picture_dot(CONFLICT).splitlines()[4:] == [
        '  "ask" [id="ask", class="you ask asked", label="YOU ASK\\lgpu: sm_70\\l", '
        'tooltip="line 4", style="rounded,filled", fillcolor="#f3eefc", color="#6a3fb5", '
        'fontcolor="#2c1a4d", penwidth="1.5"];',
        '  "cuda/life-sm_70" [id="cuda/life-sm_70", class="fact fact", '
        'label="FACT · DOCUMENTED\\lsm_70 was removed in 13.0\\l", '
        'tooltip="sm_70 was removed in 13.0", style="filled,dashed", fillcolor="#f6f8fa", '
        'color="#57606a", fontcolor="#1f2328", penwidth="1.5", shape="note"];',
        '  "clash" [id="clash", class="conflict conflict", '
        'label="⚠ CONFLICT\\lno such target\\l", tooltip="no such target", '
        'style="filled,bold", fillcolor="#ffe9e9", color="#b3121d", fontcolor="#4d0509", '
        'penwidth="3", shape="octagon"];',
        '  "ask" -> "clash" [id="ask--asks--clash", class="asks", label="asks"];',
        '  "cuda/life-sm_70" -> "clash" [id="cuda/life-sm_70--says--clash", class="says", '
        'style="dashed"];',
        "}",
    ]


def _hostile() -> str:
    bad = Node(id=HOSTILE, kind=HOSTILE, lines=(HOSTILE, "ends \\"), detail="\\")
    return picture_dot(picture(bad, node("b\\"), edges=(edge(HOSTILE, "b\\", HOSTILE),)))


def test_hostile_text_stays_in_its_quotes() -> None:
    text = _hostile()
    outside = STRING.sub("", text)
    assert re.sub(r"[\s\w=,;\[\]{}>-]", "", outside) == ""
    assert (outside.count("->"), outside.count("{")) == (1, 1)
    labels = re.findall(r'(?:label|tooltip)=("(?:\\.|[^"\\])*")', text)
    assert [label for label in labels if "&quot;" in label] == []
    assert sum("&amp;quot;" in label for label in labels) == 2


def test_columns_are_told_where_every_node_has_one() -> None:
    a, b, c = (Node(id=i, kind="k", lines=(i,), rank=r) for i, r in (("a", 0), ("b", 1), ("c", 1)))
    assert '  { rank=same; "b"; "c"; }' in picture_dot(picture(a, b, c)).splitlines()
    assert "rank=same" not in picture_dot(picture(a, b, node("d")))


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz")
@pytest.mark.parametrize("text", [_hostile(), picture_dot(random_picture(2))], ids=["bad", "big"])
def test_graphviz_reads_it(text: str) -> None:
    done = subprocess.run(
        ["dot", "-Tcanon"], input=text, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("->") == text.count("->")
