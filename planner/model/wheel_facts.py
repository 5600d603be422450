"""What is known about the libraries that wheels need, bundle or expect from outside."""

# No `from __future__ import annotations`: a named tuple compiles each one that is text, every time.

import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from planner.model.policies import Policy
from planner.model.sources import Standing

if TYPE_CHECKING:
    from planner.model.gpus import GpuFacts
    from planner.model.hosts import HostFacts
    from planner.model.overlay import Overlay

SITE_PACKAGES = "site-packages"
PREFIX = "prefix"
PLACES = (SITE_PACKAGES, PREFIX)
"""What a provider's directory is relative to: ``site-packages``, or the prefix of the environment
(the ``data`` scheme of a wheel)."""

_NOWHERE: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_VERSIONED = re.compile(r"\.so(?:\.|$)")
_WILDCARD = re.compile(r"[*?[]")
_RENAMED = re.compile(r"[-.][0-9a-f]{8}(?=\.so(?:\.|$))")


def stem_of(soname: str) -> str:
    """A soname without its version: ``libcudart`` of ``libcudart.so.13``."""
    return _VERSIONED.split(soname, maxsplit=1)[0]


def original_name(file_name: str) -> str:
    """The name of a bundled library before a repair tool put eight hexadecimal digits into it:
    ``libcudart.so.13`` of ``libcudart-3eda8113.so.13``."""
    return _RENAMED.sub("", file_name, count=1)


def is_match(soname: str, pattern: str) -> bool:
    """Whether a soname matches a glob pattern.

    Most begin otherwise: to see that costs less than to compile a hundred patterns.
    """
    start = _start(pattern)
    if start == pattern:
        return soname == pattern
    return soname.startswith(start) and fnmatchcase(soname, pattern)


@cache
def _start(pattern: str) -> str:
    return _WILDCARD.split(pattern, maxsplit=1)[0]


class Citation(NamedTuple):
    """A fact as a finding cites it; ``sources`` are titles, ``read`` the day of reading."""

    says: str
    standing: Standing
    sources: tuple[str, ...]
    read: str


class LibraryProvider(NamedTuple):
    """A project on the index whose wheels hold a library.

    ``major`` is the accelerator's (``13`` for CUDA 13), None where the project follows none.
    ``versions`` is the range from the first to the last wheel that was read with the library in
    this directory. ``directory`` is relative to ``below``, one of :data:`PLACES`.
    ``architectures`` is empty where the library is in the wheels of all.
    """

    soname: str
    family: str
    component: str | None
    project: str
    major: str | None
    versions: str
    directory: str
    fact: str
    below: str = SITE_PACKAGES
    architectures: tuple[str, ...] = ()


class ReleaseLibrary(NamedTuple):
    """A library that minor releases of a family hold under a soname, oldest first."""

    soname: str
    family: str
    component: str
    minors: tuple[str, ...]
    facts: tuple[str, ...]


class LibraryStem(NamedTuple):
    """A library of a family without version, and every soname of it that the facts know."""

    stem: str
    family: str
    component: str | None
    sonames: tuple[str, ...]


class Dependencies(NamedTuple):
    """The projects that the releases of a project in a range pull in, as their metadata say.

    ``always`` are those that need no extra. A metapackage such as ``cuda-toolkit`` holds nothing
    itself and pulls all by ``extras``. ``major`` is the accelerator's, None where not said.
    """

    project: str
    major: str | None
    versions: str
    always: tuple[str, ...]
    extras: Mapping[str, tuple[str, ...]]
    fact: str


class ExternalGroup(NamedTuple):
    """Libraries that a wheel may expect from another project's wheel, by glob patterns.

    Any one of ``projects`` provides them; none does where the interpreter itself is meant.
    ``families``: whose libraries such a project brings along, so that they are there too.
    """

    name: str
    patterns: tuple[str, ...]
    projects: tuple[str, ...]
    fact: str
    families: tuple[str, ...] = ()

    def covers(self, soname: str) -> bool:
        """Whether a soname is one of these libraries."""
        return any(is_match(soname, pattern) for pattern in self.patterns)


class DriverLibrary(NamedTuple):
    """Libraries of a driver, by glob pattern: they must match the machine's kernel driver."""

    family: str
    pattern: str
    why: str
    standing: Standing
    fact: str


class ReleaseTargets(NamedTuple):
    """The GPU targets that the compiler of one full release knows.

    ``built`` are those that the vendor builds, listed or not. ``only_on`` names the architectures
    of targets that are not known on all; ``covers`` those that the release is shipped for.
    """

    family: str
    version: str
    minor: str
    is_preview: bool
    covers: tuple[str, ...]
    real: tuple[str, ...]
    virtual: tuple[str, ...]
    specific: tuple[str, ...]
    family_specific: tuple[str, ...]
    generic: tuple[str, ...]
    deprecated: tuple[str, ...]
    built: tuple[str, ...]
    facts: tuple[str, ...]
    only_on: Mapping[str, tuple[str, ...]] = _NOWHERE

    @property
    def known(self) -> frozenset[str]:
        """Every target that the release knows, in whatever form."""
        listed = (*self.real, *self.virtual, *self.specific, *self.family_specific, *self.generic)
        return frozenset((*listed, *self.built))


class BundleCompression(NamedTuple):
    """Releases of a family, as a range, that handle a version of compressed offload bundles.

    ``role``: ``loads`` where their runtime reads it, ``writes`` where their compiler makes it.
    """

    family: str
    format: str
    version: str
    role: str
    releases: str
    standing: Standing
    fact: str


class ThreadingRuntime(NamedTuple):
    """The threading libraries that a component loads by itself; empty where it needs none."""

    family: str
    component: str
    libraries: tuple[str, ...]
    fact: str


class FamilyNames(NamedTuple):
    """Names by which a family is known in other places, and the fact that says so."""

    family: str
    names: tuple[str, ...]
    fact: str


class MachineFacts:  # noqa: PLW1641 - it holds dictionaries
    """What is known of GPUs, and of the systems that wheels are installed on.

    ``make`` is called when one of the two is first asked for: wheels are judged without them.
    """

    def __init__(self, make: "Callable[[], tuple[GpuFacts, HostFacts]]") -> None:
        self._make = make

    @cached_property
    def _made(self) -> "tuple[GpuFacts, HostFacts]":
        return self._make()

    @property
    def gpus(self) -> "GpuFacts":
        """GPUs by name and target."""
        return self._made[0]

    @property
    def hosts(self) -> "HostFacts":
        """Distributions, and the limits of pip."""
        return self._made[1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MachineFacts) and self._made == other._made

    def __repr__(self) -> str:
        return f"MachineFacts({self._made!r})"


class WheelFacts(NamedTuple):
    """Everything that finished wheels are judged by, apart from plans.

    ``providers`` and ``release_libraries`` are keyed by soname, ``stems`` by :func:`stem_of`,
    ``dependencies`` by project (oldest first), ``releases`` by family and full version (oldest
    first), ``threading`` by family and component, ``cited`` by the id of a fact. ``version`` and
    ``sha256`` are those of the facts, the overlay included that a project laid over them.
    ``spelled`` has the words that stand before a release in
    names of projects (``cu`` of ``cu12``), ``made_for`` projects that are built for a family.
    ``machines`` are what wheels run on.
    """

    policies: Mapping[str, Policy]
    providers: Mapping[str, tuple[LibraryProvider, ...]]
    release_libraries: Mapping[str, tuple[ReleaseLibrary, ...]]
    stems: Mapping[str, tuple[LibraryStem, ...]]
    dependencies: Mapping[str, tuple[Dependencies, ...]]
    externals: tuple[ExternalGroup, ...]
    drivers: tuple[DriverLibrary, ...]
    releases: Mapping[tuple[str, str], ReleaseTargets]
    compression: tuple[BundleCompression, ...]
    threading: Mapping[tuple[str, str], ThreadingRuntime]
    cited: Mapping[str, Citation]
    version: str
    sha256: str
    machines: MachineFacts
    overlay: "Overlay | None" = None
    spelled: tuple[FamilyNames, ...] = ()
    made_for: tuple[FamilyNames, ...] = ()

    @property
    def gpus(self) -> "GpuFacts":
        """The GPUs that wheels run on."""
        return self.machines.gpus

    @property
    def hosts(self) -> "HostFacts":
        """The systems that wheels are installed on."""
        return self.machines.hosts

    @property
    def waived(self) -> Mapping[str, str]:
        """The ids of facts that an overlay waives, each with the id of its waiver."""
        return {} if self.overlay is None else self.overlay.waived

    def providers_of(self, soname: str) -> tuple[LibraryProvider, ...]:
        """The projects whose wheels hold exactly this library."""
        return self.providers.get(soname, ())

    def holds(self, project: str, soname: str, allows: Callable[[str], bool]) -> bool | None:
        """Whether wheels of a project hold a library; None where no such wheel was read.

        ``allows`` says whether a range of the project's versions may be installed. A range only
        names wheels that were read: a version outside all ranges is unknown, not without it.
        """
        rows = [
            row
            for rows in self.providers.values()
            for row in rows
            if row.project == project and allows(row.versions)
        ]
        return any(row.soname == soname for row in rows) if rows else None

    def releases_of(self, soname: str) -> tuple[ReleaseLibrary, ...]:
        """The minor releases that hold exactly this library, by family."""
        return self.release_libraries.get(soname, ())

    def stems_of(self, soname: str) -> tuple[LibraryStem, ...]:
        """The libraries of families that differ from a soname in its version at most."""
        return self.stems.get(stem_of(soname), ())

    def family_of(self, soname: str) -> str | None:
        """The family that a library belongs to, by soname, else by its stem."""
        names = [row.family for row in self.releases_of(soname)]
        names += [row.family for row in self.providers_of(soname)]
        names += [row.family for row in self.stems_of(soname)]
        return names[0] if names else None

    def component_of(self, soname: str) -> str | None:
        """The component of its family that a library belongs to."""
        names = [row.component for row in self.releases_of(soname)]
        names += [row.component for row in self.stems_of(soname) if row.component is not None]
        return names[0] if names else None

    def is_known(self, soname: str) -> bool:
        """Whether the facts know this very soname as a library of a family."""
        return soname in self.providers or soname in self.release_libraries

    def externals_of(self, soname: str) -> tuple[ExternalGroup, ...]:
        """The groups of libraries expected from outside that a soname belongs to."""
        return tuple(group for group in self.externals if group.covers(soname))

    def drivers_of(self, soname: str) -> tuple[DriverLibrary, ...]:
        """The driver libraries that a soname matches."""
        return tuple(row for row in self.drivers if is_match(soname, row.pattern))

    def projects_of(
        self,
        project: str,
        extras: tuple[str, ...] = (),
        allows: Callable[[str], bool] | None = None,
    ) -> frozenset[str]:
        """A project, what it pulls in with these extras, and what those pull in.

        ``allows`` says whether a range of the project's versions may be installed: all may where it
        is left out, the newest is meant where it allows none, for then the facts do not know it.
        """
        rows = self.dependencies.get(project, ())
        if allows is not None:
            rows = tuple(row for row in rows if allows(row.versions)) or rows[-1:]
        found = {project}
        waiting = [(row, extras) for row in rows]
        while waiting:
            row, wanted = waiting.pop()
            pulled = {*row.always, *(p for name in wanted for p in row.extras.get(name, ()))}
            new = sorted(pulled - found)
            found |= pulled
            waiting += [(more, ()) for name in new for more in self.dependencies.get(name, ())]
        return frozenset(found)
