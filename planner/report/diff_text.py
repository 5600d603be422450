"""Two plans compared, as text for a terminal."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Sequence

from planner.explain.changes import TITLES, Statement, input_lines, statements_of, summary
from planner.plan.changes import PlanDiff

_BOUND_SHOWN = 3
_FACTS_SHOWN = 4
_STATEMENTS_SHOWN = 20


def diff_text(diff: PlanDiff, width: int) -> str:
    """The summary, every change under the title of what it is about, and what it comes from."""
    lines = [summary(diff)]
    statements = statements_of(diff)
    for title, group in itertools.groupby(statements, key=lambda each: TITLES[each.subject]):
        lines += ["", title]
        lines += _group_lines(list(group), width)
    inputs = input_lines(diff.inputs)
    if inputs:
        lines += ["", "made from"]
        for label, says in inputs:
            lines += wrapped(f"  {label.ljust(8)} ", says, width)
    return "\n".join(printable(line) for line in lines) + "\n"


def _group_lines(statements: Sequence[Statement], width: int) -> list[str]:
    lines: list[str] = []
    for statement in statements[:_STATEMENTS_SHOWN]:
        lines += wrapped("  - ", statement.says, width)
        lines += wrapped("    in       ", statement.who, width)
        lines += wrapped("    because  ", statement.why, width)
        for number, bound in enumerate(statement.bound[:_BOUND_SHOWN]):
            facts = f" ({facts_shown(bound.facts)})" if bound.facts else ""
            label = "    now      " if number == 0 else " " * 13
            lines += wrapped(label, f"{bound.says}{facts}", width)
    hidden = len(statements) - _STATEMENTS_SHOWN
    if hidden > 0:
        lines.append(f"  - and {hidden} more, all in --format json")
    return lines


def facts_shown(ids: Sequence[str]) -> str:
    """Some facts by their ids; the rest is counted only."""
    more = f" and {len(ids) - _FACTS_SHOWN} more" if len(ids) > _FACTS_SHOWN else ""
    return ", ".join(ids[:_FACTS_SHOWN]) + more


def wrapped(label: str, text: str, width: int) -> list[str]:
    """A label and its text within the width; a word that is too long is broken."""
    return textwrap.wrap(
        printable(text),
        max(width, len(label) + 20),
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_on_hyphens=False,
    ) or [label.rstrip()]


def printable(text: str) -> str:
    """Text without characters that steer a terminal or cannot be written (escapes, surrogates)."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "?" for c in text)
