from __future__ import annotations

from planner.report.browse.paint import painted
from planner.report.browse.tables import table_lines


def test_columns_as_wide_as_their_texts() -> None:
    rows = [("a", "one"), ("longer", "two")]
    assert table_lines(("name", "says"), rows, width=40) == [
        "  name    says",
        "  a       one",
        "  longer  two",
    ]


def test_texts_give_way_before_names_do() -> None:
    rows = [("cuda-12.9/host-gcc-pytorch", "one copy of the table, mended later")]
    assert table_lines(("fact", "why"), rows, width=46) == [
        "  fact                        why",
        "  cuda-12.9/host-gcc-pytorch  one copy of the",
        "                              table, mended",
        "                              later",
    ]


def test_names_are_cut_where_nothing_else_helps() -> None:
    rows = [("a" * 30, "b" * 30)]
    lines = table_lines(("x", "y"), rows, width=40)
    assert max(map(len, lines)) <= 40
    assert "".join(lines).count("a") == 30


def test_an_empty_cell_is_a_line() -> None:
    assert table_lines(("", "x"), [("", "1")], width=20, indent=0) == ["  x", "  1"]


def test_colour_changes_no_word() -> None:
    text = "title\n\n  enforced     it is measured here\n  not used  <14  documented  cuda-12.9/x\n"
    shown = painted(text, color=True)
    assert painted(text, color=False) == text
    assert shown == (
        "\x1b[1mtitle\x1b[0m\n\n"
        "  \x1b[32menforced\x1b[0m     it is measured here\n"
        "  \x1b[2mnot used\x1b[0m  <14  \x1b[33mdocumented\x1b[0m  cuda-12.9/x\n"
    )
