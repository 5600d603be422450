"""A plan as the JSON document of docs/plan.md: the lock file and ``solve --format json``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping

from planner import __version__
from planner.harmless import json_text
from planner.model.request import Line
from planner.model.sources import Fact, Source
from planner.plan.records import (
    Alternative,
    Caution,
    Conflict,
    Decision,
    Failure,
    Plan,
    Reason,
    WayOut,
)

SCHEMA = "mlplan-plan/1"
Json = dict[str, object]


class Words:
    """How facts, cautions and conflicts are put into words (given by the caller)."""

    def __init__(
        self,
        fact: Callable[[Fact], str],
        caution: Callable[[Caution], str],
        conflict: Callable[[Conflict, Mapping[str, Fact]], str],
    ) -> None:
        self.fact = fact
        self.caution = caution
        self.conflict = conflict


def plan_document(plan: Plan, words: Words, *, places: bool = False) -> Json:
    """The plan as JSON values; with ``places`` conflicts also name file and line.

    The lock file leaves places out, so that it does not change when lines move.
    """
    decisions: dict[int, Json] = {}
    jobs = []
    for job in plan.jobs:
        decision = decisions.get(id(job.decision))
        if decision is None:
            decision = decisions[id(job.decision)] = _decision(
                job.decision, words, plan.overlay is not None
            )
        jobs.append({"id": job.id, "variant": job.variant, **decision})
    return {
        "schema": SCHEMA,
        "mlplan": __version__,
        "date": plan.date,
        "facts": _facts(plan),
        "request": {**plan.request.document, "sha256": request_digest(plan.request.document)},
        "jobs": jobs,
        "failures": [_failure(failure, plan, words, places) for failure in plan.failures],
        "derivation": {"facts": {id_: _fact(f, plan, words) for id_, f in plan.facts.items()}},
    }


def _facts(plan: Plan) -> Json:
    said: Json = {"version": plan.facts_version, "sha256": plan.facts_sha256}
    if plan.overlay is not None:
        said["overlay"] = {"file": plan.overlay.file, "sha256": plan.overlay.sha256}
    return said


def request_digest(document: Mapping[str, object]) -> str:
    """SHA-256 over the normalised request."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _decision(decision: Decision, words: Words, has_overlay: bool) -> Json:
    image = decision.image
    return {
        "arch": decision.arch,
        "accelerators": dict(decision.accelerators),
        "policy": decision.policy,
        "glibc": decision.glibc,
        "platform_tag": decision.tags[0],
        "tags": list(decision.tags),
        "image": {
            "name": image.name,
            "reference": image.reference,
            "base": image.base,
            "status": image.status,
            "end_of_life": image.end_of_life,
            "digest": image.digest,
        },
        "gcc": decision.gcc,
        "binutils": decision.binutils,
        "toolset": decision.toolset,
        "in_image": decision.in_image,
        "setup": list(decision.setup),
        "cxx11_abi": decision.cxx11_abi,
        "pythons": list(decision.pythons),
        "gpu": {k: {f: list(t) for f, t in group.items()} for k, group in decision.gpu.items()},
        "components": {
            name: {
                "project": c.project or None,
                "version": c.version or None,
                "range": c.range,
                "soname": c.soname,
            }
            for name, c in decision.components.items()
        },
        "pip_floor": decision.pip_floor,
        "driver_floor": decision.driver_floor,
        "jit_driver_floor": decision.jit_driver_floor,
        "reach": {"serves": list(decision.serves), "excludes": list(decision.excludes)},
        "alternatives": {
            "wider": _alternative(decision.wider, "platform_tag"),
            "in_image": _alternative(decision.held_toolset, "toolset"),
        },
        "because": [_reason(reason) for reason in decision.because],
        "warnings": [_caution(caution, words) for caution in decision.warnings],
        "unconfirmed": list(decision.unconfirmed),
        **({"overlay": list(decision.overlay)} if has_overlay and decision.overlay else {}),
    }


def _alternative(alternative: Alternative | None, key: str) -> Json | None:
    if alternative is None:
        return None
    return {key: alternative.value, "cost": alternative.cost or "none known"}


def _reason(reason: Reason) -> Json:
    return {
        "chose": reason.chose,
        "value": reason.value,
        "not": reason.instead_of,
        "rule": reason.rule,
        "facts": list(reason.facts),
    }


def _caution(caution: Caution, words: Words) -> Json:
    return {
        "rule": caution.rule,
        "says": words.caution(caution),
        "data": dict(caution.data),
        "facts": list(caution.facts),
    }


def _failure(failure: Failure, plan: Plan, words: Words, places: bool) -> Json:
    document = failure_document(failure, places=places)
    conflicts = document["conflicts"]
    assert isinstance(conflicts, list)
    for row, conflict in zip(conflicts, failure.conflicts, strict=True):
        row["says"] = words.conflict(conflict, plan.facts)
    return document


def failure_document(failure: Failure, *, places: bool = False) -> Json:
    """A failure as JSON values, without the words of its conflicts."""
    return {
        "id": failure.id,
        "variant": failure.variant,
        "arch": failure.arch,
        "accelerators": dict(failure.accelerators),
        "conflicts": [
            {
                "request": [_line(line, places) for line in conflict.request],
                "rules": list(conflict.rules),
                "facts": list(conflict.facts),
            }
            for conflict in failure.conflicts
        ],
        "ways_out": [_way_out(way) for way in failure.ways_out],
    }


def _line(line: Line, places: bool) -> Json:
    said: Json = {"path": line.path, "value": line.value}
    if places:
        said |= {"file": line.file, "line": line.number}
    return said


def _way_out(way: WayOut) -> Json:
    said: Json = {
        "change": [
            {"path": change.path, "from": change.old or None, "to": change.to}
            for change in way.change
        ],
        "set": list(way.set),
        "yields": {"platform_tag": way.platform_tag, "accelerators": dict(way.accelerators)},
    }
    if way.second is not None:
        said["second"] = {"platform_tag": way.second[0], "release": way.second[1]}
    return said


def _fact(fact: Fact, plan: Plan, words: Words) -> Json:
    return {
        "says": words.fact(fact),
        "standing": fact.standing.value,
        "source": {id_: _source(plan.sources[id_]) for id_ in fact.sources},
        "read": fact.read,
        **({"evidence": fact.evidence} if fact.evidence else {}),
        **({"note": fact.note} if fact.note else {}),
        **_entry(fact, plan, words),
    }


def _entry(fact: Fact, plan: Plan, words: Words) -> Json:
    """What the overlay's entry says that a fact comes from; nothing for other facts."""
    entry = plan.overlay.by_fact.get(fact.id) if plan.overlay is not None else None
    if entry is None:
        return {}
    shipped = plan.known_facts.get(entry.shipped)
    return {
        "overlay": {
            "does": entry.act.value,
            "fact": entry.shipped or None,
            "says": None if shipped is None else words.fact(shipped),
            "reason": entry.reason,
            "expires": entry.expires or None,
        }
    }


def _source(source: Source) -> str:
    return source.title


def render(document: Json) -> str:
    """The text of the document: the same bytes for the same plan."""
    return json_text(document)
