"""``mlplan facts diff``: two states of the facts, and the plans that change between them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.facts.reading import print_text
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


def diff(
    old: Annotated[
        str,
        typer.Argument(
            help="A folder with facts, or a lock file: the facts that its plan rests on.",
            show_default=False,
        ),
    ],
    new: Annotated[
        str | None,
        typer.Argument(help="A folder with facts; those in use where not given."),
    ] = None,
    request: Annotated[
        list[Path] | None,
        typer.Option(
            "--request",
            metavar="FILE",
            help="A request or lock to plan with both; where none is given, the built-in request "
            "and the request of this folder. Repeatable.",
        ),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="YYYY-MM-DD", help="The day to plan for; today."),
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 1 if anything differs, as git diff does.")
    ] = False,
    format_: FormatOption = Format.TEXT,
    data: DataOption = None,
    overlay: OverlayOption = None,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Say which facts differ, field by field, and which plans change with them."""
    from planner.cli.facts.comparing import compared
    from planner.report.browse.diff import compared_json, compared_text

    found = compared(old, new, request or [], date, data, overlay, quiet=quiet)
    if format_ is Format.JSON:
        typer.echo(compared_json(found), nl=False)
    else:
        print_text(compared_text(found, text_width()), color)
    raise typer.Exit(1 if exit_code and not found.is_same else 0)
