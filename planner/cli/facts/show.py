"""``mlplan facts show``: all that is known of one thing."""

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


def show(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORD...",
            help="A release (cuda 12.9), gcc 14, a policy, image, toolset, distribution, GPU "
            "target, component, package, a fact's id or a source's.",
            show_default=False,
        ),
    ],
    format_: FormatOption = Format.TEXT,
    data: DataOption = None,
    overlay: OverlayOption = None,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Show what is known of something, from where, and where sources disagree."""
    from planner.browse.catalogue import Catalogue
    from planner.errors import Problem, UsageError
    from planner.report.browse.facts_json import answer_json
    from planner.report.browse.show_text import answer_text

    catalogue = Catalogue(fact_base(data, overlay, verbose=verbose and not quiet))
    answer = catalogue.find(words)
    if answer is None:
        problem = Problem(
            message="no fact is about this, and none mentions it",
            found=" ".join(words),
            nearest=catalogue.nearest(words),
        )
        raise UsageError([problem], hint="mlplan facts list shows what there is")
    if format_ is Format.JSON:
        typer.echo(answer_json(answer), nl=False)
    else:
        print_text(answer_text(answer, text_width()), color)
