"""``mlplan check``: a matrix that somebody wrote by hand, judged row by row."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.options import (
    Color,
    ColorOption,
    DataOption,
    FindingsFormat,
    FindingsFormatOption,
    OverlayOption,
    QuietOption,
    VerboseOption,
    text_width,
    wants_color,
)

if TYPE_CHECKING:
    from planner.check.results import CheckReport
    from planner.check.rows import Names
    from planner.model.matrix_rows import PlainMatrix


def check(
    rows: Annotated[
        str,
        typer.Argument(
            metavar="ROWS",
            help="JSON or YAML: a list of rows, an object with include, a GitHub workflow; "
            "- reads standard input.",
        ),
    ],
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="THEIRS=OURS", help="What a foreign key means. Repeatable."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Rows that cannot be judged fail, too.")
    ] = False,
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="YYYY-MM-DD", help="The day that is called today."),
    ] = None,
    format_: FindingsFormatOption = FindingsFormat.TEXT,
    color: ColorOption = Color.AUTO,
    data: DataOption = None,
    overlay: OverlayOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Judge an existing build matrix row by row: possible, impossible and why, or unknown."""
    from planner.check.matrix import check_matrix
    from planner.check.rows import Names
    from planner.load.locate import data_root
    from planner.report.check_json import is_failed
    from planner.report.paint import painted
    from planner.solve.compiled import load_index
    from planner.solve.tables import build_tables
    from planner.solve.vocabulary import vocabulary_of

    tables = build_tables(load_index(data_root(data), overlay=overlay))
    names = Names(tables, vocabulary_of(tables))
    today = _today(date)
    report = check_matrix(_matrix(rows, names, map_ or []), names, today)
    text = _shown(report, format_, strict=strict, quiet=quiet, verbose=verbose)
    if format_ is FindingsFormat.TEXT:
        text = painted(text, color=wants_color(color))
    typer.echo(text, nl=False, color=True)
    raise typer.Exit(1 if is_failed(report, strict=strict) else 0)


def _today(date: str | None) -> str:
    import datetime

    from planner.errors import Problem, UsageError
    from planner.model.versions import is_day, last_day

    if date is None:
        return datetime.date.today().isoformat()
    if not is_day(date):
        problem = Problem(message="--date: not a day", found=date, allowed="YYYY-MM-DD")
        raise UsageError([problem])
    return last_day(date).isoformat()


def _matrix(rows: str, names: Names, mapped: list[str]) -> PlainMatrix:
    from planner.check.spellings import field_of
    from planner.errors import RequestError
    from planner.load.matrix_rows import matrix_of, read_matrix

    theirs = _mapping(mapped, names.families)

    def meaning(key: str) -> str | None:
        return theirs.get(key) or field_of(key, names.families)

    if rows != "-":
        return read_matrix(Path(rows), meaning)
    try:
        text = sys.stdin.read()
    except UnicodeDecodeError:
        raise RequestError("standard input is not UTF-8 text") from None
    return matrix_of(text, "standard input", meaning)


def _mapping(mapped: list[str], families: tuple[str, ...]) -> dict[str, str]:
    """``--map`` by foreign key.

    :raises UsageError: for a pair without ``=`` and for names that no row can have.
    """
    from planner.check.spellings import field_names
    from planner.errors import Problem, UsageError
    from planner.model.nearest import nearest

    known = field_names(families)
    found = {}
    for pair in mapped:
        theirs, equals, ours = (part.strip() for part in pair.partition("="))
        if not equals or not theirs or ours not in known:
            problem = Problem(
                message="--map takes THEIRS=OURS",
                found=pair,
                allowed="OURS is one of " + ", ".join(known),
                nearest=nearest(ours, known),
            )
            raise UsageError([problem], hint="mlplan check ROWS --map cuda_version=cuda")
        found[theirs] = ours
    return found


def _shown(
    report: CheckReport, format_: FindingsFormat, *, strict: bool, quiet: bool, verbose: bool
) -> str:
    from planner.plan.document import render
    from planner.report.check_json import check_document
    from planner.report.check_text import check_text

    if format_ is FindingsFormat.JSON:
        return render(check_document(report, strict=strict))
    if format_ is FindingsFormat.TEXT:
        return check_text(report, width=text_width(), verbose=verbose, quiet=quiet)
    from planner.report.check_findings import findings_of
    from planner.report.findings_formats import FORMATS

    return FORMATS[format_.value](findings_of(report, strict=strict))
