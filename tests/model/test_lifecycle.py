from __future__ import annotations

import pytest

from planner.model.lifecycle import year_after


@pytest.mark.parametrize(
    ("day", "after"),
    [
        ("2026-11-21", "2027-11-21"),
        ("2028-02-29", "2029-02-28"),
        ("2027-02-28", "2028-02-28"),
        ("9999-12-31", "9999-12-31"),
    ],
)
def test_year_after(day: str, after: str) -> None:
    assert year_after(day) == after
