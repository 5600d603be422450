"""What the page is made from: a plan, what the facts say around it, and verified wheels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.model.lifecycle import EndOfLife
from planner.model.wheel_facts import WheelFacts
from planner.plan.locked import LockedPlan, ToldFact
from planner.solve.rows import Distribution
from planner.verifier.judge import Report


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What the facts of today say that a lock does not hold.

    ``promised`` is the highest GLIBCXX of a policy on an architecture. ``facts`` tells every fact
    behind ``ends`` and ``distributions``. ``gpus`` holds what is known of GPUs. ``version`` is that
    of the facts.
    """

    distributions: Mapping[str, Distribution]
    promised: Mapping[tuple[str, str], str]
    ends: tuple[EndOfLife, ...]
    facts: Mapping[str, ToldFact]
    gpus: WheelFacts
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PageInputs:
    """A plan with what the page tells of it.

    ``lock`` is the path of the lock as it was named, ``facts_version`` that of the facts it was
    made with. ``verified`` are wheels that were judged against the plan.
    """

    plan: LockedPlan
    lock: str
    facts_version: str
    around: Surroundings
    verified: Report | None = None
