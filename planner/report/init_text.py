"""What ``mlplan init`` read and decided, for the person who started it."""

from __future__ import annotations

from planner.draft.records import Draft, Setting, alike
from planner.draft.solving import Solved
from planner.draft.text import printable, reasons
from planner.report.init_json import decisions
from planner.report.lines import labelled

_WIDEST = 30
_VALUE = 40


def init_talk(solved: Solved, read: tuple[str, ...], width: int) -> str:
    """What was read, what each line says and why, what was left out, what was not understood."""
    draft = solved.draft
    lines = labelled("read", ", ".join(read) or "nothing: no project file here", **_at(0, width))
    rows = [(path, _value(setting), setting) for path, setting in decisions(draft)]
    column = min(max((len(path) for path, _, _ in rows), default=0) + 2, _WIDEST)
    for path, value, setting in rows:
        text = f"{value}  ({reasons(setting.because)})" if setting.because else value
        lines += labelled(path, text.strip(), **_at(2, width), column=column)
    lines += _left_out(draft, width)
    for note in draft.notes:
        lines += labelled("note", printable(note), **_at(0, width), column=6)
    if _may_collide(draft):
        text = "wheels of several variants need names of their own: set naming to suffix or local"
        lines += labelled("note", text, **_at(0, width), column=6)
    return "\n".join(lines)


def _left_out(draft: Draft, width: int) -> list[str]:
    lines: list[str] = []
    for row in alike(draft.left_out):
        text = printable(f"{row.path} {row.value}: {row.why}")
        lines += labelled("left out", text, **_at(0, width), column=10)
    return lines


def summary(solved: Solved) -> str:
    """``2 variants, 4 jobs``."""
    variants, jobs = len(solved.draft.active()), len(solved.plan.jobs)
    return f"{variants} variant{'s' * (variants != 1)}, {jobs} job{'s' * (jobs != 1)}"


def _may_collide(draft: Draft) -> bool:
    return len(draft.active()) > 1 and "naming" not in draft.settings


def _value(setting: Setting) -> str:
    value = setting.value if isinstance(setting.value, str) else " ".join(setting.value)
    shown = printable(value)
    return shown if len(shown) <= _VALUE else f"{shown[: _VALUE - 3]}..."


def _at(indent: int, width: int) -> dict[str, int]:
    return {"indent": indent, "width": width}
