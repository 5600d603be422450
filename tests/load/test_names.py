"""Names and versions found by searching agree with what reading the facts gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.load import names
from planner.load.facts import load_facts
from planner.load.facts_version import facts_version
from planner.model.facts import FactBase
from planner.model.versions import version_key
from tests.load.made import TINY


@pytest.fixture(params=["real", "tiny"])
def both(request: pytest.FixtureRequest, facts: FactBase, data_root: Path) -> tuple[Path, FactBase]:
    """A data folder, and its facts as they are read."""
    return (data_root, facts) if request.param == "real" else (TINY, load_facts(TINY))


def test_version(both: tuple[Path, FactBase]) -> None:
    root, facts = both
    assert facts_version(root) == (facts.version, facts.sha256)


def test_names(both: tuple[Path, FactBase]) -> None:
    root, facts = both
    assert names.families(root) == sorted(facts.families)
    for name, family in facts.families.items():
        assert names.minors(root, name) == sorted(family.minors, key=version_key, reverse=True)
    parts = {part for family in facts.families.values() for part in family.components}
    assert set(names.components(root)) == parts
    assert names.distributions(root) == list(facts.policies.distributions)
    assert names.interpreters(root) == list(facts.policies.interpreters)
    assert names.policies(root) == sorted(facts.policies.policies)


def test_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "matrices" / "odd").mkdir(parents=True)
    (tmp_path / "matrices" / "odd" / "family.yaml").write_text("components: {}\n")
    assert names.families(tmp_path) == ["odd"]
    assert (names.components(tmp_path), names.distributions(tmp_path)) == ([], [])
    assert facts_version(tmp_path)[0] == "0000.00.00"
