"""``mlplan facts harvest``: releases that the facts lack, read off the package index."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.facts.vendors import (
    THREADS,
    CacheOption,
    IndexOption,
    NoCacheOption,
    NoRunOption,
    ThreadsOption,
    WholeOption,
    default_cache,
    reading_cost,
    vendor,
)
from planner.cli.options import (
    Color,
    ColorOption,
    DataOption,
    Format,
    FormatOption,
    QuietOption,
    VerboseOption,
    text_width,
)

if TYPE_CHECKING:
    from pathlib import Path

    from planner.harvest.records import Harvest
    from planner.harvest.run import Progress, Settings


def harvest(
    family: Annotated[str, typer.Argument(help="A family: cuda, mkl.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would change as a diff; write nothing.")
    ] = False,
    whole: WholeOption = False,
    no_run: NoRunOption = False,
    index: IndexOption = None,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    jobs: ThreadsOption = THREADS,
    format_: FormatOption = Format.TEXT,
    color: ColorOption = Color.AUTO,
    data: DataOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Write facts of releases that the vendor has on the package index and the facts lack."""
    from planner.cli.progress import counting_progress

    root = _root(data, dry_run=dry_run)
    wheels = vendor(index, None if no_cache else cache or default_cache())
    from planner.harvest.run import harvest as run
    from planner.harvest.workspace import write_changes

    start = time.monotonic()
    with counting_progress(wanted=not quiet) as progress:
        settings = _settings(jobs, progress, may_run=not no_run, may_read_whole=whole)
        found = run(root, family, wheels, settings)
    if not dry_run:
        write_changes(root, found.changes)
    if not quiet:
        typer.echo(reading_cost(found, time.monotonic() - start), err=True)
    if format_ is Format.JSON:
        _print_json(found, is_written=not dry_run)
    else:
        _print_text(found, color, dry_run=dry_run, verbose=verbose)
    raise typer.Exit(_status(found))


def _root(data: str | None, *, dry_run: bool) -> Path:
    """The folder to write to.

    :raises UsageError: where it belongs to an installed package.
    """
    from planner.errors import UsageError
    from planner.load.locate import data_root, is_packaged

    root = data_root(data)
    if is_packaged(root) and not dry_run:
        raise UsageError(
            "the facts of an installed package are not written to; name a folder with --data",
            hint="mlplan facts harvest FAMILY --data DIR",
        )
    return root


def _settings(
    jobs: int, progress: Progress | None, *, may_run: bool, may_read_whole: bool
) -> Settings:
    import datetime

    from planner.harvest.run import Settings

    return Settings(
        day=datetime.date.today().isoformat(),
        threads=jobs,
        may_run=may_run,
        may_read_whole=may_read_whole,
        progress=progress,
    )


def _print_json(found: Harvest, *, is_written: bool) -> None:
    from planner.harmless import json_text
    from planner.report.harvest_json import harvest_document

    document = harvest_document(found, is_written=is_written)
    typer.echo(json_text(document, ascii_only=True), nl=False)


def _print_text(found: Harvest, color: Color, *, dry_run: bool, verbose: bool) -> None:
    """The report; of a dry run the diff, and the report beside it."""
    from planner.cli.facts.reading import print_text
    from planner.report.harvest_json import changes_diff
    from planner.report.harvest_text import harvest_text

    text = harvest_text(found, is_written=not dry_run, width=text_width(), verbose=verbose)
    if dry_run and found.changes:
        typer.echo(text, nl=False, err=True)
        typer.echo(changes_diff(found.changes), nl=False)
    else:
        print_text(text, color)


def _status(found: Harvest) -> int:
    """0 all is written, 1 something is not or could not be proved, 5 a file could not be read
    (which wins)."""
    from planner.errors import NoSolutionError, WheelError

    if found.met_unreadable:
        return WheelError.exit_status
    return 0 if found.is_complete else NoSolutionError.exit_status
