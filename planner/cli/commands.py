"""How commands are registered: built when they are first asked for, with a manual in their help.

A call runs one command, so it imports that one's module and converts that one's options: all of
them took longer than judging a small wheel. Only help and completion ask for every command.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


class ManualCommand(TyperCommand):
    """A command whose help has its options under headings and its manual below."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The synopsis: arguments in capitals, in brackets where they may be left out."""
        from planner.cli.manual import usage_pieces

        return usage_pieces(self, ctx)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments and options, group by group."""
        from planner.cli.manual import option_groups

        for title, rows in option_groups(self, ctx):
            with formatter.section(title):
                formatter.write_dl(list(rows))

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Files, exit status, examples, and where to read on."""
        _write_manual(ctx, formatter)


class ManualGroup(TyperGroup):
    """A group of commands whose help ends with its manual.

    ``WHERE`` says where the commands are, in the order of the help: ``module:name`` of a function,
    or of an application that is a group itself.
    """

    WHERE: Mapping[str, str] = {}

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        commands: Any = _Commands(self.WHERE)
        self.commands = commands

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the commands, none of which is built for that."""
        return list(self.commands)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Exit status, environment, examples, and where to read on."""
        _write_manual(ctx, formatter)


def _write_manual(ctx: Any, formatter: Any) -> None:
    from planner.cli.manual import command_path, write_manual

    write_manual(command_path(ctx), formatter)


class _Commands(Mapping[str, Any]):
    """The commands of a group by name, each imported and built when it is first asked for."""

    def __init__(self, where: Mapping[str, str]) -> None:
        self._where = where
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            module, _, attribute = self._where[name].partition(":")
            self._built[name] = _command(name, getattr(import_module(module), attribute))
        return self._built[name]

    def __contains__(self, name: object) -> bool:
        return name in self._where

    def __iter__(self) -> Iterator[str]:
        return iter(self._where)

    def __len__(self) -> int:
        return len(self._where)


def _command(name: str, made_from: Any) -> Any:
    """What typer makes of a function, or of an application that is a group."""
    if isinstance(made_from, typer.Typer):
        group = typer.main.get_group(made_from)
        group.name = name
        return group
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=ManualCommand)(made_from)
    return typer.main.get_command(app)
