"""``mlplan init``: the first request of a project, drafted from its own files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.options import (
    Color,
    ColorOption,
    DataOption,
    Format,
    FormatOption,
    OverlayOption,
    QuietOption,
    VerboseOption,
    thread_count,
    wants_color,
)

if TYPE_CHECKING:
    from planner.draft.known import Known
    from planner.draft.solving import Solved
    from planner.model.projects import ProjectFiles
    from planner.verifier.context import Context

_WHEELS_READ = 24


def init(
    folder: Annotated[Path, typer.Argument(help="The project's folder.")] = Path(),
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to write; mlplan.yaml in the folder."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the request, write nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write even where there is a request already.")
    ] = False,
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="YYYY-MM-DD", help="The day the release ships."),
    ] = None,
    format_: FormatOption = Format.TEXT,
    data: DataOption = None,
    overlay: OverlayOption = None,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Write a request for this project: commented, and such that it has a plan."""
    from planner.load.request import REQUEST_FILE

    _check_date(date)
    _check_folder(folder)
    target = output if output is not None else folder / REQUEST_FILE
    known = _known(data, overlay, verbose=verbose)
    project = _project(folder, known)
    if not dry_run and not force:
        _check_target(target, project, is_default=output is None)
    solved, read = _solved(project, known, date, quiet=quiet)
    if not dry_run:
        _write(target, solved.text)
    _show(solved, format_, None if dry_run else target, read)
    if not quiet:
        is_colored = wants_color(color, sys.stderr)
        _talk(solved, None if dry_run else target, read, color=is_colored)


def _check_date(date: str | None) -> None:
    from planner.errors import Problem, UsageError
    from planner.model.versions import is_day

    if date is not None and not (is_day(date) and len(date) == 10):
        problem = Problem(message="--date: not a day", found=date, allowed="YYYY-MM-DD")
        raise UsageError([problem])


def _check_folder(folder: Path) -> None:
    from planner.errors import Problem, UsageError

    if not _is(folder.is_dir):
        message = "is no folder" if _is(folder.exists) else "no such folder"
        problem = Problem(file=str(folder), message=message)
        raise UsageError([problem], hint="mlplan init FOLDER takes the folder of a project")


def _is(asked: Callable[[], bool]) -> bool:
    """An answer about a path; no where no path can be like this."""
    try:
        return asked()
    except (OSError, ValueError):
        return False


def _check_target(target: Path, project: ProjectFiles, *, is_default: bool) -> None:
    """Never write over a request, nor beside one that would then no longer count.

    :raises UsageError: where there is one.
    """
    from planner.errors import Problem, UsageError

    hint = "mlplan solve plans it; mlplan init --dry-run shows another, --force writes it"
    if _is(target.exists):
        raise UsageError([Problem(file=str(target), message="is there already")], hint=hint)
    if is_default and "pyproject.toml" in project.requests:
        problem = Problem(
            file="pyproject.toml",
            message="holds a request already ([tool.mlplan]); a mlplan.yaml would go before it",
        )
        raise UsageError([problem], hint=hint)


def _known(data: str | None, overlay: Path | None, *, verbose: bool) -> Known:
    from planner.draft.known import Known
    from planner.load.locate import data_root
    from planner.load.wheel_facts import load_wheel_facts
    from planner.solve.compiled import load_index
    from planner.solve.tables import build_tables

    root = data_root(data)
    tables = build_tables(load_index(root, overlay=overlay))
    if verbose:
        typer.echo(f"facts: {root} ({tables.index.version})", err=True)
    return Known(tables, load_wheel_facts(root, overlay=overlay))


def _project(folder: Path, known: Known) -> ProjectFiles:
    from planner.check.spellings import field_of
    from planner.load.project_files import read_project

    families = known.names.families

    def guessed(key: str) -> str | None:
        """The field that a key means; ``cuda_version`` is taken for ``cuda``."""
        family = key.lower().removesuffix("version").rstrip("-_")
        return family if family in families else field_of(key, families)

    return read_project(folder, guessed)


def _solved(
    project: ProjectFiles, known: Known, date: str | None, *, quiet: bool
) -> tuple[Solved, tuple[str, ...]]:
    """The draft that has a plan, and the files that it was made from."""
    import datetime

    from planner.draft.request import draft_request
    from planner.draft.solving import solvable

    wheels, unread = _wheels(project, quiet=quiet)
    draft = draft_request(project, wheels, known, date)
    if unread:
        from dataclasses import replace

        notes = (*draft.notes, f"{unread} more wheels in dist/ were not read")
        draft = replace(draft, notes=notes)
    count = len(wheels)
    wheels_read = (f"{count} wheel{'s' * (count != 1)} in dist/",) if count else ()
    today = datetime.date.today().isoformat()
    return solvable(draft, known, today), (*project.read, *wheels_read)


def _wheels(project: ProjectFiles, *, quiet: bool) -> tuple[list[tuple[str, Context]], int]:
    """The finished wheels with the place to name, and how many were left unread."""
    from planner import api
    from planner.cli.progress import reading_progress

    paths = project.wheels[-_WHEELS_READ:]
    if not paths:
        return [], 0
    with reading_progress(len(paths), wanted=not quiet) as progress:
        report = api.inspect(paths, jobs=thread_count(None), progress=progress, file_digest=False)
    found = [(f"dist/{each.wheel.file}", each.context) for each in report.wheels]
    return found, len(project.wheels) - len(paths)


def _write(target: Path, text: str) -> None:
    """Write the request in one step.

    :raises UsageError: where that cannot be done.
    """
    from planner.errors import LockError, UsageError
    from planner.plan.lock import write_text

    try:
        write_text(target, text)
    except LockError as error:
        hint = "--output FILE names another place, --dry-run writes nothing"
        raise UsageError(error.problems, hint=hint) from None


def _show(solved: Solved, format_: Format, target: Path | None, read: tuple[str, ...]) -> None:
    """The answer on standard output: the document, or the text that was not written."""
    if format_ is Format.JSON:
        from planner.plan.document import render
        from planner.report.init_json import init_document

        file = None if target is None else str(target)
        typer.echo(render(init_document(solved, read, file)), nl=False)
    elif target is None:
        typer.echo(solved.text, nl=False)


def _talk(solved: Solved, target: Path | None, read: tuple[str, ...], *, color: bool) -> None:
    """What was read and decided, and the command to run next."""
    import shlex

    from planner.load.request import REQUEST_FILE
    from planner.report.init_text import init_talk, summary
    from planner.report.paint import painted

    typer.echo(painted(init_talk(solved, read, 100), color=color), err=True, color=True)
    if target is None:
        typer.echo(f"nothing was written; it has a plan ({summary(solved)})", err=True)
        return
    typer.echo(f"wrote {target} ({summary(solved)})", err=True)
    file = "" if target.resolve() == Path(REQUEST_FILE).resolve() else shlex.quote(str(target))
    typer.echo(f"next: mlplan solve {file}".rstrip(), err=True)
