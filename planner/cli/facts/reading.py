"""What the commands share: reading the facts, and printing an answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from planner.cli.options import Color, wants_color

if TYPE_CHECKING:
    from planner.model.facts import FactBase


def fact_base(data: str | None, overlay: Path | None, *, verbose: bool = False) -> FactBase:
    """The facts of ``--data`` with those of ``--overlay``; with ``verbose`` their place and version
    are said on standard error.

    :raises DataError: with every problem that reading them met.
    """
    from planner.load.facts import load_facts
    from planner.load.locate import data_root

    root = data_root(data)
    facts = load_facts(root, overlay)
    tell_facts(root, facts.version, verbose=verbose)
    return facts


def tell_facts(root: Path, version: str, *, verbose: bool) -> None:
    """Say which facts are used, where that is wanted."""
    if verbose:
        typer.echo(f"facts: {root} ({version})", err=True)


def print_text(text: str, color: Color) -> None:
    """Print an answer that ends with a line break, in colour where it is wanted."""
    from planner.report.browse.paint import painted

    typer.echo(painted(text, color=wants_color(color)), nl=False, color=True)
