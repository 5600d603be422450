"""Names that version needs may have, so that a hash alone can be told (see ``elf/head.py``)."""

from __future__ import annotations

from collections.abc import Iterator

from planner.artifacts.elf.head import names_by_hash
from planner.model.accelerators import Family
from planner.model.facts import FactBase

_UNNUMBERED = ("GLIBC_PRIVATE", "GLIBC_ABI_DT_RELR")


def version_names(facts: FactBase) -> dict[int, str]:
    """The symbol versions of all policies, and the sonames that vendors use as versions of their
    own libraries, by hash."""
    names = set(_UNNUMBERED)
    for policy in facts.policies.policies.values():
        for table in policy.symbols.values():
            for prefix, versions in table.items():
                names.update(f"{prefix}_{version}" for version in versions)
    for family in facts.families.values():
        names.update(_sonames(family))
    return names_by_hash(sorted(names))


def _sonames(family: Family) -> Iterator[str]:
    found = list(family.facts.values())
    for minor in family.minors.values():
        found += minor.facts.values()
        for own in minor.releases.values():
            found += own.values()
    for fact in found:
        for libraries in fact.mapping("wheels").values():
            yield from libraries.split()
        for row in fact.table("libraries").values():
            if "soname" in row:
                yield row["soname"]
