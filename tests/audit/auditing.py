"""Tiny facts audited against an index of made wheels; what is said, as short lines."""

from __future__ import annotations

from pathlib import Path

from planner.audit.claims import Audit, Claim, Outcome
from planner.audit.evidence import Evidence
from planner.audit.policy_subjects import policy_subjects
from planner.audit.run import run_audit
from planner.audit.vendor import Vendor
from planner.index.configuration import Indexes
from planner.load.facts import load_facts
from planner.model.facts import FactBase
from tests.load.made import copy_tiny, replace_once
from tests.wheels.served import ServedIndex

Edit = tuple[str, str, str]
"""A file of ``policies/``, a text that stands in it once, and what it becomes."""


def tiny_facts(folder: Path, *edits: Edit) -> FactBase:
    """The tiny facts after some edits."""
    root = copy_tiny(folder)
    for file, old, new in edits:
        replace_once(root / "policies" / file, old, new)
    return load_facts(root)


def evidence_of(index: ServedIndex) -> Evidence:
    """Wheels of a made index and nothing else."""
    return Evidence(vendor=Vendor(Indexes(urls=(index.url,))), names={}, may_run=False)


def audited(facts: FactBase, what: str, index: ServedIndex) -> Audit:
    """One part of ``policies/`` audited against a made index."""
    return run_audit(what, policy_subjects(facts, what), evidence_of(index))


def lines(audit: Audit, fact: str) -> list[str]:
    """What is said of each claim of a fact."""
    (verdict,) = [verdict for verdict in audit.verdicts if verdict.fact.id == fact]
    return [line(claim) for claim in verdict.claims]


def line(claim: Claim) -> str:
    """``about: stated (confirmed by member of file)`` and the like."""
    about = f"{claim.about}: " if claim.about else ""
    if claim.outcome in (Outcome.NOT_PROVABLE, Outcome.UNREADABLE):
        return f"{about}{claim.outcome}: {claim.why}"
    place = f"{claim.member} of {claim.file}, {claim.release}"
    if claim.outcome is Outcome.CONFIRMED:
        same = claim.stated == claim.found or claim.stated.startswith("by ")
        return f"{about}{claim.found if same else f'{claim.stated} in {claim.found}'} ({place})"
    return f"{about}{claim.outcome}: {claim.stated} against {claim.found} ({place})"


def outcomes(audit: Audit) -> dict[str, str]:
    """The outcome of each fact."""
    return {verdict.fact.id: str(verdict.outcome) for verdict in audit.verdicts}
