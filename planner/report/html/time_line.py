"""What a plan rests on as bars along the years after its release."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.model.lifecycle import year_after
from planner.plan.lifecycle import Fate, LastDay, LifeLine, Part

_FEWEST, _MOST = 3, 10  # years


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """The first day of a year; ``at`` is a share of the width in percent."""

    year: str
    at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A line of life as shares of the width in percent; ``is_cut`` where it goes on beyond.

    ``later`` is the end of the longest extension, where there is one.
    """

    life: LifeLine
    fate: Fate
    standard: str
    later: str
    is_cut: bool
    extensions: tuple[LastDay, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that name its ends."""
        return tuple(end.fact.id for end in self.life.ends)


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeLine:
    """The scale and the bars: ``built_on`` what the build needs, ``served`` the distributions."""

    first: str
    last: str
    year_later: str
    warned_until: str
    ticks: tuple[Tick, ...]
    built_on: tuple[Bar, ...]
    served: tuple[Bar, ...]

    @property
    def near(self) -> tuple[Bar, ...]:
        """What the build rests on and that ends within a year, or has ended."""
        return tuple(bar for bar in self.built_on if bar.fate in (Fate.NEAR, Fate.ENDED))

    @property
    def unknown(self) -> tuple[Bar, ...]:
        """What the build rests on and whose end nobody recorded."""
        return tuple(bar for bar in self.built_on if bar.fate is Fate.UNKNOWN)


def time_line(lives: Sequence[LifeLine], day: str) -> TimeLine:
    """The bars from a day of release (ISO text) to the last end, at most ten years later."""
    scale = _Scale(day, [end.day for life in lives for end in life.ends])
    bars = [_bar(life, scale, day) for life in lives]
    return TimeLine(
        first=day,
        last=scale.last.isoformat(),
        year_later=scale.share(year_after(day)),
        warned_until=year_after(day),
        ticks=tuple(scale.ticks()),
        built_on=tuple(bar for bar in bars if bar.life.part is not Part.DISTRIBUTION),
        served=tuple(bar for bar in bars if bar.life.part is Part.DISTRIBUTION),
    )


class _Scale:
    """Days as shares of the width."""

    def __init__(self, day: str, ends: Iterable[str]) -> None:
        self.first = datetime.date.fromisoformat(day)
        wanted = max((datetime.date.fromisoformat(end).year + 1 for end in ends), default=0)
        year = min(max(wanted, self.first.year + _FEWEST), self.first.year + _MOST)
        self.last = datetime.date(min(year, datetime.MAXYEAR), 12, 31)
        self._days = max((self.last - self.first).days, 1)

    def share(self, day: str) -> str:
        """Where a day lies, in percent of the width; days outside lie at the edge."""
        passed = (datetime.date.fromisoformat(day) - self.first).days
        return f"{min(max(passed / self._days, 0), 1):.2%}"

    def is_beyond(self, day: str) -> bool:
        """Whether a day lies right of the picture."""
        return day > self.last.isoformat()

    def ticks(self) -> Iterable[Tick]:
        for year in range(self.first.year + 1, self.last.year + 1):
            yield Tick(year=str(year), at=self.share(f"{year:04}-01-01"))


def _bar(life: LifeLine, scale: _Scale, day: str) -> Bar:
    standard = life.standard
    longest = life.ends[-1] if life.ends else None
    extensions = tuple(end for end in life.ends if end.what != "standard")
    return Bar(
        life=life,
        fate=life.fate(day),
        standard=scale.share(standard.day) if standard else "",
        later=scale.share(longest.day) if longest and extensions else "",
        is_cut=bool(longest and scale.is_beyond(longest.day)),
        extensions=extensions,
    )
