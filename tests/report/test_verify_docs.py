"""docs/findings.md and the catalogue agree, ids stay what they were, docs/verify.md is complete."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from planner.artifacts.limits import DEFAULT_LIMITS
from planner.model.wheels import Oddness
from planner.verifier.catalogue import RULES, Rule

ROOT = Path(__file__).resolve().parents[2]
FROZEN = ROOT / "tests" / "verifier" / "data" / "findings.txt"
"""Every id that was ever given, with its name: lines may be added, never changed or taken out."""

_HEADING = re.compile(r"^### `(MLP-[A-Z]\d{3})` `([a-z0-9-]+)` \((error|warning|note)\)$", re.M)


def _page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_page_is_the_catalogue() -> None:
    page = _HEADING.findall(_page("findings.md"))
    assert page == [(about.id, rule.value, about.severity) for rule, about in RULES.items()]
    assert len(re.findall(r"^### ", _page("findings.md"), re.M)) == len(page)


def test_every_finding_says_what_helps() -> None:
    sections = re.split(r"^### ", _page("findings.md"), flags=re.M)[1:]
    silent = [s.split()[0] for s in sections if not re.search(r"\b(Mend|Check|to mend)\b", s)]
    assert silent == []


def test_ids_are_unique_and_permanent() -> None:
    assert set(RULES) == set(Rule)
    assert len({about.id for about in RULES.values()}) == len(RULES)
    frozen = [line.split() for line in FROZEN.read_text().splitlines()]
    assert [[about.id, rule.value] for rule, about in RULES.items()] == frozen


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_sentences_are_well_formed(rule: Rule) -> None:
    about = RULES[rule]
    for text in (about.says, about.hint):
        assert text
        assert not text.endswith(".") or text.endswith("...")
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in names)


def test_every_oddity_has_a_finding() -> None:
    names = {rule.value for rule in Rule}
    assert [o for o in Oddness if o.value not in names and o is not Oddness.DUPLICATE] == []


def test_every_limit_is_documented() -> None:
    page = _page("verify.md")
    missing = [name for name in DEFAULT_LIMITS._fields if f"`{name}`" not in page]
    assert missing == []
