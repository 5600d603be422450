"""Records with the facts of an overlay in them: changed ones replaced, further limits added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from planner.model.accelerators import Family, MinorRelease
from planner.model.facts import Policies
from planner.model.images import Image, InstallerRule
from planner.model.lifecycle import EndOfLife, ImageInterpreter, Interpreter
from planner.model.sources import Fact
from planner.model.toolchains import CxxStandard, Distribution, Feature, Obtainable, Toolset

_Record = TypeVar(
    "_Record",
    Toolset,
    Obtainable,
    CxxStandard,
    Feature,
    Distribution,
    EndOfLife,
    Interpreter,
    ImageInterpreter,
    InstallerRule,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """A fact in the place of a shipped one; ``attributes`` are what changes in its record."""

    shipped: Fact
    fact: Fact
    attributes: Mapping[str, Any]


Changes = Mapping[str, Changed]
"""Changes by the id of the shipped fact."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A family, a minor release or a full version, and the local ids that are taken there."""

    family: str
    minor: str
    version: str
    taken: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """A fact about a place that an overlay adds, with its local id."""

    place: Place
    local_id: str
    fact: Fact


def places_of(families: Mapping[str, Family]) -> dict[str, Place]:
    """Everything that a family's fact may be about, by the beginning of the fact's id."""
    found: dict[str, Place] = {}
    for name, family in families.items():
        own = frozenset(family.facts)
        found[name] = Place(family=name, minor="", version="", taken=own)
        for minor in family.minors.values():
            # A release's fact takes the place of the minor's with the same local id.
            taken = {*minor.facts, *(id_ for own in minor.releases.values() for id_ in own)}
            for version in ("", *minor.releases):
                place = Place(
                    family=name, minor=minor.minor, version=version, taken=frozenset(taken)
                )
                found.setdefault(f"{name}-{version or minor.minor}", place)
    return found


def changed_policies(policies: Policies, changes: Changes) -> Policies:
    """The records of ``policies/`` with changed facts; the shipped ones stay, overruled."""
    facts = dict(policies.facts)
    for id_, change in changes.items():
        if id_ in facts:
            facts |= {id_: overruled(change), change.fact.id: change.fact}
    return replace(
        policies,
        images={name: _image(image, changes) for name, image in policies.images.items()},
        toolsets=_named(policies.toolsets, changes),
        obtainable=_listed(policies.obtainable, changes),
        cxx=_named(policies.cxx, changes),
        features=_named(policies.features, changes),
        distributions=_named(policies.distributions, changes),
        ends=_listed(policies.ends, changes),
        interpreters=_named(policies.interpreters, changes),
        image_interpreters=_listed(policies.image_interpreters, changes),
        installers=_listed(policies.installers, changes),
        facts=facts,
    )


def overruled(change: Changed) -> Fact:
    """The shipped fact of a change as one that is no longer used."""
    return change.shipped._replace(overruled_by=change.fact.id)


def _record(record: _Record, changes: Changes) -> _Record:
    change = changes.get(record.fact.id)
    return record if change is None else replace(record, **change.attributes, fact=change.fact)


def _named(records: Mapping[str, _Record], changes: Changes) -> dict[str, _Record]:
    return {name: _record(record, changes) for name, record in records.items()}


def _listed(records: Iterable[_Record], changes: Changes) -> tuple[_Record, ...]:
    return tuple(_record(record, changes) for record in records)


def _image(image: Image, changes: Changes) -> Image:
    architectures = dict(image.architectures)
    for arch, entry in image.architectures.items():
        change = changes.get(entry.fact.id)
        if change is not None:
            architectures[arch] = replace(entry, **change.attributes, fact=change.fact)
    toolsets = list(image.toolsets)
    for number, held in enumerate(image.toolsets):
        change = changes.get(held.fact.id)
        if change is not None:
            toolsets[number] = replace(held, **change.attributes, fact=change.fact)
    image = replace(image, architectures=architectures, toolsets=tuple(toolsets))
    change = changes.get(image.fact.id)
    return image if change is None else replace(image, **change.attributes, fact=change.fact)


def changed_family(family: Family, changes: Changes, limits: Iterable[Limit]) -> Family:
    """A family with changed facts in the place of the shipped ones, and with further limits."""
    own = [limit for limit in limits if limit.place.family == family.name]
    for_all = [limit for limit in own if not limit.place.minor]
    return replace(
        family,
        facts=_facts(family.facts, changes, for_all),
        minors={
            name: _minor(minor, changes, [x for x in own if x.place.minor == name])
            for name, minor in family.minors.items()
        },
    )


def _minor(minor: MinorRelease, changes: Changes, limits: list[Limit]) -> MinorRelease:
    return replace(
        minor,
        facts=_facts(minor.facts, changes, [x for x in limits if not x.place.version]),
        releases={
            version: _facts(own, changes, [x for x in limits if x.place.version == version])
            for version, own in minor.releases.items()
        },
    )


def _facts(facts: Mapping[str, Fact], changes: Changes, limits: Iterable[Limit]) -> dict[str, Fact]:
    found = {
        local_id: changes[fact.id].fact if fact.id in changes else fact
        for local_id, fact in facts.items()
    }
    return found | {limit.local_id: limit.fact for limit in limits}
