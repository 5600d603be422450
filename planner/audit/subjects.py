"""Which facts are audited, each with the releases that it holds for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.model.accelerators import Family, MinorRelease
from planner.model.sources import Fact

REMARKS = frozenset({"trait", "note"})
"""Kinds by which nothing is planned or judged."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """A component's project and version in one release."""

    project: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """A full version and its components."""

    version: str
    pins: dict[str, Pin]


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """A fact under audit; ``releases`` are those for which no fact of their own replaces it,
    newest first, none for facts of the whole family."""

    fact: Fact
    family: Family
    releases: tuple[Release, ...] = ()


def subjects_of(family: Family, release: str | None = None) -> list[Subject]:
    """The facts of a family, of one minor release or one full version; remarks are left out."""
    found = []
    if release is None:
        found += [Subject(fact=fact, family=family) for fact in family.facts.values()]
    for minor in family.minors.values():
        if release in (None, minor.minor) or release in minor.releases:
            full = release if release in minor.releases else None
            found += _of_minor(family, minor, full)
    return [subject for subject in found if subject.fact.kind not in REMARKS]


def _of_minor(family: Family, minor: MinorRelease, only: str | None) -> Iterator[Subject]:
    versions = [v for v in reversed(list(minor.releases)) if only in (None, v)]
    releases = {version: release_of(minor, version) for version in versions}
    for local_id, fact in minor.facts.items():
        holds = [v for v in versions if local_id not in minor.releases[v]]
        if holds:
            found = tuple(releases[version] for version in holds)
            yield Subject(fact=fact, family=family, releases=found)
    for version in versions:
        for fact in minor.releases[version].values():
            yield Subject(fact=fact, family=family, releases=(releases[version],))


def release_of(minor: MinorRelease, version: str) -> Release:
    """A full version with the components that are believed of it."""
    pins: dict[str, Pin] = {}
    for fact in minor.facts_of(version).values():
        if fact.kind == "components" and fact.overruled_by is None:
            for name, row in fact.table("pins").items():
                if "project" in row and "version" in row:
                    pins[name] = Pin(project=row["project"], version=row["version"])
    return Release(version=version, pins=pins)
