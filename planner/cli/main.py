"""The program ``mlplan``: its commands, and errors turned into messages and exit statuses."""

# No `from __future__ import annotations`: typer evaluates each one that is text, twice a call.

import atexit
import errno
import gc
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from planner import __version__
from planner.cli.commands import ManualGroup
from planner.errors import MlplanError, UsageError


class _ReaderGoneError(Exception):
    """Nobody reads the answer any more. No OSError: typer would exit with the status of "no"."""


@contextmanager
def _telling_of_closed_pipes() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise _ReaderGoneError from None


class _Program(ManualGroup):
    """The commands of the program."""

    WHERE = {
        "init": "planner.cli.init:init",
        "solve": "planner.cli.solve:solve",
        "explain": "planner.cli.explain:explain",
        "emit": "planner.cli.emit:emit",
        "verify": "planner.cli.verify:verify",
        "inspect": "planner.cli.inspect:inspect",
        "check": "planner.cli.check:check",
        "diff": "planner.cli.diff:diff",
        "coverage": "planner.cli.coverage:coverage",
        "report": "planner.cli.report:report",
        "help": "planner.cli.help:help_",
        "facts": "planner.cli.facts:facts_app",
    }

    def make_context(self, *args: Any, **settings: Any) -> Any:
        """Read the command line; ``--help`` and ``--version`` answer here."""
        with _telling_of_closed_pipes():
            return super().make_context(*args, **settings)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with _telling_of_closed_pipes():
            return super().invoke(ctx)


_READER_GONE = 141  # what a shell says of a program that SIGPIPE ended
_UNWRITABLE = (errno.ENOSPC, errno.EIO, errno.EBADF)
_OBJECTS = 100_000
"""So many objects are made between two searches for garbage. A start makes half as many, all of
which stay: with Python's 700 it was searched 500 times, a tenth of the time of a small wheel."""

app = typer.Typer(
    cls=_Program,
    name="mlplan",
    help="Plans the manylinux tag, build image and toolchain of accelerator wheels, and says why.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


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
    gc.set_threshold(_OBJECTS)
    atexit.register(gc.freeze)  # nor is anything looked for when the process ends
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
    except (_ReaderGoneError, BrokenPipeError):
        os._exit(_READER_GONE)  # the interpreter's own flush would fail once more
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        typer.echo(f"error: cannot write the answer: {error.strerror}", err=True)
        os._exit(UsageError.exit_status)  # as above
