"""What an audit says: each fact is taken apart into claims, and each claim is judged on its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from planner.model.sources import Fact, Standing


class Outcome(StrEnum):
    """How a claim fared."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    OVERRULED = "overruled"
    UNREADABLE = "unreadable"
    NOT_PROVABLE = "not provable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One thing that a fact says, and what the vendor's file says of it.

    ``about`` names the field (``range``, ``libcublas glibc``), ``release`` the full version it was
    tried for. ``file`` and ``member`` are what was read; ``why`` says why nothing can be proved.
    """

    about: str
    outcome: Outcome
    stated: str = ""
    found: str = ""
    release: str = ""
    file: str = ""
    member: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """A fact with all its claims.

    ``ruling`` is the fact on the other side of a disagreement that the facts record already: the
    one that overrules this one, or the one that says what the file says and is overruled by it.
    """

    fact: Fact
    claims: tuple[Claim, ...]
    ruling: str = ""

    @property
    def outcome(self) -> Outcome:
        """The worst that befell a claim; one that cannot be proved does not spoil those that
        can."""
        found = {claim.outcome for claim in self.claims}
        if Outcome.CONTRADICTED in found and self.ruling:
            return Outcome.OVERRULED
        order = (Outcome.CONTRADICTED, Outcome.UNREADABLE, Outcome.CONFIRMED)
        return next((outcome for outcome in order if outcome in found), Outcome.NOT_PROVABLE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """The verdicts of one run, in the order of the facts, and what reading cost.

    ``notices`` are sentences about what the files hold and no fact states. ``received`` and
    ``cached`` count bytes.
    """

    scope: str
    verdicts: tuple[Verdict, ...]
    received: int
    cached: int
    requests: int
    notices: tuple[str, ...] = ()

    def count(self, outcome: Outcome, standing: Standing | None = None) -> int:
        """How many facts fared so, of one standing or of all."""
        return sum(
            verdict.outcome is outcome and standing in (None, verdict.fact.standing)
            for verdict in self.verdicts
        )


def compared(
    about: str, stated: str, found: str, *, release: str = "", file: str = "", member: str = ""
) -> Claim:
    """A claim that is confirmed where both texts are the same, else contradicted."""
    return Claim(
        about=about,
        outcome=Outcome.CONFIRMED if stated == found else Outcome.CONTRADICTED,
        stated=stated,
        found=found,
        release=release,
        file=file,
        member=member,
    )


def listed(words: Iterable[str]) -> str:
    """A list as one text; "none" for an empty one."""
    return " ".join(words) or "none"
