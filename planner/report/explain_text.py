"""Explanations of jobs and failures as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.explain.jobs import Section
from planner.explain.told import told
from planner.plan.locked import ToldFact
from planner.report.lines import labelled


def sections_text(
    title: str, sections: Sequence[Section], facts: Mapping[str, ToldFact], width: int
) -> str:
    """A titled list of sections; under each statement the facts that bind it."""
    lines = [title]
    for section in sections:
        lines += ["", f"  {section.title}"]
        for line in section.lines:
            lines += labelled("-", line.says, indent=4, width=width)
            for id_ in line.facts:
                lines += labelled("fact", told(id_, facts), indent=6, width=width)
    return "\n".join(lines) + "\n"
