"""A project's overlay among the facts: it is believed, and what it waives only warns."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.browse.catalogue import Catalogue
from planner.browse.overview import places, stale
from planner.load.facts import load_facts
from planner.model.facts import FactBase
from tests.load.made import TINY

OVERLAY = """\
mlplan-overlay: 1
facts:
  toy-1.10/host-gcc-newest: {range: "<14", reason: our tests run with gcc 13}
waive:
  toy/old-headers: {reason: our patch is in, expires: "2027-06-30"}
"""


@pytest.fixture
def facts(tmp_path: Path) -> FactBase:
    path = tmp_path / "own.yaml"
    path.write_text(OVERLAY)
    return load_facts(TINY, path)


def test_the_overlay_is_believed(facts: FactBase) -> None:
    answer = Catalogue(facts).find(["toy", "1.10"])
    assert answer is not None
    (found,) = answer.subjects[0].disagreements
    assert [(side.fact.id, side.value, side.is_used) for side in found.sides] == [
        ("overlay/toy-1.10/host-gcc-newest", "<14", True),
        ("toy-1.10/host-gcc-newest", "<15", False),
        ("toy-1.10/host-gcc-manual", "<14", False),
    ]
    assert found.why == "this project's overlay says so: our tests run with gcc 13"


def test_what_is_waived_warns(facts: FactBase) -> None:
    answer = Catalogue(facts).find(["gcc", "14"])
    assert answer is not None
    verdicts = {row.cells[0]: row.cells[1:] for row in answer.subjects[0].sections[0].rows}
    assert verdicts == {
        "toy 1.10": ("refused", "their tool takes <14"),
        "toy 1.9": ("with a warning", "breaks with >=14"),
    }


def test_it_counts_and_has_no_day(facts: FactBase) -> None:
    toy = places(facts)[0]
    assert toy.facts == places(load_facts(TINY))[0].facts + 2
    assert "overlay:file" not in [each.id for each, _ in stale(facts, 0, "2027-01-01").sources]
