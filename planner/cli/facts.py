"""``mlplan facts``: what is known, and whether it keeps its own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli import completion
from planner.cli.manual import CommandApp
from planner.cli.options import (
    Color,
    ColorOption,
    DataOption,
    Format,
    FormatOption,
    QuietOption,
    VerboseOption,
    text_width,
    wants_color,
)

if TYPE_CHECKING:
    from planner.errors import Problem

facts_app = CommandApp(help="The facts behind the plans.", no_args_is_help=True)


@facts_app.command()
def check(
    data: DataOption = None,
    format_: FormatOption = Format.TEXT,
    fix: Annotated[
        bool, typer.Option("--fix", help="Rewrite files that are not in canonical form.")
    ] = False,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Check the facts: their form, and the rules that span several of them."""
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
    facts = read_facts(root, problems)
    if not problems:
        if fix:
            for name in rewrite(root):
                _say(f"rewrote {name}", quiet=quiet)
        problems = [*broken_invariants(facts), *misformatted(root)]
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
    import dataclasses
    import json

    rows = [dataclasses.asdict(problem) for problem in problems]
    typer.echo(json.dumps({"schema": "mlplan-facts-check/1", "problems": rows}, indent=1))


@facts_app.command("list")
def list_(
    what: Annotated[
        str,
        typer.Argument(
            help="releases, distros, targets, components, images, toolsets, pythons, features, "
            "or waivers.",
            autocompletion=completion.fact_list,
        ),
    ],
    data: DataOption = None,
    format_: FormatOption = Format.TEXT,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """List the names that a request may use."""
    from planner.errors import Problem, UsageError
    from planner.load.locate import data_root
    from planner.model.nearest import nearest
    from planner.solve.compiled import load_index
    from planner.solve.listing import LISTS
    from planner.solve.tables import build_tables

    if what not in LISTS:
        problem = Problem(
            message="nothing of this name can be listed",
            found=what,
            allowed=", ".join(LISTS),
            nearest=nearest(what, LISTS),
        )
        raise UsageError([problem])
    root = data_root(data)
    tables = build_tables(load_index(root))
    if verbose and not quiet:
        typer.echo(f"facts: {root} ({tables.index.version})", err=True)
    rows = LISTS[what](tables)
    if format_ is Format.JSON:
        import json

        document = {"schema": "mlplan-facts-list/1", "kind": what, "rows": rows}
        typer.echo(json.dumps(document, indent=1))
    else:
        from planner.report.paint import painted
        from planner.report.rows import rows_text

        text = rows_text(rows, text_width())
        if quiet:
            text = text.partition("\n")[2]  # the names without the heading, for scripts
        else:
            text = painted(text, color=wants_color(color), headings=0)
        typer.echo(text, nl=False, color=True)
