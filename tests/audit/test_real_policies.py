"""Our own ``policies/`` against the newest files on the configured index."""

from __future__ import annotations

import pytest

from planner.audit.claims import Outcome
from planner.audit.evidence import Evidence
from planner.audit.policy_subjects import policy_subjects
from planner.audit.run import run_audit
from planner.audit.vendor import Vendor
from planner.index.configuration import configured_indexes
from planner.model.facts import FactBase
from tests.audit.auditing import line
from tests.wheels.downloads import needs_network

pytestmark = [pytest.mark.network, needs_network]


@pytest.mark.parametrize(
    ("what", "confirmed"),
    [("policies", 18), ("images", 37), ("interpreters", 50), ("installers", 9)],
)
def test_nothing_is_contradicted(what: str, confirmed: int, facts: FactBase) -> None:
    evidence = Evidence(vendor=Vendor(configured_indexes()), names={})
    audit = run_audit(what, policy_subjects(facts, what), evidence, threads=4)
    refuted = [
        f"{verdict.fact.id}: {line(claim)}"
        for verdict in audit.verdicts
        for claim in verdict.claims
        if claim.outcome in (Outcome.CONTRADICTED, Outcome.UNREADABLE)
    ]
    assert refuted == []
    assert audit.count(Outcome.CONFIRMED) >= confirmed
    assert audit.received < 10_000_000
