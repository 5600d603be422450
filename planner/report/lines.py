"""Wrapped lines with a label in front, for terminals of any width."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable


def labelled(label: str, text: str, *, indent: int, width: int, column: int = 0) -> list[str]:
    """A label and its text, continued under the text: ``  fact  sm_70 is ...``.

    ``column`` is where the text starts, counted from the label; 0 puts it right after the label.
    """
    start = indent + max(column, len(label) + 1)
    first = " " * indent + label.ljust(start - indent)
    wrapped = textwrap.wrap(
        text,
        max(width, start + 20),
        initial_indent=first,
        subsequent_indent=" " * start,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapped or [first.rstrip()]


def folded_ids(ids: Iterable[str], most: int = 6) -> str:
    """Some ids with their number; the rest is counted only."""
    names = list(dict.fromkeys(ids))
    shown = ", ".join(names[:most])
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{len(names)} jobs: {shown}{more}" if len(names) > 1 else shown
