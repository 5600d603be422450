"""What rules between facts are written with: problems that name a fact, and all facts at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.errors import Problem
from planner.model.accelerators import Family
from planner.model.nearest import nearest
from planner.model.sources import Fact


def fact_problem(fact: Fact, message: str, found: str | None = None, **more: str | None) -> Problem:
    """A problem of a fact, at the place where the fact stands."""
    return Problem(
        file=fact.file, line=fact.line, path=fact.id, message=message, found=found, **more
    )


def unknown(fact: Fact, what: str, name: str, known: Iterable[str]) -> Iterator[Problem]:
    """A problem where a fact names something that is not known."""
    names = list(known)
    if name not in names:
        yield fact_problem(fact, f"unknown {what}", name, nearest=nearest(name, names))


def all_facts(family: Family) -> Iterator[Fact]:
    """Every fact of a family: its own, those of its minor releases and of their full versions."""
    yield from family.facts.values()
    for minor in family.minors.values():
        yield from minor.facts.values()
        for own in minor.releases.values():
            yield from own.values()
