"""``mlplan report``: the plan as one HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.options import (
    DataOption,
    JobsOption,
    LimitOption,
    LockOverlayOption,
    PlanOption,
    QuietOption,
    VerboseOption,
    limits_of,
    thread_count,
)

if TYPE_CHECKING:
    from planner.model.wheel_facts import WheelFacts
    from planner.plan.document import Json
    from planner.report.html.inputs import Surroundings
    from planner.solve.tables import Tables
    from planner.verifier.judge import Report


def report(
    plan: PlanOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; else standard output.")
    ] = None,
    wheels: Annotated[
        list[str] | None,
        typer.Option(
            "--wheels",
            metavar="WHEEL",
            help="Finished wheels to verify by the plan: files, folders, glob patterns. "
            "Repeatable.",
        ),
    ] = None,
    jobs: JobsOption = None,
    limit: LimitOption = None,
    data: DataOption = None,
    overlay: LockOverlayOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Write the plan as one HTML page: matrix, reach, GPUs, what ends, and why."""
    from planner.cli.lock_overlay import hold_to
    from planner.cli.locks import named, tell_lock
    from planner.load.locate import data_root
    from planner.load.wheel_facts import load_wheel_facts
    from planner.plan.lock import LOCK_FILE, read_lock
    from planner.plan.locked import locked_plan
    from planner.report.html.inputs import PageInputs
    from planner.report.html.page import report_html
    from planner.solve.compiled import load_index
    from planner.solve.tables import build_tables

    path = plan or Path(LOCK_FILE)
    document = read_lock(path)
    locked = named(path, locked_plan, document)
    if overlay is not None:
        hold_to(document, path, overlay, data)
    tell_lock(path, document, data, verbose=verbose and not quiet)
    root = data_root(data)
    tables = build_tables(load_index(root, overlay=overlay))
    verified = _verified(wheels, path, thread_count(jobs), limit or [], data, overlay, quiet=quiet)
    inputs = PageInputs(
        plan=locked,
        lock=path.name,
        facts_version=_facts_version(document),
        around=surroundings_of(tables, load_wheel_facts(root, overlay=overlay)),
        verified=verified,
    )
    text = report_html(inputs)
    if output is None:
        typer.echo(text, nl=False)
        return
    _write(output, text)
    if not quiet:
        count = f"{len(locked.jobs)} job{'' if len(locked.jobs) == 1 else 's'}"
        typer.echo(f"wrote {output} ({count})", err=True)


def _write(path: Path, text: str) -> None:
    """Write the page in one step.

    :raises LockError: where that cannot be done; the hint is that of a page, not of a lock.
    """
    from planner.errors import LockError
    from planner.plan.lock import write_text

    try:
        write_text(path, text)
    except LockError as error:
        hint = "--output FILE names another place; without it the page goes to standard output"
        raise LockError(error.problems, hint=hint) from None


def _facts_version(document: Json) -> str:
    facts = document.get("facts")
    return str(facts.get("version") or "unknown") if isinstance(facts, dict) else "unknown"


def surroundings_of(tables: Tables, gpus: WheelFacts) -> Surroundings:
    """What the facts say around a plan: distributions, policies, ends and GPUs."""
    from planner.explain.told import told_fact
    from planner.report.html.inputs import Surroundings
    from planner.solve.endings import known_ends
    from planner.solve.environment_rules import highest

    index = tables.index
    ends = known_ends(index)
    facts = [end.fact for end in ends]
    facts += [index.facts[found.fact] for found in tables.distributions.values()]
    return Surroundings(
        distributions=tables.distributions,
        promised={
            key: highest(symbols.get("GLIBCXX", frozenset()))
            for key, symbols in tables.policy_symbols.items()
        },
        ends=ends,
        facts={fact.id: told_fact(fact, index.sources) for fact in facts},
        gpus=gpus,
        version=index.version,
    )


def _verified(
    wheels: list[str] | None,
    plan: Path,
    threads: int,
    limits: list[str],
    data: str | None,
    overlay: Path | None,
    *,
    quiet: bool,
) -> Report | None:
    """The wheels judged against the plan; None without any."""
    if not wheels:
        return None
    from planner import api
    from planner.cli.progress import reading_progress

    changed = limits_of(limits)
    paths = api.find_wheels(wheels)
    with reading_progress(len(paths), wanted=not quiet) as progress:
        return api.verify(
            paths,
            plan=plan,
            jobs=threads,
            limits=changed,
            data=data,
            overlay=overlay,
            progress=progress,
            file_digest=False,
        )
