"""When things appear and end."""

from __future__ import annotations

from dataclasses import dataclass

from planner.model.sources import Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class EndOfLife:
    """The last day of support of a distribution or interpreter.

    ``what`` is standard, extended, lts or elts; ``overruled`` rows are kept for show only.
    """

    of: str
    id: str
    what: str
    date: str
    overruled: bool
    fact: Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class Interpreter:
    """A Python interpreter by its tag (``cp312``, ``cp314t``, ``pp311``)."""

    tag: str
    python: str
    released: str | None
    free_threaded: bool
    implementation: str
    fact: Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageInterpreter:
    """An interpreter in a publisher's images between two days, where they are known."""

    images: str
    tag: str
    since: str | None
    until: str | None
    architectures: tuple[str, ...]
    fact: Fact
