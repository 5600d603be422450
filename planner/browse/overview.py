"""How much is known: by place and standing, by source, and what of it is old."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from planner.model.facts import FactBase
from planner.model.overlay import shipped_id
from planner.model.sources import Fact, Source, Standing
from planner.model.versions import last_day

POLICIES = "policies"
"""The place of all facts that belong to no family, as their sources call it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A family, or the policies: its releases from the oldest to the newest, and its facts.

    ``first`` and ``last`` are "" where there are no releases.
    """

    name: str
    title: str
    minors: int
    releases: int
    first: str
    last: str
    standings: Mapping[Standing, int]
    sources: int

    @property
    def facts(self) -> int:
        """How many facts there are."""
        return sum(self.standings.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Rests:
    """A source and the facts that rest on it, by standing."""

    id: str
    source: Source
    facts: tuple[Fact, ...]

    @property
    def standings(self) -> Counter[Standing]:
        """The number of facts of each standing."""
        return Counter(fact.standing for fact in self.facts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stale:
    """What was read longer ago than some days before a day.

    ``sources`` come with their age in days, oldest first; ``facts`` are those read longer ago.
    """

    day: str
    days: int
    sources: tuple[tuple[Rests, int], ...]
    facts: tuple[tuple[Fact, int], ...]

    @property
    def is_empty(self) -> bool:
        """Whether everything was read recently enough."""
        return not self.sources and not self.facts


def place_of(fact: Fact, families: Iterable[str]) -> str:
    """The family that a fact belongs to, or the policies; an overlay's facts go by what follows."""
    prefix = shipped_id(fact.id).partition("/")[0]
    for name in families:
        if prefix == name or prefix.startswith(f"{name}-"):
            return name
    return POLICIES


def places(facts: FactBase) -> list[Place]:
    """Every family by rank, then the policies."""
    counts: dict[str, Counter[Standing]] = {name: Counter() for name in (*facts.families, POLICIES)}
    for fact in facts.facts().values():
        counts[place_of(fact, facts.families)][fact.standing] += 1
    sources = Counter(id_.partition(":")[0] for id_ in facts.sources())
    found = []
    for name, family in facts.families.items():
        releases = [version for minor in family.minors.values() for version in minor.releases]
        found.append(
            Place(
                name=name,
                title=family.title,
                minors=len(family.minors),
                releases=len(releases),
                first=releases[0] if releases else "",
                last=releases[-1] if releases else "",
                standings=_ordered(counts[name]),
                sources=sources[name],
            )
        )
    policies = Place(
        name=POLICIES,
        title="tags, images, toolchains, distributions, Pythons, pip",
        minors=0,
        releases=0,
        first="",
        last="",
        standings=_ordered(counts[POLICIES]),
        sources=sources[POLICIES],
    )
    return [*found, policies]


def _ordered(counts: Counter[Standing]) -> dict[Standing, int]:
    return {standing: counts[standing] for standing in Standing}


def resting(facts: FactBase, family: str | None = None) -> list[Rests]:
    """Every source of all places, or of one, with the facts that rest on it."""
    by_source: dict[str, list[Fact]] = {}
    for fact in facts.facts().values():
        for id_ in fact.sources:
            by_source.setdefault(id_, []).append(fact)
    return [
        Rests(id=id_, source=source, facts=tuple(by_source.get(id_, ())))
        for id_, source in facts.sources().items()
        if family is None or id_.partition(":")[0] == family
    ]


def stale(facts: FactBase, days: int, day: str) -> Stale:
    """What was read more than some days before a day (ISO text); an overlay itself has no day."""
    today = date.fromisoformat(day)
    dated = [each for each in resting(facts) if each.source.read]
    old = [(each, _age(each.source.read, today)) for each in dated]
    facts_old = [(fact, _age(fact.read, today)) for fact in facts.facts().values() if fact.read]
    return Stale(
        day=day,
        days=days,
        sources=tuple(sorted((row for row in old if row[1] > days), key=lambda row: -row[1])),
        facts=tuple(row for row in facts_old if row[1] > days),
    )


def _age(read: str, today: date) -> int:
    return (today - last_day(read)).days
