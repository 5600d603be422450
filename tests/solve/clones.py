"""Facts with more releases than there are, for tests and measurements of growth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from planner.model.accelerators import MinorRelease
from planner.model.facts import FactBase


def cloned(facts: FactBase, times: int, families: Iterable[str]) -> FactBase:
    """The facts with every minor release of some families several times, under new numbers.

    The first copy keeps its numbers; the others are newer, each with facts of their own.
    """
    grown = dict(facts.families)
    for name in families:
        family = facts.families[name]
        clones = [_copy(minor, n) for n in range(times) for minor in family.minors.values()]
        grown[name] = replace(family, minors={clone.minor: clone for clone in clones})
    return replace(facts, families=grown)


def _copy(minor: MinorRelease, number: int) -> MinorRelease:
    if number == 0:
        return minor
    return replace(
        minor,
        minor=_version(minor.minor, number),
        facts={key: f._replace(id=f"{f.id}#{number}") for key, f in minor.facts.items()},
        releases={
            _version(version, number): {
                key: f._replace(id=f"{f.id}#{number}") for key, f in own.items()
            }
            for version, own in minor.releases.items()
        },
    )


def _version(text: str, number: int) -> str:
    head, _, tail = text.partition(".")
    return f"{int(head) + 10000 * number}.{tail}"
