"""The jobs of a plan as rows of the matrix, and each job in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.explain.conflicts import rules_sentence
from planner.explain.jobs import Section, job_sections
from planner.plan.locked import LockedJob, LockedPlan
from planner.plan.records import Failure
from planner.report.fold import fold_gpu, fold_pythons
from planner.report.html.wheels import WheelRow

_CODE = {
    ("cuda", "real"): "CUDA code",
    ("cuda", "virtual"): "PTX",
    ("hip", "targets"): "ROCm code",
}

_TOLD_ABOVE = ("reach", "unconfirmed")
"""Sections of an explanation that the head of a job tells shorter."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixRow:
    """A job, or a failure, as a row; ``anchor`` is the element that tells it in full.

    ``job`` is None for a failure, whose ``problem`` says what clashes. ``wheels`` are those that
    were verified for it.
    """

    anchor: str
    id: str
    variant: str
    arch: str
    releases: str
    job: LockedJob | None = None
    problem: str = ""
    pythons: str = ""
    gpu: str = ""
    notes: int = 0
    wheels: tuple[WheelRow, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class JobRow:
    """A job in full: statements with their facts; ``drawing`` is the number of its picture.

    ``gpu`` pairs a kind of GPU code in words with its targets.
    """

    anchor: str
    job: LockedJob
    releases: str
    gpu: tuple[tuple[str, tuple[str, ...]], ...]
    sections: tuple[Section, ...]
    drawing: int | None
    wheels: tuple[WheelRow, ...]


def matrix_rows(
    plan: LockedPlan,
    anchors: Mapping[str, str],
    wheels: Mapping[str, tuple[WheelRow, ...]],
) -> tuple[MatrixRow, ...]:
    """Jobs in the order of the plan, then what has none; ``anchors`` and ``wheels`` by id."""
    jobs = [_planned(job, anchors[job.id], wheels.get(job.id, ())) for job in plan.jobs]
    return (*jobs, *(_failed(failure, anchors[failure.id]) for failure in plan.failures))


def job_rows(
    plan: LockedPlan,
    anchors: Mapping[str, str],
    drawings: Mapping[str, int],
    wheels: Mapping[str, tuple[WheelRow, ...]],
) -> tuple[JobRow, ...]:
    """Every planned job in full; ``drawings`` are the numbers of pictures by id of the job."""
    return tuple(
        JobRow(
            anchor=anchors[job.id],
            job=job,
            releases=releases_text(job.accelerators),
            gpu=tuple((_CODE.get(key, " ".join(key)), t) for key, t in job.gpu.items() if t),
            sections=tuple(s for s in job_sections(job, plan) if s.title not in _TOLD_ABOVE),
            drawing=drawings.get(job.id),
            wheels=wheels.get(job.id, ()),
        )
        for job in plan.jobs
    )


def releases_text(accelerators: Mapping[str, str]) -> str:
    """``cuda 13.0.3 + mkl 2026.0``; ``none`` for a job without an accelerator."""
    return " + ".join(f"{family} {version}" for family, version in accelerators.items()) or "none"


def _planned(job: LockedJob, anchor: str, wheels: tuple[WheelRow, ...]) -> MatrixRow:
    return MatrixRow(
        anchor=anchor,
        id=job.id,
        variant=job.variant,
        arch=job.arch,
        releases=releases_text(job.accelerators),
        job=job,
        pythons=fold_pythons(job.pythons),
        gpu=fold_gpu(_by_kind(job.gpu)),
        notes=len(job.warnings) + bool(job.unconfirmed),
        wheels=wheels,
    )


def _failed(failure: Failure, anchor: str) -> MatrixRow:
    says = "; ".join(rules_sentence(conflict) for conflict in failure.conflicts)
    return MatrixRow(
        anchor=anchor,
        id=failure.id,
        variant=failure.variant,
        arch=failure.arch,
        releases=releases_text(failure.accelerators),
        problem=says,
    )


def _by_kind(
    gpu: Mapping[tuple[str, str], tuple[str, ...]],
) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for (kind, form), targets in gpu.items():
        found.setdefault(kind, {})[form] = targets
    return found


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Values in order of first sight, each once."""
    return tuple(dict.fromkeys(values))
