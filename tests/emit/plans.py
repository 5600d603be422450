"""Plans for tests of formats: those of the examples, with texts and numbers of our own."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from planner.emit.base import EmittedFile, Wanted
from planner.emit.registry import emitter
from planner.plan.lock import read_lock
from planner.plan.locked import LockedPlan, locked_plan

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"


@cache
def example(name: str) -> LockedPlan:
    """The plan of an example."""
    return locked_plan(read_lock(EXAMPLES / name / "mlplan.lock"))


def wanted(plan: LockedPlan, *arguments: str, per_python: bool = False) -> Wanted:
    """All jobs of a plan."""
    return Wanted(plan=plan, jobs=plan.jobs, arguments=arguments, per_python=per_python)


def files_of(
    format_: str, plan: LockedPlan, *, per_python: bool = False
) -> tuple[EmittedFile, ...]:
    """What a format writes of a plan."""
    return emitter(format_).files(wanted(plan, format_, per_python=per_python))


def requested(plan: LockedPlan, **settings: object) -> LockedPlan:
    """A plan whose request has other settings at the top level, for all variants."""
    variants = plan.request["variants"]
    assert isinstance(variants, dict)
    bare = {
        name: {key: value for key, value in variant.items() if key not in settings}
        for name, variant in variants.items()
    }
    return replace(plan, request={**plan.request, "variants": bare, **settings})


def with_variant(plan: LockedPlan, old: str, new: str) -> LockedPlan:
    """A plan in which a variant has another name."""
    variants = plan.request["variants"]
    assert isinstance(variants, dict)
    renamed = {new if name == old else name: variant for name, variant in variants.items()}
    jobs = [
        replace(job, variant=new, id=new + job.id.removeprefix(old)) if job.variant == old else job
        for job in plan.jobs
    ]
    return replace(plan, request={**plan.request, "variants": renamed}, jobs=tuple(jobs))


def large(count: int) -> LockedPlan:
    """A plan with so many jobs, each of a variant of its own."""
    plan = requested(example("framework"), naming="suffix")
    jobs = [
        replace(job, variant=f"v{number:04}", id=f"v{number:04}-{job.id}")
        for number, job in zip(
            range(count), plan.jobs * (count // len(plan.jobs) + 1), strict=False
        )
    ]
    variants: dict[str, object] = {job.variant: {} for job in jobs}
    return replace(plan, request={**plan.request, "variants": variants}, jobs=tuple(jobs))
