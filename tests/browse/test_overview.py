from __future__ import annotations

from dataclasses import replace

from planner.browse.overview import places, resting, stale
from planner.load.facts import load_facts
from planner.model.facts import FactBase
from planner.model.sources import Standing
from planner.report.browse.overview_text import sources_text, stale_text
from tests.load.made import TINY


def test_places_add_up(facts: FactBase) -> None:
    found = places(facts)
    assert [place.name for place in found] == ["cuda", "rocm", "mkl", "policies"]
    assert sum(place.facts for place in found) == len(facts.facts())
    assert sum(place.sources for place in found) == len(facts.sources())


def test_the_tiny_place() -> None:
    toy = places(load_facts(TINY))[0]
    assert (toy.name, toy.minors, toy.releases, toy.first, toy.last) == (
        *("toy", 2, 3),
        *("1.9.0", "1.10.1"),
    )
    assert toy.standings[Standing.ENFORCED] == 3


def test_sources_of_a_family() -> None:
    found = resting(load_facts(TINY), "toy")
    assert [(each.id, len(each.facts), each.standings[Standing.ENFORCED]) for each in found] == [
        ("toy:manual", 14, 1),
        ("toy:wheels", 12, 2),
    ]


def test_what_is_stale_counts_days() -> None:
    facts = load_facts(TINY)
    assert stale(facts, 7, "2026-11-26").is_empty
    found = stale(facts, 6, "2026-11-26")
    assert [(each.id, age) for each, age in found.sources] == [("policies:known", 7)]
    assert [(fact.id, age) for fact, age in found.facts] == [("cxx/17", 7)]
    oldest = stale(facts, 0, "2026-11-26").sources
    assert [age for _, age in oldest] == [7, 6, 6, 5]


def test_a_fact_that_was_read_before_its_source() -> None:
    facts = load_facts(TINY)
    own = dict(facts.policies.facts)
    own["policy/manylinux_2_17"] = own["policy/manylinux_2_17"]._replace(read="2025-01-01")
    facts = replace(facts, policies=replace(facts.policies, facts=own))
    found = stale(facts, 180, "2026-11-26")
    assert found.sources == ()
    assert stale_text(found, 100) == (
        "read more than 180 days before 2026-11-26: 0 sources, 1 facts\n"
        "\n"
        "facts read on a day of their own\n"
        "  policy/manylinux_2_17\n"
    )


def test_no_sources() -> None:
    assert sources_text([], 100) == "none\n"
