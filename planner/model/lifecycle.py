"""When things appear and end."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from planner.model.sources import Fact


def year_after(day: str) -> str:
    """The same day of the next year as ISO text; of 29 February the 28th.

    What ends up to then is said to end within a year of the day.
    """
    date = datetime.date.fromisoformat(day)
    if (date.month, date.day) == (2, 29):
        date -= datetime.timedelta(days=1)
    return date.replace(year=min(date.year + 1, datetime.MAXYEAR)).isoformat()


@dataclass(frozen=True, kw_only=True, slots=True)
class EndOfLife:
    """The last day of support of a distribution, interpreter or image.

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
