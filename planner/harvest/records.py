"""What a harvest says: the releases that it found, what it wrote of them, and why not more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from planner.harvest.offers import Passed


class Fate(StrEnum):
    """What became of a fact."""

    READ = "read"
    SAME = "same"
    CARRIED = "carried over"
    UNPROVED = "not proved"
    LEFT_OUT = "left out"


FATES = {
    Fate.READ: "read in the vendor's files",
    Fate.SAME: "read, and as the minor release says already",
    Fate.CARRIED: "carried over: no file of the vendor says it",
    Fate.UNPROVED: "not proved: the vendor's files should say it",
    Fate.LEFT_OUT: "left out",
}
"""What each fate means, in the order in which they are told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HarvestedFact:
    """A fact of an older release and what became of it.

    ``why`` stands where it was not read, or something in it was not; ``is_lacking``: and a file
    should say it; ``is_unreadable``: that file is there and cannot be read.
    """

    id: str
    kind: str
    fate: Fate
    standing: str = ""
    evidence: str = ""
    why: str = ""
    is_lacking: bool = False
    is_unreadable: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class HarvestedRelease:
    """A release that the facts lacked. ``why`` says why it was not written; then ``file`` is where
    it would stand."""

    release: str
    file: str
    template: str = ""
    facts: tuple[HarvestedFact, ...] = ()
    why: str = ""
    is_unreadable: bool = False

    @property
    def is_written(self) -> bool:
        """Whether it stands in the files now."""
        return not self.why

    def count(self, fate: Fate) -> int:
        """How many facts fared so."""
        return sum(fact.fate is fate for fact in self.facts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A file of the facts before (None: it is new) and after."""

    file: str
    before: str | None
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """A project of which facts name wheels, and its versions on the index that none names: those
    newer than the newest named one, and the others; oldest first."""

    project: str
    read: str
    newer: tuple[str, ...]
    older: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Harvest:
    """One run over one family. ``why`` says why nothing could be looked for; ``unread`` is what the
    index has of a family without a list of releases. ``received``, ``cached``: bytes."""

    family: str
    project: str = ""
    releases: tuple[HarvestedRelease, ...] = ()
    passed: tuple[Passed, ...] = ()
    unread: tuple[Unread, ...] = ()
    changes: tuple[Change, ...] = ()
    why: str = ""
    is_unreadable: bool = False
    received: int = 0
    cached: int = 0
    requests: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether all that was found was written, and all was read that the files should say; of a
        family without a list of releases, whether nothing newer than what was read is there."""
        if not self.project:
            return not self.is_unreadable and not any(one.newer for one in self.unread)
        return not self.why and all(
            release.is_written and not any(fact.is_lacking for fact in release.facts)
            for release in self.releases
        )

    @property
    def met_unreadable(self) -> bool:
        """Whether a file that is there could not be read."""
        return (
            self.is_unreadable
            or any(release.is_unreadable for release in self.releases)
            or any(fact.is_unreadable for release in self.releases for fact in release.facts)
        )
