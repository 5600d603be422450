"""Options that several commands share."""

from __future__ import annotations

import os
import shutil
import sys
from enum import StrEnum
from typing import Annotated

import typer


class Format(StrEnum):
    """How a command prints its answer."""

    TEXT = "text"
    JSON = "json"


class ExplainFormat(StrEnum):
    """How an explanation is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class Color(StrEnum):
    """When a command uses colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


FormatOption = Annotated[Format, typer.Option("--format", help="How to print the answer.")]
DataOption = Annotated[
    str | None,
    typer.Option("--data", metavar="DIR", help="A folder with matrices/ and policies/ to use."),
]
ColorOption = Annotated[Color, typer.Option("--color", help="When to use colour.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print the answer only.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Say what is being done.")]


def wants_color(color: Color) -> bool:
    """Whether to use colour: as asked for, else on a terminal unless NO_COLOR is set."""
    if color is Color.AUTO:
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return color is Color.ALWAYS


def text_width() -> int:
    """The columns to write for: those of the terminal, or 100 where there is none."""
    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100
