"""Options that several commands share."""

from __future__ import annotations

import os
import re
import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

if TYPE_CHECKING:
    from planner.artifacts.limits import Limits
    from planner.errors import Problem


class Format(StrEnum):
    """How a command prints its answer."""

    TEXT = "text"
    JSON = "json"


class ExplainFormat(StrEnum):
    """How an explanation is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class DerivationFormat(StrEnum):
    """How the explanation of a job or failure is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    DOT = "dot"
    SVG = "svg"


class FindingsFormat(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    SARIF = "sarif"


class Color(StrEnum):
    """When a command uses colour."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


COMMON = "Common options"
"""The heading of the options that all commands have."""

_FORMAT_HELP = "How to print the answer."
FormatOption = Annotated[
    Format, typer.Option("--format", help=_FORMAT_HELP, rich_help_panel=COMMON)
]
ExplainFormatOption = Annotated[
    ExplainFormat, typer.Option("--format", help=_FORMAT_HELP, rich_help_panel=COMMON)
]
DerivationFormatOption = Annotated[
    DerivationFormat, typer.Option("--format", help=_FORMAT_HELP, rich_help_panel=COMMON)
]
FindingsFormatOption = Annotated[
    FindingsFormat,
    typer.Option("--format", help="How to print the findings.", rich_help_panel=COMMON),
]
DataOption = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="A folder with matrices/ and policies/ to use.",
        rich_help_panel=COMMON,
    ),
]
ColorOption = Annotated[
    Color, typer.Option("--color", help="When to use colour.", rich_help_panel=COMMON)
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print the answer only.", rich_help_panel=COMMON)
]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", help="Say what is being done.", rich_help_panel=COMMON)
]
PlanOption = Annotated[
    Path | None, typer.Option("--plan", help="The lock file; mlplan.lock where not given.")
]
OverlayOption = Annotated[
    Path | None,
    typer.Option(
        "--overlay",
        metavar="FILE",
        help="The project's own facts and waivers, laid over the shipped facts.",
        rich_help_panel=COMMON,
    ),
]
LockOverlayOption = Annotated[
    Path | None,
    typer.Option(
        "--overlay",
        metavar="FILE",
        help="The overlay that the lock must have been made with.",
        rich_help_panel=COMMON,
    ),
]
WheelsArgument = Annotated[
    list[str],
    typer.Argument(metavar="WHEEL...", help="Wheels, folders with *.whl, or glob patterns."),
]
JobsOption = Annotated[
    int | None,
    typer.Option(
        "--jobs", metavar="N", min=1, help="Threads that read; the cores, at most 8, by default."
    ),
]
LimitOption = Annotated[
    list[str] | None,
    typer.Option(
        "--limit", metavar="NAME=NUMBER", help="How much is read of a hostile wheel. Repeatable."
    ),
]

_MOST_JOBS = 8
_SIZE = r"(?i)(\d+(?:\.\d+)?)\s*((?:[kmgt]i?)?b?)"
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def wants_color(color: Color, stream: TextIO | None = None) -> bool:
    """Whether to use colour on a stream (standard output): as asked for, else on a terminal unless
    NO_COLOR is set."""
    if color is Color.AUTO:
        return (stream or sys.stdout).isatty() and not os.environ.get("NO_COLOR")
    return color is Color.ALWAYS


def text_width() -> int:
    """The columns to write for: those of the terminal, or 100 where there is none."""
    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100


def thread_count(jobs: int | None) -> int:
    """How many threads read: as asked for, else one per core that we may use, at most eight."""
    return jobs or min(_cores(), _MOST_JOBS)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        return os.cpu_count() or 1


def bytes_of(text: str) -> int | None:
    """A size in bytes: ``100MB`` (decimal), ``100MiB`` (binary) or a number; None for anything
    else."""
    match = re.fullmatch(_SIZE, text.strip())
    if match is None:
        return None
    unit = match[2].lower().removesuffix("b")
    size = float(match[1]) * (1024 if unit.endswith("i") else 1000) ** _POWERS[unit[:1]]
    return int(size) if size < 1 << 62 else None


def limits_of(asked: list[str]) -> Limits:
    """The limits with those changed that ``--limit`` names.

    :raises UsageError: for a name that is none, and a value that is no positive number.
    """
    from planner.artifacts.limits import DEFAULT_LIMITS
    from planner.errors import Problem, UsageError

    known = DEFAULT_LIMITS._fields
    changed: dict[str, int] = {}
    problems = []
    for pair in asked:
        name, _, value = pair.partition("=")
        number = bytes_of(value)
        name = name.strip().replace("-", "_")
        if name not in known:
            problems.append(_unknown_limit(pair, name, known))
        elif not number:
            allowed = "a positive number, or a size such as 100MiB"
            problems.append(Problem(message=f"--limit {name}", found=value, allowed=allowed))
        else:
            changed[name] = number
    if problems:
        raise UsageError(problems, hint="mlplan verify WHEEL --limit entries=400000")
    return DEFAULT_LIMITS._replace(**changed)


def _unknown_limit(pair: str, name: str, known: tuple[str, ...]) -> Problem:
    from planner.errors import Problem
    from planner.model.nearest import nearest

    return Problem(
        message="--limit takes NAME=NUMBER",
        found=pair,
        allowed="NAME is one of " + ", ".join(known),
        nearest=nearest(name, known),
    )
