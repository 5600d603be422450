"""A judged matrix as the JSON document of docs/check.md."""

from __future__ import annotations

from planner import __version__
from planner.check.checks import BY_RULE, CHECKS
from planner.check.results import CheckReport, Judgement, PlannedToday, RowVerdict
from planner.model.request import Line
from planner.plan.document import Json
from planner.plan.locked import ToldFact
from planner.plan.records import Conflict, WayOut

SCHEMA = "mlplan-check/1"


def check_document(report: CheckReport, *, strict: bool = False) -> Json:
    """The whole report as JSON values; with ``strict`` unknown rows fail it too."""
    return {
        "schema": SCHEMA,
        "mlplan": __version__,
        "date": report.date,
        "facts": {"version": report.facts_version, "sha256": report.facts_sha256},
        "file": report.file,
        "verdict": "fail" if is_failed(report, strict=strict) else "pass",
        "summary": {verdict.value: report.count(verdict) for verdict in RowVerdict},
        "ignored": list(report.ignored),
        "rows": [_row(row) for row in report.rows],
        "derivation": {"facts": {id_: _fact(f, report) for id_, f in report.facts.items()}},
    }


def is_failed(report: CheckReport, *, strict: bool) -> bool:
    """Whether the answer is no: a row is impossible, or unknown where that is not allowed."""
    unknown = report.count(RowVerdict.UNKNOWN) if strict else 0
    return bool(report.count(RowVerdict.IMPOSSIBLE) or unknown)


def conflict_says(conflict: Conflict) -> str:
    """What clashes in a conflict, in words."""
    return "; ".join(BY_RULE[rule].says for rule in conflict.rules)


def _row(judged: Judgement) -> Json:
    return {
        "id": judged.row.id,
        "line": judged.row.line,
        "verdict": judged.verdict.value,
        "conflicts": [_conflict(conflict) for conflict in judged.conflicts],
        "ways_out": [_way_out(way) for way in judged.ways_out],
        "warnings": [
            {"id": w.id.value, "rule": w.rule, "says": w.says, "facts": list(w.facts)}
            for w in judged.warnings
        ],
        "unknown": [
            {"id": BY_RULE[u.rule].id.value, "rule": u.rule, "says": u.says, **_line(u.line)}
            for u in judged.unknown
        ],
        "planned_today": None if judged.planned_today is None else _planned(judged.planned_today),
    }


def _conflict(conflict: Conflict) -> Json:
    return {
        "ids": [check.id.value for check in CHECKS if check.rule in conflict.rules],
        "request": [_line(line) for line in conflict.request],
        "rules": list(conflict.rules),
        "facts": list(conflict.facts),
        "says": conflict_says(conflict),
    }


def _line(line: Line) -> Json:
    return {"path": line.path, "value": line.value, "file": line.file, "line": line.number}


def _way_out(way: WayOut) -> Json:
    return {
        "change": [
            {"path": change.path, "from": change.old, "to": change.to} for change in way.change
        ],
        "yields": {
            "verdict": RowVerdict.POSSIBLE.value,
            "platform_tag": way.platform_tag or None,
            "accelerators": dict(way.accelerators),
        },
    }


def _planned(planned: PlannedToday) -> Json:
    return {
        "platform_tag": planned.platform_tag,
        "gcc": planned.gcc,
        "binutils": planned.binutils or None,
        "image": planned.image,
        "in_image": planned.in_image,
        "accelerators": dict(planned.accelerators),
        "differs": list(planned.differs),
    }


def _fact(fact: ToldFact, report: CheckReport) -> Json:
    return {
        "says": fact.says,
        "standing": fact.standing,
        "source": dict(report.sources[fact.id]),
        "read": fact.read,
    }
