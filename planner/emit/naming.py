"""Two jobs whose wheels would have the same file name (``naming`` of the request)."""

from __future__ import annotations

from planner.emit.base import Wanted
from planner.errors import Problem, RequestError
from planner.plan.locked import LockedJob
from planner.plan.naming import WheelName, naming_of, planned_name


def wheel_name(wanted: Wanted, job: LockedJob) -> WheelName:
    """How the request wants a job's wheels to be called."""
    return planned_name(wanted.plan, job)


def check_names(wanted: Wanted) -> None:
    """Refuse plans of which two jobs would make wheels with the same file name. Formats that build
    or upload call it; matrices of rows only warn.

    :raises RequestError: with the first pair, and how to tell them apart.
    """
    pair = collision(wanted)
    if pair is not None:
        raise _collision(wanted, *pair)


def collision(wanted: Wanted) -> tuple[LockedJob, LockedJob] | None:
    """The first two jobs whose wheels would have the same file name, if there are any."""
    seen: dict[tuple[WheelName, str, str], LockedJob] = {}
    for job in wanted.jobs:
        name = wheel_name(wanted, job)
        for python in job.pythons:
            key = (name, python, job.platform_tag)
            if key in seen:
                return seen[key], job
            seen[key] = job
    return None


def _collision(wanted: Wanted, first: LockedJob, second: LockedJob) -> RequestError:
    problem = Problem(
        message=f"jobs {first.id} and {second.id} would make wheels with the same file name",
        path="naming",
    )
    how = naming_of(wanted.plan, first)
    if how == "none":
        hint = (
            "naming: local (1.0+cu130) or naming: suffix (project-cu13) in the request, then "
            "mlplan solve; or write one job at a time: --jobs ID"
        )
    else:
        hint = (
            f"naming is {how} already: let the variants differ in release (local) or name "
            "(suffix), then mlplan solve; or write one job at a time: --jobs ID"
        )
    return RequestError([problem], hint=hint)
