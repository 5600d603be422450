"""Proves which component versions belong to a release, by the vendor's metapackage."""

from __future__ import annotations

import email.policy
from collections.abc import Iterator
from email import message_from_bytes

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from planner.audit.claims import Claim, Outcome
from planner.audit.evidence import Evidence, failed, not_provable
from planner.audit.subjects import Release, Subject
from planner.index.errors import BrokenError, RemoteError
from planner.model.vendor_files import RELEASES

_MOST_METADATA = 8 << 20
_MOST_REQUIREMENT = 1000  # characters
_ARCH = "x86_64"


def prove_components(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """A claim for each component that the metapackage of the release requires."""
    where = subject.family.vendor_files.get(RELEASES)
    if where is None or where.project is None:
        yield not_provable("the family names no metapackage")
        return
    for release in subject.releases:
        try:
            wanted, file, member = requirements(where.project, release.version, evidence)
        except RemoteError as error:
            yield failed(error, release=release.version)
            continue
        yield from _pin_claims(subject, release, where.project, wanted, (file, member))


def _pin_claims(
    subject: Subject,
    release: Release,
    metapackage: str,
    wanted: dict[str, list[Requirement]],
    read: tuple[str, str],
) -> Iterator[Claim]:
    for component, row in subject.fact.table("pins").items():
        project, version = row.get("project", ""), row.get("version", "")
        if not project or not version:
            yield not_provable("no version is pinned", about=component, release=release.version)
            continue
        if project == metapackage:
            wanted.setdefault(project, [Requirement(f"{project}=={release.version}.*")])
        found = wanted.get(project, [])
        if not found:
            yield not_provable(
                f"{metapackage} {release.version} requires no {project}",
                about=component,
                release=release.version,
            )
            continue
        fits = any(one.specifier.contains(version, prereleases=True) for one in found)
        yield Claim(
            about=component,
            outcome=Outcome.CONFIRMED if fits else Outcome.CONTRADICTED,
            stated=f"{project} {version}",
            found=" or ".join(sorted({str(one.specifier) for one in found})),
            release=release.version,
            file=read[0],
            member=read[1],
        )


def requirements(
    project: str, version: str, evidence: Evidence
) -> tuple[dict[str, list[Requirement]], str, str]:
    """What a wheel requires by project, whatever the extra; its file name and the member read.

    :raises RemoteError: where there is no such wheel or it cannot be read.
    """
    with evidence.vendor.wheel(project, version, _ARCH) as wheel:
        members = wheel.matching("*.dist-info/METADATA")
        if len(members) != 1:
            raise BrokenError(f"{wheel.file.name} has {len(members)} METADATA files")
        text = wheel.read(members[0], _MOST_METADATA)
        name = wheel.file.name
    found: dict[str, list[Requirement]] = {}
    message = message_from_bytes(text, policy=email.policy.compat32)
    for line in message.get_all("Requires-Dist", []):
        words = str(line)
        if len(words) > _MOST_REQUIREMENT:
            raise BrokenError(f"{name} has a requirement of {len(words)} characters")
        try:
            one = Requirement(words)
        except (InvalidRequirement, RecursionError):
            raise BrokenError(f"{name} has a requirement that is none: {words}") from None
        found.setdefault(canonicalize_name(one.name), []).append(one)
    return found, name, members[0]
