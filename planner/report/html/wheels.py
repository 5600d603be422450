"""Verified wheels and their findings, as the page shows them next to their jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.model.wheel_facts import Citation
from planner.plan.locked import ToldFact
from planner.report.plain import middle_cut, plain
from planner.report.verify_text import Folded, folded, wheel_line
from planner.report.wheel_summary import bounded
from planner.verifier.findings import Finding, Severity
from planner.verifier.judge import Judged, Report

_NAME, _MEMBERS, _ALSO, _MOST = 120, 3, 6, 50


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingRow:
    """Equal findings as one; ``members`` names the files that they are about, in short."""

    id: str
    rule: str
    severity: str
    members: str
    message: str
    hint: str
    facts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WheelRow:
    """A verified wheel; ``job`` is "" where the plan has none for it.

    ``hidden`` counts findings that are left out, because there are too many of them.
    """

    file: str
    verdict: str
    job: str
    summary: str
    findings: tuple[FindingRow, ...]
    hidden: int
    counts: Mapping[str, int]


def wheel_rows(report: Report) -> tuple[WheelRow, ...]:
    """Every wheel of a run in order. Names come from wheels: they are made harmless and short."""
    return tuple(_wheel(judged) for judged in report.wheels)


def run_findings(report: Report) -> tuple[FindingRow, ...]:
    """Findings about the run as a whole: jobs of the plan without a wheel."""
    return tuple(_finding(group, _MOST) for group in folded(report.findings))


def wheels_by_job(rows: Iterable[WheelRow]) -> dict[str, tuple[WheelRow, ...]]:
    """The wheels of each job, by its id."""
    found: dict[str, tuple[WheelRow, ...]] = {}
    for row in rows:
        if row.job:
            found[row.job] = (*found.get(row.job, ()), row)
    return found


def cited_facts(report: Report) -> dict[str, ToldFact]:
    """The facts that any finding rests on, by id."""
    used = {id_ for judged in report.wheels for found in judged.findings for id_ in found.facts}
    used |= {id_ for found in report.findings for id_ in found.facts}
    cited = report.wheels[0].context.facts.cited if report.wheels else {}
    return {id_: _told(id_, cited[id_]) for id_ in sorted(used) if id_ in cited}


def _told(id_: str, fact: Citation) -> ToldFact:
    return ToldFact(
        id=id_, says=fact.says, standing=fact.standing.value, sources=fact.sources, read=fact.read
    )


def _wheel(judged: Judged) -> WheelRow:
    groups = folded(bounded(judged.findings)[0])
    shown, rest = groups[:_MOST], groups[_MOST:]
    counts = {
        severity.value: sum(found.severity is severity for found in judged.findings)
        for severity in Severity
    }
    return WheelRow(
        file=middle_cut(plain(judged.wheel.file), _NAME),
        verdict=judged.verdict.value,
        job=judged.job.id if judged.job is not None else "",
        summary=wheel_line(judged.context),
        findings=tuple(_finding(group) for group in shown),
        hidden=sum(len(group.members) for group in rest),
        counts={name: count for name, count in counts.items() if count},
    )


def _finding(group: Folded, most: int = _ALSO) -> FindingRow:
    """Equal findings in words; of the other values in which they differ so many are shown."""
    found: Finding = group.first
    more = len(group.also) - most
    also = f"; also {', '.join(map(plain, group.also[:most]))}" if group.also else ""
    return FindingRow(
        id=found.id,
        rule=found.rule.value,
        severity=found.severity.value,
        members=_members(group.members),
        message=plain(found.message) + also + (f" and {more} more" if more > 0 else ""),
        hint=plain(found.hint),
        facts=found.facts,
    )


def _members(members: Sequence[str]) -> str:
    names = [middle_cut(plain(member), _NAME) for member in members if member]
    more = len(names) - _MEMBERS
    shown = ", ".join(names[:_MEMBERS])
    return f"{shown} and {more} more" if more > 0 else shown
