"""What has no plan: conflicts with their facts, and ways out, equal ones told once."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.explain.conflicts import rules_sentence, way_out_sentence
from planner.explain.failures import FailureGroup, grouped_failures, other_values
from planner.plan.records import Conflict, Failure, WayOut
from planner.report.failures import asked


@dataclass(frozen=True, kw_only=True, slots=True)
class ConflictRow:
    """What was asked, the ids of the facts against it, and what follows."""

    asked: tuple[str, ...]
    facts: tuple[str, ...]
    therefore: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WayRow:
    """A change that gives a plan, and the arguments of ``mlplan solve`` that make it."""

    says: str
    arguments: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FailureRow:
    """Jobs that fail for the same reasons; conflicts and ways out are those of the first."""

    ids: tuple[str, ...]
    anchors: tuple[str, ...]
    conflicts: tuple[ConflictRow, ...]
    ways_out: tuple[WayRow, ...]


def failure_rows(failures: Sequence[Failure], anchors: Mapping[str, str]) -> tuple[FailureRow, ...]:
    """The groups of failures in the order of the plan; ``anchors`` are elements by id."""
    return tuple(
        FailureRow(
            ids=tuple(failure.id for failure in group.failures),
            anchors=tuple(anchors[failure.id] for failure in group.failures),
            conflicts=tuple(_conflict(conflict, group) for conflict in group.first.conflicts),
            ways_out=tuple(_way(way) for way in group.first.ways_out),
        )
        for group in grouped_failures(failures)
    )


def _conflict(conflict: Conflict, group: FailureGroup) -> ConflictRow:
    lines = []
    for line in conflict.request:
        also = other_values(group, line)
        more = f" (other jobs: {', '.join(also)})" if also else ""
        lines.append(f"{asked(line)}{more}")
    return ConflictRow(asked=tuple(lines), facts=conflict.facts, therefore=rules_sentence(conflict))


def _way(way: WayOut) -> WayRow:
    arguments = " ".join(f"--set {shlex.quote(argument)}" for argument in way.set)
    return WayRow(says=way_out_sentence(way), arguments=arguments)
