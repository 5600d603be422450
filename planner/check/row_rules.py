"""Which rules of the solver are asked of a row, and with which values."""

from __future__ import annotations

from planner.model.rules import Rule
from planner.solve.day import Day
from planner.solve.rows import FamilyTable


def release_rules(
    family: FamilyTable,
    arch: str,
    day: Day,
    *,
    cxx: str,
    links: tuple[str, ...],
    targets: tuple[str, ...],
) -> list[tuple[Rule, str, object]]:
    """Rules on a release alone, each with the item of the row that it is about and its value."""
    return [
        (Rule.RELEASE_COVERS_ARCHITECTURE, "", arch),
        (Rule.RELEASED_BY_DATE, "", day),
        *((Rule.COMPONENT_IN_RELEASE, link, link) for link in links if link in family.parts),
        *((Rule.GPU_TARGET_KNOWN, target, (target, arch)) for target in targets),
        *([(Rule.DEVICE_CXX_STANDARD, "", cxx)] if cxx else []),
    ]


def pair_rules(
    family: FamilyTable,
    arch: str,
    day: Day,
    *,
    cxx: str,
    links: tuple[str, ...],
    in_image: bool,
    any_compiler: bool,
) -> list[tuple[Rule, object]]:
    """Rules on a release in an environment; no linked library is presumed."""
    rules: list[tuple[Rule, object]] = []
    if not any_compiler:
        rules += [
            (Rule.HOST_COMPILER_RANGE, None),
            (Rule.DOCUMENTED_COMPILER_RANGE, None),
            (Rule.COMPILER_BREAKAGE, cxx or None),
        ]
        rules += [(Rule.CXX_HOST_COMPILER, cxx)] if cxx else []
    rules.append((Rule.BUILD_GLIBC, arch))
    linked = tuple(link for link in links if link in family.parts)
    if linked:
        value = (linked, day)
        rules += [(Rule.LINKED_LIBRARY_FLOOR, value), (Rule.DOCUMENTED_GLIBC, value)]
    if in_image:
        rules.append((Rule.IMAGE_TOOLKIT, None))
    return rules
