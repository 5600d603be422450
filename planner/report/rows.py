"""Rows of equal keys as a plain table."""

from __future__ import annotations

from collections.abc import Sequence


def rows_text(rows: Sequence[dict[str, str]], width: int) -> str:
    """Columns as wide as their longest word; the last column is cut at the width, never wrapped."""
    if not rows:
        return "none\n"
    keys = list(rows[0])
    widths = [max(len(key), *(len(row[key]) for row in rows)) for key in keys]
    lines = []
    for row in [{key: key for key in keys}, *rows]:
        cells = [row[key].ljust(size) for key, size in zip(keys, widths, strict=True)]
        lines.append(_cut("  ".join(cells).rstrip(), width))
    return "\n".join(lines) + "\n"


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: width - 3].rstrip() + "..."
