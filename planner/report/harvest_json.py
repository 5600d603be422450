"""A harvest as JSON (``mlplan-harvest/1``), and its changes as a diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from planner.harvest.records import Change, Fate, Harvest, HarvestedFact, HarvestedRelease

Json = dict[str, object]


def harvest_document(harvest: Harvest, *, is_written: bool) -> Json:
    """The document of ``planner/schemas/harvest.schema.json``."""
    return {
        "schema": "mlplan-harvest/1",
        "family": harvest.family,
        "project": harvest.project or None,
        "complete": harvest.is_complete,
        "why": harvest.why or None,
        "releases": [_release(release) for release in harvest.releases],
        "passed": [{"version": one.version, "why": one.why} for one in harvest.passed],
        "unread": [
            {
                "project": one.project,
                "read": one.read,
                "newer": list(one.newer),
                "older": list(one.older),
            }
            for one in harvest.unread
        ],
        "written": is_written,
        "changes": [
            {"file": one.file, "new": one.before is None, "diff": changes_diff([one])}
            for one in harvest.changes
        ],
        "read": {
            "bytes": harvest.received,
            "cached_bytes": harvest.cached,
            "requests": harvest.requests,
        },
    }


def _release(release: HarvestedRelease) -> Json:
    return {
        "release": release.release,
        "file": release.file,
        "after": release.template or None,
        "written": release.is_written,
        "why": release.why or None,
        "counts": {str(fate): release.count(fate) for fate in Fate},
        "facts": [_fact(fact) for fact in release.facts],
    }


def _fact(fact: HarvestedFact) -> Json:
    document: Json = {"fact": fact.id, "kind": fact.kind, "fate": str(fact.fate)}
    for name in ("standing", "evidence", "why"):
        value = getattr(fact, name)
        if value:
            document[name] = str(value)
    return document


def changes_diff(changes: Iterable[Change]) -> str:
    """The changes as a unified diff, as ``git apply`` takes it."""
    parts: list[str] = []
    for change in changes:
        old = "/dev/null" if change.before is None else f"a/{change.file}"
        before = (change.before or "").splitlines(keepends=True)
        after = change.after.splitlines(keepends=True)
        parts += difflib.unified_diff(before, after, old, f"b/{change.file}")
    return "".join(parts)
