"""Records of the solver: a release, an environment, and what rules look at besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.graph.index import Index
from planner.model.versions import range_contains


@dataclass(frozen=True, slots=True)
class Limit:
    """A range of host gcc: the versions that it accepts, and the fact that says so.

    ``is_weak`` holds for ranges that are neither enforced by a tool nor measured.
    """

    range: str
    accepts: frozenset[str]
    fact: str
    cxx: str = ""
    is_weak: bool = False

    def admits(self, version: str) -> bool:
        """Whether a version lies in the range; also asked of versions that no toolset has."""
        return version in self.accepts or range_contains(self.range, version)

    @property
    def is_upper(self) -> bool:
        """Whether the range ends on the newer side (``<15``)."""
        return self.range.lstrip().startswith("<")


@dataclass(frozen=True, slots=True)
class Need:
    """What one vendor library asks of the system that loads it."""

    library: str
    glibc: str
    glibcxx: str
    cxxabi: str
    tags: tuple[str, ...]
    project: str
    version: str
    uploaded: str
    soname: str
    fact: str


@dataclass(frozen=True, slots=True)
class Target:
    """A GPU target of a release; ``architectures`` is empty where it holds for all."""

    form: str
    deprecated: bool
    architectures: frozenset[str]
    fact: str


@dataclass(frozen=True, slots=True)
class Pin:
    """The project and version of a component in a release."""

    project: str
    version: str
    range: str
    fact: str


@dataclass(slots=True, eq=False)
class Release:
    """A full version of a family with everything that rules ask of it; newest has bit 0.

    Compared and hashed by identity, so that what is derived from one can be kept.

    ``released`` is the last day that its written date may mean, as ISO text; "" if not known.
    """

    family: str
    version: str
    minor: str
    preview: bool
    bit: int = 0
    released: str = ""
    released_fact: str = ""
    covers: dict[str, str] = field(default_factory=dict)
    enforced: list[Limit] = field(default_factory=list)
    documented: list[Limit] = field(default_factory=list)
    breakages: list[Limit] = field(default_factory=list)
    cxx_host: list[Limit] = field(default_factory=list)
    build_glibc: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    documented_glibc: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    needs: dict[tuple[str, str], list[Need]] = field(default_factory=dict)
    gpu: dict[str, Target] = field(default_factory=dict)
    gpu_built: dict[str, str] = field(default_factory=dict)
    device_cxx: dict[str, str] = field(default_factory=dict)
    driver: dict[str, tuple[str, str]] = field(default_factory=dict)
    components: dict[str, Pin] = field(default_factory=dict)
    sonames: dict[str, str] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """A component name that ``links`` may use."""

    name: str
    default: bool
    separate: bool
    libraries: tuple[str, ...]


@dataclass(slots=True)
class FamilyTable:
    """The releases of a family, newest first, and what holds for the family as a whole."""

    name: str
    title: str
    rank: int
    gpu: str
    releases: list[Release]
    parts: dict[str, Part]
    never_covers: dict[str, str]
    target_life: dict[str, tuple[str, str, str]]
    modes: dict[str, set[str]]


@dataclass(slots=True)
class Environment:
    """An image on an architecture with one toolset. Days are ISO text, "" where not known.

    ``held`` are the days from which, and up to which, the image holds the toolset; ``obtainable``
    the days (with facts) from which its base distribution offers it. ``is_own`` holds for images
    that a project's overlay adds.
    """

    image: str
    arch: str
    toolset: str
    policy: str
    policy_version: str
    libc_version: str
    publisher: str
    repository: str
    status: str
    ended: str
    base: str
    base_end: str
    base_end_fact: str
    since: str
    level: str
    digest: str
    pinned: str
    cxx11_abi: str
    interpreters: str
    gcc: str
    binutils: str
    is_system: bool
    package: str
    facts: dict[str, str]
    toolkits: dict[str, str]
    held: list[tuple[str, str, str]]
    obtainable: list[tuple[str, str]]
    is_own: bool = False

    def holds(self, day: str) -> str | None:
        """The fact by which the image held the toolset on a day, or None."""
        for since, until, fact in self.held:
            if since <= day and (not until or day < until):
                return fact
        return None

    def offers(self, day: str) -> str | None:
        """The fact by which the base distribution offered the toolset on a day, or None."""
        if self.is_system:
            return self.facts["toolset"]
        for since, fact in self.obtainable:
            if since <= day:
                return fact
        return None


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python in a publisher's images: days as ISO text, "" where not known or not yet over.

    ``end_fact`` is the fact that names the end, "" without one.
    """

    tag: str
    python: str
    implementation: str
    free_threaded: bool
    released: str
    end: str
    end_fact: str
    since: str
    until: str
    architectures: frozenset[str]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution that wheels are installed on; ``end`` is its latest known end of support."""

    id: str
    glibc: str
    glibcxx: str
    pip: str
    architectures: frozenset[str]
    end: str
    unconfirmed: frozenset[str]
    fact: str


@dataclass(slots=True)
class Tables:
    """Everything that the rules look at, as rows; ``waived`` facts, with the id of their waiver,
    refuse nothing."""

    families: dict[str, FamilyTable]
    environments: dict[str, list[Environment]]
    policies: dict[str, Mapping[str, str]]
    policy_symbols: Mapping[tuple[str, str], Mapping[str, frozenset[str]]]
    distributions: dict[str, Distribution]
    interpreters: dict[str, list[Interpreter]]
    host_cxx: dict[str, tuple[Limit, bool]]
    features: dict[str, list[tuple[str, frozenset[str], str]]]
    feature_archs: dict[str, frozenset[str]]
    pip_rules: dict[tuple[str, str], tuple[str, str]]
    renames: dict[str, tuple[str, str]]
    index: Index
    waived: Mapping[str, str] = field(default_factory=dict)
