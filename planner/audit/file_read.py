"""Claims by one file that was read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.audit.claims import Claim, Outcome, compared

_MOST_SHOWN = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRead:
    """A member of a wheel and the wheel's version; its claims name them."""

    release: str
    file: str
    member: str

    def claim(self, about: str, outcome: Outcome, stated: str, found: str) -> Claim:
        """A claim whose outcome is known."""
        return Claim(
            about=about,
            outcome=outcome,
            stated=stated,
            found=found,
            release=self.release,
            file=self.file,
            member=self.member,
        )

    def compared(self, about: str, stated: str, found: str) -> Claim:
        """A claim that is confirmed where both texts are the same."""
        return compared(
            about, stated, found, release=self.release, file=self.file, member=self.member
        )

    def compared_sets(self, about: str, stated: Iterable[str], found: Iterable[str]) -> Claim:
        """A claim that is confirmed where both are the same set; else it shows what differs."""
        ours, theirs = set(stated), set(found)
        if ours == theirs:
            return self.compared(about, _shown(ours, ()), _shown(ours, ()))
        added, lacking = ours - theirs, theirs - ours
        return self.claim(
            about, Outcome.CONTRADICTED, _shown(added, lacking), _shown(lacking, added)
        )


def _shown(names: Iterable[str], without: Iterable[str]) -> str:
    """Names that are there and names that are not, the first of many."""
    words = [*sorted(names), *(f"no {name}" for name in sorted(without))]
    more = len(words) - _MOST_SHOWN
    if not words:
        return "none"
    shown = ", ".join(words[:_MOST_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown
