"""What a wheel requires on Linux, and which versions of it the index has (PEP 508, PEP 440)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from planner.audit.evidence import Evidence
from planner.audit.pins import requirements
from planner.audit.uploads import is_for_linux
from planner.harvest.found import UnprovedError
from planner.index.errors import BrokenError
from planner.model.platforms import ARCHITECTURES

_LINUX = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Required:
    """The requirements of a wheel by project, and the member that states them."""

    by_project: dict[str, list[Requirement]]
    file: str
    member: str

    def always(self) -> list[str]:
        """The projects that are required without any extra, sorted."""
        return sorted(
            project
            for project, wanted in self.by_project.items()
            if any(_holds(one, "") for one in wanted)
        )

    def by_extra(self) -> dict[str, list[str]]:
        """The projects that each extra pulls in, both sorted."""
        found: dict[str, set[str]] = {}
        for project, wanted in self.by_project.items():
            for one in wanted:
                for extra in _extras(one):
                    if _holds(one, extra):
                        found.setdefault(extra, set()).add(project)
        return {extra: sorted(found[extra]) for extra in sorted(found)}

    def specifiers(self, project: str) -> SpecifierSet:
        """The versions of a project that are required.

        :raises UnprovedError: where extras differ in it, or it is not required on Linux.
        """
        wanted = self.by_project.get(project, [])
        ranges = sorted(
            {
                str(one.specifier)
                for one in wanted
                if any(_holds(one, extra) for extra in ("", *_extras(one)))
            }
        )
        if len(ranges) != 1:
            raise UnprovedError(f"{project} is required as {' and '.join(ranges) or 'nothing'}")
        return SpecifierSet(ranges[0])


def required_by(project: str, version: str, evidence: Evidence) -> Required:
    """The requirements of a project's wheel.

    :raises RemoteError: where there is no such wheel, it cannot be read, or a marker compares what
        cannot be compared.
    """
    by_project, file, member = requirements(project, version, evidence)
    for one in (one for wanted in by_project.values() for one in wanted):
        try:
            _holds(one, "")
        except (UndefinedComparison, UndefinedEnvironmentName, InvalidVersion) as error:
            raise BrokenError(f"{file} has a requirement that means nothing: {error}") from None
    return Required(by_project=by_project, file=file, member=member)


def _holds(requirement: Requirement, extra: str) -> bool:
    """Whether a requirement is made on Linux, of any architecture, with an extra or none."""
    marker = requirement.marker
    return marker is None or any(
        marker.evaluate({**_LINUX, "platform_machine": arch, "extra": extra})
        for arch in ARCHITECTURES
    )


def _extras(requirement: Requirement) -> list[str]:
    """The extras that a marker names."""
    quoted = str(requirement.marker or "").replace("'", '"').split('extra == "')[1:]
    return [part.partition('"')[0] for part in quoted]


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolved:
    """A version of a project, and the range where more than that one is admitted; then the version
    need not be on the index."""

    version: str
    range: str = ""
    is_listed: bool = True


def resolved(project: str, specifiers: SpecifierSet, evidence: Evidence) -> Resolved:
    """The version that a pin stands for, or of a range the lowest.

    :raises UnprovedError: where the index has none that is admitted.
    :raises RemoteError: where the index has no such project or does not answer.
    """
    files = filter(is_for_linux, evidence.vendor.wheels(project))
    versions = sorted({file.version for file in files})
    fitting = [one for one in versions if specifiers.contains(one, prereleases=True)]
    if not fitting:
        raise UnprovedError(f"{project} {specifiers} is not on the index")
    single = next(iter(specifiers)) if len(specifiers) == 1 else None
    if single is not None and single.operator == "==":
        return _of_pin(single.version.removesuffix(".*"), fitting)
    lowest = [one.version for one in specifiers if one.operator in (">=", "~=")]
    if not lowest:
        raise UnprovedError(f"{project} is required as {specifiers}, without a lowest version")
    version = max(lowest, key=Version)
    return Resolved(version=version, range=str(specifiers), is_listed=Version(version) in versions)


def _of_pin(stated: str, fitting: Sequence[Version]) -> Resolved:
    """The only version that fits; of several that begin with the one that is stated, a range."""
    if all(version == Version(stated) for version in fitting):
        return Resolved(version=str(fitting[0]))
    *head, last = Version(stated).release
    beyond = ".".join(map(str, (*head, last + 1)))
    is_listed = Version(stated) in fitting
    return Resolved(version=stated, range=f">={stated},<{beyond}", is_listed=is_listed)
