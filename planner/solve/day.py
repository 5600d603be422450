"""The day of a release, and what exists on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Day:
    """The day of release as ISO text, and whether the request states it."""

    iso: str
    explicit: bool

    def reached(self, since: str) -> bool:
        """Whether something that exists from a day on (``""``: not known) exists by now.

        What has no known day is no candidate under a stated date, and one otherwise.
        """
        return since <= self.iso if since else not self.explicit
