"""``mlplan inspect``: what is inside wheels, without a verdict."""

# No `from __future__ import annotations`: typer evaluates each one that is text, twice a call.

import typer

from planner.cli.options import (
    Color,
    ColorOption,
    DataOption,
    Format,
    FormatOption,
    JobsOption,
    LimitOption,
    OverlayOption,
    QuietOption,
    VerboseOption,
    WheelsArgument,
    limits_of,
    text_width,
    thread_count,
    wants_color,
)


def inspect(
    wheels: WheelsArgument,
    limit: LimitOption = None,
    jobs: JobsOption = None,
    format_: FormatOption = Format.TEXT,
    color: ColorOption = Color.AUTO,
    data: DataOption = None,
    overlay: OverlayOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Say what is inside wheels: tags, ELF needs, GPU targets, compilers; no verdict."""
    from planner import api
    from planner.cli.progress import reading_progress
    from planner.errors import WheelError

    limits = limits_of(limit or [])
    paths = api.find_wheels(wheels)
    with reading_progress(len(paths), wanted=not quiet) as progress:
        report = api.inspect(
            paths,
            jobs=thread_count(jobs),
            limits=limits,
            data=data,
            overlay=overlay,
            progress=progress,
            file_digest=verbose or format_ is Format.JSON,
        )
    if format_ is Format.JSON:
        from planner.harmless import json_text
        from planner.report.verify_json import inspect_document

        text = json_text(inspect_document(report, [str(path) for path in paths]))
    else:
        from planner.report.inspect_text import inspect_text

        text = inspect_text(
            report, width=text_width(), color=wants_color(color), verbose=verbose, quiet=quiet
        )
    typer.echo(text, nl=False, color=True)
    is_unread = any(judged.wheel.is_unreadable for judged in report.wheels)
    raise typer.Exit(WheelError.exit_status if is_unread else 0)
