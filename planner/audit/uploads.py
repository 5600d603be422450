"""Proves days of release that were read off upload days, and what a release is shipped for."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version

from planner.audit.claims import Claim, Outcome, compared, listed
from planner.audit.evidence import Evidence, failed, not_provable
from planner.audit.subjects import Release, Subject, release_of
from planner.index.errors import MissingError, RemoteError
from planner.index.listing import IndexFile
from planner.model.platforms import ARCHITECTURES
from planner.model.sources import Standing
from planner.model.vendor_files import RELEASES


def prove_released(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """A claim that the day is that of the first upload; only for days that were measured so."""
    where = subject.family.vendor_files.get(RELEASES)
    if subject.fact.standing is not Standing.MEASURED or where is None or where.project is None:
        yield not_provable("the day is that of a document, which no vendor's file states")
        return
    for release in subject.releases:
        try:
            day = first_upload(where.project, release.version, evidence)
        except RemoteError as error:
            yield failed(error, release=release.version)
            continue
        if not day:
            yield not_provable("the index states no upload days", release=release.version)
            continue
        stated = subject.fact.text("date")
        yield compared(
            "date", stated, day[: len(stated)], release=release.version, file=where.project
        )


def first_upload(project: str, release: str, evidence: Evidence) -> str:
    """The day (YYYY-MM-DD) of the first wheel for Linux of a release; empty where the index states
    none.

    :raises RemoteError: where there is no such wheel, or the index does not answer.
    """
    days = sorted(
        file.uploaded
        for file in evidence.vendor.wheels(project)
        if is_version_of(release, file.version) and is_for_linux(file)
    )
    if not days:
        raise MissingError(f"{project} {release} is not on the index")
    return days[0]


def is_for_linux(file: IndexFile) -> bool:
    """Whether a wheel installs on Linux."""
    return any(tag == "any" or "linux" in tag for tag in file.platforms)


def is_version_of(release: str, version: Version) -> bool:
    """Whether a version on the index is that release, perhaps built again (``2021.1.1``)."""
    wanted = Version(release).release
    return version.release[: len(wanted)] == wanted


def prove_architectures(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """A claim for each architecture that is stated: whether a pinned component has wheels for it;
    the vendor may ship for more than the index has."""
    stated = subject.fact.words("covers")
    for release in subject.releases:
        try:
            found = shipped_for(release, evidence)
        except RemoteError as error:
            yield failed(error, release=release.version)
            continue
        yield from _covered(stated, set(found), release.version)


def shipped_for(release: Release, evidence: Evidence) -> dict[str, str]:
    """The architectures that components of a release have wheels for, each with one such wheel.

    :raises RemoteError: where the index has no such project or does not answer.
    """
    found: dict[str, str] = {}
    for pin in release.pins.values():
        for file in evidence.vendor.wheels(pin.project):
            if str(file.version) == pin.version and "any" not in file.platforms:
                for arch in filter(file.is_for, ARCHITECTURES):
                    found.setdefault(arch, file.name)
    return found


def _covered(stated: tuple[str, ...], found: set[str], release: str) -> Iterator[Claim]:
    if not found:
        yield not_provable("no component of it has a wheel on the index", release=release)
        return
    beyond = sorted(found - set(stated))
    if beyond:
        yield Claim(
            about="covers",
            outcome=Outcome.CONTRADICTED,
            stated=listed(stated),
            found=f"wheels for {listed(beyond)} too",
            release=release,
        )
    for arch in stated:
        if arch in found:
            yield compared("covers", arch, arch, release=release)
        else:
            yield not_provable(f"no wheel for {arch} on the index", about="covers", release=release)


def prove_never_covers(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """A claim for each architecture: no project of the family has a wheel for it."""
    projects = sorted(_projects(subject))
    if not projects:
        yield not_provable("no release pins a project of the vendor's")
        return
    files = [file for project in projects for file in _listed(project, evidence)]
    if not files:
        yield not_provable("no project of the vendor's is on the index")
        return
    for arch in subject.fact.words("architectures"):
        against = [f for f in files if "any" not in f.platforms and f.is_for(arch)]
        found = against[0].name if against else "no wheel"
        yield compared(arch, "no wheel", found, file=against[0].name if against else "")


def _projects(subject: Subject) -> set[str]:
    return {
        pin.project
        for minor in subject.family.minors.values()
        for version in minor.releases
        for pin in release_of(minor, version).pins.values()
    }


def _listed(project: str, evidence: Evidence) -> tuple[IndexFile, ...]:
    """The wheels of a project; none of one that the index no longer has.

    :raises RemoteError: where the index does not answer.
    """
    try:
        return evidence.vendor.wheels(project)
    except MissingError:
        return ()
