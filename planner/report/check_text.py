"""A judged matrix for a person: impossible rows first, equal conflicts told once."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from planner.check.checks import BY_RULE
from planner.check.results import CheckReport, Judgement, RowVerdict
from planner.explain.told import told
from planner.model.request import Line
from planner.plan.locked import ToldFact
from planner.plan.records import Change, Conflict, WayOut
from planner.report.lines import labelled

WIDTH = 100
_FACTS_SHOWN = 4
_IDS_SHOWN = 6
_COLUMN = 11
_TITLE = 72
_LISTED = ("gpu", "links", "python")


def check_text(
    report: CheckReport, *, width: int = WIDTH, verbose: bool = False, quiet: bool = False
) -> str:
    """The whole report; ``verbose`` adds today's plan of every row, ``quiet`` drops warnings."""
    width = min(width, WIDTH)
    lines: list[str] = []
    for group in grouped(report.rows):
        lines += [*_impossible(group, report.facts, width), ""]
    lines += _noted(_unknown(report, RowVerdict.UNKNOWN), "unknown", width)
    lines += _noted(_unknown(report, RowVerdict.IMPOSSIBLE), "not judged", width)
    if not quiet:
        lines += _noted(_warnings(report), "warning", width)
    if verbose:
        lines += _noted(_today(report), "today", width)
    if report.ignored and not quiet:
        keys = ", ".join(report.ignored)
        lines += labelled(
            "note", f"keys that are ignored: {keys} (--map theirs=ours)", **_at(width)
        )
    return "\n".join([*lines, summary(report)]) + "\n"


def summary(report: CheckReport) -> str:
    """One line with the number of rows by verdict."""
    if not report.rows:
        return "no rows"
    counts = ", ".join(f"{report.count(verdict)} {verdict.value}" for verdict in RowVerdict)
    number = len(report.rows)
    return f"{number} row{'s' if number > 1 else ''}: {counts}"


def grouped(rows: Iterable[Judgement]) -> list[list[Judgement]]:
    """Impossible rows by what clashes in them, in order of first appearance."""
    groups: dict[object, list[Judgement]] = {}
    for row in rows:
        if row.verdict is RowVerdict.IMPOSSIBLE:
            signature = tuple(
                (c.rules, c.facts, frozenset((field_name(x), x.value) for x in c.request))
                for c in row.conflicts
            )
            groups.setdefault(signature, []).append(row)
    return list(groups.values())


def merged(conflicts: Sequence[Conflict]) -> list[Conflict]:
    """Conflicts that differ in one listed value only (a GPU target, a library) told as one."""
    groups: dict[object, list[Conflict]] = {}
    for conflict in conflicts:
        rest = tuple(line for line in conflict.request if field_name(line) not in _LISTED)
        listed = [field_name(line) for line in conflict.request if field_name(line) in _LISTED]
        key = (rest, *listed, conflict.rules) if len(listed) == 1 else conflict.request
        groups.setdefault(key, []).append(conflict)
    return [group[0] if len(group) == 1 else _one_of(group) for group in groups.values()]


def _one_of(group: list[Conflict]) -> Conflict:
    """Several conflicts as one, the listed values joined in its line."""
    request = []
    for number, line in enumerate(group[0].request):
        values = dict.fromkeys(conflict.request[number].value for conflict in group)
        request.append(replace(line, value=", ".join(values)))
    facts = dict.fromkeys(fact for conflict in group for fact in conflict.facts)
    return replace(group[0], request=tuple(request), facts=tuple(facts))


def field_name(line: Line) -> str:
    """The field of a row that a line is about: ``gpu`` of ``include[3].gpu[0]``."""
    return _field(line.path)


def _field(path: str) -> str:
    named = re.sub(r"(\[\d+\])+$", "", path).rpartition(".")[2]
    return named or path


def change_text(change: Change) -> str:
    """One change of a row in words."""
    if change.to is None:
        return f"drop {change.old} from {_field(change.path)}"
    return f"set {_field(change.path)} to {change.to} (was {change.old})"


def way_text(way: WayOut) -> str:
    """Every change of a way out in words."""
    return " and ".join(change_text(change) for change in way.change)


def _at(width: int) -> dict[str, int]:
    return {"indent": 0, "width": width}


def _impossible(group: list[Judgement], facts: Mapping[str, ToldFact], width: int) -> list[str]:
    first = group[0]
    lines = labelled("impossible", _ids(row.row.id for row in group), **_at(width))
    conflicts = merged(first.conflicts)
    for number, conflict in enumerate(conflicts, 1):
        if len(conflicts) > 1:
            lines.append(f"  conflict {number}:")
        lines += _conflict(conflict, len(group), facts, width)
    for number, way in enumerate(first.ways_out, 1):
        head = "ways out" if number == 1 else ""
        lines += labelled(f"{head:<9}{number}.", way_text(way), indent=2, width=width, column=12)
    if not first.ways_out:
        text = "no change of version, tag or target helps"
        lines += labelled("ways out", text, indent=2, width=width)
    today = first.planned_today
    if today is not None:
        text = "; ".join([f"{today.platform_tag} with gcc {today.gcc}", *today.differs])
        lines += labelled("today", text, indent=2, width=width, column=9)
    return lines


def _conflict(
    conflict: Conflict, rows: int, facts: Mapping[str, ToldFact], width: int
) -> list[str]:
    lines: list[str] = []
    for line in conflict.request:
        place = f"  ({line.file}:{line.number})" if line.number else ""
        more = " and others" if rows > 1 and place else ""
        text = f"{field_name(line)}: {line.value}{place}{more}"
        lines += labelled("row says", text, indent=4, width=width, column=_COLUMN)
    for id_ in conflict.facts[:_FACTS_SHOWN]:
        text = "; ".join([told(id_, facts), *_sources(facts[id_])])
        lines += labelled("fact", text, indent=4, width=width, column=_COLUMN)
    hidden = len(conflict.facts) - _FACTS_SHOWN
    if hidden > 0:
        text = f"and {hidden} more, all in --format json"
        lines += labelled("", text, indent=4, width=width, column=_COLUMN)
    checks = [BY_RULE[rule] for rule in conflict.rules]
    text = "; ".join(f"{check.says} [{check.id.value}]" for check in checks)
    return lines + labelled("therefore", text, indent=4, width=width, column=_COLUMN)


def _sources(fact: ToldFact) -> list[str]:
    """The first source, cut short; JSON has all of them in full."""
    if not fact.sources:
        return []
    title = textwrap.shorten(fact.sources[0], _TITLE, placeholder=" ...")
    more = f" and {len(fact.sources) - 1} more" if len(fact.sources) > 1 else ""
    return [f"source: {title}{more}"]


def _ids(ids: Iterable[str]) -> str:
    names = list(ids)
    shown = ", ".join(names[:_IDS_SHOWN])
    more = f" and {len(names) - _IDS_SHOWN} more" if len(names) > _IDS_SHOWN else ""
    return f"{len(names)} rows: {shown}{more}" if len(names) > 1 else shown


def _noted(notes: Mapping[str, list[str]], label: str, width: int) -> list[str]:
    """Each note once with the rows that it is about, and an empty line after the last."""
    lines: list[str] = []
    for says, ids in notes.items():
        lines += labelled(label, f"{says}: {_ids(ids)}", **_at(width))
    return [*lines, ""] if lines else []


def _unknown(report: CheckReport, verdict: RowVerdict) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in report.rows:
        for unknown in row.unknown if row.verdict is verdict else ():
            field = field_name(unknown.line) if unknown.line.value else ""
            what = f"{field}: {unknown.line.value} {unknown.says}" if field else unknown.says
            found.setdefault(what, []).append(row.row.id)
    return found


def _warnings(report: CheckReport) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in report.rows:
        for warned in row.warnings:
            found.setdefault(f"{warned.says} [{warned.id.value}]", []).append(row.row.id)
    return found


def _today(report: CheckReport) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in report.rows:
        if row.planned_today is not None and row.planned_today.differs:
            found.setdefault("; ".join(row.planned_today.differs), []).append(row.row.id)
    return found
