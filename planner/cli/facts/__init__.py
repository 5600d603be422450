"""``mlplan facts``: the facts behind the plans, one module for each group of commands."""

from __future__ import annotations

from planner.cli.facts.audit import audit
from planner.cli.facts.check import check
from planner.cli.facts.differences import diff
from planner.cli.facts.graph import graph
from planner.cli.facts.harvest import harvest
from planner.cli.facts.listing import list_
from planner.cli.facts.show import show
from planner.cli.facts.sources import sources, stale
from planner.cli.manual import CommandApp

facts_app = CommandApp(help="The facts behind the plans.", no_args_is_help=True)
facts_app.command("list")(list_)
facts_app.command()(show)
facts_app.command()(sources)
facts_app.command()(diff)
facts_app.command()(graph)
facts_app.command()(stale)
facts_app.command()(check)
facts_app.command()(audit)
facts_app.command()(harvest)
