from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from planner.browse.disagreements import believed, disagreements
from planner.browse.records import Disagreement
from planner.load.facts import load_facts
from planner.model.facts import FactBase
from planner.model.sources import Fact, Payload, Standing
from tests.load.made import TINY
from tests.solve.real import real_facts

Told = tuple[str, list[tuple[str, str, bool]], str]


def _told(each: Disagreement) -> Told:
    return each.about, [(s.fact.id, s.value, s.is_used) for s in each.sides], each.why


@cache
def _real() -> dict[str, Disagreement]:
    return {each.about: each for each in disagreements(real_facts())}


def _fact(kind: str, name: str, standing: Standing, **payload: Payload) -> Fact:
    return Fact(
        id=f"toy-1.9/{name}",
        kind=kind,
        standing=standing,
        sources=("toy:manual",),
        read="2026-11-20",
        payload=payload,
    )


def _with(*more: Fact) -> FactBase:
    """The tiny facts with some in a release that has no limits of its own."""
    facts = load_facts(TINY)
    family = facts.families["toy"]
    minor = family.minors["1.9"]
    own = {fact.id.partition("/")[2]: fact for fact in more}
    minor = replace(minor, facts={**minor.facts, **own})
    families = {"toy": replace(family, minors={**family.minors, "1.9": minor})}
    return replace(facts, families=families)


def _limit(kind: str, name: str, range_: str, standing: Standing = Standing.DOCUMENTED) -> Fact:
    return _fact(kind, name, standing, compiler="gcc", range=range_)


def test_the_tiny_facts() -> None:
    assert [_told(each) for each in disagreements(load_facts(TINY))] == [
        (
            "host gcc of toy 1.10",
            [
                ("toy-1.10/host-gcc-newest", "<15", True),
                ("toy-1.10/host-gcc-manual", "<14", False),
            ],
            "toy-1.10/host-gcc-newest is marked as believed, without a reason",
        )
    ]


@pytest.mark.parametrize(
    ("rivals", "used", "why"),
    [
        (
            [
                _limit("documented-compiler", "manual", "<13"),
                _limit("host-compiler", "header", "<14", Standing.ENFORCED),
            ],
            ["toy-1.9/header"],
            "the vendor's tool enforces it, so it refuses; what a document states beside it warns",
        ),
        (
            [
                _limit("documented-compiler", "a", "<13"),
                _limit("documented-compiler", "b", "<9"),
            ],
            ["toy-1.9/b"],
            "the tool's own limit is not known, so documents refuse, and the narrowest decides",
        ),
        (
            [
                _limit("documented-compiler", "a", ">=6"),
                _limit("documented-compiler", "b", ">=12"),
            ],
            ["toy-1.9/b"],
            "the tool's own limit is not known, so documents refuse, and the narrowest decides",
        ),
    ],
)
def test_limits_of_a_compiler(rivals: list[Fact], used: list[str], why: str) -> None:
    found = [d for d in disagreements(_with(*rivals)) if "toy 1.9" in d.about]
    assert [d.why for d in found] == [why]
    sides = [(side.fact.id, side.is_used) for side in found[0].sides]
    assert [id_ for id_, is_used in sides if is_used] == used
    assert sorted(id_ for id_, _ in sides) == sorted(fact.id for fact in rivals)


def test_equal_limits_and_both_ends_of_a_range_agree() -> None:
    agreeing = _with(
        _limit("documented-compiler", "newest", "<14"),
        _limit("documented-compiler", "oldest", ">=6"),
        _limit("host-compiler", "header", "<14", Standing.ENFORCED),
    )
    assert [d for d in disagreements(agreeing) if "toy 1.9" in d.about] == []


def test_a_documented_glibc_beside_measured_libraries() -> None:
    needs = {"libtoy": {"glibc": "2.17"}, "libold": {"glibc": "2.5"}}
    facts = _with(
        _fact("documented-glibc", "doc", Standing.DOCUMENTED, arch="x86_64", glibc="2.28"),
        _fact("library-needs", "needs", Standing.MEASURED, arch="x86_64", libraries=needs),
    )
    (found,) = (d for d in disagreements(facts) if "toy 1.9" in d.about)
    assert _told(found)[:2] == (
        "glibc that toy 1.9 needs on x86_64",
        [("toy-1.9/needs", "2.17 (libtoy)", True), ("toy-1.9/doc", "2.28", False)],
    )


def test_ends_that_a_person_overruled() -> None:
    found = _real()["end of standard support of almalinux-8"]
    assert [(s.fact.id, s.is_used) for s in found.sides] == [
        ("end/almalinux-8-standard", True),
        ("end/almalinux-8-standard-2", False),
    ]
    assert "product page is believed" in found.why


def test_pins_show_what_differs_only() -> None:
    found = _real()["components of cuda 12.5.1"]
    used, other = (side.value for side in found.sides)
    assert used.startswith("nvcc 12.5.82; cudart 12.5.82; cublas 12.5.3.2;")
    assert other.startswith("nvcc 12.5.40; cudart 12.5.39; cublas 12.5.2.13;")


def test_every_overruled_fact_and_row_is_told() -> None:
    facts = real_facts()
    overruled = {f.id for f in facts.facts().values() if f.overruled_by is not None}
    overruled |= {end.fact.id for end in facts.policies.ends if end.overruled}
    assert len(overruled) > 10
    unused = {s.fact.id for d in _real().values() for s in d.sides if not s.is_used}
    assert overruled <= unused
    assert all(any(side.is_used for side in d.sides) for d in _real().values())


def test_what_is_believed_instead() -> None:
    facts = real_facts().facts()
    header = believed(facts["cuda-12.2.0/host-clang-spack"], facts)
    assert header is facts["cuda-12.2.0/host-clang"]
    assert believed(header, facts) is None
    lost = header._replace(overruled_by="nothing-here")
    assert believed(lost, facts) is None
    shipped = header._replace(overruled_by="cuda-12.9/host-gcc")
    assert believed(shipped, facts) is facts["cuda-12.9/host-gcc"]
