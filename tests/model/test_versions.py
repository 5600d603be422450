from __future__ import annotations

from datetime import date

import pytest
from packaging.version import InvalidVersion

from planner.model.versions import (
    is_day,
    is_range,
    is_version,
    last_day,
    newest,
    range_contains,
    version_key,
)

ASCENDING = ["2.5", "2.12", "2.17", "2.28", "2.100", "3", "3.4.24", "12.8", "12.8.1", "12.10"]


@pytest.mark.parametrize("number", range(len(ASCENDING) - 1))
def test_versions_sort_by_number(number: int) -> None:
    assert version_key(ASCENDING[number]) < version_key(ASCENDING[number + 1])
    assert newest(ASCENDING[number + 1], ASCENDING[number]) == ASCENDING[number + 1]


def test_newest_of_one_and_of_equals() -> None:
    assert newest("2.17") == "2.17"
    assert newest("2.28", "2.28.0") == "2.28"


def test_version_key_of_prose() -> None:
    with pytest.raises(InvalidVersion):
        version_key("two")


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("1", True),
        ("580.65.06", True),
        ("2019.0", True),
        ("1.0rc1", True),
        ("", False),
        ("newest", False),
        ("1.x", False),
        (">=1", False),
        ("1 2", False),
        ("9" * 5000, False),
    ],
)
def test_is_version(text: str, claim: bool) -> None:
    assert is_version(text) is claim


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (">=6", True),
        (">=6,<15", True),
        ("==12.2.0", True),
        ("~=1.4", True),
        ("==9.*", True),
        ("!=5", True),
        (">=3,<2", False),
        (">3,<=3", False),
        ("==1,==2", False),
        ("", False),
        (" ", False),
        ("6", False),
        ("up to 14", False),
        (">= six", False),
        (f">={'9' * 5000}", False),
    ],
)
def test_is_range(text: str, claim: bool) -> None:
    assert is_range(text) is claim


@pytest.mark.parametrize(
    ("range_", "version", "claim"),
    [
        ("<15", "14.2.1", True),
        ("<15", "15", False),
        ("<15", "15.0.1", False),
        ("<=14", "14.2", False),
        (">=6,<15", "6", True),
        (">=6,<15", "5.5", False),
        ("<12.10", "12.9", True),
        (">=13.4,<13.6", "13.5.0", True),
        ("==12.2.0", "12.2", True),
        (">=14", "14.0rc1", False),
        ("<15", "15.0rc1", False),
        (">=1", "2.0rc1", True),
    ],
)
def test_ranges(range_: str, version: str, claim: bool) -> None:
    assert range_contains(range_, version) is claim


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-01", date(2025, 1, 31)),
        ("2024-02", date(2024, 2, 29)),
        ("2025-02", date(2025, 2, 28)),
        ("2025-12", date(2025, 12, 31)),
        ("2026-11-21", date(2026, 11, 21)),
        ("0001-01-01", date(1, 1, 1)),
    ],
)
def test_last_day(text: str, day: date) -> None:
    assert is_day(text)
    assert last_day(text) == day


@pytest.mark.parametrize(
    "text",
    ["", "2025", "2025-1", "2025-13", "2025-00", "2025-02-30", "2025-2-3", "20250101", "today",
     "2025-01-01T00", "0000-01-01", "-2025-01"],
)  # fmt: skip
def test_no_day(text: str) -> None:
    assert not is_day(text)
    with pytest.raises(ValueError, match=r"."):
        last_day(text)
