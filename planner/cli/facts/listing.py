"""``mlplan facts list``: what there is, and the names that a request may use."""

from __future__ import annotations

from pathlib import Path
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
    text_width,
)

DISAGREEMENTS = "disagreements"


def list_(
    what: Annotated[
        str | None,
        typer.Argument(
            help="releases, distros, targets, components, images, toolsets, pythons, features, "
            "waivers, or disagreements; where not given, an overview."
        ),
    ] = None,
    format_: FormatOption = Format.TEXT,
    data: DataOption = None,
    overlay: OverlayOption = None,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,  # there is nothing to say but the answer
) -> None:
    """List what is known, or the names that a request may use."""
    from planner.errors import Problem, UsageError
    from planner.model.nearest import nearest
    from planner.solve.listing import LISTS

    names = [*LISTS, DISAGREEMENTS]
    if what is None:
        _print_overview(data, overlay, format_, color)
    elif what == DISAGREEMENTS:
        _print_disagreements(data, overlay, format_, color)
    elif what in LISTS:
        _print_rows(what, data, overlay, format_)
    else:
        problem = Problem(
            message="nothing of this name can be listed",
            found=what,
            allowed=", ".join(names),
            nearest=nearest(what, names),
        )
        raise UsageError([problem], hint="mlplan facts show WORD tells about one thing")


def _print_rows(what: str, data: str | None, overlay: Path | None, format_: Format) -> None:
    from planner.load.locate import data_root
    from planner.solve.compiled import load_index
    from planner.solve.listing import LISTS
    from planner.solve.tables import build_tables

    rows = LISTS[what](build_tables(load_index(data_root(data), overlay=overlay)))
    if format_ is Format.JSON:
        _print_json(what, rows)
    else:
        from planner.report.rows import rows_text

        typer.echo(rows_text(rows, text_width()), nl=False)


def _print_json(what: str, rows: list[dict[str, str]]) -> None:
    import json

    document = {"schema": "mlplan-facts-list/1", "kind": what, "rows": rows}
    typer.echo(json.dumps(document, indent=1))


def _print_disagreements(
    data: str | None, overlay: Path | None, format_: Format, color: Color
) -> None:
    from planner.browse.disagreements import disagreements
    from planner.report.browse.overview_text import disagreement_rows
    from planner.report.browse.show_text import disagreement_lines

    found = disagreements(fact_base(data, overlay))
    if format_ is Format.JSON:
        _print_json(DISAGREEMENTS, disagreement_rows(found))
    else:
        lines = disagreement_lines(found, text_width())
        print_text("\n".join(lines).strip("\n") + "\n" if lines else "none\n", color)


def _print_overview(data: str | None, overlay: Path | None, format_: Format, color: Color) -> None:
    from planner.browse.disagreements import disagreements
    from planner.browse.overview import places
    from planner.load.locate import data_root
    from planner.report.browse.overview_text import overview_json, overview_text
    from planner.solve.compiled import load_index
    from planner.solve.listing import LISTS
    from planner.solve.tables import build_tables

    facts = fact_base(data, overlay)
    tables = build_tables(load_index(data_root(data), overlay=overlay))
    lists = {name: len(rows(tables)) for name, rows in LISTS.items()}
    lists[DISAGREEMENTS] = len(disagreements(facts))
    if format_ is Format.JSON:
        typer.echo(overview_json(facts.version, places(facts), lists), nl=False)
    else:
        print_text(overview_text(facts.version, places(facts), lists, text_width()), color)
