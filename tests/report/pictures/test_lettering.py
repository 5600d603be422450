from __future__ import annotations

import pytest

from planner.report.pictures.lettering import printable, text_width, wrapped


def test_lines_are_broken_between_words_then_within() -> None:
    most = text_width("manylinux_2_28", 13)
    lines = ("gcc 14 is refused here", "manylinux_2_28_cuda12_9_x86_64", "")
    broken = wrapped(lines, 13, most)
    assert broken == (
        "gcc 14 is",
        "refused here",
        "manylinux_2_",
        "28_cuda12_9_",
        "x86_64",
        "",
    )
    assert all(text_width(line, 13) <= most for line in broken)


def test_a_word_without_separators_is_cut() -> None:
    assert wrapped(["x" * 10], 10, text_width("xxxx", 10)) == ("xxxx", "xxxx", "xx")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\tc", "a b c"),
        ("\x1b[31m", "\N{REPLACEMENT CHARACTER}[31m"),
        ("a\u202eb\ud800", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"),
        ("größer · 中", "größer · 中"),
    ],
)
def test_only_what_every_reader_takes(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(("text", "ems"), [("glibc", 2.36), ("WWW", 2.97), ("中文", 2.0)])
def test_estimates_are_not_too_small(text: str, ems: float) -> None:
    """Advance widths of DejaVu Sans; of CJK characters one em."""
    assert text_width(text, 1) >= ems
