"""Builder images: jobs that need the same image, toolset and toolkits share one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.emit.base import Wanted
from planner.emit.installation import Step, steps
from planner.emit.settings import Setting, tool_settings
from planner.plan.locked import LockedJob

_UNSAFE = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Builder:
    """A stage of the Dockerfile, of the same name as a target of the bake file."""

    stage: str
    jobs: tuple[LockedJob, ...]

    @property
    def job(self) -> LockedJob:
        """A job that stands for all: they differ in nothing that is installed."""
        return self.jobs[0]


def builders(wanted: Wanted) -> tuple[Builder, ...]:
    """Every image to build, in the order of the plan."""
    found: dict[tuple[object, ...], list[LockedJob]] = {}
    for job in wanted.jobs:
        found.setdefault(_needs(job), []).append(job)
    taken: dict[str, int] = {}
    made = []
    for jobs in found.values():
        stage = _stage(jobs[0])
        taken[stage] = taken.get(stage, 0) + 1
        number = f"-{taken[stage]}" if taken[stage] > 1 else ""
        made.append(Builder(f"{stage}{number}", tuple(jobs)))
    return tuple(made)


def _needs(job: LockedJob) -> tuple[object, ...]:
    """What two jobs must share to be built in the same image."""
    installed: tuple[Step, ...] = steps(job)
    set_: tuple[Setting, ...] = tuple(tool_settings(job))
    return (job.image.pinned, job.arch, installed, set_)


def _stage(job: LockedJob) -> str:
    """``cuda13.5.0-gcc-toolset-15-manylinux_2_28-x86_64``: small letters, first of them a letter
    (Dockerfile reference, "FROM")."""
    releases = [f"{family}{version}" for family, version in job.accelerators.items()]
    words = [*(releases or ["plain"]), job.toolset, job.image.name, job.arch]
    return _UNSAFE.sub("-", "-".join(words).lower())


def repository(wanted: Wanted) -> str:
    """The name of the images: the project's, in what an image name may hold (OCI distribution
    specification, "name")."""
    name = re.sub(r"[^a-z0-9]+", "-", wanted.project.lower()).strip("-")
    return f"{name[:100].strip('-') or 'project'}-builder"
