"""The Pythons that a project's files ask for."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from planner.draft.records import Value
from planner.model.projects import ProjectFiles

_MINORS = range(41)
_PATCHES = range(31)
"""Beyond any release of CPython 3: what admits the last minor has no upper bound."""


def wanted_pythons(
    project: ProjectFiles, tags: Mapping[str, str], known: Collection[str]
) -> tuple[Value, str] | None:
    """The request's ``python`` with the place it comes from, or None where no file says.

    The stable ABI where the wheels use it, else requires-python, else the oldest that is built
    today. ``tags`` are interpreter tags of finished wheels with their places.
    """
    stable = {tag: at for tag, at in tags.items() if tag.startswith("abi3-")}
    if project.abi3 is not None:
        stable = {f"abi3-{project.abi3.value}": str(project.abi3.place)}
    for tag, at in stable.items():
        if tag.removeprefix("abi3-") in known:
            return (tag,), at
    if project.requires_python is not None:
        wanted = minor_pythons(project.requires_python.value)
        if wanted:
            return wanted, str(project.requires_python.place)
    built = {row.value: str(row.place) for row in project.build_pythons} or dict(tags)
    plain = [tag for tag in built if re.fullmatch(r"cp3\d+", tag)]
    if not plain:
        return None
    oldest = min(plain, key=lambda tag: int(tag[3:]))
    return f">=3.{oldest[3:]}", built[oldest]


def minor_pythons(text: str) -> str:
    """A range of Pythons by minor version: ``>=3.9`` of ``>=3.9.2,!=3.11.0``; "" for one that
    admits no Python 3, or cannot be read. A wheel is for a minor version, whatever its patch."""
    try:
        wanted = SpecifierSet(text)
    except InvalidSpecifier:
        return ""
    minors = [m for m in _MINORS if any(f"3.{m}.{patch}" in wanted for patch in _PATCHES)]
    if not minors:
        return ""
    if minors == [m for m in _MINORS if f"3.{m}" in wanted]:
        return text
    parts = [f">=3.{minors[0]}"]
    if minors[-1] < _MINORS[-1]:
        parts.append(f"<3.{minors[-1] + 1}")
    parts += [f"!=3.{m}.*" for m in range(minors[0], minors[-1]) if m not in minors]
    return ",".join(parts)
