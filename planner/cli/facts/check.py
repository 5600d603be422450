"""``mlplan facts check``: whether the facts keep their own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.options import DataOption, Format, FormatOption, OverlayOption

if TYPE_CHECKING:
    from planner.errors import Problem


def check(
    data: DataOption = None,
    overlay: OverlayOption = None,
    format_: FormatOption = Format.TEXT,
    fix: Annotated[
        bool, typer.Option("--fix", help="Rewrite files that are not in canonical form.")
    ] = False,
) -> None:
    """Check the facts: their form, and the rules that span several of them."""
    import datetime

    from planner.errors import DataError
    from planner.load.canonical import misformatted, rewrite
    from planner.load.facts import read_facts
    from planner.load.invariants import broken_invariants
    from planner.load.locate import data_root

    root = data_root(data)
    problems: list[Problem] = []
    facts = read_facts(root, problems, overlay)
    if not problems:
        if fix:
            for name in rewrite(root):
                typer.echo(f"rewrote {name}", err=True)
        problems = [*broken_invariants(facts), *misformatted(root)]
        if facts.overlaid is not None:
            today = datetime.date.today().isoformat()
            problems += facts.overlaid.overlay.expired(today)
    if format_ is Format.JSON:
        _print_problems(problems)
    elif problems:
        formed = any("canonical" in problem.message for problem in problems)
        raise DataError(problems, hint="mlplan facts check --fix" if formed else None)
    else:
        counts = ", ".join(f"{name} {len(f.minors)}" for name, f in facts.families.items())
        typer.echo(f"{len(facts.facts())} facts are in order (minor releases: {counts})")
    raise typer.Exit(DataError.exit_status if problems else 0)


def _print_problems(problems: list[Problem]) -> None:
    import dataclasses
    import json

    rows = [dataclasses.asdict(problem) for problem in problems]
    typer.echo(json.dumps({"schema": "mlplan-facts-check/1", "problems": rows}, indent=1))
