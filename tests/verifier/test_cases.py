"""Every case: the whole list of findings, their sentences, and that nothing else is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.model.wheel_facts import WheelFacts
from planner.verifier.catalogue import RULES, Rule
from tests.verifier.judging import Case, cases, lines_of

CASES = list(cases())


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{rule} {kind}: {case.says}") for rule, kind, case in CASES]
)
def test_whole_list_of_findings(case: Case, tmp_path: Path, wheel_facts: WheelFacts) -> None:
    _, found = case.judged(tmp_path, wheel_facts)
    messages = [row.message for row in found]
    assert lines_of(found) == list(case.told), messages
    if case.messages is not None:
        assert messages == list(case.messages)
    if case.hints is not None:
        assert [row.hint for row in found] == list(case.hints)
    for row in found:
        sentence = f"{row.message} {row.hint}"
        assert "{" not in sentence.replace("${", ""), sentence
        assert "None" not in sentence, sentence
        assert set(row.facts) <= set(wheel_facts.cited), row.facts


@pytest.mark.parametrize("rule", Rule)
def test_every_finding_has_a_wheel_and_a_near_miss(rule: Rule) -> None:
    id_ = RULES[rule].id
    gives = [case for name, kind, case in CASES if (name, kind) == (rule.value, "gives")]
    spares = [case for name, kind, case in CASES if (name, kind) == (rule.value, "spares")]
    assert gives
    assert spares
    for case in gives:
        assert any(line.split()[0] == id_ for line in case.told), case.says
    for case in spares:
        assert not any(line.split()[0] == id_ for line in case.told), case.says


def test_cases_are_of_the_catalogue() -> None:
    assert {name for name, _, _ in CASES} <= {rule.value for rule in Rule}
    says = [(name, case.says) for name, _, case in CASES]
    assert len(set(says)) == len(says)
