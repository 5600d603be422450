"""A judged matrix as findings, for the formats that every command shares."""

from __future__ import annotations

from collections.abc import Iterator

from planner.check.checks import BY_RULE, CHECKS
from planner.check.results import CheckReport, Judgement, RowVerdict
from planner.report.check_json import conflict_says
from planner.report.check_text import field_name, summary, way_text
from planner.report.findings import Finding, Findings


def findings_of(report: CheckReport, *, strict: bool = False) -> Findings:
    """Errors for conflicts, warnings for doubts, notes (errors if strict) for unknown values."""
    found = [finding for row in report.rows for finding in _of_row(row, report, strict=strict)]
    return Findings(
        command="mlplan check",
        summary=summary(report),
        subjects=tuple(row.row.id for row in report.rows),
        findings=tuple(found),
        rules=tuple((check.id.value, str(check.rule), check.says) for check in CHECKS),
    )


def _of_row(judged: Judgement, report: CheckReport, *, strict: bool) -> Iterator[Finding]:
    hint = "; or ".join(way_text(way) for way in judged.ways_out[:3])
    for conflict in judged.conflicts:
        check = BY_RULE[conflict.rules[0]]
        values = ", ".join(f"{field_name(line)} {line.value}" for line in conflict.request)
        facts = "; ".join(report.facts[id_].says for id_ in conflict.facts[:2])
        yield Finding(
            id=check.id.value,
            rule=str(check.rule),
            severity="error",
            subject=judged.row.id,
            message=f"{values}: {conflict_says(conflict)}" + (f" ({facts})" if facts else ""),
            file=report.file,
            line=conflict.request[-1].number,
            hint=hint,
        )
    for unknown in judged.unknown if judged.verdict is RowVerdict.UNKNOWN else ():
        yield Finding(
            id=BY_RULE[unknown.rule].id.value,
            rule=unknown.rule,
            severity="error" if strict else "note",
            subject=judged.row.id,
            message=f"{unknown.line.value} {unknown.says}".strip(),
            file=report.file,
            line=unknown.line.number,
        )
    for warned in judged.warnings:
        yield Finding(
            id=warned.id.value,
            rule=warned.rule,
            severity="warning",
            subject=judged.row.id,
            message=warned.says,
            file=report.file,
            line=judged.row.line,
        )
