"""What ``check`` found, as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from planner.check.checks import CheckId
from planner.check.rows import Row, Unknown
from planner.plan.locked import ToldFact
from planner.plan.records import Conflict, WayOut


class RowVerdict(StrEnum):
    """What a row is, worst first."""

    IMPOSSIBLE = "impossible"
    UNKNOWN = "unknown"
    POSSIBLE = "possible"


@dataclass(frozen=True, kw_only=True, slots=True)
class Warned:
    """Something that a row's reader should know although nothing refuses the row."""

    id: CheckId
    rule: str
    says: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedToday:
    """What the planner would choose today, and how that differs from the row, in words."""

    platform_tag: str
    image: str
    gcc: str
    binutils: str
    accelerators: Mapping[str, str]
    in_image: bool
    differs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A row with its verdict and everything that is told of it."""

    row: Row
    verdict: RowVerdict
    conflicts: tuple[Conflict, ...]
    ways_out: tuple[WayOut, ...]
    warnings: tuple[Warned, ...]
    unknown: tuple[Unknown, ...]
    planned_today: PlannedToday | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckReport:
    """Every judged row of a file; ``facts`` are those that any of them names.

    ``sources`` are the titles by id of the documents behind each fact.
    """

    file: str
    date: str
    facts_version: str
    facts_sha256: str
    rows: tuple[Judgement, ...]
    ignored: tuple[str, ...]
    facts: Mapping[str, ToldFact]
    sources: Mapping[str, Mapping[str, str]]

    def count(self, verdict: RowVerdict) -> int:
        """How many rows have a verdict."""
        return sum(row.verdict is verdict for row in self.rows)
