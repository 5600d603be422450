"""What finders work with and give: the release that is read, and payloads with their evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from planner.audit.evidence import LINUX, Evidence
from planner.audit.host_config import HeaderShapeError
from planner.audit.subjects import Release
from planner.index.errors import MissingError, RemoteError
from planner.load.documents import Document
from planner.model.accelerators import Family
from planner.model.sources import Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """The release that is read.

    ``listed`` is the version on the index of the vendor's own project, ``project``. ``components``
    is the fact of its pins. ``shipped`` are the architectures that its components have wheels for,
    each with one such wheel. ``versions`` are those of the projects that it requires, of
    several the lowest if the index has it; ``ranges`` are those that it admits several of.
    """

    family: Family
    project: str
    release: Release
    listed: str
    evidence: Evidence
    components: Found | None = None
    shipped: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, str] = field(default_factory=dict)

    @property
    def architectures(self) -> tuple[str, ...]:
        """Those for which vendors' programs are read and that the release is shipped for."""
        return tuple(arch for arch in LINUX if arch in self.shipped)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The payload of a fact as the vendor's files have it, and the members that say so.

    ``is_partial``: the note says what it does not hold; ``is_lacking``: and a file should say it.
    ``standing`` is another one than facts of this kind have by being read.
    """

    payload: Document
    evidence: str
    note: str = ""
    is_partial: bool = False
    is_lacking: bool = False
    standing: Standing | None = None


class UnprovedError(Exception):
    """A fact that the vendor's files should prove and did not; ``unreadable`` where a file is
    there that cannot be read."""

    def __init__(self, why: str, *, unreadable: bool = False) -> None:
        super().__init__(why)
        self.unreadable = unreadable


class OutdatedError(Exception):
    """A fact that does not hold for the release any more: what it is about is not there."""


Finder = Callable[[Document, Ground], Found]
"""Reads anew what a fact of an older release says.

:raises UnprovedError: where the files do not tell.
:raises OutdatedError: where the release has no such thing.
:raises RemoteError: where a file cannot be read; see :func:`unproved`.
"""


def unproved(error: Exception) -> UnprovedError:
    """What kept a fact from being proved."""
    if isinstance(error, HeaderShapeError):
        text = f"the header has another shape than is understood: {error}"
        return UnprovedError(text, unreadable=True)
    unreadable = isinstance(error, RemoteError) and not isinstance(error, MissingError)
    return UnprovedError(str(error), unreadable=unreadable)


def told(read: Iterable[tuple[str, str]]) -> str:
    """Members and the files that they were read in, as evidence is written."""
    by_file: dict[str, list[str]] = {}
    for member, file in read:
        if member not in by_file.setdefault(file, []):
            by_file[file].append(member)
    by_members: dict[str, list[str]] = {}
    for file, members in by_file.items():
        by_members.setdefault(_together(members), []).append(file)
    return "; ".join(f"{members} in {' and '.join(files)}" for members, files in by_members.items())


def _together(members: list[str]) -> str:
    """Members, the folder of the first left out where the others lie in it, too."""
    folder = members[0].rpartition("/")[0] + "/"
    return ", ".join([members[0], *(name.removeprefix(folder) for name in members[1:])])
