"""``mlplan facts``: what is known, and whether it keeps its own rules."""

from __future__ import annotations

import typer

from planner.cli.options import DataOption, Format, FormatOption

facts_app = typer.Typer(help="The facts behind the plans.", no_args_is_help=True)


@facts_app.command()
def check(data: DataOption = None, format_: FormatOption = Format.TEXT) -> None:
    """Check the facts: their form, and the rules that span several of them."""
    from planner.load.canonical import misformatted
    from planner.load.facts import read_facts
    from planner.load.invariants import broken_invariants
    from planner.load.locate import data_root

    root = data_root(data)
    problems: list = []  # type: ignore[type-arg]
    facts = read_facts(root, problems)
    if not problems:
        problems = [*broken_invariants(facts), *misformatted(root)]
    if format_ is Format.JSON:
        _print_json(problems)
    elif problems:
        from planner.errors import DataError

        raise DataError(problems)
    else:
        counts = ", ".join(f"{name} {len(f.minors)}" for name, f in facts.families.items())
        typer.echo(f"{len(facts.facts())} facts are in order (minor releases: {counts})")
    raise typer.Exit(4 if problems else 0)


def _print_json(problems: list) -> None:  # type: ignore[type-arg]
    import dataclasses
    import json

    rows = [dataclasses.asdict(problem) for problem in problems]
    typer.echo(json.dumps({"schema": "mlplan-facts-check/1", "problems": rows}, indent=1))
