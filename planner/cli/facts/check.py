"""``mlplan facts check``: whether the facts keep their own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.options import (
    Color,
    ColorOption,
    DataOption,
    Format,
    FormatOption,
    OverlayOption,
    QuietOption,
    VerboseOption,
    wants_color,
)

if TYPE_CHECKING:
    from planner.errors import Problem


def check(
    data: DataOption = None,
    overlay: OverlayOption = None,
    format_: FormatOption = Format.TEXT,
    fix: Annotated[
        bool, typer.Option("--fix", help="Rewrite files that are not in canonical form.")
    ] = False,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Check the facts: their form, and the rules that span several of them."""
    import datetime

    from planner.errors import DataError
    from planner.load.canonical import misformatted, rewrite
    from planner.load.facts import read_facts
    from planner.load.invariants import broken_invariants
    from planner.load.locate import data_root
    from planner.report.paint import good

    root = data_root(data)
    if verbose and not quiet:
        typer.echo(f"facts: {root}", err=True)
    problems: list[Problem] = []
    facts = read_facts(root, problems, overlay)
    if not problems:
        if fix:
            for name in rewrite(root):
                _say(f"rewrote {name}", quiet=quiet)
        problems = [*broken_invariants(facts), *misformatted(root)]
        if facts.overlaid is not None:
            today = datetime.date.today().isoformat()
            problems += facts.overlaid.overlay.expired(today)
    if format_ is Format.JSON:
        _print_problems(problems)
    elif problems:
        formed = any("canonical" in problem.message for problem in problems)
        raise DataError(problems, hint="mlplan facts check --fix" if formed else None)
    elif not quiet:
        counts = ", ".join(f"{name} {len(f.minors)}" for name, f in facts.families.items())
        text = f"{len(facts.facts())} facts are in order (minor releases: {counts})"
        typer.echo(good(text, color=wants_color(color)), color=True)
    raise typer.Exit(DataError.exit_status if problems else 0)


def _say(text: str, *, quiet: bool) -> None:
    if not quiet:
        typer.echo(text, err=True)


def _print_problems(problems: list[Problem]) -> None:
    from planner.harmless import json_text

    rows = [problem._asdict() for problem in problems]
    document = {"schema": "mlplan-facts-check/1", "problems": rows}
    typer.echo(json_text(document, ascii_only=True), nl=False)
