"""Names of a variant's wheels, so that two of them never collide (``naming`` of the request).

Sources: version specifiers specification ("Local version identifiers"), name normalisation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.emit.base import Wanted, minor_of
from planner.errors import Problem, RequestError
from planner.plan.locked import LockedJob

_SHORT = {"cuda": "cu"}
_NO_GPU = ("mkl",)  # wheels with these alone are the project's CPU wheels


@dataclass(frozen=True, slots=True)
class WheelName:
    """The project and local version of a job's wheels; ``local`` is "" without one."""

    project: str
    local: str

    @property
    def suffix(self) -> str:
        """``+cu130``, or nothing."""
        return f"+{self.local}" if self.local else ""


def wheel_name(wanted: Wanted, job: LockedJob) -> WheelName:
    """How the request wants a job's wheels to be called.

    A local version names the minor release (``cu130``, ``rocm7.2``, ``cpu``), a suffix the major
    (``-cu13``) or, where the variant has a name of its own, that name.
    """
    how = str(wanted.asked(job, "naming") or "none")
    if how == "local":
        marks = [local_mark(f, v) for f, v in job.accelerators.items() if f not in _NO_GPU]
        return WheelName(wanted.project, ".".join(marks) or "cpu")
    if how == "suffix":
        return WheelName(f"{wanted.project}-{job.variant}", "")
    return WheelName(wanted.project, "")


def local_mark(family: str, version: str) -> str:
    """``cu130`` of CUDA 13.0.3, ``rocm7.2`` of ROCm 7.2.4."""
    minor = minor_of(version)
    if family in _SHORT:
        return _SHORT[family] + minor.replace(".", "")
    return family + minor


def check_names(wanted: Wanted) -> None:
    """Refuse plans of which two jobs would make wheels with the same file name. Formats that build
    or upload call it; matrices of rows only warn.

    :raises RequestError: with the first pair, and how to tell them apart.
    """
    pair = collision(wanted)
    if pair is not None:
        raise _collision(*pair)


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


def _collision(first: LockedJob, second: LockedJob) -> RequestError:
    problem = Problem(
        message=f"jobs {first.id} and {second.id} would make wheels with the same file name",
        path="naming",
    )
    return RequestError(
        [problem],
        hint="naming: local (1.0+cu130) or naming: suffix (project-cu13) in the request, or "
        "write one variant at a time: --variant NAME",
    )


def variants_of(jobs: Sequence[LockedJob]) -> tuple[str, ...]:
    """The variants of some jobs, in order."""
    return tuple(dict.fromkeys(job.variant for job in jobs))
