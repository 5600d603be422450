"""What provers work with: the vendor's wheels, how to read them, and how failures become claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from planner.artifacts.elf.head import Names
from planner.audit.claims import Claim, Outcome
from planner.audit.subjects import Pin, Release, Subject
from planner.audit.vendor import Vendor
from planner.index.errors import MissingError, RemoteError
from planner.index.remote_wheel import RemoteWheel
from planner.model.vendor_files import VendorFile

LINUX = ("x86_64", "aarch64")
"""Architectures for which vendors' programs are read, the one looked at first before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """The wheels, the version names that hashes stand for, and what may be done with them.

    ``may_run``: programs of the vendor may be run where they can be. ``may_read_whole``: members
    may be read whole, however large they are.
    """

    vendor: Vendor
    names: Names
    may_run: bool = True
    may_read_whole: bool = False


class UntoldError(RemoteError):
    """What was read of a file does not tell; reading more of it might."""


Prover = Callable[[Subject, Evidence], Iterator[Claim]]
"""Claims about one fact; may raise RemoteError, which becomes one more claim."""


def failed(error: RemoteError, *, about: str = "", release: str = "", file: str = "") -> Claim:
    """The claim that stands for a file that was not read."""
    gone = isinstance(error, MissingError | UntoldError)
    return Claim(
        about=about,
        outcome=Outcome.NOT_PROVABLE if gone else Outcome.UNREADABLE,
        release=release,
        file=file,
        why=str(error),
    )


def not_provable(why: str, *, about: str = "", release: str = "") -> Claim:
    """A claim for which there is no file to look into."""
    return Claim(about=about, outcome=Outcome.NOT_PROVABLE, release=release, why=why)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A member of a component's wheel."""

    pin: Pin
    arch: str
    member: str
    file: str


def vendor_file(subject: Subject) -> VendorFile | None:
    """The family's word on which file proves a fact of this kind."""
    return subject.family.vendor_files.get(subject.fact.kind)


def place_of(release: Release, where: VendorFile, arch: str, evidence: Evidence) -> Place | None:
    """The first member that matches in a wheel of the release's components; None where there is
    none, or no such component is pinned.

    :raises RemoteError: where a wheel that is pinned cannot be read.
    """
    missing: MissingError | None = None
    for component in where.components:
        pin = release.pins.get(component)
        if pin is None:
            continue
        try:
            with evidence.vendor.wheel(pin.project, pin.version, arch) as wheel:
                found = first_match(wheel, where.members)
                if found is not None:
                    return Place(pin=pin, arch=arch, member=found, file=wheel.file.name)
        except MissingError as error:
            missing = error
    if missing is not None:
        raise missing
    return None


def first_match(wheel: RemoteWheel, patterns: tuple[str, ...]) -> str | None:
    """The first member that matches the first pattern that any member matches."""
    for pattern in patterns:
        for name in wheel.matching(pattern):
            return name
    return None


def read_place(place: Place, evidence: Evidence, most: int) -> bytes:
    """A member's bytes.

    :raises RemoteError: where they cannot be read or are more than ``most``.
    """
    pin = place.pin
    with evidence.vendor.wheel(pin.project, pin.version, place.arch) as wheel:
        return wheel.read(place.member, most)
