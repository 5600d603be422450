"""Facts of a plan in the form in which a lock tells them."""

from __future__ import annotations

from collections.abc import Mapping

from planner.explain.facts import fact_sentence
from planner.model.sources import Fact, Source
from planner.plan.locked import ToldFact
from planner.plan.records import Plan


def told_facts(plan: Plan) -> dict[str, ToldFact]:
    """Every fact behind a plan, by id."""
    return {id_: told_fact(fact, plan.sources) for id_, fact in plan.facts.items()}


def told_fact(fact: Fact, sources: Mapping[str, Source]) -> ToldFact:
    """A fact as a lock would tell it; ``sources`` are by qualified id."""
    return ToldFact(
        id=fact.id,
        says=fact_sentence(fact),
        standing=fact.standing.value,
        sources=tuple(sources[id_].title for id_ in fact.sources),
        read=fact.read,
        note=fact.note,
    )


def provenance(fact: ToldFact) -> str:
    """Standing, id and day of a fact, for the end of its sentence."""
    parts = [fact.standing, fact.id, f"read {fact.read}" if fact.read else ""]
    return "; ".join(part for part in parts if part)


def told(fact_id: str, facts: Mapping[str, ToldFact]) -> str:
    """A fact's sentence with its provenance."""
    fact = facts[fact_id]
    return f"{fact.says} ({provenance(fact)})"
