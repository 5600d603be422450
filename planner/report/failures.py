"""Failures for a person: what clashes, what the facts say, what can be done."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from planner.explain.conflicts import rules_sentence, way_out_sentence
from planner.explain.failures import FailureGroup, grouped_failures, other_values
from planner.explain.told import told
from planner.model.request import Line
from planner.plan.locked import ToldFact
from planner.plan.records import Conflict, Failure, WayOut
from planner.report.lines import folded_ids, labelled

_FACTS_SHOWN = 4
_COLUMN = 11


def failures_lines(
    failures: Sequence[Failure], facts: Mapping[str, ToldFact], width: int
) -> list[str]:
    """Every failure, those with the same conflicts told once."""
    lines: list[str] = []
    for group in grouped_failures(failures):
        lines += ["", *_group_lines(group, facts, width)]
    return lines


def _group_lines(group: FailureGroup, facts: Mapping[str, ToldFact], width: int) -> list[str]:
    ids = folded_ids(failure.id for failure in group.failures)
    lines = labelled("no plan for", ids, indent=0, width=width)
    for number, conflict in enumerate(group.first.conflicts, 1):
        if len(group.first.conflicts) > 1:
            lines.append(f"  conflict {number}:")
        lines += _conflict_lines(conflict, group, facts, width)
    ways = group.first.ways_out
    if ways and len(group.failures) > 1:
        lines += labelled(
            "for", f"{group.first.id}, likewise for the others:", indent=2, width=width
        )
    if not ways:
        lines += labelled(
            "ways out", "no version, tag or toolchain change helps", indent=2, width=width
        )
    for number, way in enumerate(ways, 1):
        lines += _way_lines(number, way, width)
    return lines


def _conflict_lines(
    conflict: Conflict, group: FailureGroup, facts: Mapping[str, ToldFact], width: int
) -> list[str]:
    lines: list[str] = []
    for line in conflict.request:
        text = asked(line)
        if also := other_values(group, line):
            text += f" (other jobs: {', '.join(also)})"
        lines += labelled("you ask", text, indent=4, width=width, column=_COLUMN)
    for id_ in conflict.facts[:_FACTS_SHOWN]:
        lines += labelled("fact", told(id_, facts), indent=4, width=width, column=_COLUMN)
    hidden = len(conflict.facts) - _FACTS_SHOWN
    if hidden > 0:
        text = f"and {hidden} more, all in --format json"
        lines += labelled("", text, indent=4, width=width, column=_COLUMN)
    text = rules_sentence(conflict)
    return lines + labelled("therefore", text, indent=4, width=width, column=_COLUMN)


def asked(line: Line) -> str:
    """A request line as its author finds it: path, value, place."""
    place = f"  ({line.file}:{line.number})" if line.file and line.number else ""
    return f"{line.path}: {line.value}{place}"


def _way_lines(number: int, way: WayOut, width: int) -> list[str]:
    head = "ways out" if number == 1 else ""
    label = f"{head:<9}{number}."
    lines = labelled(label, way_out_sentence(way), indent=2, width=width, column=12)
    arguments = " ".join(f"--set {shlex.quote(argument)}" for argument in way.set)
    return lines + labelled("", arguments, indent=2, width=width, column=12)
