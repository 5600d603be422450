"""Two states of the facts compared, with the plans that change, as text and JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.browse.differences import Changed, FactsDiff, Field
from planner.browse.sentences import statement
from planner.explain.changes import summary
from planner.model.sources import Fact
from planner.plan.changes import PlanDiff
from planner.report.browse.facts_json import document, fact_json
from planner.report.browse.tables import labelled, table_lines
from planner.report.diff_json import diff_json
from planner.report.diff_text import diff_text

_SHOWN = 60
_CELL = 160


@dataclass(frozen=True, kw_only=True, slots=True)
class Replanned:
    """A request solved under both states of the facts; ``problem`` says why one of them could not
    be, and then there is no comparison."""

    request: str
    diff: PlanDiff | None
    problem: str = ""

    @property
    def is_same(self) -> bool:
        """Whether both plans hold the same jobs and failures."""
        return self.diff is not None and not self.diff.changes


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """What was compared, and what differs."""

    old: str
    new: str
    facts: FactsDiff
    plans: tuple[Replanned, ...]

    @property
    def is_same(self) -> bool:
        """Whether neither facts nor plans differ."""
        return self.facts.is_empty and all(plan.is_same for plan in self.plans)


def compared_text(found: Compared, width: int) -> str:
    """A summary, the facts that differ, then every plan that changes in words."""
    facts = found.facts
    counts = ", ".join(
        f"{len(part)} {word}"
        for part, word in (
            (facts.added, "added"),
            (facts.removed, "removed"),
            (facts.changed, "changed"),
        )
    )
    standings = sum(each.has_new_standing for each in facts.changed)
    lines = [f"{found.old} -> {found.new}"]
    lines += labelled("facts", _counted(counts, standings, facts), indent=0, width=width, column=7)
    for plan in found.plans:
        lines += labelled("plan", f"{plan.request}: {_fate(plan)}", indent=0, width=width, column=7)
    lines += _fact_group("added", facts.added, width)
    lines += _fact_group("removed", facts.removed, width)
    lines += _changed_group("changed", facts.changed, width)
    lines += _changed_group("changed, though no fact", facts.other, width)
    for plan in found.plans:
        if plan.diff is not None and plan.diff.changes:
            lines += ["", f"plan of {plan.request}"]
            text = diff_text(plan.diff, width - 2)
            lines += [f"  {line}" if line else "" for line in text.rstrip("\n").split("\n")]
    return "\n".join(lines) + "\n"


def _counted(counts: str, standings: int, facts: FactsDiff) -> str:
    if facts.is_empty:
        return "no difference"
    text = f"{counts} ({standings} with another standing)"
    return f"{text}; {len(facts.other)} other parts of the data" if facts.other else text


def _fate(plan: Replanned) -> str:
    if plan.diff is None:
        return plan.problem
    return "the same jobs" if plan.is_same else summary(plan.diff)


def _fact_group(title: str, facts: Sequence[Fact], width: int) -> list[str]:
    lines = ["", title] if facts else []
    for fact in facts[:_SHOWN]:
        text = f"{statement(fact)} ({fact.id})"
        lines += labelled(fact.standing.value, text, indent=2, width=width, column=13)
    return lines + _more(len(facts))


def _changed_group(title: str, changed: Sequence[Changed], width: int) -> list[str]:
    lines = ["", title] if changed else []
    for each in changed[:_SHOWN]:
        lines += labelled(f"{each.id}:", each.says, indent=2, width=width)
        rows = [(f.name, _short(f.old, f.new), _short(f.new, f.old)) for f in each.fields]
        lines += table_lines(("field", "old", "new"), rows, width=width, indent=6)
    return lines + _more(len(changed))


def _more(count: int) -> list[str]:
    return [f"  and {count - _SHOWN} more, all in --format json"] if count > _SHOWN else []


def _short(text: str, other: str) -> str:
    """A long list without the words that the other one has too."""
    if len(text) <= _CELL:
        return text
    held = set(other.split())
    own = [word for word in text.split() if word not in held]
    cut = textwrap.shorten(" ".join(own) or text, _CELL, placeholder=" ...")
    return f"... {cut}" if own else cut


def compared_json(found: Compared) -> str:
    """The document ``mlplan-facts-diff/1``; each plan's part is that of ``mlplan diff``."""
    facts = found.facts
    return document(
        "mlplan-facts-diff/1",
        old=found.old,
        new=found.new,
        same=found.is_same,
        added={fact.id: fact_json(fact) for fact in facts.added},
        removed={fact.id: fact_json(fact) for fact in facts.removed},
        changed={each.id: _fields(each.fields) for each in facts.changed},
        other={each.id: _fields(each.fields) for each in facts.other},
        plans=[
            {
                "request": plan.request,
                "same": plan.is_same,
                "says": _fate(plan),
                "diff": None if plan.diff is None else json.loads(diff_json(plan.diff)),
            }
            for plan in found.plans
        ],
    )


def _fields(fields: Iterable[Field]) -> list[dict[str, str]]:
    return [{"field": field.name, "old": field.old, "new": field.new} for field in fields]
