from __future__ import annotations

from planner.report.browse.paint import painted


def test_control_characters_of_names_are_spelled_out() -> None:
    text = "Head\n  member  a\x1b[31mb\x07\n"
    assert painted(text, color=False) == "Head\n  member  a\\x1b[31mb\\x07\n"
    assert painted(text, color=True) == "\x1b[1mHead\x1b[0m\n  member  a\\x1b[31mb\\x07\n"
