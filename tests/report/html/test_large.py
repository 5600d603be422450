"""A page of a thousand jobs is written in seconds and stays of a size that a browser opens."""

from __future__ import annotations

import time
from dataclasses import replace

from planner.plan.locked import LockedPlan
from tests.emit.plans import example, requested
from tests.report.html.pages import page_of

COUNT = 1000


def thousand() -> LockedPlan:
    """A thousand jobs in a hundred variants: every job of an example, with targets of its own."""
    plan = requested(example("framework"))
    jobs = []
    for number in range(COUNT):
        job = plan.jobs[number % len(plan.jobs)]
        name = f"v{number // 10}"
        gpu = {
            key: tuple(t for place, t in enumerate(targets) if number >> place & 1) or targets
            for key, targets in job.gpu.items()
        }
        jobs.append(replace(job, id=f"{name}-{number}-{job.arch}", variant=name, gpu=gpu))
    variants: dict[str, object] = {job.variant: {} for job in jobs}
    return replace(plan, request={**plan.request, "variants": variants}, jobs=tuple(jobs))


def test_a_thousand_jobs() -> None:
    plan = thousand()
    page_of(example("combined"))  # facts and templates are read now
    start = time.process_time()
    page = page_of(plan)
    assert time.process_time() - start < 10
    assert page.count('<details class="job"') == page.count("<tr data-variant") == COUNT
    assert len(page) < 8_000_000
    # Pictures are drawn once for jobs with the same reasons, not a thousand times.
    assert page.count("<template id=") < 50
