"""An audit as JSON (``mlplan-audit/1``)."""

from __future__ import annotations

from planner.audit.claims import Audit, Claim, Outcome, Verdict
from planner.model.facts import FactBase
from planner.model.sources import Standing

Json = dict[str, object]


def audit_document(audit: Audit, facts: FactBase) -> Json:
    """The document of ``planner/schemas/audit.schema.json``."""
    return {
        "schema": "mlplan-audit/1",
        "scope": audit.scope,
        "facts": {"version": facts.version, "sha256": facts.sha256},
        "counts": {
            str(outcome): {
                "all": audit.count(outcome),
                **{str(standing): audit.count(outcome, standing) for standing in Standing},
            }
            for outcome in Outcome
        },
        "verdicts": [_verdict(verdict) for verdict in audit.verdicts],
        "notices": list(audit.notices),
        "read": {
            "bytes": audit.received,
            "cached_bytes": audit.cached,
            "requests": audit.requests,
        },
    }


def _verdict(verdict: Verdict) -> Json:
    fact = verdict.fact
    document: Json = {
        "fact": fact.id,
        "kind": fact.kind,
        "standing": str(fact.standing),
        "file": fact.file,
        "line": fact.line,
        "outcome": str(verdict.outcome),
        "claims": [_claim(claim) for claim in verdict.claims],
    }
    if verdict.ruling:
        document["ruling"] = verdict.ruling
    return document


def _claim(claim: Claim) -> Json:
    document: Json = {"about": claim.about, "outcome": str(claim.outcome)}
    for name in ("stated", "found", "release", "file", "member", "why"):
        value = getattr(claim, name)
        if value:
            document[name] = value
    return document
