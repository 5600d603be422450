"""Plans of the examples, and changed copies of them, for tests of formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from planner.emit.base import Wanted
from planner.load.wheel_facts import load_wheel_facts
from planner.plan.lock import read_lock
from planner.plan.locked import LockedJob, LockedPlan, locked_plan

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"


def wanted_of(example: str, *, per_python: bool = False, arguments: tuple[str, ...] = ()) -> Wanted:
    """All jobs of an example."""
    return wanted_plan(plan_of(example), per_python=per_python, arguments=arguments)


def plan_of(example: str) -> LockedPlan:
    return locked_plan(read_lock(EXAMPLES / example / "mlplan.lock"))


def wanted_plan(
    plan: LockedPlan, *, per_python: bool = False, arguments: tuple[str, ...] = ()
) -> Wanted:
    return Wanted(
        plan=plan,
        jobs=plan.jobs,
        arguments=arguments,
        per_python=per_python,
        gpus=load_wheel_facts(EXAMPLES.parent).gpus,
    )


def job_of(example: str, beginning: str) -> LockedJob:
    """The job of an example whose id begins so."""
    (job,) = [job for job in plan_of(example).jobs if job.id.startswith(beginning)]
    return job


def made(
    *jobs: LockedJob,
    project: str | None = "made",
    variants: Mapping[str, object] | None = None,
    **request: object,
) -> Wanted:
    """Some jobs as a plan of their own, with what the request says."""
    plan = plan_of("framework")
    document = {"project": project, "variants": variants or {}, **request}
    return wanted_plan(replace(plan, jobs=jobs, failures=(), request=document))
