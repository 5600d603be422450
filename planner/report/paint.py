"""Colour for text reports: labels and headings of lines that are written already."""

from __future__ import annotations

import re
from collections.abc import Mapping

BOLD = "\x1b[1m"
RED = "\x1b[1;31m"
GREEN = "\x1b[32m"
YELLOW = "\x1b[33m"
CYAN = "\x1b[36m"
PLAIN = "\x1b[0m"

LABELS = {
    "impossible": RED,
    "no plan for": RED,
    "unknown": YELLOW,
    "not judged": YELLOW,
    "warning": YELLOW,
    "note": CYAN,
    "ways out": GREEN,
    "left out": YELLOW,
    "therefore": BOLD,
    "hint": CYAN,
}
"""The words that start a line of a report, and their colour."""


def painted(text: str, *, color: bool, headings: int = -1) -> str:
    """A report with its labels in colour; without ``color`` as it is.

    ``headings`` is the indentation of lines that are headings when they stand first or after an
    empty line: they become bold. Words are never changed, so the text reads the same.
    """
    if not color:
        return text
    lines = text.split("\n")
    return "\n".join(
        _line(line, headings, after_empty=number == 0 or not lines[number - 1])
        for number, line in enumerate(lines)
    )


def good(text: str, *, color: bool) -> str:
    """A line that says yes, in green where colour is wanted."""
    return f"{GREEN}{text}{PLAIN}" if color else text


def _line(line: str, headings: int, *, after_empty: bool) -> str:
    body = line.lstrip(" ")
    indent = len(line) - len(body)
    label = _label(body, LABELS)
    if label is not None:
        return f"{line[:indent]}{LABELS[label]}{label}{PLAIN}{body[len(label) :]}"
    if body and after_empty and indent in (0, headings) and headings >= 0:
        return f"{line[:indent]}{BOLD}{body}{PLAIN}"
    return line


def _label(body: str, labels: Mapping[str, str]) -> str | None:
    """The label that a line starts with: a whole word, with something behind it."""
    for label in labels:
        if re.match(rf"{re.escape(label)}(?:[ :]|$)", body):
            return label
    return None
