"""The wheel against its job: tag, Python, accelerator release."""

from __future__ import annotations

from collections.abc import Iterator

from planner.verifier.catalogue import Rule
from planner.verifier.context import Context
from planner.verifier.findings import Finding, finding
from planner.verifier.libraries import is_of_other_release
from planner.verifier.requirements import normalised


def planned_tag(context: Context) -> Iterator[Finding]:
    """Platform tags that the plan does not have."""
    job = context.job
    if job is None:
        return
    extra = [tag.text for tag in context.platforms if tag.text not in job.tags]
    if extra:
        planned = " or ".join(job.tags)
        yield finding(Rule.TAG_NOT_PLANNED, found=", ".join(extra), planned=planned, job=job.id)


def planned_python(context: Context) -> Iterator[Finding]:
    """Python tags that the plan does not have; ``py3`` and stable-ABI wheels fit any."""
    job = context.job
    if job is None:
        return
    for tag in dict.fromkeys(context.wheel.filename_tags):
        python, abi, _ = tag.split("-", 2)
        if not python.startswith("cp") or abi.startswith("abi3"):
            continue
        name = python + ("t" if abi.endswith("t") and not abi.startswith("abi") else "")
        if name not in job.pythons:
            planned = ", ".join(job.pythons)
            yield finding(Rule.PYTHON_NOT_PLANNED, found=f"{python}-{abi}", planned=planned)


def planned_name(context: Context) -> Iterator[Finding]:
    """Another name than the request gives the job's wheels, where it tells variants apart."""
    planned, job = context.planned_name, context.job
    if planned is None or job is None or context.naming not in ("local", "suffix"):
        return
    wheel = context.wheel
    local = wheel.version.partition("+")[2].replace("_", ".")
    if (normalised(wheel.name), local) != (normalised(planned.project), planned.local):
        yield finding(
            Rule.NAME_NOT_PLANNED,
            found=f"{wheel.name} {wheel.version}",
            planned=f"{planned.project}{planned.suffix}",
            how=context.naming,
            job=job.id,
        )


def accelerator_release(context: Context) -> Iterator[Finding]:
    """Accelerator libraries of another major than the plan's."""
    job = context.job
    if job is None:
        return
    seen = set()
    for file in context.native:
        for library in context.external(file):
            if library in seen or not is_of_other_release(context, library):
                continue
            seen.add(library)
            family = context.facts.family_of(library) or ""
            yield finding(
                Rule.ACCELERATOR_MAJOR,
                file.path,
                library=library,
                family=family,
                found=_releases(context, library),
                planned=job.accelerators[family],
                job=job.id,
            )


def _releases(context: Context, library: str) -> str:
    """The releases that hold a library, from the first to the last."""
    minors = [minor for row in context.facts.releases_of(library) for minor in row.minors]
    if not minors:
        majors = {row.major for row in context.facts.providers_of(library) if row.major}
        return " or ".join(sorted(majors)) or "another release"
    return minors[0] if len(minors) == 1 else f"{minors[0]} to {minors[-1]}"
