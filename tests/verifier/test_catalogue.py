"""Ids, names and sentences of the findings."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from planner.model.wheel_facts import WheelFacts
from planner.model.wheels import Oddity, Oddness, Wheel
from planner.verifier.archive import oddities
from planner.verifier.catalogue import RULES, Rule
from planner.verifier.context import Context, Options
from planner.verifier.findings import Severity, finding


def test_every_rule_has_an_id_of_its_own() -> None:
    assert set(RULES) == set(Rule)
    ids = [about.id for about in RULES.values()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"MLP-[TLEBGWP]\d{3}", id_) for id_ in ids)


@pytest.mark.parametrize("rule", Rule)
def test_sentences_are_lower_case_and_without_stop(rule: Rule) -> None:
    about = RULES[rule]
    assert about.severity in set(Severity)
    for text in (about.says, about.hint):
        assert text
        assert not text.endswith(".")
        assert all(name != "" for _, name, _, _ in Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("what", Oddness)
def test_every_oddity_of_a_file_is_a_finding(what: Oddness, wheel_facts: WheelFacts) -> None:
    oddity = Oddity(what=what, member="m", detail="its detail")
    wheel = Wheel(file="p-1-py3-none-any.whl", sha256="", size=1, oddities=(oddity,))
    context = Context(wheel=wheel, facts=wheel_facts, options=Options())
    found = list(oddities(context))
    assert len(found) == (0 if what is Oddness.DAMAGED_ELF else 1)
    for row in found:
        assert "its detail" in row.message or row.rule is Rule.NESTED_WHEEL
        assert row.hint


def test_data_are_texts_and_severity_may_be_another() -> None:
    made = finding(Rule.TOO_BIG, severity=Severity.NOTE, found=5, allowed=4)
    assert (made.id, made.severity, dict(made.data)) == (
        "MLP-W010",
        Severity.NOTE,
        {"found": "5", "allowed": "4"},
    )
    assert made.message == "the wheel has 5 bytes, more than the 4 of --max-size"
