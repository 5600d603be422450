"""The names that a request may use, from the tables."""

from __future__ import annotations

from planner.load.vocabulary import Vocabulary
from planner.model.platforms import ARCHITECTURES
from planner.solve.rows import Tables


def vocabulary_of(tables: Tables) -> Vocabulary:
    """The vocabulary of some tables; distributions without glibc cannot be asked for."""
    targets: set[str] = set()
    plain: set[str] = set()
    for family in tables.families.values():
        own = {name for release in family.releases for name in (*release.gpu, *release.gpu_built)}
        targets |= own
        if family.gpu == "names":
            plain |= own
    modes: dict[str, set[str]] = {}
    for family in tables.families.values():
        for mode, processors in family.modes.items():
            modes.setdefault(mode, set()).update(processors)
    tags: dict[str, None] = {}
    for rows in tables.interpreters.values():
        tags.update({row.tag: None for row in rows})
    return Vocabulary(
        releases={
            name: tuple(release.version for release in family.releases)
            for name, family in tables.families.items()
        },
        components={name: frozenset(family.parts) for name, family in tables.families.items()},
        targets=frozenset(targets),
        plain_names=frozenset(plain),
        modes={mode: frozenset(processors) for mode, processors in modes.items()},
        distributions=tuple(d.id for d in tables.distributions.values() if d.glibc),
        features={
            arch: tuple(name for name, archs in tables.feature_archs.items() if arch in archs)
            for arch in ARCHITECTURES
        },
        interpreters=tuple(tags),
    )
