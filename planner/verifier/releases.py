"""Which accelerator release a library belongs to, against the one that a job plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.model.wheel_facts import WheelFacts

if TYPE_CHECKING:
    from planner.plan.locked import LockedJob


def is_of_release(facts: WheelFacts, library: str, job: LockedJob) -> bool:
    """Whether the release that a job plans holds this very library, as far as the facts say."""
    if any(component.soname == library for component in job.components.values()):
        return True
    rows = facts.releases_of(library)
    minors = {(row.family, minor) for row in rows for minor in row.minors}
    planned = {(f, v.rpartition(".")[0] or v) for f, v in job.accelerators.items()}
    if minors:
        return bool(minors & planned)
    family = facts.family_of(library)
    majors = {row.major for row in facts.providers_of(library)}
    version = job.accelerators.get(family or "")
    return version is not None and (not majors or version.split(".")[0] in majors or None in majors)
