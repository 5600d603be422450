from __future__ import annotations

import pytest

from planner.report.lines import folded_ids, labelled
from planner.report.rows import rows_text


@pytest.mark.parametrize(
    ("label", "text", "options", "lines"),
    [
        ("fact", "sm_70 is known", {"indent": 2, "width": 40}, ["  fact sm_70 is known"]),
        (
            "fact",
            "one two three four five six",
            {"indent": 0, "width": 25},
            ["fact one two three four", "     five six"],
        ),
        ("a", "word", {"indent": 2, "width": 40, "column": 6}, ["  a     word"]),
        ("a", "", {"indent": 2, "width": 40}, ["  a"]),
        ("x", "long-hyphened-word", {"indent": 0, "width": 10}, ["x long-hyphened-word"]),
    ],
)
def test_labelled(label: str, text: str, options: dict[str, int], lines: list[str]) -> None:
    assert labelled(label, text, **options) == lines


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "a"], "a"),
        (["a", "b"], "2 jobs: a, b"),
        (list("abcdefgh"), "8 jobs: a, b, c, d, e, f and 2 more"),
    ],
)
def test_folded_ids(ids: list[str], text: str) -> None:
    assert folded_ids(ids) == text


def test_rows() -> None:
    rows = [{"id": "a", "says": "something"}, {"id": "longer", "says": "x" * 40}]
    assert rows_text(rows, 30) == (
        "id      says\na       something\nlonger  xxxxxxxxxxxxxxxxxxx...\n"
    )
    assert rows_text([], 30) == "none\n"
