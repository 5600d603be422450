"""Which facts of ``policies/`` are audited, and by what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.audit.claims import Outcome
from planner.audit.policy_subjects import policy_notices, policy_subjects
from planner.model.facts import FactBase
from planner.model.vendor_files import POLICY_SCOPES
from tests.audit.auditing import audited, evidence_of, lines, tiny_facts
from tests.wheels.served import ServedIndex


@pytest.mark.parametrize("what", POLICY_SCOPES)
def test_every_fact_of_a_part_is_a_subject(what: str, facts: FactBase) -> None:
    found = [subject.fact.id for subject in policy_subjects(facts, what)]
    assert found == [
        fact.id for fact in facts.policies.facts.values() if fact.kind in POLICY_SCOPES[what]
    ]
    assert len(found) == len(set(found)) > 5


def test_another_part_is_an_error(facts: FactBase) -> None:
    with pytest.raises(KeyError):
        policy_subjects(facts, "weather")


@pytest.mark.parametrize("what", ["toolchains", "distributions", "lifecycle"])
def test_parts_without_files_say_why(what: str, facts: FactBase, wheel_index: ServedIndex) -> None:
    audit = audited(facts, what, wheel_index)
    assert audit.count(Outcome.NOT_PROVABLE) == len(audit.verdicts)
    whys = {claim.why for verdict in audit.verdicts for claim in verdict.claims}
    named = {facts.policies.vendor_files[kind].why for kind in POLICY_SCOPES[what]}
    assert whys == named
    assert audit.requests == 0


def test_data_that_name_no_files_prove_nothing(wheel_index: ServedIndex, tmp_path: Path) -> None:
    facts = tiny_facts(tmp_path)
    bare = replace(facts, policies=replace(facts.policies, vendor_files={}))
    for what in POLICY_SCOPES:
        for verdict in audited(bare, what, wheel_index).verdicts:
            assert [claim.why for claim in verdict.claims] == [
                "the data name no file that states it"
            ]
        assert policy_notices(bare, what, evidence_of(wheel_index)) == ()


def test_a_file_of_a_format_for_other_facts_proves_nothing(
    wheel_index: ServedIndex, tmp_path: Path
) -> None:
    facts = tiny_facts(
        tmp_path, ("sources.yaml", "format: pinned-images", "format: build-platforms")
    )
    audit = audited(facts, "images", wheel_index)
    assert lines(audit, "image/manylinux_2_28@x86_64") == [
        "not provable: no file of the format build-platforms is read for facts of this kind"
    ]
