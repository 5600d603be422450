"""``mlplan facts sources`` and ``stale``: where the facts come from, and how old that is."""

from __future__ import annotations

from typing import Annotated

import typer

from planner.cli.facts.reading import fact_base, print_text
from planner.cli.options import (
    Color,
    ColorOption,
    DataOption,
    Format,
    FormatOption,
    OverlayOption,
    QuietOption,
    VerboseOption,
    text_width,
)


def sources(
    family: Annotated[
        str | None,
        typer.Option("--family", metavar="NAME", help="Only those of a family, or of policies."),
    ] = None,
    format_: FormatOption = Format.TEXT,
    data: DataOption = None,
    overlay: OverlayOption = None,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """List the sources: what they are, when they were read, and how many facts rest on them."""
    from planner.browse.overview import POLICIES, resting
    from planner.errors import Problem, UsageError
    from planner.model.nearest import nearest
    from planner.report.browse.overview_text import sources_json, sources_text

    facts = fact_base(data, overlay, verbose=verbose and not quiet)
    names = [*facts.families, POLICIES]
    if family is not None and family not in names:
        problem = Problem(
            message="no such family",
            found=family,
            allowed=", ".join(names),
            nearest=nearest(family, names),
        )
        raise UsageError([problem])
    found = resting(facts, family)
    if format_ is Format.JSON:
        typer.echo(sources_json(found), nl=False)
    else:
        print_text(sources_text(found, text_width()), color)


def stale(
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=0, help="How old a reading may be.")
    ] = 180,
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="YYYY-MM-DD", help="The day to count from; today."),
    ] = None,
    format_: FormatOption = Format.TEXT,
    data: DataOption = None,
    overlay: OverlayOption = None,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Find sources and facts that were read long ago; exit 1 if there are any."""
    import datetime

    from planner.browse.overview import stale as stale_facts
    from planner.report.browse.overview_text import stale_json, stale_text

    day = date or datetime.date.today().isoformat()
    _check_day(day)
    facts = fact_base(data, overlay, verbose=verbose and not quiet)
    found = stale_facts(facts, days, day)
    if format_ is Format.JSON:
        typer.echo(stale_json(found), nl=False)
    else:
        print_text(stale_text(found, text_width()), color)
    raise typer.Exit(0 if found.is_empty else 1)


def _check_day(day: str) -> None:
    from planner.errors import Problem, UsageError
    from planner.model.versions import is_day

    if len(day) != 10 or not is_day(day):
        problem = Problem(message="--date names no day", found=day, allowed="YYYY-MM-DD")
        raise UsageError([problem])
