"""Rows of a hand-written build matrix as they stand in their file, before anything is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One value of a row: its dotted path in the file, its text, and its line (from one)."""

    path: str
    text: str
    line: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlainRow:
    """One row: by field the cells of its value (several where the file holds a list).

    ``id`` is the row's own, else made from its place. Fields have the names that mlplan uses.
    """

    id: str
    path: str
    line: int | None
    cells: Mapping[str, tuple[Cell, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlainMatrix:
    """Every row of a file; ``ignored`` are the keys, in order of appearance, that say nothing."""

    file: str
    rows: tuple[PlainRow, ...]
    ignored: tuple[str, ...]
