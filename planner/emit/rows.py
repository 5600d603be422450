"""Rows of a build matrix: one per job, or per job and Python, all values texts."""

from __future__ import annotations

from collections.abc import Iterator

from planner.emit.base import Wanted, gpu_words
from planner.emit.naming import wheel_name
from planner.emit.runners import ENGINE_PLATFORMS, GITHUB
from planner.plan.locked import LockedJob

MATRIX_LIMIT = 256
"""Jobs that one matrix may generate (GitHub Docs, "Workflow syntax", jobs.<job_id>.strategy)."""


def rows_of(wanted: Wanted) -> Iterator[dict[str, str]]:
    """The rows, in the order of the plan; every row has the same keys."""
    for job in wanted.jobs:
        row = _row(wanted, job)
        if not wanted.per_python:
            yield {**row, "python": " ".join(job.pythons)}
            continue
        for python in job.pythons:
            yield {**row, "id": f"{job.id}-{python}", "job": job.id, "python": python}


def _row(wanted: Wanted, job: LockedJob) -> dict[str, str]:
    runner = GITHUB[job.arch]
    name = wheel_name(wanted, job)
    families = ("cuda", "rocm", "mkl")
    return {
        "id": job.id,
        "job": job.id,
        "variant": job.variant,
        "arch": job.arch,
        "runner": runner.label,
        "emulated": runner.emulated,
        "image": job.image.pinned,
        "engine_platform": ENGINE_PLATFORMS[job.arch],
        **{family: job.accelerators.get(family, "") for family in families},
        **{f: v for f, v in job.accelerators.items() if f not in families},
        "gcc": job.gcc,
        "toolset": job.toolset,
        "setup": " ".join(job.setup),
        "platform_tag": job.platform_tag,
        "gpu": " ".join(gpu_words(job)),
        "allow": " ".join(_waivers(wanted, job)),
        "project": name.project,
        "local_version": name.local,
    }


def _waivers(wanted: Wanted, job: LockedJob) -> list[str]:
    """What the request waives for a job, without which ``mlplan check`` would refuse its row."""
    found = wanted.asked(job, "allow")
    return [str(word) for word in found] if isinstance(found, list) else []


def split(rows: list[dict[str, str]], limit: int) -> list[list[dict[str, str]]]:
    """Rows in groups of at most a limit; one empty group where there is no row."""
    return [rows[n : n + limit] for n in range(0, len(rows), limit)] or [[]]
