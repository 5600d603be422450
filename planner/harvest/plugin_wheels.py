"""Wheels of a family whose releases no project on the index lists: those that no fact names."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version

from planner.audit.uploads import is_for_linux
from planner.audit.vendor import Vendor
from planner.harvest.records import Unread
from planner.index.errors import MissingError
from planner.model.accelerators import Family
from planner.model.sources import Fact

_KIND = "vendor-wheel"


def unread_wheels(family: Family, vendor: Vendor) -> tuple[Unread, ...]:
    """Versions that no fact names, of projects of which facts name some, by project.

    :raises RemoteError: where the index does not answer. A project that it lacks is left out.
    """
    found = []
    for project, read in sorted(_read(family).items()):
        try:
            files = vendor.wheels(project)
        except MissingError:
            continue
        versions = sorted(
            {
                file.version
                for file in files
                if is_for_linux(file) and not file.version.is_prerelease and not file.yanked
            }
            - read
        )
        newest = max(read)
        found.append(
            Unread(
                project=project,
                read=str(newest),
                newer=tuple(str(version) for version in versions if version > newest),
                older=tuple(str(version) for version in versions if version < newest),
            )
        )
    return tuple(found)


def _read(family: Family) -> dict[str, set[Version]]:
    """The versions of each project of which facts name a wheel."""
    found: dict[str, set[Version]] = {}
    for fact in _facts(family):
        if fact.kind == _KIND:
            try:
                project, version, _, _ = parse_wheel_filename(fact.text("wheel"))
            except InvalidWheelFilename:
                continue
            found.setdefault(project, set()).add(version)
    return found


def _facts(family: Family) -> Iterator[Fact]:
    yield from family.facts.values()
    for minor in family.minors.values():
        yield from minor.facts.values()
        for own in minor.releases.values():
            yield from own.values()
