"""Two plans compared, as the JSON document ``mlplan-diff/1``."""

from __future__ import annotations

from planner.explain.changes import cause_sentence, sentence, summary
from planner.harmless import json_text
from planner.plan.causes import Cause
from planner.plan.changes import Change, PlanDiff
from planner.plan.document import Json
from planner.plan.inputs import Inputs, Origin
from planner.plan.locked import ToldFact

SCHEMA = "mlplan-diff/1"


def diff_json(diff: PlanDiff) -> str:
    """The text of the document: the same bytes for the same locks."""
    inputs = diff.inputs
    document: Json = {
        "schema": SCHEMA,
        "same": diff.is_same,
        "says": summary(diff),
        "old": _origin(inputs.old),
        "new": _origin(inputs.new),
        "inputs": _inputs(inputs),
        "jobs": len(diff.jobs),
        "moved": [{"old": old, "new": new} for old, new in diff.moved],
        "changes": [_change(change, diff) for change in diff.changes],
    }
    return json_text(document, ascii_only=True)


def _origin(origin: Origin) -> Json:
    facts = {"version": origin.facts_version, "sha256": origin.facts_sha256}
    return {"mlplan": origin.mlplan, "date": origin.date, "facts": facts}


def _inputs(inputs: Inputs) -> Json:
    return {
        "changed": sorted(each.value for each in inputs.changed),
        "request": [
            {
                "setting": change.setting,
                "variants": list(change.variants),
                "old": None if change.old is None else list(change.old),
                "new": None if change.new is None else list(change.new),
            }
            for change in inputs.request
        ],
        "facts": [
            {"id": change.id, "old": _fact(change.old), "new": _fact(change.new)}
            for change in inputs.facts
        ],
        "named": list(inputs.named),
        "unnamed": list(inputs.unnamed),
    }


def _fact(fact: ToldFact) -> Json:
    return {"says": fact.says, "standing": fact.standing}


def _change(change: Change, diff: PlanDiff) -> Json:
    said: Json = {
        "subject": change.subject.value,
        "item": change.item,
        "says": sentence(change, diff),
        "old": change.old,
        "new": change.new,
        "added": list(change.added),
        "removed": list(change.removed),
        "jobs": [job.id for job in change.jobs],
        "cause": _cause(change.cause),
        "because": [
            {"value": r.value, "not": r.instead_of, "rule": r.rule, "facts": list(r.facts)}
            for r in change.reasons
        ],
    }
    if change.glibc is not None:
        said["glibc"] = {"old": change.glibc[0], "new": change.glibc[1]}
    return said


def _cause(cause: Cause) -> Json:
    return {
        "kind": cause.kind.value,
        "says": cause_sentence(cause),
        "possible": [each.value for each in cause.possible],
        "settings": list(cause.settings),
        "facts": list(cause.facts),
        "rules": list(cause.rules),
        "date": cause.is_dated,
        "follows": None if cause.follows is None else cause.follows.value,
    }
