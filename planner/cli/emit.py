"""``mlplan emit``: matrices, build settings and documents, written from a lock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli import completion
from planner.cli.options import (
    COMMON,
    Color,
    ColorOption,
    DataOption,
    Format,
    LockOverlayOption,
    PlanOption,
    QuietOption,
    VerboseOption,
    wants_color,
)

if TYPE_CHECKING:
    from planner.emit.base import EmittedFile, Wanted
    from planner.model.gpus import GpuFacts
    from planner.plan.locked import LockedJob, LockedPlan


def emit(
    format_: Annotated[
        str | None,
        typer.Argument(
            metavar="FORMAT",
            help="What to write; --list names all.",
            autocompletion=completion.emit_format,
        ),
    ] = None,
    plan: PlanOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", help="A file, or a folder for several; else standard output."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; 1 if the file on disk is out of date.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="Name every format.")] = False,
    variant: Annotated[
        list[str] | None,
        typer.Option(
            "--variant",
            help="Only this variant. Repeatable.",
            autocompletion=completion.locked_variant,
        ),
    ] = None,
    arch: Annotated[
        list[str] | None,
        typer.Option(
            "--arch",
            help="Only this architecture. Repeatable.",
            autocompletion=completion.locked_architecture,
        ),
    ] = None,
    jobs: Annotated[
        list[str] | None,
        typer.Option(
            "--jobs",
            help="Only the job with this id. Repeatable.",
            autocompletion=completion.job,
        ),
    ] = None,
    per_python: Annotated[
        bool, typer.Option("--per-python", help="One row per job and Python.")
    ] = False,
    list_format: Annotated[
        Format, typer.Option("--format", help="How to print --list.", rich_help_panel=COMMON)
    ] = Format.TEXT,
    data: DataOption = None,
    overlay: LockOverlayOption = None,
    color: ColorOption = Color.AUTO,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Write a CI matrix, build settings or a document from the plan."""
    from planner.cli.locks import locked_file
    from planner.errors import UsageError
    from planner.plan.lock import LOCK_FILE

    if list_:
        _show_formats(list_format, color=wants_color(color))
        return
    if format_ is None:
        raise UsageError("name a format", hint="mlplan emit --list")
    from planner.emit.base import Wanted
    from planner.emit.registry import emitter
    from planner.model.gpus import GpuFacts

    chosen = emitter(format_)
    is_talking = verbose and not quiet
    locked = locked_file(plan or Path(LOCK_FILE), data, overlay, verbose=is_talking)
    picked = _picked(locked, variant or [], arch or [], jobs or [])
    filters = {"--variant": variant or [], "--arch": arch or [], "--jobs": jobs or []}
    wanted = Wanted(
        plan=locked,
        jobs=picked,
        arguments=_arguments(format_, plan, output, filters, per_python),
        per_python=per_python,
        glibc=distribution_glibc(data, overlay) if getattr(chosen, "needs_glibc", False) else {},
        libraries=project_libraries(locked, data, overlay)
        if getattr(chosen, "needs_libraries", False)
        else {},
        gpus=gpu_products(data) if getattr(chosen, "needs_gpus", False) else GpuFacts(),
    )
    files = chosen.files(wanted)
    if not (quiet and output is None):
        _check_folder(files, output)
    if not quiet:
        _warn(wanted)
    if check:
        _check(files, output, wanted)
    elif output is None:
        typer.echo(_joined(files), nl=False)
    else:
        _write(files, output, quiet=quiet)


def distribution_glibc(data: str | None = None, overlay: Path | None = None) -> dict[str, str]:
    """The glibc of every distribution that the facts know, by id."""
    from planner.load.locate import data_root
    from planner.solve.compiled import load_index
    from planner.solve.tables import build_tables

    index = load_index(data_root(data), overlay=overlay)
    known = build_tables(index).distributions.values()
    return {found.id: found.glibc for found in known}


def gpu_products(data: str | None = None) -> GpuFacts:
    """The products that the facts know by GPU target."""
    from planner.load.locate import data_root
    from planner.load.wheel_facts import load_wheel_facts

    return load_wheel_facts(data_root(data)).gpus


def project_libraries(
    plan: LockedPlan, data: str | None = None, overlay: Path | None = None
) -> dict[tuple[str, str], tuple[str, ...]]:
    """The sonames in the wheels of every project and version that a plan names: of that version
    where its wheels were read, else of any."""
    from packaging.specifiers import SpecifierSet

    from planner.load.locate import data_root
    from planner.load.wheel_facts import load_wheel_facts

    facts = load_wheel_facts(data_root(data), overlay=overlay)
    rows = [row for group in facts.providers.values() for row in group]
    parts = [part for job in plan.jobs for part in job.components.values()]
    found = {}
    for key in {(part.project, part.version) for part in parts}:
        project, version = key
        own = [row for row in rows if row.project == project]
        exact = [row for row in own if SpecifierSet(row.versions).contains(version or "0")]
        if project and version and own:
            found[project, version] = tuple(sorted({row.soname for row in exact or own}))
    return found


def _warn(wanted: Wanted) -> None:
    """Say on stderr what would go wrong later: wheels of two jobs with one file name."""
    from planner.emit.naming import collision

    pair = collision(wanted)
    if pair is not None:
        first, second = pair
        typer.echo(
            f"warning: {first.id} and {second.id} make wheels with the same file name; "
            "naming: local or suffix in the request tells them apart",
            err=True,
        )


def _show_formats(format_: Format, *, color: bool) -> None:
    """Every format with its sentence; a plug-in that cannot be loaded is listed with the reason."""
    from planner.emit.registry import emitter, names
    from planner.errors import UsageError
    from planner.harmless import json_text
    from planner.report.paint import BOLD, PLAIN

    said = {}
    for name in names():
        try:
            said[name] = emitter(name).says
        except UsageError as error:
            said[name] = error.problems[0].message
    if format_ is Format.JSON:
        rows = [{"format": name, "says": says} for name, says in said.items()]
        document = {"schema": "mlplan-emit-list/1", "formats": rows}
        typer.echo(json_text(document, ascii_only=True), nl=False)
        return
    width = max(map(len, said))
    for name, says in said.items():
        shown = f"{BOLD}{name}{PLAIN}" if color else name
        typer.echo(f"{shown}{' ' * (width - len(name))}  {says}", color=True)


def _picked(
    locked: LockedPlan, variants: list[str], archs: list[str], ids: list[str]
) -> tuple[LockedJob, ...]:
    """The jobs that the filters leave.

    :raises UsageError: for a name that the plan does not have.
    """
    from planner.errors import Problem, UsageError
    from planner.model.nearest import nearest

    known = {
        "--variant": (variants, [job.variant for job in locked.jobs]),
        "--arch": (archs, [job.arch for job in locked.jobs]),
        "--jobs": (ids, [job.id for job in locked.jobs]),
    }
    for option, (given, allowed) in known.items():
        for name in given:
            if name not in allowed:
                problem = Problem(
                    message=f"{option}: the plan has none of that name",
                    found=name,
                    allowed=", ".join(dict.fromkeys(allowed)) or "none: the plan has no job",
                    nearest=nearest(name, allowed),
                )
                raise UsageError([problem])
    return tuple(
        job
        for job in locked.jobs
        if (not variants or job.variant in variants)
        and (not archs or job.arch in archs)
        and (not ids or job.id in ids)
    )


def _arguments(
    format_: str,
    plan: Path | None,
    output: Path | None,
    filters: dict[str, list[str]],
    per_python: bool,
) -> tuple[str, ...]:
    """The command's own arguments, to be told in the file."""
    found = [format_]
    for option, names in filters.items():
        for name in names:
            found += [option, name]
    found += ["--per-python"] if per_python else []
    found += ["--plan", str(plan)] if plan else []
    return (*found, "--output", str(output)) if output else tuple(found)


def _check_folder(files: tuple[EmittedFile, ...], output: Path | None) -> None:
    """Several files need a folder; on standard output they are told apart by lines.

    :raises UsageError: where ``--output`` looks like one file.
    """
    from planner.errors import Problem, UsageError

    if len(files) < 2:
        return
    if output is None:
        names = ", ".join(file.name for file in files[:3])
        typer.echo(f"note: {len(files)} files ({names} ...): --output FOLDER writes each", err=True)
    elif output.suffix and not output.is_dir():
        problem = Problem(
            message=f"--output: this format writes {len(files)} files, so a folder is needed",
            found=str(output),
        )
        raise UsageError([problem], hint="--variant or --jobs may leave one file")


def _joined(files: tuple[EmittedFile, ...]) -> str:
    """All files in one text; several are told apart by a line with their name."""
    if len(files) == 1:
        return files[0].text
    return "\n".join(f"# ===== {file.name}\n{file.text}" for file in files)


def _places(files: tuple[EmittedFile, ...], output: Path) -> list[tuple[Path, str]]:
    """Where each file goes: below ``output`` where that is a folder or there are several."""
    if len(files) == 1 and not output.is_dir():
        return [(output, files[0].text)]
    return [(output / file.name, file.text) for file in files]


def _write(files: tuple[EmittedFile, ...], output: Path, *, quiet: bool) -> None:
    from planner.plan.lock import write_text

    for path, text in _places(files, output):
        if path.parent != output.parent:
            _make_folder(path.parent)
        write_text(path, text)
        if not quiet:
            typer.echo(f"wrote {path}", err=True)


def _make_folder(path: Path) -> None:
    """Make a folder and those above it.

    :raises UsageError: where that cannot be done, for instance because a file is in the way.
    """
    from planner.errors import Problem, UsageError

    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = Problem(file=str(path), message=f"cannot be made a folder: {error.strerror}")
        raise UsageError([problem], hint="--output FOLDER names another place") from None


def _check(files: tuple[EmittedFile, ...], output: Path | None, wanted: Wanted) -> None:
    """Compare with what is on disk.

    :raises UsageError: without ``--output``.
    :raises NoSolutionError: where a file differs or is missing.
    """
    from planner.errors import NoSolutionError, Problem, UsageError

    if output is None:
        raise UsageError("--check needs --output: the file to compare with")
    problems = []
    for path, text in _places(files, output):
        try:
            same = path.read_bytes() == text.encode()
        except OSError:
            problems.append(Problem(file=str(path), message="is missing"))
            continue
        if not same:
            problems.append(Problem(file=str(path), message="is out of date"))
    if problems:
        raise NoSolutionError(problems, hint=wanted.command)
