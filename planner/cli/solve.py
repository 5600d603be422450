"""``mlplan solve``: from a request to a plan and its lock file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.options import (
    ColorOption,
    DataOption,
    Format,
    FormatOption,
    QuietOption,
    VerboseOption,
    text_width,
    wants_color,
)

if TYPE_CHECKING:
    from planner.model.request import Request
    from planner.plan.document import Json
    from planner.plan.records import Plan
    from planner.solve.predicates import Day
    from planner.solve.tables import Tables

Words = list[str] | None
AD_HOC = "Ad-hoc request (repeatable)"


def _many(name: str, metavar: str, help_: str) -> typer.models.OptionInfo:
    return typer.Option(name, metavar=metavar, help=help_, rich_help_panel=AD_HOC)  # type: ignore[no-any-return]


def solve(
    request: Annotated[
        Path | None,
        typer.Argument(
            help="mlplan.yaml, or a pyproject.toml with [tool.mlplan]; "
            "found in this folder where not given, else the newest release of every family."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write the lock file.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write no lock file.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit 1 if the lock file would change; write nothing.")
    ] = False,
    set_: Annotated[
        Words, typer.Option("--set", metavar="KEY=VALUE", help="Set a key of the request.")
    ] = None,
    prefer: Annotated[
        str | None, typer.Option(help="newest (tag) or widest (reach).", metavar="WORD")
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="The day the release ships.", metavar="YYYY-MM-DD")
    ] = None,
    allow: Annotated[
        Words, typer.Option(help="Waivers: ended-base, alpha-image ...", metavar="WAIVER")
    ] = None,
    cuda: Annotated[Words, _many("--cuda", "SPEC", "CUDA releases: 13, 12.9, '>=12,<13'.")] = None,
    rocm: Annotated[Words, _many("--rocm", "SPEC", "ROCm releases.")] = None,
    mkl: Annotated[Words, _many("--mkl", "SPEC", "oneMKL releases.")] = None,
    with_: Annotated[
        Words, _many("--with", "'A>=1 + B>=2'", "Several families in one wheel.")
    ] = None,
    arch: Annotated[Words, _many("--arch", "ARCH", "Architectures.")] = None,
    python: Annotated[Words, _many("--python", "SPEC", "Pythons: '>=3.11', or tags.")] = None,
    gpu: Annotated[Words, _many("--gpu", "T,T", "GPU targets.")] = None,
    links: Annotated[Words, _many("--links", "L,L", "Vendor libraries that are linked.")] = None,
    runs_on: Annotated[Words, _many("--runs-on", "DISTRO", "Distributions to serve.")] = None,
    glibc: Annotated[str | None, _many("--glibc", "SPEC", "Cap on the tag's glibc.")] = None,
    pip: Annotated[str | None, _many("--pip", "SPEC", "Oldest pip to serve.")] = None,
    driver: Annotated[str | None, _many("--driver", "SPEC", "Oldest GPU driver.")] = None,
    cxx: Annotated[int | None, _many("--cxx", "N", "C++ standard.")] = None,
    features: Annotated[
        Words, _many("--features", "F,F", "CPU features that the toolchain must know.")
    ] = None,
    format_: FormatOption = Format.TEXT,
    data: DataOption = None,
    color: ColorOption = "auto",  # type: ignore[assignment]
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Plan a release: the newest tag and toolchain for every accelerator and architecture."""
    from planner.cli.adhoc import AdHoc, overrides_of

    adhoc = AdHoc(
        families={"cuda": cuda or [], "rocm": rocm or [], "mkl": mkl or []},
        combined=with_ or [],
        lists={
            "architectures": arch or [],
            "python": python or [],
            "gpu": gpu or [],
            "links": links or [],
            "runs-on": runs_on or [],
            "features": features or [],
        },
        texts={"glibc": glibc, "pip": pip, "driver": driver},
        cxx=cxx,
    )
    overrides = overrides_of(set_ or [], prefer=prefer, date=date, allow=allow or [])
    run = _Run(request, output, adhoc, overrides, data, verbose=verbose)
    plan = run.plan(check=check)
    document = run.document(plan, places=format_ is Format.JSON)
    status = 1 if plan.failures else 0
    if check:
        status = run.compare(plan, quiet=quiet)
    else:
        if format_ is Format.JSON:
            from planner.plan.document import render

            typer.echo(render(document), nl=False)
        else:
            from planner.report.table import plan_text

            text = plan_text(plan, width=text_width(), color=wants_color(color))
            typer.echo(text, nl=False, color=True)
        if not dry_run:
            run.write(plan, quiet=quiet)
    raise typer.Exit(status)


class _Run:
    """One run of the command: the request it found, its facts, its lock file."""

    def __init__(
        self,
        request: Path | None,
        output: Path | None,
        adhoc: object,
        overrides: dict[str, str],
        data: str | None,
        *,
        verbose: bool,
    ) -> None:
        from planner.cli.adhoc import AdHoc
        from planner.errors import UsageError
        from planner.load.locate import data_root
        from planner.load.request import find_request
        from planner.solve.compiled import load_index
        from planner.solve.tables import build_tables

        assert isinstance(adhoc, AdHoc)
        if request is not None and adhoc.is_used:
            raise UsageError(
                "a request file and ad-hoc options exclude each other",
                hint="mlplan solve FILE --set KEY=VALUE changes a key of the file",
            )
        self.adhoc = adhoc
        self.overrides = overrides
        self.path = request
        if request is None and not adhoc.is_used:
            self.path = find_request(Path())
        if self.path is not None and self.path.is_dir():
            self.path = find_request(self.path) or self.path / "mlplan.yaml"
        root = data_root(data)
        if verbose:
            typer.echo(f"facts: {root}", err=True)
        self.tables: Tables = build_tables(load_index(root))
        self.lock = output if output is not None else self._default_lock()

    def _default_lock(self) -> Path | None:
        from planner.plan.lock import LOCK_FILE

        return None if self.path is None else self.path.with_name(LOCK_FILE)

    def request(self) -> Request:
        """The request: the file's, the ad-hoc one, or the built-in one."""
        from planner.load.request import read_request_file, read_request_values
        from planner.solve.vocabulary import vocabulary_of

        vocabulary = vocabulary_of(self.tables)
        if self.path is not None:
            return read_request_file(self.path, vocabulary, overrides=self.overrides)
        values = self.adhoc.values(vocabulary)
        return read_request_values(values, vocabulary, overrides=self.overrides)

    def plan(self, *, check: bool) -> Plan:
        """The plan for the request's day; a check without one uses the day of the lock."""
        from planner.solve.planner import make_plan

        request = self.request()
        return make_plan(request, self._day(request, check=check), self.tables)

    def _day(self, request: Request, *, check: bool) -> Day:
        import datetime

        from planner.plan.lock import read_lock
        from planner.solve.predicates import Day

        if request.date is not None:
            return Day(request.date, explicit=True)
        if check and self.lock is not None:
            return Day(str(read_lock(self.lock)["date"]), explicit=False)
        return Day(datetime.date.today().isoformat(), explicit=False)

    def document(self, plan: Plan, *, places: bool) -> Json:
        """The plan's JSON document."""
        from planner.explain.cautions import caution_sentence
        from planner.explain.conflicts import conflict_sentence
        from planner.explain.facts import fact_sentence
        from planner.plan.document import Words, plan_document

        words = Words(fact_sentence, caution_sentence, conflict_sentence)
        return plan_document(plan, words, places=places)

    def write(self, plan: Plan, *, quiet: bool) -> None:
        """Write the lock file, if there is a place for it."""
        from planner.plan.document import render
        from planner.plan.lock import write_text

        if self.lock is None:
            return
        write_text(self.lock, render(self.document(plan, places=False)))
        if not quiet:
            failed = f", {len(plan.failures)} without a plan" if plan.failures else ""
            typer.echo(f"wrote {self.lock} ({len(plan.jobs)} jobs{failed})", err=True)

    def compare(self, plan: Plan, *, quiet: bool) -> int:
        """1 where the lock file would change, with what would; 0 where it is up to date."""
        import json

        from planner.errors import UsageError
        from planner.plan.document import render
        from planner.plan.lock import differing_jobs, read_lock

        if self.lock is None:
            raise UsageError("--check needs a request file or --output")
        old = read_lock(self.lock)
        new = json.loads(render(self.document(plan, places=False)))
        changed = differing_jobs(old, new)
        for name in changed:
            typer.echo(f"would change: {name}")
        if changed:
            if not quiet:
                typer.echo(f"\nhint: mlplan solve writes {self.lock} anew", err=True)
            return 1
        if not quiet:
            for key in ("mlplan", "facts"):
                if old.get(key) != new.get(key):
                    typer.echo(f"note: same plan, but made with another {key} version", err=True)
            typer.echo(f"{self.lock} is up to date", err=True)
        return 0
