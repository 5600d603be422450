"""``mlplan coverage``: which machines a plan or finished wheels serve, simulated."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.options import (
    Color,
    ColorOption,
    DataOption,
    ExplainFormat,
    JobsOption,
    LimitOption,
    OverlayOption,
    QuietOption,
    VerboseOption,
    limits_of,
    text_width,
    thread_count,
    wants_color,
)

if TYPE_CHECKING:
    from planner.coverage_api import CoverageReport


def coverage(
    wheels: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WHEEL]...", help="Wheels, folders with *.whl, glob patterns."),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="PATH", help="The lock file; mlplan.lock without wheels."),
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option(
            "--host", metavar="HOST", help="One machine: 'rhel-8, pip 20.3, T4'. Repeatable."
        ),
    ] = None,
    this_machine: Annotated[
        bool, typer.Option("--this-machine", help="The machine at hand; it needs no GPU.")
    ] = False,
    require: Annotated[
        list[str] | None,
        typer.Option(
            "--require", metavar="HOST", help="1 unless 'rhel-8 + H100' is served. Repeatable."
        ),
    ] = None,
    ended: Annotated[
        bool, typer.Option("--ended", help="Distributions without any support, too.")
    ] = False,
    limit: LimitOption = None,
    jobs: JobsOption = None,
    format_: Annotated[
        ExplainFormat, typer.Option("--format", help="How to print the answer.")
    ] = ExplainFormat.TEXT,
    color: ColorOption = Color.AUTO,
    data: DataOption = None,
    overlay: OverlayOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Say which machines wheels serve: installed by pip, loaded, with code for the GPU."""
    from planner import api
    from planner.cli.progress import reading_progress
    from planner.coverage_api import coverage as cover
    from planner.plan.lock import LOCK_FILE

    limits = limits_of(limit or [])
    paths = api.find_wheels(wheels) if wheels else []
    with reading_progress(len(paths), wanted=bool(paths) and not quiet) as progress:
        report = cover(
            paths,
            plan=plan or (None if paths else LOCK_FILE),
            hosts=host or (),
            this_machine=this_machine,
            require=require or (),
            with_ended=ended,
            jobs=thread_count(jobs),
            limits=limits,
            data=data,
            overlay=overlay,
            progress=progress,
        )
    if not quiet:
        for note in report.notes:
            typer.echo(f"note: {note}", err=True)
    typer.echo(
        _shown(report, format_, color=color, quiet=quiet, verbose=verbose), nl=False, color=True
    )
    raise typer.Exit(_status(report))


def _shown(
    report: CoverageReport, format_: ExplainFormat, *, color: Color, quiet: bool, verbose: bool
) -> str:
    if format_ is ExplainFormat.JSON:
        from planner.harmless import json_text
        from planner.report.coverage_json import coverage_document

        return json_text(coverage_document(report.coverage))
    if format_ is ExplainFormat.MARKDOWN:
        from planner.report.coverage_markdown import coverage_markdown

        return coverage_markdown(report.coverage)
    from planner.report.coverage_text import coverage_text

    return coverage_text(
        report.coverage,
        width=text_width(),
        color=wants_color(color),
        verbose=verbose,
        quiet=quiet,
    )


def _status(report: CoverageReport) -> int:
    """0; 1 where a required machine is not served, 5 where a wheel is unreadable (which wins)."""
    from planner.errors import NoSolutionError, WheelError

    if report.unreadable:
        return WheelError.exit_status
    return 0 if report.coverage.is_served else NoSolutionError.exit_status
