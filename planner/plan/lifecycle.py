"""What the jobs of a plan rest on, and when its support ends, as far as that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from planner.model.lifecycle import EndOfLife, year_after
from planner.model.sources import Fact
from planner.model.versions import last_day
from planner.plan.locked import LockedJob, LockedPlan


class Part(StrEnum):
    """What a job rests on, in the order in which it is told."""

    IMAGE = "image"
    BASE = "base distribution"
    PYTHON = "Python"
    TOOLKIT = "toolkit"
    DRIVER = "driver branch"
    DISTRIBUTION = "distribution served"


class Fate(StrEnum):
    """When standard support ends, seen from the day of release."""

    ENDED = "ended"
    NEAR = "within a year"
    LATER = "later"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class LastDay:
    """A last day of support: ``what`` is standard, extended, lts or elts; ``day`` is the last day
    that the ``written`` date may mean."""

    what: str
    day: str
    written: str
    fact: Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class LifeLine:
    """One thing that jobs rest on, with every end that is known, and the ids of those jobs."""

    part: Part
    name: str
    ends: tuple[LastDay, ...]
    jobs: tuple[str, ...]

    @property
    def standard(self) -> LastDay | None:
        """The end of standard support; the paid or voluntary extensions come after it."""
        return next((end for end in self.ends if end.what == "standard"), None)

    def fate(self, day: str) -> Fate:
        """What becomes of it after a day of release (ISO text)."""
        end = self.standard
        if end is None:
            return Fate.UNKNOWN
        if end.day < day:
            return Fate.ENDED
        return Fate.NEAR if end.day <= year_after(day) else Fate.LATER


def life_lines(plan: LockedPlan, ends: Iterable[EndOfLife]) -> tuple[LifeLine, ...]:
    """Everything that the jobs of a plan rest on: by part, what ends first before the rest.

    ``ends`` are the known ones of images, distributions and interpreters. Toolkits and drivers have
    none: no vendor publishes them by release.
    """
    known = _known(ends)
    jobs: dict[tuple[Part, str], list[str]] = {}
    for job in plan.jobs:
        for key in _rests_on(job):
            jobs.setdefault(key, []).append(job.id)
    lines = [
        LifeLine(part=part, name=name, ends=_ends_of(part, name, known), jobs=tuple(ids))
        for (part, name), ids in jobs.items()
    ]
    return tuple(sorted(lines, key=_order))


def distribution_lives(names: Iterable[str], ends: Iterable[EndOfLife]) -> dict[str, LifeLine]:
    """The ends of some distributions by id, whether a plan serves them or not."""
    known = _known(ends)
    part = Part.DISTRIBUTION
    return {
        name: LifeLine(part=part, name=name, ends=_ends_of(part, name, known), jobs=())
        for name in names
    }


def _known(ends: Iterable[EndOfLife]) -> dict[tuple[str, str], list[LastDay]]:
    known: dict[tuple[str, str], list[LastDay]] = {}
    for end in ends:
        day = last_day(end.date).isoformat()
        row = LastDay(what=end.what, day=day, written=end.date, fact=end.fact)
        known.setdefault((end.of, end.id), []).append(row)
    return known


def _rests_on(job: LockedJob) -> Iterator[tuple[Part, str]]:
    yield Part.IMAGE, job.image.name
    if job.image.base:
        yield Part.BASE, job.image.base
    for tag in dict.fromkeys(tag.removeprefix("abi3-") for tag in job.pythons):
        yield Part.PYTHON, tag
    for family, version in job.accelerators.items():
        yield Part.TOOLKIT, f"{family} {version}"
    if job.driver_floor:
        yield Part.DRIVER, f"driver {job.driver_floor.partition('.')[0]}"
    for name in job.serves:
        yield Part.DISTRIBUTION, name


_OF = {
    Part.IMAGE: "image",
    Part.BASE: "distribution",
    Part.PYTHON: "interpreter",
    Part.DISTRIBUTION: "distribution",
}


def _ends_of(
    part: Part, name: str, known: Mapping[tuple[str, str], list[LastDay]]
) -> tuple[LastDay, ...]:
    kind = _OF.get(part)
    if kind is None:
        return ()
    found = known.get((kind, name))
    if found is None and part is Part.PYTHON:
        found = known.get((kind, name.removesuffix("t")))  # free-threaded ones end with the others
    return tuple(sorted(found or (), key=lambda end: end.day))


def _order(line: LifeLine) -> tuple[int, str, str]:
    end = line.standard
    return (list(Part).index(line.part), end.day if end else "9999", line.name)
