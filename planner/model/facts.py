"""Everything that mlplan knows, as loaded from ``matrices/`` and ``policies/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.model.accelerators import Family
from planner.model.images import Image, InstallerRule
from planner.model.lifecycle import EndOfLife, ImageInterpreter, Interpreter
from planner.model.overlay import Overlaid
from planner.model.policies import Policy
from planner.model.sources import Fact, Source
from planner.model.toolchains import (
    CxxStandard,
    Distribution,
    Feature,
    GccRelease,
    Obtainable,
    Toolset,
)
from planner.model.vendor_files import VendorFile
from planner.model.wheel_facts import ExternalGroup


@dataclass(frozen=True, kw_only=True, slots=True)
class Policies:
    """The records of ``policies/``, each mapping in the order of its file."""

    policies: Mapping[str, Policy]
    images: Mapping[str, Image]
    toolsets: Mapping[str, Toolset]
    obtainable: tuple[Obtainable, ...]
    cxx: Mapping[str, CxxStandard]
    features: Mapping[str, Feature]
    gcc: Mapping[str, GccRelease]
    distributions: Mapping[str, Distribution]
    ends: tuple[EndOfLife, ...]
    interpreters: Mapping[str, Interpreter]
    image_interpreters: tuple[ImageInterpreter, ...]
    installers: tuple[InstallerRule, ...]
    externals: tuple[ExternalGroup, ...] = ()
    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]
    vendor_files: Mapping[str, VendorFile] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class FactBase:
    """All families (by rank) and policies, with the version and digest of their files.

    ``version`` is the newest day on which a source was read, ``sha256`` covers every data file and
    the overlay, if a project has laid one over them.
    """

    families: Mapping[str, Family]
    policies: Policies
    version: str
    sha256: str
    overlaid: Overlaid | None = None

    def facts(self) -> dict[str, Fact]:
        """Every fact by id."""
        found = dict(self.policies.facts)
        if self.overlaid is not None:
            found.update(self.overlaid.facts)
        for family in self.families.values():
            found.update({fact.id: fact for fact in family.facts.values()})
            for minor in family.minors.values():
                found.update({fact.id: fact for fact in minor.facts.values()})
                for own in minor.releases.values():
                    found.update({fact.id: fact for fact in own.values()})
        return found

    def sources(self) -> dict[str, Source]:
        """Every source by its qualified id (``cuda:archive``, ``policies:pep600c``)."""
        found = {f"policies:{id_}": source for id_, source in self.policies.sources.items()}
        for family in self.families.values():
            found.update({f"{family.name}:{key}": s for key, s in family.sources.items()})
        if self.overlaid is not None:
            found.update({f"overlay:{key}": s for key, s in self.overlaid.sources.items()})
        return found
