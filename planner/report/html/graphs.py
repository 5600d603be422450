"""What led to the choices of each job, as pictures; jobs with the same reasons share one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from planner.plan.locked import LockedJob, LockedPlan
from planner.report.explain_picture import job_picture
from planner.report.pictures.look import style_sheet
from planner.report.pictures.records import Picture
from planner.report.pictures.svg import picture_svg

_ANY_JOB = "this job"
_EDGE = re.compile(r'(<g class="edge[^"]*")[^>]*><title>[^<]*</title>')
"""What an arrow joins is named for other programs; here, it would be half of the picture."""
_DARK = "@media (prefers-color-scheme: dark) {"


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawings:
    """SVG texts, and for each job by its id the number of its own."""

    pictures: tuple[str, ...]
    numbers: Mapping[str, int]


def drawings_of(plan: LockedPlan) -> Drawings:
    """The pictures of every planned job."""
    numbers: dict[Picture, int] = {}
    by_job = {}
    for job in plan.jobs:
        by_job[job.id] = numbers.setdefault(_shared(job, plan), len(numbers))
    pictures = (
        _EDGE.sub(r"\1>", picture_svg(picture, prefix=f"picture-{number}-", with_style=False))
        for picture, number in numbers.items()
    )
    return Drawings(pictures=tuple(pictures), numbers=by_job)


def picture_styles() -> str:
    """The style of all pictures, dark where the page is dark: by the system or by choice."""
    light, _, dark = style_sheet().partition(_DARK)
    dark = dark.rpartition("}")[0]
    return (
        f"{light}\n@media screen {{\n"
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme='light']) {{\n{dark}}} }}\n"
        f":root[data-theme='dark'] {{\n{dark}}}\n}}\n"
    )


def _shared(job: LockedJob, plan: LockedPlan) -> Picture:
    """The picture of a job without the names of job and variant: jobs that differ in nothing else
    have equal ones."""
    named = f" (variants.{job.variant}."
    picture = job_picture(replace(job, id=_ANY_JOB), plan)
    # What a pointer would show of a fact, the page shows of the chosen box.
    nodes = (
        replace(node, lines=tuple(line.replace(named, " (") for line in node.lines), detail="")
        for node in picture.nodes
    )
    return replace(picture, nodes=tuple(nodes))
