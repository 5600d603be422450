"""What a project lays over the shipped facts: its own facts, changes of others, and waivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from planner.errors import DataError, Problem
from planner.model.sources import Fact, Source

PREFIX = "overlay/"
"""What the id of every fact of an overlay starts with."""
OWN_SOURCE = "file"
"""The id of the overlay's own file among its sources."""


def is_overlaid(fact_id: str) -> bool:
    """Whether a fact is the overlay's own."""
    return fact_id.startswith(PREFIX)


def shipped_id(fact_id: str) -> str:
    """The id of a fact without the mark of the overlay."""
    return fact_id.removeprefix(PREFIX)


class Act(StrEnum):
    """What a fact of an overlay does."""

    ADDS = "adds"
    CHANGES = "changes"
    WAIVES = "waives"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A change or a waiver of a shipped fact, or a limit that is added.

    ``expires`` is the last day on which it holds, as it was written; "" where it has no end.
    ``line`` is that of the entry in its file.
    """

    fact: str
    act: Act
    reason: str
    expires: str
    line: int

    @property
    def shipped(self) -> str:
        """The id of the shipped fact that it is about; "" for an addition."""
        return "" if self.act is Act.ADDS else shipped_id(self.fact)

    @property
    def path(self) -> str:
        """The dotted path of the entry in its file."""
        section = {Act.ADDS: "add", Act.CHANGES: "facts", Act.WAIVES: "waive"}[self.act]
        return f"{section}.{shipped_id(self.fact)}"

    def is_expired(self, day: str) -> bool:
        """Whether the day (ISO text) comes after the last one on which the entry holds.

        A month counts as its last day.
        """
        return bool(self.expires) and day[: len(self.expires)] > self.expires


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """An overlay: ``path`` as it was given, the SHA-256 of the file, and its entries in order."""

    path: str
    sha256: str
    entries: tuple[Entry, ...] = ()

    @property
    def file(self) -> str:
        """The name of the file, without folders: what plans call the overlay."""
        return self.path.rpartition("/")[2]

    @cached_property
    def by_fact(self) -> dict[str, Entry]:
        """The entries by the id of their own fact."""
        return {entry.fact: entry for entry in self.entries}

    def adds(self, fact_id: str) -> bool:
        """Whether a fact is the overlay's own and stands in the place of no shipped one."""
        entry = self.by_fact.get(fact_id)
        return is_overlaid(fact_id) and (entry is None or entry.act is Act.ADDS)

    @cached_property
    def waived(self) -> dict[str, str]:
        """The ids of waived facts, each with the id of its waiver."""
        return {e.shipped: e.fact for e in self.entries if e.act is Act.WAIVES}

    def expired(self, day: str) -> list[Problem]:
        """A problem for every entry that no longer holds on a day (ISO text)."""
        return [
            Problem(
                file=self.path,
                line=entry.line,
                path=entry.path,
                message=f"has expired: it no longer holds on {day}",
                found=f"expires: {entry.expires}",
            )
            for entry in self.entries
            if entry.is_expired(day)
        ]

    def require_in_force(self, day: str) -> None:
        """Nothing, if every entry holds on a day (ISO text).

        :raises DataError: with every entry that has expired by then.
        """
        problems = self.expired(day)
        if problems:
            hint = "take it out, or look at its reason again and give it a later day"
            raise DataError(problems, hint=hint)


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlaid:
    """An overlay as it stands over all facts.

    ``facts`` are those that no record holds: the waivers, and the shipped facts that were changed,
    each overruled by the overlay's own.
    """

    overlay: Overlay
    sources: Mapping[str, Source]
    facts: Mapping[str, Fact]


def overlay_to_json(overlay: Overlay) -> dict[str, object]:
    """An overlay as plain JSON values; :func:`overlay_from_json` gives an equal one back."""
    rows = [[e.fact, e.act.value, e.reason, e.expires, e.line] for e in overlay.entries]
    return {"path": overlay.path, "sha256": overlay.sha256, "entries": rows}


def overlay_from_json(document: object) -> Overlay | None:
    """The overlay that :func:`overlay_to_json` wrote; None for None.

    :raises KeyError, TypeError, ValueError: where the document was not written by it.
    """
    if document is None:
        return None
    if not isinstance(document, dict):
        raise TypeError("not an overlay")
    return Overlay(
        path=str(document["path"]),
        sha256=str(document["sha256"]),
        entries=tuple(
            Entry(fact=fact, act=Act(act), reason=reason, expires=expires, line=line)
            for fact, act, reason, expires, line in document["entries"]
        ),
    )
