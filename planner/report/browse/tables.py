"""Tables and paragraphs of texts of any length, wrapped to fit a width."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from planner.model.sources import Source
from planner.report.diff_text import wrapped

_GAP = 2
_LEAST = 12


def table_lines(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, width: int, indent: int = 2
) -> list[str]:
    """A heading and one or more lines for each row; the widest columns give way first."""
    cells = [tuple(columns), *(tuple(row) for row in rows)]
    widths = _widths(cells, width - indent)
    lines: list[str] = []
    for row in cells:
        wrapped = [_wrapped(cell, size) for cell, size in zip(row, widths, strict=True)]
        for number in range(max(map(len, wrapped))):
            parts = [column[number] if number < len(column) else "" for column in wrapped]
            padded = (part.ljust(size) for part, size in zip(parts, widths, strict=True))
            lines.append((" " * indent + (" " * _GAP).join(padded)).rstrip())
    return lines


def _wrapped(cell: str, size: int) -> list[str]:
    return textwrap.wrap(cell, max(size, 1), break_on_hyphens=False) or [""]


def _widths(cells: Sequence[Sequence[str]], width: int) -> list[int]:
    """The widths of the columns: as wide as their texts, the widest cut down until all fit; within
    words only where cutting between them is not enough."""
    columns = list(zip(*cells, strict=True))
    widths = [max(map(len, column)) for column in columns]
    room = width - _GAP * (len(widths) - 1)
    words = [
        max(len(word) for cell in column for word in [*cell.split(), ""]) for column in columns
    ]
    for least in (words, [_LEAST] * len(widths)):
        while sum(widths) > room:
            spare = [n for n, size in enumerate(widths) if size > max(least[n], _LEAST)]
            if not spare:
                break
            widths[max(spare, key=lambda number: widths[number])] -= 1
    return widths


def labelled(label: str, text: str, *, indent: int, width: int, column: int = 0) -> list[str]:
    """A label and its text, continued under the text; a word wider than a line is broken.

    ``column`` is where the text starts, counted from the label; 0 puts it right after the label.
    """
    first = f"{label} " if label else ""
    return wrapped(" " * indent + first.ljust(column), text, width)


def source_told(source: Source) -> str:
    """The title of a source, what it is and when it was read."""
    read = f"; read {source.read}" if source.read else ""
    return f"{source.title} ({source.kind}{read})"
