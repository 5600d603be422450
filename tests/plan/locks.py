"""Pairs of real locks, made through the planner, for the tests of their comparison."""

from __future__ import annotations

import copy
import json
import shutil
from functools import cache
from pathlib import Path

from planner.explain.cautions import caution_sentence
from planner.explain.conflicts import conflict_sentence
from planner.explain.facts import fact_sentence
from planner.load.request import read_request_values
from planner.plan.changes import Change, PlanDiff, diff_of, read_side
from planner.plan.document import Json, Words, plan_document, render
from planner.plan.outcomes import Subject
from planner.solve.compiled import load_index
from planner.solve.day import Day
from planner.solve.planner import make_plan
from planner.solve.tables import Tables, build_tables
from planner.solve.vocabulary import vocabulary_of
from tests.load.made import replace_once

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-11-21"


@cache
def tables_of(root: Path) -> Tables:
    return build_tables(load_index(root))


def lock_of(
    variants: dict[str, dict[str, object]],
    date: str = TODAY,
    root: Path = ROOT,
    *,
    is_dated: bool = True,
    **top: object,
) -> Json:
    """The lock of a request, as it is read back from its file."""
    tables = tables_of(root)
    values: dict[str, object] = {"variants": variants, **top}
    if is_dated:
        values["date"] = date
    request = read_request_values(values, vocabulary_of(tables), overrides={})
    plan = make_plan(request, Day(date, explicit=is_dated), tables)
    words = Words(fact_sentence, caution_sentence, conflict_sentence)
    document: Json = json.loads(render(plan_document(plan, words)))
    return document


def edited_facts(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of the real facts in which one text of one file is another."""
    root = folder / "data"
    for name in ("matrices", "policies"):
        shutil.copytree(ROOT / name, root / name)
    replace_once(root / file, old, new)
    return root


def compared(old: Json, new: Json) -> PlanDiff:
    return diff_of(read_side(old), read_side(new))


def of(diff: PlanDiff, subject: Subject) -> list[Change]:
    return [change for change in diff.changes if change.subject is subject]


def one(diff: PlanDiff, subject: Subject) -> Change:
    (change,) = of(diff, subject)
    return change


def cloned(lock: Json, count: int) -> Json:
    """The lock with its first job many times, each in a variant of its own."""
    found = copy.deepcopy(lock)
    jobs, request = found["jobs"], found["request"]
    assert isinstance(jobs, list)
    assert isinstance(request, dict)
    first = jobs[0]
    variant = request["variants"][first["variant"]]
    found["jobs"] = [
        first | {"id": f"v{n}{first['id']}", "variant": f"v{n}{first['variant']}"}
        for n in range(count)
    ]
    request["variants"] = {f"v{n}{first['variant']}": variant for n in range(count)}
    return found
