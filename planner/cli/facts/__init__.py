"""``mlplan facts``: the facts behind the plans, one module for each group of commands."""

from __future__ import annotations

import typer

from planner.cli.commands import ManualGroup


class _Facts(ManualGroup):
    """The commands below ``facts``."""

    WHERE = {
        "list": "planner.cli.facts.listing:list_",
        "show": "planner.cli.facts.show:show",
        "sources": "planner.cli.facts.sources:sources",
        "diff": "planner.cli.facts.differences:diff",
        "graph": "planner.cli.facts.graph:graph",
        "stale": "planner.cli.facts.sources:stale",
        "check": "planner.cli.facts.check:check",
        "audit": "planner.cli.facts.audit:audit",
        "harvest": "planner.cli.facts.harvest:harvest",
    }


facts_app = typer.Typer(
    cls=_Facts,
    help="The facts behind the plans.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
