"""Rules between the facts about libraries and the projects that hold them (docs/facts.md)."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import combinations, pairwise

from planner.errors import Problem
from planner.load.fact_problems import fact_problem, unknown
from planner.model.accelerators import Family
from planner.model.facts import FactBase
from planner.model.sources import Fact, Standing
from planner.model.versions import is_range, version_key


def externals_are_not_provided(facts: FactBase) -> Iterator[Problem]:
    """What is expected from one project is no library that another is known to hold."""
    provided = sorted({soname for f in facts.families.values() for soname, _ in _provided(f)})
    for group in facts.policies.externals:
        for soname in filter(group.covers, provided):
            fact = facts.policies.facts[group.fact]
            yield fact_problem(fact, "covers a library that a project of a family holds", soname)


def wheels_stand_oldest_first(family: Family, facts: FactBase) -> Iterator[Problem]:
    """The ranges of a project's wheels stand oldest first and do not overlap."""
    for fact in _of_kind(family, "provides"):
        for older, newer in pairwise(fact.mapping("wheels")):
            if is_range(f"{older},{newer}"):
                yield fact_problem(fact, f"overlaps the range {older}", newer)
            elif version_key(_start(newer)) < version_key(_start(older)):
                yield fact_problem(fact, f"must stand before the range {older}", newer)


def libraries_are_provided_once(family: Family, facts: FactBase) -> Iterator[Problem]:
    """No two facts say that the same wheels hold a library in the same directory."""
    seen: dict[tuple[str, str, str], list[tuple[Fact, str]]] = {}
    for fact in _of_kind(family, "provides"):
        for versions, libraries in fact.mapping("wheels").items():
            for soname in libraries.split():
                key = (fact.text("project"), fact.text("directory"), soname)
                for other, span in seen.get(key, ()):
                    if other is not fact and is_range(f"{span},{versions}"):
                        yield fact_problem(fact, f"{other.id} says the same", soname)
                seen.setdefault(key, []).append((fact, versions))


def dependencies_are_told_once(family: Family, facts: FactBase) -> Iterator[Problem]:
    """Of each kind, no two facts are about the dependencies of the same version of a project."""
    for kind in ("extras", "requires"):
        for one, other in combinations(_of_kind(family, kind), 2):
            if one.text("project") == other.text("project") and is_range(
                f"{one.text('versions')},{other.text('versions')}"
            ):
                yield fact_problem(other, f"overlaps the range of {one.id}", other.text("versions"))


def required_projects_hold_libraries(family: Family, facts: FactBase) -> Iterator[Problem]:
    """Facts about requirements are about projects that are known to hold libraries."""
    known = {fact.text("project") for f in facts.families.values() for _, fact in _provided(f)}
    for fact in _of_kind(family, "requires"):
        for project in (fact.text("project"), *fact.words("projects")):
            yield from unknown(fact, "project", project, known)


def drivers_are_not_provided(family: Family, facts: FactBase) -> Iterator[Problem]:
    """What may never be bundled is in no project's wheels, unless no source confirms the rule."""
    provided = {(soname, by.id) for f in facts.families.values() for soname, by in _provided(f)}
    for fact in _of_kind(family, "driver-library"):
        for soname, by in sorted(provided):
            matches = any(fnmatchcase(soname, pattern) for pattern in fact.words("patterns"))
            if matches and fact.standing is not Standing.UNCONFIRMED:
                yield fact_problem(fact, f"{by} says that wheels hold it", soname)


def threading_runtimes_name_components(family: Family, facts: FactBase) -> Iterator[Problem]:
    """A threading runtime is that of a component of the family."""
    for fact in _of_kind(family, "threading-runtime"):
        yield from unknown(fact, "component", fact.text("component"), family.components)


def _of_kind(family: Family, kind: str) -> list[Fact]:
    return [f for f in family.facts.values() if f.kind == kind and f.overruled_by is None]


def _provided(family: Family) -> Iterator[tuple[str, Fact]]:
    """Every library that wheels of projects of a family hold, with the fact that says so."""
    for fact in _of_kind(family, "provides"):
        for libraries in fact.mapping("wheels").values():
            for soname in libraries.split():
                yield soname, fact


def _start(range_: str) -> str:
    """The version at which a range starts: its first bound."""
    return range_.partition(",")[0].lstrip("<>=~! ").removesuffix(".*")


LIBRARY_CHECKS = (externals_are_not_provided,)
FAMILY_LIBRARY_CHECKS = (
    wheels_stand_oldest_first,
    libraries_are_provided_once,
    dependencies_are_told_once,
    required_projects_hold_libraries,
    drivers_are_not_provided,
    threading_runtimes_name_components,
)
