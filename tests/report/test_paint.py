from __future__ import annotations

import re

import pytest

from planner.report.paint import good, painted

REPORT = """\
title of it

  heading
    - says a note
    fact  unknown to most

impossible a
  ways out 1. drop b
note: c
notebook
"""


def test_without_color_nothing_changes() -> None:
    assert painted(REPORT, color=False, headings=2) == REPORT
    assert good("yes", color=False) == "yes"


def test_labels_and_headings() -> None:
    shown = painted(REPORT, color=True, headings=2)
    assert shown == (
        "\x1b[1mtitle of it\x1b[0m\n\n  \x1b[1mheading\x1b[0m\n    - says a note\n"
        "    fact  unknown to most\n\n\x1b[1;31mimpossible\x1b[0m a\n"
        "  \x1b[32mways out\x1b[0m 1. drop b\n\x1b[36mnote\x1b[0m: c\nnotebook\n"
    )
    assert good("yes", color=True) == "\x1b[32myes\x1b[0m"


@pytest.mark.parametrize("headings", [-1, 0, 2])
def test_words_never_change(headings: int) -> None:
    shown = painted(REPORT, color=True, headings=headings)
    assert re.sub(r"\x1b\[[\d;]*m", "", shown) == REPORT
