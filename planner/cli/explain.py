"""``mlplan explain``: why a job of a lock is as it is, or why there is none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli import completion
from planner.cli.options import (
    Color,
    ColorOption,
    DataOption,
    DerivationFormat,
    DerivationFormatOption,
    LockOverlayOption,
    PlanOption,
    QuietOption,
    VerboseOption,
    text_width,
    wants_color,
)

if TYPE_CHECKING:
    from planner.plan.document import Json
    from planner.plan.locked import LockedJob, LockedPlan
    from planner.report.pictures.records import Picture

_PICTURES = (DerivationFormat.DOT, DerivationFormat.SVG)


def explain(
    job: Annotated[
        str | None,
        typer.Argument(
            help="Id of a job or failure; its beginning is enough.",
            autocompletion=completion.job_or_failure,
        ),
    ] = None,
    failures: Annotated[
        bool, typer.Option("--failures", help="Explain every job without a plan.")
    ] = False,
    plan: PlanOption = None,
    format_: DerivationFormatOption = DerivationFormat.TEXT,
    data: DataOption = None,
    overlay: LockOverlayOption = None,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Say why a tag, release and compiler were chosen, and what clashes where nothing fits."""
    from planner.cli.locks import locked_file
    from planner.errors import Problem, UsageError
    from planner.plan.lock import LOCK_FILE, read_lock
    from planner.plan.locked import locked_plan

    if (job is None) == (not failures):
        path = plan or Path(LOCK_FILE)
        ids = [job.id for job in locked_plan(read_lock(path)).jobs] if path.is_file() else []
        problem = Problem(
            message="name one job, or ask for all failures", allowed=", ".join(ids[:12]) or None
        )
        raise UsageError([problem], hint="mlplan explain --failures, or a job's id")
    locked = locked_file(plan or Path(LOCK_FILE), data, overlay, verbose=verbose and not quiet)
    is_colored = wants_color(color)
    if failures:
        _show_failures(locked, format_, color=is_colored)
    elif job is not None:
        _show_named(locked, job, format_, color=is_colored)


def _show_named(locked: LockedPlan, name: str, format_: DerivationFormat, *, color: bool) -> None:
    from planner.errors import Problem, UsageError
    from planner.model.nearest import nearest

    ids = [job.id for job in locked.jobs] + [failure.id for failure in locked.failures]
    found = [id_ for id_ in ids if id_ == name] or [id_ for id_ in ids if id_.startswith(name)]
    if len(found) != 1:
        problem = Problem(
            message="several jobs start so" if found else "the lock has no such job",
            found=name,
            allowed=", ".join((found or ids)[:12]) or "none: the lock is empty",
            nearest=None if found else nearest(name, ids),
        )
        raise UsageError([problem])
    for job in locked.jobs:
        if job.id == found[0]:
            _show_job(locked, job, format_, color=color)
            return
    failures = tuple(failure for failure in locked.failures if failure.id == found[0])
    from dataclasses import replace

    _show_failures(replace(locked, failures=failures), format_, color=color)


def _show_job(
    locked: LockedPlan, job: LockedJob, format_: DerivationFormat, *, color: bool
) -> None:
    from planner.explain.jobs import job_sections
    from planner.report.explain_markdown import sections_markdown
    from planner.report.explain_text import sections_text
    from planner.report.paint import painted

    sections = job_sections(job, locked)
    if format_ is DerivationFormat.JSON:
        rows: list[Json] = [
            {
                "title": section.title,
                "lines": [{"says": line.says, "facts": list(line.facts)} for line in section.lines],
            }
            for section in sections
        ]
        used = {id_ for section in sections for line in section.lines for id_ in line.facts}
        _print_json({"job": job.id, "sections": rows, "failures": []}, locked, used)
    elif format_ is DerivationFormat.MARKDOWN:
        typer.echo(sections_markdown(job.id, sections, locked.facts), nl=False)
    elif format_ in _PICTURES:
        from planner.report.explain_picture import job_picture

        _print_picture(job_picture(job, locked), format_)
    else:
        text = sections_text(job.id, sections, locked.facts, text_width())
        typer.echo(painted(text, color=color, headings=2), nl=False, color=True)


def _show_failures(locked: LockedPlan, format_: DerivationFormat, *, color: bool) -> None:
    from planner.plan.document import failure_document
    from planner.report.explain_markdown import failures_markdown
    from planner.report.failures import failures_lines
    from planner.report.paint import painted

    if format_ is DerivationFormat.JSON:
        used = {id_ for f in locked.failures for c in f.conflicts for id_ in c.facts}
        rows = [failure_document(failure) for failure in locked.failures]
        _print_json({"job": None, "sections": [], "failures": rows}, locked, used)
    elif format_ in _PICTURES:
        from planner.report.explain_picture import failures_picture

        _print_picture(failures_picture(locked.failures, locked.facts), format_)
    elif not locked.failures:
        typer.echo("every job has a plan")
    elif format_ is DerivationFormat.MARKDOWN:
        typer.echo(failures_markdown(locked.failures, locked.facts), nl=False)
    else:
        lines = failures_lines(locked.failures, locked.facts, text_width())
        typer.echo(painted("\n".join(lines).strip("\n"), color=color), color=True)


def _print_picture(picture: Picture, format_: DerivationFormat) -> None:
    from planner.report.pictures.dot import picture_dot
    from planner.report.pictures.svg import picture_svg

    is_dot = format_ is DerivationFormat.DOT
    typer.echo(picture_dot(picture) if is_dot else picture_svg(picture), nl=False)


def _print_json(body: Json, locked: LockedPlan, used: set[str]) -> None:
    from planner.harmless import json_text

    facts = {
        id_: {"says": fact.says, "standing": fact.standing, "read": fact.read}
        | {"sources": list(fact.sources)}
        for id_, fact in locked.facts.items()
        if id_ in used
    }
    document = {"schema": "mlplan-explain/1", **body, "facts": facts}
    typer.echo(json_text(document, ascii_only=True), nl=False)
