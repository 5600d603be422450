"""``mlplan verify``: finished wheels judged against their tags, the facts and a plan."""

# No `from __future__ import annotations`: typer evaluates each one that is text, twice a call.

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli import completion
from planner.cli.options import (
    Color,
    ColorOption,
    DataOption,
    FindingsFormat,
    FindingsFormatOption,
    JobsOption,
    LimitOption,
    OverlayOption,
    QuietOption,
    VerboseOption,
    WheelsArgument,
    bytes_of,
    limits_of,
    text_width,
    thread_count,
    wants_color,
)

if TYPE_CHECKING:
    from planner.verifier.judge import Report

_LOCK = "mlplan.lock"


def verify(
    wheels: WheelsArgument,
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="PATH", help="A lock file: judge against its jobs, too."),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy",
            metavar="NAME",
            help="Judge by this policy instead of the tags.",
            autocompletion=completion.policy,
        ),
    ] = None,
    max_policy: Annotated[
        str | None,
        typer.Option(
            "--max-policy",
            metavar="NAME",
            help="The newest policy that is allowed.",
            autocompletion=completion.policy,
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Targets beyond the plan and jobs without wheel fail, too."),
    ] = False,
    max_size: Annotated[
        str | None,
        typer.Option("--max-size", metavar="SIZE", help="Largest wheel: 100MB, 100MiB or bytes."),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="ID[:FILE]",
            help="A finding, by id or name, to tell as a note. Repeatable.",
            autocompletion=completion.finding,
        ),
    ] = None,
    limit: LimitOption = None,
    jobs: JobsOption = None,
    format_: FindingsFormatOption = FindingsFormat.TEXT,
    color: ColorOption = Color.AUTO,
    data: DataOption = None,
    overlay: OverlayOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Judge finished wheels: tags, symbols, libraries, GPU code, the files themselves."""
    from planner import api
    from planner.cli.progress import reading_progress

    limits = limits_of(limit or [])
    size = _size(max_size)
    paths = api.find_wheels(wheels)
    with reading_progress(len(paths), wanted=not quiet) as progress:
        report = api.verify(
            paths,
            plan=plan,
            policy=policy,
            max_policy=max_policy,
            max_size=size,
            strict=strict,
            ignore=ignore or (),
            jobs=thread_count(jobs),
            limits=limits,
            data=data,
            overlay=overlay,
            progress=progress,
            file_digest=format_ is FindingsFormat.JSON,
        )
    names = [str(path) for path in paths]
    typer.echo(
        _shown(report, names, format_, color=color, quiet=quiet, verbose=verbose),
        nl=False,
        color=True,  # escape sequences are in there only where they are wanted
    )
    raise typer.Exit(_status(report))


def _size(text: str | None) -> int | None:
    from planner.errors import Problem, UsageError

    if text is None:
        return None
    size = bytes_of(text)
    if size is None:
        allowed = "a number of bytes, or one with kB, MB, GB, KiB, MiB, GiB"
        problem = Problem(message="--max-size: no size", found=text, allowed=allowed)
        raise UsageError([problem], hint="mlplan verify WHEEL --max-size 100MiB")
    return size


def _shown(
    report: "Report",
    paths: list[str],
    format_: FindingsFormat,
    *,
    color: Color,
    quiet: bool,
    verbose: bool,
) -> str:
    if format_ is FindingsFormat.JSON:
        from planner.harmless import json_text
        from planner.report.verify_json import report_document

        return json_text(report_document(report, paths))
    if format_ is FindingsFormat.TEXT:
        from planner.report.verify_text import verify_text

        return verify_text(
            report,
            paths,
            lock=_LOCK if Path(_LOCK).is_file() else "",
            width=text_width(),
            color=wants_color(color),
            verbose=verbose,
            quiet=quiet,
        )
    from planner.report.findings_formats import FORMATS
    from planner.report.verify_findings import findings_of

    return FORMATS[format_.value](findings_of(report, paths))


def _status(report: "Report") -> int:
    """0 passed, 1 failed, 5 unreadable (which wins)."""
    from planner.errors import NoSolutionError, WheelError
    from planner.verifier.judge import Verdict

    return {
        Verdict.PASS: 0,
        Verdict.FAIL: NoSolutionError.exit_status,
        Verdict.UNREADABLE: WheelError.exit_status,
    }[report.verdict]
