"""``mlplan facts audit``: the facts compared with the vendors' own files."""

from __future__ import annotations

import time
from pathlib import Path
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
)
from planner.cli.options import (
    Color,
    ColorOption,
    DataOption,
    Format,
    FormatOption,
    OverlayOption,
    QuietOption,
    VerboseOption,
    text_width,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.audit.claims import Audit
    from planner.audit.evidence import Evidence
    from planner.audit.policy_subjects import PolicySubject
    from planner.audit.subjects import Subject
    from planner.model.facts import FactBase


def audit(
    what: Annotated[
        str | None,
        typer.Argument(
            help="A family, or policies, images, interpreters, installers ...; all by default."
        ),
    ] = None,
    release: Annotated[
        str | None, typer.Argument(help="One release of the family: 13.5 or 13.4.1.")
    ] = None,
    whole: WholeOption = False,
    no_run: NoRunOption = False,
    index: IndexOption = None,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    jobs: ThreadsOption = THREADS,
    format_: FormatOption = Format.TEXT,
    color: ColorOption = Color.AUTO,
    data: DataOption = None,
    overlay: OverlayOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Compare the facts with the vendors' own files on the package index."""
    from planner.cli.facts.reading import fact_base
    from planner.cli.facts.vendors import index_reader

    with index_reader():
        from planner.audit.scopes import subjects
    facts = fact_base(data, overlay)
    asked = subjects(facts, what, release)
    kept = None if no_cache else cache or default_cache()
    evidence = _evidence(facts, index, kept, may_run=not no_run, whole=whole)
    start = time.monotonic()
    found = _audited(facts, what, release, asked, evidence, jobs=jobs, quiet=quiet)
    if not quiet:
        typer.echo(reading_cost(found, time.monotonic() - start), err=True)
    _print(found, facts, format_, color=color, verbose=verbose)
    _check_index(found, evidence)
    raise typer.Exit(_status(found))


def _evidence(
    facts: FactBase, index: str | None, cache: Path | None, *, may_run: bool, whole: bool
) -> Evidence:
    from planner.cli.facts.vendors import vendor

    found = vendor(index, cache)
    from planner.audit.evidence import Evidence
    from planner.audit.version_names import version_names

    return Evidence(vendor=found, names=version_names(facts), may_run=may_run, may_read_whole=whole)


def _audited(
    facts: FactBase,
    what: str | None,
    release: str | None,
    asked: Sequence[Subject | PolicySubject],
    evidence: Evidence,
    *,
    jobs: int,
    quiet: bool,
) -> Audit:
    from planner.audit.run import run_audit
    from planner.audit.scopes import notices
    from planner.cli.progress import counting_progress

    scope = " ".join(word for word in (what or "all facts", release) if word)
    ask = notices(facts, what)
    with counting_progress(wanted=not quiet) as progress:
        return run_audit(
            scope,
            asked,
            evidence,
            threads=jobs,
            notices=lambda: ask(evidence),
            progress=progress,
        )


def _print(found: Audit, facts: FactBase, format_: Format, *, color: Color, verbose: bool) -> None:
    if format_ is Format.JSON:
        from planner.harmless import json_text
        from planner.report.audit_json import audit_document

        typer.echo(json_text(audit_document(found, facts), ascii_only=True), nl=False)
        return
    from planner.cli.facts.reading import print_text
    from planner.report.audit_text import audit_text

    print_text(audit_text(found, width=text_width(), verbose=verbose), color)


def _check_index(found: Audit, evidence: Evidence) -> None:
    """Nothing proved is not nothing wrong: the address may be that of something else.

    :raises WheelError: where the index answers and has nothing of all that was asked for.
    """
    from planner.audit.claims import Outcome
    from planner.errors import WheelError

    if found.requests and not evidence.vendor.has_answered and not found.count(Outcome.UNREADABLE):
        raise WheelError(
            "the index has no wheel of any project that it was asked for",
            hint="pip config list shows which index that is; --index URL names another",
        )


def _status(found: Audit) -> int:
    """0 nothing is contradicted, 1 something is, 5 something could not be read (which wins)."""
    from planner.audit.claims import Outcome
    from planner.errors import NoSolutionError, WheelError

    if found.count(Outcome.UNREADABLE):
        return WheelError.exit_status
    return NoSolutionError.exit_status if found.count(Outcome.CONTRADICTED) else 0
