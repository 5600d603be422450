from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from planner.check.matrix import check_matrix
from planner.check.results import CheckReport, Judgement
from planner.check.rows import Names
from planner.check.spellings import field_of
from planner.load.matrix_rows import matrix_of
from planner.load.vocabulary import Vocabulary
from planner.solve.rows import Tables
from tests.cli.conftest import real, work  # noqa: F401

TODAY = "2026-11-21"
Check = Callable[..., CheckReport]
CheckRow = Callable[..., Judgement]


@pytest.fixture(scope="session")
def names(tables: Tables, vocabulary: Vocabulary) -> Names:
    return Names(tables, vocabulary)


@pytest.fixture(scope="session")
def check(names: Names) -> Check:
    """Judges a text on the tests' own today."""

    def checked(text: str, today: str = TODAY) -> CheckReport:
        matrix = matrix_of(text, "rows.yaml", lambda key: field_of(key, names.families))
        return check_matrix(matrix, names, today)

    return checked


@pytest.fixture(scope="session")
def check_row(check: Check) -> CheckRow:
    """Judges one row of plain values."""

    def checked(**values: object) -> Judgement:
        (row,) = check(json.dumps([{"id": "row", **values}])).rows
        return row

    return checked
