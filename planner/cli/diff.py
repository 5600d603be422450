"""``mlplan diff``: two locks compared, in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.options import (
    Color,
    ColorOption,
    DataOption,
    ExplainFormat,
    ExplainFormatOption,
    LockOverlayOption,
    QuietOption,
    VerboseOption,
    text_width,
    wants_color,
)

if TYPE_CHECKING:
    from planner.plan.changes import Side


def diff(
    old: Annotated[Path, typer.Argument(help="The lock file before.", show_default=False)],
    new: Annotated[Path, typer.Argument(help="The lock file after.", show_default=False)],
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 1 if anything differs, as git diff does.")
    ] = False,
    format_: ExplainFormatOption = ExplainFormat.TEXT,
    data: DataOption = None,
    overlay: LockOverlayOption = None,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Say what differs between two plans: floors, support, releases, compilers, and why."""
    from planner.plan.changes import diff_of
    from planner.report.diff_json import diff_json
    from planner.report.diff_markdown import diff_markdown
    from planner.report.diff_text import diff_text
    from planner.report.paint import painted

    is_talking = verbose and not quiet
    sides = [_side(path, data, verbose=is_talking) for path in (old, new)]
    found = diff_of(*sides)
    if overlay is not None:
        from planner.cli.lock_overlay import hold_to
        from planner.plan.lock import read_lock

        hold_to(read_lock(new), new, overlay, data)
    if format_ is ExplainFormat.JSON:
        text = diff_json(found)
    elif format_ is ExplainFormat.MARKDOWN:
        text = diff_markdown(found)
    else:
        text = painted(diff_text(found, text_width()), color=wants_color(color), headings=0)
    typer.echo(text, nl=False, color=True)
    raise typer.Exit(1 if exit_code and not found.is_same else 0)


def _side(path: Path, data: str | None, *, verbose: bool) -> Side:
    """A lock file, read for the comparison; every problem names the file."""
    from planner.cli.locks import named, tell_lock
    from planner.plan.changes import read_side
    from planner.plan.lock import read_lock

    document = read_lock(path)
    side = named(path, read_side, document)
    tell_lock(path, document, data, verbose=verbose)
    return side
