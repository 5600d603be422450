"""Two plans compared, as Markdown for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planner.explain.changes import TITLES, Statement, input_lines, statements_of, summary
from planner.plan.changes import PlanDiff
from planner.report.diff_text import printable
from planner.report.explain_markdown import escaped

_ROWS = 30
_CELL = 300


def plain(text: str) -> str:
    """Text that stays text in a comment: nothing is formatted, linked, or notifies somebody."""
    return escaped(printable(text))


def diff_markdown(diff: PlanDiff) -> str:
    """A heading, a table of the most important changes, and everything in a block to unfold."""
    statements = statements_of(diff)
    lines = [f"### mlplan: {plain(summary(diff))}"]
    if statements:
        lines += ["", "| What | Change | Jobs | Because |", "|---|---|---|---|"]
        lines += [_row(statement) for statement in statements[:_ROWS]]
        hidden = len(statements) - _ROWS
        if hidden > 0:
            lines += ["", f"{hidden} more in the details."]
    inputs = input_lines(diff.inputs)
    if inputs:
        lines += ["", "Made from:", ""]
        lines += [f"- {label}: {plain(says)}" for label, says in inputs]
    if statements:
        lines += ["", *_details(statements)]
    return "\n".join(lines) + "\n"


def _row(statement: Statement) -> str:
    cells = (TITLES[statement.subject], statement.says, statement.who, statement.why)
    return f"| {' | '.join(plain(_cut(cell)) for cell in cells)} |"


def _cut(text: str) -> str:
    return text if len(text) <= _CELL else f"{text[: _CELL - 3].rstrip()}..."


def _details(statements: Sequence[Statement]) -> Iterable[str]:
    """Every change in full: all its jobs, and the reasons for the new value."""
    yield from ("<details>", "<summary>Every change with its jobs and reasons</summary>", "")
    for statement in statements:
        yield f"- {TITLES[statement.subject]}: {plain(statement.says)}"
        yield f"  - in {plain(', '.join(job.id for job in statement.jobs))}"
        yield f"  - because: {plain(statement.why)}"
        for bound in statement.bound:
            facts = f" ({', '.join(bound.facts)})" if bound.facts else ""
            yield f"  - now {plain(f'{bound.says}{facts}')}"
    yield from ("", "</details>")
