"""What the index offers that the facts lack: the versions of the vendor's own project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from planner.audit.uploads import is_for_linux
from planner.index.listing import IndexFile
from planner.model.versions import version_key

_PARTS = 3  # of a release: further ones count builds of it ("13.4.1.0")


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A release that the facts lack; ``listed`` is its version on the index."""

    release: str
    minor: str
    listed: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """A version that is not harvested, and why."""

    version: str
    why: str


def offers(
    files: Sequence[IndexFile], known: Mapping[str, Iterable[str]]
) -> tuple[list[Offer], list[Passed]]:
    """Releases to harvest, oldest first, and versions that are passed over.

    ``known`` holds the releases of each minor release that has a file. Of several builds of a
    release the newest is offered.
    """
    versions = {release for releases in known.values() for release in releases}
    oldest = min(known, key=version_key, default="0")
    found: dict[str, Offer] = {}
    passed: dict[str, str] = {}
    for version in sorted({file.version for file in files}):
        if _is_known(version, versions):
            continue
        of_version = [file for file in files if file.version == version]
        why = next(_faults(version, of_version, oldest), "")
        if why:
            passed[str(version)] = why
        else:
            release = ".".join(str(version).split(".")[:_PARTS])
            minor = ".".join(str(part) for part in (*version.release, 0)[:2])
            found[release] = Offer(release=release, minor=minor, listed=str(version))
    return list(found.values()), [Passed(version=v, why=why) for v, why in passed.items()]


def _is_known(version: Version, known: Iterable[str]) -> bool:
    """Whether the facts have this version, or the release that it is a build of."""
    for text in known:
        try:
            release = Version(text)
        except InvalidVersion:
            continue
        same = len(release.release) >= _PARTS and release.release == version.release[:_PARTS]
        if release == version or release.base_version == version.base_version or same:
            return True
    return False


def _faults(version: Version, files: Sequence[IndexFile], oldest: str) -> Iterator[str]:
    if version.release[:2] < version_key(oldest).release[:2]:
        yield f"older than {oldest}, with which the facts begin"
    if version.is_prerelease:
        yield "a pre-release"
    if version.local or version.epoch:
        yield "no version that a vendor's release has"
    if all(file.yanked for file in files):
        yield "withdrawn by the vendor"
    if not any(is_for_linux(file) for file in files if not file.yanked):
        yield "no wheel for Linux"
