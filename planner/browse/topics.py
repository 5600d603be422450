"""Facts gathered by what they are about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from planner.browse.records import Row, Section
from planner.model.sources import Fact
from planner.model.versions import newest

TOPICS: dict[str, tuple[str, ...]] = {
    "dates": ("released", "end"),
    "host compilers": (
        *("host-compiler", "documented-compiler", "compiler-breakage", "cxx-host-compiler"),
        "cxx-standard",
    ),
    "C++ standards of the device compiler": ("cxx-standards",),
    "GPU targets": ("gpu-targets", "gpu-targets-built", "target-life", "target-rename"),
    "driver": ("driver",),
    "glibc": ("build-glibc", "documented-glibc", "glibc", "glibc-trap"),
    "systems that the vendor lists": ("distributions",),
    "architectures": ("architectures", "never-covers"),
    "libraries": ("library-needs", "sonames", "threading-runtime"),
    "packages": ("components", "python-packages", "requires", "extras"),
    "which wheels hold which libraries": ("provides",),
    "libraries of drivers and of other projects": ("driver-library", "external-library"),
    "bundles of GPU code": ("bundle-compression",),
    "policy": ("policy",),
    "image": ("image", "image-architecture", "image-toolset", "image-interpreter"),
    "toolsets": ("toolset", "obtainable"),
    "compilers": ("gcc", "linker", "libgomp", "feature"),
    "distribution": ("distribution",),
    "interpreter": ("interpreter",),
    "installers": ("installer",),
    "also known": ("trait", "note"),
}
"""The titles under which facts are shown, in order, and the kinds that stand under each."""

_TITLES = {kind: title for title, kinds in TOPICS.items() for kind in kinds}
NEEDS = "library-needs"


def title_of(kind: str) -> str:
    """The title that facts of a kind stand under."""
    return _TITLES.get(kind, "also known")


def sections_of(facts: Iterable[Fact]) -> list[Section]:
    """Facts by topic, in the order of :data:`TOPICS`; what libraries need as tables."""
    groups: dict[str, list[Fact]] = {title: [] for title in TOPICS}
    needs: list[Fact] = []
    for fact in facts:
        (needs if fact.kind == NEEDS else groups[title_of(fact.kind)]).append(fact)
    found: list[Section] = []
    for title, members in groups.items():
        if title == "libraries":
            found += needs_sections(needs)
        found.append(Section(title=title, facts=tuple(members)))
    return [section for section in found if not section.is_empty]


class _Need(NamedTuple):
    """The most that any library of a component needs, and which libraries that are."""

    glibc: str
    glibcxx: str
    names: tuple[str, ...]


def needs_sections(facts: Iterable[Fact]) -> list[Section]:
    """What vendor libraries need, one table for each architecture; the highest need first told."""
    by_arch: dict[str, list[Fact]] = {}
    for fact in facts:
        by_arch.setdefault(fact.text("arch"), []).append(fact)
    columns = ("component", "package", "glibc", "GLIBCXX", "needed by", "standing")
    return [
        Section(
            title=f"libraries on {arch}, and the libc and libstdc++ that they need",
            columns=columns,
            rows=tuple(_need_row(fact) for fact in members),
        )
        for arch, members in by_arch.items()
    ]


def _need_row(fact: Fact) -> Row:
    need = _highest(fact)
    package = f"{fact.text('project')} {fact.text('version')}".strip()
    few = need.names if len(need.names) <= 2 else (need.names[0], f"and {len(need.names) - 1} more")
    return Row(
        cells=(
            fact.text("component"),
            package or "unknown",
            need.glibc,
            need.glibcxx,
            " ".join(few),
            fact.standing.value,
        ),
        facts=(fact.id,),
    )


def _highest(fact: Fact) -> _Need:
    rows = fact.table("libraries")
    glibc = newest(*(row.get("glibc", "0") for row in rows.values()), "0")
    glibcxx = [row["glibcxx"] for row in rows.values() if "glibcxx" in row]
    names = tuple(name for name, row in rows.items() if row.get("glibc", "0") == glibc)
    return _Need(
        glibc=glibc if glibc != "0" else "none",
        glibcxx=newest(*glibcxx) if glibcxx else "none",
        names=names,
    )


def highest_need(fact: Fact) -> tuple[str, tuple[str, ...]]:
    """The newest glibc that any library of a component needs ("none"), and those libraries."""
    need = _highest(fact)
    return need.glibc, need.names
