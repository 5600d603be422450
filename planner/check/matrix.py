"""A whole matrix judged: rows that state the same are judged once."""

from __future__ import annotations

from planner.check.checks import Doubt
from planner.check.doubts import doubts_of, waivers_of
from planner.check.judge import Judge
from planner.check.mends import ways_out
from planner.check.results import CheckReport, Judgement, RowVerdict
from planner.check.rows import Names, Row, RowReader, Unknown
from planner.check.today import Today
from planner.explain.facts import fact_sentence
from planner.model.matrix_rows import PlainMatrix
from planner.plan.locked import ToldFact
from planner.solve.rows import Tables


def check_matrix(matrix: PlainMatrix, names: Names, today: str) -> CheckReport:
    """The judgement of every row of a matrix, in its order.

    :raises DataError: where an entry of the overlay has expired by today or by the day of a row.
    """
    judge = Judge(names, today)
    planner = Today(judge)
    read = [RowReader(plain, matrix.file, names).row() for plain in matrix.rows]
    index = names.tables.index
    if index.overlay is not None:
        for day in sorted({today, *(judge.day(row).iso for row in read)}):
            index.overlay.require_in_force(day)
    rows = [judged(judge, planner, row) for row in read]
    facts = _told(rows, names.tables)
    return CheckReport(
        file=matrix.file,
        date=today,
        facts_version=index.version,
        facts_sha256=index.sha256,
        rows=tuple(rows),
        ignored=matrix.ignored,
        facts=facts,
        sources={
            id_: {name: index.sources[name].title for name in index.facts[id_].sources}
            for id_ in facts
        },
    )


def judged(judge: Judge, planner: Today, row: Row) -> Judgement:
    """One row with its verdict, conflicts, ways out, warnings and what is planned today."""
    unknown = (*row.unknown, *_undated(judge, row))
    verdict = RowVerdict.UNKNOWN if unknown else RowVerdict.POSSIBLE
    parts = [] if judge.is_possible(row) else judge.minimal_parts(row)
    if parts:
        verdict = RowVerdict.IMPOSSIBLE
    return Judgement(
        row=row,
        verdict=verdict,
        conflicts=tuple(judge.conflict(row, each) for each in parts),
        ways_out=ways_out(judge, row, parts) if parts else (),
        warnings=(*doubts_of(judge, row), *(() if parts else waivers_of(judge, row))),
        unknown=unknown,
        planned_today=planner.planned(row, frozenset(part for each in parts for part in each))
        if row.families or row.any_arch
        else None,
    )


def _undated(judge: Judge, row: Row) -> tuple[Unknown, ...]:
    """Releases of which nobody knows whether they were out on the stated day."""
    found = []
    for family in row.families if row.date else ():
        days = [release.released for release in judge.releases(row, family)]
        if "" in days and not any(day and day <= row.date for day in days):
            says = "is a release whose day is not known"
            found.append(
                Unknown(line=row.lines[(family, "")], says=says, rule=Doubt.UNDATED_RELEASE)
            )
    return tuple(found)


def _told(rows: list[Judgement], tables: Tables) -> dict[str, ToldFact]:
    named = {
        id_
        for row in rows
        for ids in (*(c.facts for c in row.conflicts), *(w.facts for w in row.warnings))
        for id_ in ids
    }
    facts, sources = tables.index.facts, tables.index.sources
    return {
        id_: ToldFact(
            id=id_,
            says=fact_sentence(facts[id_]),
            standing=facts[id_].standing.value,
            sources=tuple(sources[name].title for name in facts[id_].sources),
            read=facts[id_].read,
            note=facts[id_].note,
        )
        for id_ in sorted(named)
    }
