"""Requires-Dist as far as libraries are concerned: which projects it brings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from planner.model.wheel_facts import WheelFacts

# Core metadata specification, Requires-Dist; dependency specifiers: name, extras, the rest.
_REQUIREMENT = r"(?s)\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?(.*)"


class Declared(NamedTuple):
    """The projects that a wheel declares, by normalised name.

    ``versions`` maps those named directly to their specifiers; ``brought`` maps what such a project
    pulls in to that project.
    """

    versions: Mapping[str, str]
    brought: Mapping[str, str]

    def has(self, project: str) -> bool:
        """Whether a project is declared or brought."""
        return project in self.versions or project in self.brought


_CLAUSES = 64  # more of one line are not worked out
_EXTRA = r"""extra\s*==\s*['"]([^'"]+)['"]"""


def normalised(name: str) -> str:
    """A project name in the form that names are compared in (name normalisation specification)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared_projects(
    requires: tuple[str, ...], facts: WheelFacts, applies: Callable[[str], bool]
) -> Declared:
    """What Requires-Dist lines bring, of those whose marker ``applies``."""
    versions: dict[str, str] = {}
    brought: dict[str, str] = {}
    for line in requires:
        match = re.match(_REQUIREMENT, line)
        if match is None or not applies(match[3].partition(";")[2].strip()):
            continue
        project = normalised(match[1])
        specifier = match[3].partition(";")[0].strip(" ()")
        versions.setdefault(project, specifier)
        extras = tuple(e.strip().lower() for e in (match[2] or "").split(",") if e.strip())
        for name in _brought(project, specifier, extras, facts):
            brought.setdefault(name, project)
    return Declared(versions=versions, brought=brought)


def _brought(
    project: str, specifier: str, extras: tuple[str, ...], facts: WheelFacts
) -> Iterator[str]:
    """What the releases of a project that a specifier admits pull in, with these extras."""
    names = facts.projects_of(project, extras, lambda versions: overlap(specifier, versions))
    return (name for name in sorted(names) if name != project)


def marker_applies(marker: str, arch: str | None, pythons: tuple[str, ...]) -> bool:
    """Whether a marker can hold on Linux, on an architecture, for one of some Pythons (``3.12``).

    What any extra brings counts; a marker that cannot be read holds.
    """
    if not marker:
        return True
    from packaging import markers  # noqa: PLC0415

    extras = dict.fromkeys(("", *re.findall(_EXTRA, marker)))
    if len(extras) > _CLAUSES:
        return True
    unreadable = (
        markers.InvalidMarker,
        markers.UndefinedComparison,
        markers.UndefinedEnvironmentName,
        ValueError,  # a number of thousands of digits
        RecursionError,  # as many brackets
    )
    try:
        parsed = markers.Marker(marker)
        return any(
            parsed.evaluate(_environment(arch or "x86_64", python, extra))
            for extra in extras
            for python in pythons
        )
    except unreadable:
        return True


def _environment(machine: str, python: str, extra: str) -> dict[str, str]:
    return {
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "platform_machine": machine,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": extra,
    }


@lru_cache(maxsize=4096)
def overlap(one: str, other: str) -> bool:
    """Whether two specifiers admit a common version; one that cannot be read admits all."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415

    if one.count(",") + other.count(",") > _CLAUSES:
        return True
    try:
        both = SpecifierSet(one) & SpecifierSet(other)
        return not both.is_unsatisfiable()
    except (InvalidSpecifier, ValueError):
        return True
