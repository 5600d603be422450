"""Explanations as Markdown, for an issue or a pull request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from planner.explain.conflicts import rules_sentence, way_out_sentence
from planner.explain.failures import grouped_failures
from planner.explain.jobs import Section
from planner.explain.told import told
from planner.plan.locked import ToldFact
from planner.plan.records import Failure

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~])")
_LINKING = re.compile(r"@|://|(?<=www)\.", re.I)
_PAUSE = "<!-- -->"


def escaped(text: str) -> str:
    """Text that stays text: no character means anything to Markdown or HTML, nothing is linked or
    notifies somebody.

    GitHub links addresses and notifies names without any syntax, so a comment parts them.
    """
    one_line = " ".join(text.split())
    marked = _SPECIAL.sub(r"\\\1", one_line).replace("&", "&amp;")
    return _LINKING.sub(lambda found: f"{found[0][0]}{_PAUSE}{found[0][1:]}", marked)


def sections_markdown(
    title: str, sections: Sequence[Section], facts: Mapping[str, ToldFact]
) -> str:
    """A heading, then one list per section with the binding facts nested under each statement."""
    lines = [f"## {escaped(title)}"]
    for section in sections:
        lines += ["", f"### {escaped(section.title)}", ""]
        for line in section.lines:
            lines.append(f"- {escaped(line.says)}")
            lines += [f"  - {escaped(told(id_, facts))}" for id_ in line.facts]
    return "\n".join(lines) + "\n"


def failures_markdown(failures: Sequence[Failure], facts: Mapping[str, ToldFact]) -> str:
    """One heading per group of failures with its conflicts and ways out."""
    lines: list[str] = []
    for group in grouped_failures(failures):
        names = ", ".join(f"{escaped(failure.id)}" for failure in group.failures)
        lines += [f"## no plan for {names}", ""]
        for conflict in group.first.conflicts:
            lines.append(f"- {escaped(rules_sentence(conflict))}")
            lines += [f"  - you ask {escaped(f'{c.path}: {c.value}')}" for c in conflict.request]
            lines += [f"  - {escaped(told(id_, facts))}" for id_ in conflict.facts]
        lines += ["", "Ways out:", ""]
        ways = [f"1. {escaped(way_out_sentence(way))}" for way in group.first.ways_out]
        lines += [*(ways or ["none: no version, tag or toolchain change helps"]), ""]
    return "\n".join(lines).rstrip() + "\n"
