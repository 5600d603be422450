"""``mlplan facts list``: what there is, and the names that a request may use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli import completion
from planner.cli.facts.reading import fact_base, print_text, tell_facts
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

DISAGREEMENTS = "disagreements"


def list_(
    what: Annotated[
        str | None,
        typer.Argument(
            help="releases, distros, targets, components, images, toolsets, pythons, features, "
            "waivers, or disagreements; where not given, an overview.",
            autocompletion=completion.fact_list,
        ),
    ] = None,
    format_: FormatOption = Format.TEXT,
    data: DataOption = None,
    overlay: OverlayOption = None,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """List what is known, or the names that a request may use."""
    from planner.errors import Problem, UsageError
    from planner.model.nearest import nearest
    from planner.solve.listing import LISTS

    names = [*LISTS, DISAGREEMENTS]
    is_talking = verbose and not quiet
    if what is None:
        _print_overview(data, overlay, format_, color, verbose=is_talking)
    elif what == DISAGREEMENTS:
        _print_disagreements(data, overlay, format_, color, verbose=is_talking)
    elif what in LISTS:
        _print_rows(what, data, overlay, format_, color, quiet=quiet, verbose=is_talking)
    else:
        problem = Problem(
            message="nothing of this name can be listed",
            found=what,
            allowed=", ".join(names),
            nearest=nearest(what, names),
        )
        raise UsageError([problem], hint="mlplan facts show WORD tells about one thing")


def _print_rows(
    what: str,
    data: str | None,
    overlay: Path | None,
    format_: Format,
    color: Color,
    *,
    quiet: bool,
    verbose: bool,
) -> None:
    from planner.load.locate import data_root
    from planner.solve.compiled import load_index
    from planner.solve.listing import LISTS
    from planner.solve.tables import build_tables

    root = data_root(data)
    tables = build_tables(load_index(root, overlay=overlay))
    tell_facts(root, tables.index.version, verbose=verbose)
    rows = LISTS[what](tables)
    if format_ is Format.JSON:
        _print_json(what, rows)
        return
    from planner.report.rows import rows_text

    text = rows_text(rows, text_width())
    if quiet:
        typer.echo(text.partition("\n")[2], nl=False)  # without the heading, for scripts
    else:
        print_text(text, color)


def _print_json(what: str, rows: list[dict[str, str]]) -> None:
    from planner.harmless import json_text

    document = {"schema": "mlplan-facts-list/1", "kind": what, "rows": rows}
    typer.echo(json_text(document, ascii_only=True), nl=False)


def _print_disagreements(
    data: str | None, overlay: Path | None, format_: Format, color: Color, *, verbose: bool
) -> None:
    from planner.browse.disagreements import disagreements
    from planner.report.browse.overview_text import disagreement_rows
    from planner.report.browse.show_text import disagreement_lines

    found = disagreements(fact_base(data, overlay, verbose=verbose))
    if format_ is Format.JSON:
        _print_json(DISAGREEMENTS, disagreement_rows(found))
    else:
        lines = disagreement_lines(found, text_width())
        print_text("\n".join(lines).strip("\n") + "\n" if lines else "none\n", color)


def _print_overview(
    data: str | None, overlay: Path | None, format_: Format, color: Color, *, verbose: bool
) -> None:
    from planner.browse.disagreements import disagreements
    from planner.browse.overview import places
    from planner.load.locate import data_root
    from planner.report.browse.overview_text import overview_json, overview_text
    from planner.solve.compiled import load_index
    from planner.solve.listing import LISTS
    from planner.solve.tables import build_tables

    facts = fact_base(data, overlay, verbose=verbose)
    tables = build_tables(load_index(data_root(data), overlay=overlay))
    lists = {name: len(rows(tables)) for name, rows in LISTS.items()}
    lists[DISAGREEMENTS] = len(disagreements(facts))
    if format_ is Format.JSON:
        typer.echo(overview_json(facts.version, places(facts), lists), nl=False)
    else:
        print_text(overview_text(facts.version, places(facts), lists, text_width()), color)
