"""Failures with the same conflicts, gathered so that each conflict is told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.model.request import Line
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
    """Failures by what clashes in them, in order of first appearance.

    Rules, settings and their values must agree, but not the releases asked for nor the variant.
    """
    groups: dict[object, list[Failure]] = {}
    for failure in failures:
        signature = tuple(_signature(conflict, failure) for conflict in failure.conflicts)
        groups.setdefault(signature, []).append(failure)
    return [FailureGroup(failures=tuple(group)) for group in groups.values()]


def _signature(conflict: Conflict, failure: Failure) -> object:
    lines = set()
    for line in conflict.request:
        setting = line.path.rpartition(".")[2]
        lines.add((setting, "" if setting in failure.accelerators else line.value))
    return (conflict.rules, frozenset(lines))


def other_values(group: FailureGroup, line: Line) -> list[str]:
    """The values that the other jobs of a group ask for where the first asks for this line."""
    setting = line.path.rpartition(".")[2]
    values = [
        other.value
        for failure in group.failures
        for conflict in failure.conflicts
        for other in conflict.request
        if other.path.rpartition(".")[2] == setting and setting in failure.accelerators
    ]
    return [value for value in dict.fromkeys(values) if value != line.value]
