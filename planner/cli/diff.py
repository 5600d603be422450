"""``mlplan diff``: two locks compared, in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.options import ExplainFormat, LockOverlayOption, text_width

if TYPE_CHECKING:
    from planner.plan.changes import Side


def diff(
    old: Annotated[Path, typer.Argument(help="The lock file before.", show_default=False)],
    new: Annotated[Path, typer.Argument(help="The lock file after.", show_default=False)],
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 1 if anything differs, as git diff does.")
    ] = False,
    format_: Annotated[
        ExplainFormat, typer.Option("--format", help="How to print the answer.")
    ] = ExplainFormat.TEXT,
    overlay: LockOverlayOption = None,
) -> None:
    """Say what differs between two plans: floors, support, releases, compilers, and why."""
    from planner.plan.changes import diff_of
    from planner.report.diff_json import diff_json
    from planner.report.diff_markdown import diff_markdown
    from planner.report.diff_text import diff_text

    found = diff_of(_side(old), _side(new))
    if overlay is not None:
        from planner.cli.lock_overlay import hold_to
        from planner.plan.lock import read_lock

        hold_to(read_lock(new), new, overlay)
    if format_ is ExplainFormat.JSON:
        text = diff_json(found)
    elif format_ is ExplainFormat.MARKDOWN:
        text = diff_markdown(found)
    else:
        text = diff_text(found, text_width())
    typer.echo(text, nl=False)
    raise typer.Exit(1 if exit_code and not found.is_same else 0)


def _side(path: Path) -> Side:
    """A lock file, read for the comparison; every problem names the file."""
    from dataclasses import replace

    from planner.errors import LockError
    from planner.plan.changes import read_side
    from planner.plan.lock import read_lock

    document = read_lock(path)
    try:
        return read_side(document)
    except LockError as error:
        problems = [replace(problem, file=str(path)) for problem in error.problems]
        raise LockError(problems, hint=error.hint) from None
