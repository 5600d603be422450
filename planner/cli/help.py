"""``mlplan help``: the page of a command, of all commands, or a manual page."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from planner.cli import completion


class HelpFormat(StrEnum):
    """How pages are printed."""

    TEXT = "text"
    MAN = "man"
    MARKDOWN = "markdown"


def help_(
    ctx: typer.Context,
    command: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[COMMAND]...",
            help="The words of a command.",
            autocompletion=completion.command_word,
        ),
    ] = None,
    format_: Annotated[
        HelpFormat,
        typer.Option("--format", help="text; or all commands as man (roff) or markdown."),
    ] = HelpFormat.TEXT,
) -> None:
    """Show the page of a command, through a pager on a terminal."""
    root = ctx.find_root()
    if format_ is not HelpFormat.TEXT:
        typer.echo(_all_pages(root, format_), nl=False)
        return
    found, inner = _found(root, command or [])
    text = found.get_help(inner)
    if sys.stdout.isatty():
        import pydoc

        pydoc.pager(text)
    else:
        typer.echo(text)


def _found(root: Any, words: list[str]) -> tuple[Any, Any]:
    """A command by its words, with the context that its help needs.

    :raises UsageError: where there is none.
    """
    from planner.errors import Problem, UsageError
    from planner.model.nearest import nearest

    command, ctx = root.command, root
    for word in words:
        known = getattr(command, "commands", {})
        if word not in known:
            problem = Problem(
                message="no such command",
                found=" ".join(words),
                allowed=", ".join(known) or None,
                nearest=nearest(word, known),
            )
            raise UsageError([problem], hint="mlplan --help lists the commands")
        command = known[word]
        ctx = type(root)(command, info_name=word, parent=ctx)
    return command, ctx


def _all_pages(root: Any, format_: HelpFormat) -> str:
    from planner import __version__
    from planner.cli.manual import command_pages
    from planner.report.command_pages import pages_man, pages_markdown

    ctx = type(root)(root.command, info_name="mlplan")
    pages = command_pages(root.command, ctx)
    if format_ is HelpFormat.MAN:
        return pages_man(pages, __version__)
    return pages_markdown(pages, "mlplan help --format markdown")
