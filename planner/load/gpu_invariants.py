"""Rules between the facts about GPUs (docs/facts.md)."""

from __future__ import annotations

from collections.abc import Iterator

from planner.errors import Problem
from planner.load.fact_problems import fact_problem, unknown
from planner.model.accelerators import Family
from planner.model.facts import FactBase
from planner.model.sources import Fact

_PREFIXES = {"cuda": ("sm_",), "hip": ("gfx",)}
_TARGET_KEYS = {
    "products": ("target",),
    "members": ("target", "members"),
    "runs-on": ("targets",),
    "target-mode": ("processors",),
    "target-driver": ("targets",),
}
"""The fields of each kind that name targets."""


def gpu_targets_are_spelled(family: Family, facts: FactBase) -> Iterator[Problem]:
    """Targets of products, members and rules are written as machine code of the family is."""
    prefixes = _PREFIXES.get(family.gpu)
    for fact in family.facts.values():
        for key in _TARGET_KEYS.get(fact.kind, ()):
            for target in fact.words(key):
                if prefixes is not None and not target.startswith(prefixes):
                    yield fact_problem(fact, "not a GPU target of this family", target)


def products_are_named_once(family: Family, facts: FactBase) -> Iterator[Problem]:
    """No name, nor another name, belongs to two groups of products; aliases stand for names."""
    seen: dict[str, Fact] = {}
    for fact in _of_kind(family, "products"):
        names, aliases = fact.words("names"), fact.mapping("aliases")
        for name in (*names, *aliases):
            if name in seen:
                yield fact_problem(fact, f"{seen[name].id} has this name too", name)
            seen[name] = fact
        for name in aliases.values():
            yield from unknown(fact, "product of this group", name, names)


def code_has_one_rule(family: Family, facts: FactBase) -> Iterator[Problem]:
    """Of each form and variant of code there is one rule without targets."""
    seen: dict[tuple[str, str], Fact] = {}
    for fact in _of_kind(family, "runs-on"):
        key = (fact.text("code"), fact.text("variant"))
        if fact.words("targets"):
            continue
        if key in seen:
            yield fact_problem(fact, f"{seen[key].id} says where such code runs", " ".join(key))
        seen[key] = fact


def targets_have_members_once(family: Family, facts: FactBase) -> Iterator[Problem]:
    """The members of a target, and the drivers that know one, are told once."""
    for kind, key in (("members", "target"), ("target-driver", "targets")):
        seen: dict[str, Fact] = {}
        for fact in _of_kind(family, kind):
            for target in fact.words(key):
                if target in seen:
                    yield fact_problem(fact, f"{seen[target].id} tells the same", target)
                seen[target] = fact


def first_toolkits_exist(family: Family, facts: FactBase) -> Iterator[Problem]:
    """The first toolkit of a target is a release of the family."""
    for fact in _of_kind(family, "target-driver"):
        if fact.text("first-toolkit"):
            yield from unknown(fact, "minor release", fact.text("first-toolkit"), family.minors)


def _of_kind(family: Family, kind: str) -> list[Fact]:
    return [f for f in family.facts.values() if f.kind == kind and f.overruled_by is None]


FAMILY_GPU_CHECKS = (
    gpu_targets_are_spelled,
    products_are_named_once,
    code_has_one_rule,
    targets_have_members_once,
    first_toolkits_exist,
)
