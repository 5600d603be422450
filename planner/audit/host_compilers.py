"""Proves which host compilers a toolkit refuses, by its own header."""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.claims import Claim, Outcome, compared
from planner.audit.evidence import (
    LINUX,
    Evidence,
    Place,
    failed,
    not_provable,
    place_of,
    read_place,
    vendor_file,
)
from planner.audit.host_config import Bounds, HeaderShapeError, host_compiler_bounds
from planner.audit.subjects import Release, Subject
from planner.index.errors import RemoteError
from planner.model.vendor_files import VendorFile

_MOST_HEADER = 4 << 20


def prove_host_compiler(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """One claim for each release and architecture whose header can be read."""
    where = vendor_file(subject)
    if where is None or where.format != "host-config":
        yield not_provable("the family names no header that refuses compilers")
        return
    for release in subject.releases:
        for arch in LINUX:
            try:
                yield _claim(subject, release, where, arch, evidence)
            except RemoteError as error:
                yield failed(error, about=arch, release=release.version)


def _claim(
    subject: Subject, release: Release, where: VendorFile, arch: str, evidence: Evidence
) -> Claim:
    place = place_of(release, where, arch, evidence)
    if place is None:
        return not_provable("no wheel of it holds the header", about=arch, release=release.version)
    fact = subject.fact
    try:
        bounds = read_bounds(place, fact.text("compiler"), evidence)
    except HeaderShapeError as error:
        return Claim(
            about=arch,
            outcome=Outcome.UNREADABLE,
            release=release.version,
            file=place.file,
            member=place.member,
            why=f"the header has another shape than is understood: {error}",
        )
    stated = fact.text("range")
    if stated.startswith(">"):
        found = f">={bounds.oldest}" if bounds.oldest else "no lower bound"
    else:
        found = f"<{bounds.refused_from}" if bounds.refused_from else "no upper bound"
    return compared(
        f"{fact.text('compiler')} {arch}",
        stated,
        found,
        release=release.version,
        file=place.file,
        member=place.member,
    )


def read_bounds(place: Place, compiler: str, evidence: Evidence) -> Bounds:
    """What the header at a place accepts of a compiler.

    :raises RemoteError: where it cannot be read.
    :raises HeaderShapeError: where it has another shape than is understood.
    """
    return host_compiler_bounds(read_place(place, evidence, _MOST_HEADER), compiler)
