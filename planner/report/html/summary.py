"""The first thing on the page: what ships, what fails, what ends soon, what to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.plan.locked import LockedJob, LockedPlan
from planner.report.html.jobs import distinct, releases_text

_RELEASES = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipped:
    """The jobs of one variant: what they are built against, and for which tags."""

    variant: str
    jobs: int
    releases: tuple[str, ...]
    more_releases: int
    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Warned:
    """A warning, and the jobs that carry it."""

    says: str
    jobs: tuple[str, ...]


def shipped(plan: LockedPlan) -> tuple[Shipped, ...]:
    """One row per variant, in the order of the plan."""
    by_variant: dict[str, list[LockedJob]] = {}
    for job in plan.jobs:
        by_variant.setdefault(job.variant, []).append(job)
    return tuple(_shipped(name, jobs) for name, jobs in by_variant.items())


def _shipped(variant: str, jobs: Sequence[LockedJob]) -> Shipped:
    releases = distinct(releases_text(job.accelerators) for job in jobs)
    return Shipped(
        variant=variant,
        jobs=len(jobs),
        releases=releases[:_RELEASES],
        more_releases=max(len(releases) - _RELEASES, 0),
        tags=distinct(job.platform_tag for job in jobs),
    )


def warned(plan: LockedPlan, told: frozenset[str]) -> tuple[Warned, ...]:
    """Every warning once, those of the most jobs first.

    Warnings that rest on nothing but facts which are told elsewhere are left out.
    """
    jobs: dict[str, list[str]] = {}
    for job in plan.jobs:
        for says, facts in job.warnings:
            if not facts or not told.issuperset(facts):
                jobs.setdefault(says, []).append(job.id)
    rows = [Warned(says=says, jobs=distinct(ids)) for says, ids in jobs.items()]
    return tuple(sorted(rows, key=lambda row: -len(row.jobs)))


def unconfirmed(plan: LockedPlan) -> tuple[str, ...]:
    """The facts that some job rests on and no source confirms, by id."""
    return tuple(sorted({id_ for job in plan.jobs for id_ in job.unconfirmed}))
