"""Names of a job's wheels, as ``naming`` of the request has them, so that variants never collide.

Sources: version specifiers specification ("Local version identifiers"), name normalisation.
"""

from __future__ import annotations

from typing import NamedTuple

from planner.plan.locked import LockedJob, LockedPlan

_SHORT = {"cuda": "cu"}
_NO_GPU = ("mkl",)  # wheels with these alone are the project's CPU wheels


class WheelName(NamedTuple):
    """The project and local version of a job's wheels; ``local`` is "" without one."""

    project: str
    local: str

    @property
    def suffix(self) -> str:
        """``+cu130``, or nothing."""
        return f"+{self.local}" if self.local else ""


def naming_of(plan: LockedPlan, job: LockedJob) -> str:
    """How the request tells a job's wheels apart: none, local or suffix."""
    return str(plan.asked(job, "naming") or "none")


def planned_name(plan: LockedPlan, job: LockedJob) -> WheelName:
    """How the request wants a job's wheels to be called.

    A local version names the minor releases (``cu130``, ``rocm7.2``, ``cpu``), a suffix is the
    variant's name (``-cu13``).
    """
    project = str(plan.request.get("project") or "project")
    how = naming_of(plan, job)
    if how == "local":
        marks = [local_mark(f, v) for f, v in job.accelerators.items() if f not in _NO_GPU]
        return WheelName(project, ".".join(marks) or "cpu")
    return WheelName(f"{project}-{job.variant}" if how == "suffix" else project, "")


def local_mark(family: str, version: str) -> str:
    """``cu130`` of CUDA 13.0.3, ``rocm7.2`` of ROCm 7.2.4."""
    minor = ".".join(version.split(".")[:2])
    return _SHORT[family] + minor.replace(".", "") if family in _SHORT else family + minor
