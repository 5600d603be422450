"""Accelerator families, their minor releases and what is known of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.model.sources import Fact, Source
from planner.model.vendor_files import VendorFile


@dataclass(frozen=True, kw_only=True, slots=True)
class Component:
    """A part of a toolkit that a wheel can link.

    ``default`` parts are linked unless the request says otherwise; ``separate`` ones have versions
    of their own and do not come with the toolkit.
    """

    name: str
    default: bool
    separate: bool
    libraries: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MinorRelease:
    """A minor release: the facts that hold for all of it and those of each full version.

    ``facts`` and the inner mappings of ``releases`` are keyed by local id; a release's own fact
    replaces that of the minor release with the same local id. Releases stand oldest first.
    """

    family: str
    minor: str
    stream: str
    facts: Mapping[str, Fact]
    releases: Mapping[str, Mapping[str, Fact]]
    file: str = ""

    def facts_of(self, version: str) -> dict[str, Fact]:
        """What holds for one full version, by local id."""
        return {**self.facts, **self.releases[version]}


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """An accelerator family: a folder under ``matrices/``.

    ``gpu`` names the kind of GPU code (``cuda``, ``hip``, ``names`` for plain names, ``none``).
    ``minors`` stand in the order of release given by the family's own ``order``, oldest first.
    """

    name: str
    title: str
    rank: int
    gpu: str
    components: Mapping[str, Component]
    facts: Mapping[str, Fact]
    minors: Mapping[str, MinorRelease]
    sources: Mapping[str, Source] = field(default_factory=dict)
    vendor_files: Mapping[str, VendorFile] = field(default_factory=dict)
    file: str = ""
