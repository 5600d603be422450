"""Two states of the facts, and requests planned with both. Imported only when the command runs."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import typer

from planner.browse.differences import facts_diff, told_diff
from planner.cli.adhoc import AdHoc
from planner.cli.planning import Planning
from planner.errors import MlplanError, Problem, UsageError
from planner.load.facts import load_facts
from planner.load.locate import data_root
from planner.load.request import find_request, read_request_file, read_request_values
from planner.model.facts import FactBase
from planner.model.request import Request
from planner.model.versions import is_day
from planner.plan.changes import Side, diff_of, read_side
from planner.plan.document import Json, render
from planner.plan.lock import read_lock
from planner.plan.locked import locked_plan
from planner.report.browse.diff import Compared, Replanned
from planner.solve.compiled import load_index
from planner.solve.day import Day
from planner.solve.planner import make_plan
from planner.solve.rows import Tables
from planner.solve.tables import build_tables
from planner.solve.vocabulary import vocabulary_of

BUILT_IN = "the built-in request"


class State:
    """One state of the facts: a data folder, perhaps with an overlay."""

    def __init__(self, name: str, data: str | None, overlay: Path | None = None) -> None:
        self.name = name
        self.root = data_root(data)
        self.overlay = overlay

    @cached_property
    def facts(self) -> FactBase:
        """Every fact."""
        return load_facts(self.root, self.overlay)

    @cached_property
    def tables(self) -> Tables:
        """The solver's tables."""
        return build_tables(load_index(self.root, overlay=self.overlay))

    def plan(self, request: Path | Json | None, date: str | None) -> Side:
        """The plan of a request file, of a lock's request, or of the built-in one.

        :raises RequestError: where the request does not fit these facts.
        """
        asked = self._request(request)
        iso = asked.date or date or datetime.date.today().isoformat()
        plan = make_plan(asked, Day(iso, explicit=asked.date is not None), self.tables)
        document = json.loads(render(Planning.document(plan, places=False)))
        return read_side(document)

    def _request(self, request: Path | Json | None) -> Request:
        vocabulary = vocabulary_of(self.tables)
        if isinstance(request, Path):
            return read_request_file(request, vocabulary)
        values: Mapping[str, object]
        if request is None:
            nothing = AdHoc(families={}, combined=[], lists={}, texts={}, cxx=None)
            values = nothing.values(vocabulary)
        else:
            values = {key: value for key, value in request.items() if key != "sha256"}
        return read_request_values(values, vocabulary, overrides={})


def compared(
    old: str,
    new: str | None,
    requests: list[Path],
    date: str | None,
    data: str | None,
    overlay: Path | None,
    *,
    quiet: bool,
) -> Compared:
    """What differs between two states of the facts, and between the plans made with them.

    :raises UsageError: for a day that is none, and for something that is neither folder nor lock.
    """
    if date is not None and (len(date) != 10 or not is_day(date)):
        problem = Problem(message="--date names no day", found=date, allowed="YYYY-MM-DD")
        raise UsageError([problem])
    after = State(new, new) if new is not None else State("the facts in use", data, overlay)
    path = Path(old)
    if path.is_file():
        return _from_lock(path, after, requests)
    if not path.is_dir():
        problem = Problem(
            message="no such folder or lock file",
            found=old,
            allowed="a folder with matrices/ and policies/, or a lock",
        )
        raise UsageError([problem], hint="mlplan facts diff OLD-FOLDER [NEW-FOLDER]")
    before = State(old, old)
    difference = facts_diff(before.facts, after.facts)
    plans = []
    for name, request, day in _asked(requests, date):
        if not quiet:
            typer.echo(f"planning {name} with both", err=True)
        plans.append(_replanned(name, request, day, before, after))
    return Compared(old=before.name, new=after.name, facts=difference, plans=tuple(plans))


def _asked(
    requests: list[Path], date: str | None
) -> list[tuple[str, Path | Json | None, str | None]]:
    """The requests to plan, each with its name and day."""
    found: list[tuple[str, Path | Json | None, str | None]] = []
    if not requests:
        found.append((BUILT_IN, None, date))
        own = find_request(Path())
        requests = [] if own is None else [own]
    for path in requests:
        if _is_lock(path):
            document = read_lock(path)
            found.append((str(path), _request_of(document), str(document["date"])))
        else:
            found.append((str(path), path, date))
    return found


def _is_lock(path: Path) -> bool:
    """Whether a file is a lock and no request: JSON, whatever its name."""
    if path.suffix in (".lock", ".json"):
        return True
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(1) == "{"
    except OSError:
        return False


def _request_of(document: Json) -> Json:
    request = document["request"]
    return request if isinstance(request, dict) else {}


def _replanned(
    name: str, request: Path | Json | None, date: str | None, before: State, after: State
) -> Replanned:
    """One request planned with both; where one state does not know what it names, the reason."""
    sides = []
    for state, word in ((before, "old"), (after, "new")):
        try:
            sides.append(state.plan(request, date))
        except MlplanError as error:
            told = "; ".join(str(problem).replace("\n", " ") for problem in error.problems)
            problem = f"does not fit the {word} facts: {' '.join(told.split())}"
            return Replanned(request=name, diff=None, problem=problem)
    return Replanned(request=name, diff=diff_of(*sides))


def _from_lock(path: Path, after: State, requests: list[Path]) -> Compared:
    """The facts that a lock tells against those there are, and its plan against today's."""
    if requests:
        raise UsageError("a lock is planned by its own request: --request goes with a folder")
    document = read_lock(path)
    told = locked_plan(document).facts
    request, date = _request_of(document), str(document["date"])
    try:
        diff = diff_of(read_side(document), after.plan(request, date))
        plan = Replanned(request=f"{path}", diff=diff)
    except MlplanError as error:
        problem = "; ".join(" ".join(str(each).split()) for each in error.problems)
        plan = Replanned(request=f"{path}", diff=None, problem=f"cannot be planned: {problem}")
    return Compared(
        old=str(path), new=after.name, facts=told_diff(told, after.facts), plans=(plan,)
    )
