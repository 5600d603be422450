"""Failures with the same conflicts, gathered so that each conflict is told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.plan.records import Conflict, Failure


@dataclass(frozen=True, kw_only=True, slots=True)
class FailureGroup:
    """Jobs that fail for the same reasons; conflicts and ways out are those of the first."""

    failures: tuple[Failure, ...]

    @property
    def first(self) -> Failure:
        """The failure that is told in full."""
        return self.failures[0]


def grouped_failures(failures: Iterable[Failure]) -> list[FailureGroup]:
    """Failures by what clashes in them (rules, settings, values), in order of first appearance."""
    groups: dict[object, list[Failure]] = {}
    for failure in failures:
        groups.setdefault(tuple(map(_signature, failure.conflicts)), []).append(failure)
    return [FailureGroup(failures=tuple(group)) for group in groups.values()]


def _signature(conflict: Conflict) -> object:
    lines = tuple(sorted((line.path.rpartition(".")[2], line.value) for line in conflict.request))
    return (conflict.rules, lines)
