"""The program ``mlplan``: its commands, and errors turned into messages and exit statuses."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Annotated

import typer

from planner import __version__
from planner.cli.check import check
from planner.cli.coverage import coverage
from planner.cli.diff import diff
from planner.cli.emit import emit
from planner.cli.explain import explain
from planner.cli.facts import facts_app
from planner.cli.help import help_
from planner.cli.init import init
from planner.cli.inspect import inspect
from planner.cli.manual import CommandApp
from planner.cli.report import report
from planner.cli.solve import solve
from planner.cli.verify import verify
from planner.errors import MlplanError, UsageError

app = CommandApp(
    name="mlplan",
    help="Plans the manylinux tag, build image and toolchain of accelerator wheels, and says why.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(init)
app.command()(solve)
app.command()(explain)
app.command()(emit)
app.command()(verify)
app.command()(inspect)
app.command()(check)
app.command()(diff)
app.command()(coverage)
app.command()(report)
app.add_typer(facts_app, name="facts")
app.command("help")(help_)


def _show_version(wanted: bool) -> None:
    if not wanted:
        return
    from planner.load.facts_version import facts_version
    from planner.load.locate import data_root

    try:
        version, digest = facts_version(data_root())
    except MlplanError:
        typer.echo(f"mlplan {__version__}, facts unknown")
        raise
    typer.echo(f"mlplan {__version__}, facts {version} (sha256 {digest[:12]})")
    raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and stop.", callback=_show_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Options of the program itself."""


def run() -> None:
    """Run the program and exit with the status of its answer."""
    if sys.stdout is None or sys.stderr is None:
        sys.exit(UsageError.exit_status)  # closed by the caller: there is nobody to tell
    for stream in (sys.stdout, sys.stderr):
        # A table must not crash on a terminal that lacks its line characters.
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(errors="replace")
    try:
        app()
    except MlplanError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EIO):
            raise
        typer.echo(f"error: cannot write the answer: {error.strerror}", err=True)
        os._exit(UsageError.exit_status)  # the interpreter's own flush would fail once more
