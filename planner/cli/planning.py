"""One run of ``mlplan solve``: its facts, request, plan and lock file.

Imported only when the command runs, so that ``--help`` stays quick.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path

import typer

from planner.cli.adhoc import AdHoc
from planner.cli.options import text_width
from planner.errors import UsageError
from planner.explain.cautions import caution_sentence
from planner.explain.conflicts import conflict_sentence
from planner.explain.facts import fact_sentence
from planner.harmless import json_text
from planner.load.locate import data_root
from planner.load.request import (
    REQUEST_FILE,
    find_request,
    read_request_file,
    read_request_values,
)
from planner.model.request import Request
from planner.plan.document import Json, Words, plan_document, render
from planner.plan.lock import LOCK_FILE, differing_jobs, read_lock, write_text
from planner.plan.locked import locked_plan
from planner.plan.records import Plan
from planner.report.frontier import frontier_text
from planner.solve.compiled import load_index
from planner.solve.day import Day
from planner.solve.frontier import frontiers_of
from planner.solve.planner import make_plan
from planner.solve.tables import build_tables
from planner.solve.vocabulary import vocabulary_of


class Planning:
    """What one run of the command works on.

    :raises UsageError: where a request file and ad-hoc options are given at once.
    """

    def __init__(
        self,
        request: Path | None,
        output: Path | None,
        adhoc: AdHoc,
        overrides: dict[str, str],
        data: str | None,
        overlay: Path | None = None,
    ) -> None:
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
            self.path = find_request(self.path) or self.path / REQUEST_FILE
        self.root = data_root(data)
        self.tables = build_tables(load_index(self.root, overlay=overlay))
        beside = None if self.path is None else self.path.with_name(LOCK_FILE)
        self.lock = output if output is not None else beside

    def request(self) -> Request:
        """The request: the file's, the ad-hoc one, or the built-in one."""
        vocabulary = vocabulary_of(self.tables)
        if self.path is not None:
            return read_request_file(self.path, vocabulary, overrides=self.overrides)
        values = self.adhoc.values(vocabulary)
        return read_request_values(values, vocabulary, overrides=self.overrides)

    def plan(self, *, check: bool) -> Plan:
        """The plan for the request's day; a check without one uses the day of the lock."""
        request = self.request()
        return make_plan(request, self._day(request, check=check), self.tables)

    def show_frontier(self, *, as_json: bool) -> int:
        """Print the undominated choices of every job; 1 where a job has none."""
        request = self.request()
        frontiers = frontiers_of(request, self._day(request, check=False), self.tables)
        if as_json:
            rows = [dataclasses.asdict(frontier) for frontier in frontiers]
            document = {"schema": "mlplan-frontier/1", "jobs": rows}
            typer.echo(json_text(document, ascii_only=True), nl=False)
        else:
            typer.echo(frontier_text(frontiers, text_width()), nl=False)
        return 0 if all(frontier.points for frontier in frontiers) else 1

    def _day(self, request: Request, *, check: bool) -> Day:
        """The day to plan for, on which the whole overlay must hold."""
        day = self._asked_day(request, check=check)
        if self.tables.index.overlay is not None:
            self.tables.index.overlay.require_in_force(day.iso)
        return day

    def _asked_day(self, request: Request, *, check: bool) -> Day:
        if request.date is not None:
            return Day(request.date, explicit=True)
        if check and self.lock is not None:
            return Day(str(read_lock(self.lock)["date"]), explicit=False)
        return Day(datetime.date.today().isoformat(), explicit=False)

    @staticmethod
    def document(plan: Plan, *, places: bool) -> Json:
        """The plan's JSON document; with ``places`` conflicts name file and line."""
        words = Words(fact_sentence, caution_sentence, conflict_sentence)
        return plan_document(plan, words, places=places)

    def write(self, plan: Plan, *, quiet: bool) -> None:
        """Write the lock file, if there is a place for it."""
        if self.lock is None:
            unused = self._unused_request()
            if unused is not None and not quiet:
                text = f"note: planned from the options; {unused} is not used, --set changes it"
                typer.echo(text, err=True)
            return
        write_text(self.lock, render(self.document(plan, places=False)))
        if not quiet:
            failed = f", {len(plan.failures)} without a plan" if plan.failures else ""
            count = f"{len(plan.jobs)} job{'' if len(plan.jobs) == 1 else 's'}"
            typer.echo(f"wrote {self.lock} ({count}{failed})", err=True)

    def _unused_request(self) -> Path | None:
        """The request file that ad-hoc options leave aside, if there is one."""
        return find_request(Path()) if self.adhoc.is_used else None

    def compare(self, plan: Plan, *, quiet: bool) -> int:
        """1 where the lock file would change, with what would; 0 where it is up to date.

        :raises UsageError: where no lock file belongs to the request.
        """
        if self.lock is None:
            raise UsageError(
                "--check needs a lock file to compare with",
                hint="mlplan solve --check FILE, or --output LOCK with ad-hoc options",
            )
        old = read_lock(self.lock)
        locked_plan(old)
        new = json.loads(render(self.document(plan, places=False)))
        changed = differing_jobs(old, new)
        was, now = _overlay_of(old), _overlay_of(new)
        if was != now and not quiet:
            given = f"--overlay {now}" if now else "no --overlay"
            typer.echo(
                f"note: {self.lock} was made with {was or 'no overlay'}, this check with {given}",
                err=True,
            )
        for name in changed:
            typer.echo(f"would change: {name}")
        if quiet:
            return 1 if changed else 0
        if changed:
            typer.echo(f"\nhint: mlplan solve writes {self.lock} anew", err=True)
            return 1
        for key in ("mlplan", "facts"):
            if old.get(key) != new.get(key):
                typer.echo(f"note: same plan, but made with another {key} version", err=True)
        if plan.failures:
            typer.echo(f"note: {len(plan.failures)} jobs of it have no plan", err=True)
        typer.echo(f"{self.lock} is up to date", err=True)
        return 0


def _overlay_of(document: Json) -> str | None:
    """The name of the overlay that a plan was made with, if there was one."""
    facts = document.get("facts")
    overlay = facts.get("overlay") if isinstance(facts, dict) else None
    return str(overlay.get("file")) if isinstance(overlay, dict) else None
