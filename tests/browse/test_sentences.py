from __future__ import annotations

import pytest

from planner.browse.sentences import shown, statement
from planner.model.facts import FactBase
from planner.model.sources import Fact, Payload, Standing


def _fact(kind: str, id_: str = "cuda-12.9/x", **payload: Payload) -> Fact:
    return Fact(id=id_, kind=kind, standing=Standing.MEASURED, sources=(), read="", payload=payload)


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        (_fact("trait", name="layout", value="lib", says="below"), "layout: lib (below)"),
        (_fact("trait", name="seen", value=("a", "b")), "seen: a b"),
        (_fact("note", says="A remark."), "A remark."),
        (_fact("sonames", libraries={"a": "liba.so.1"}), "the sonames of cuda 12.9: a liba.so.1"),
        (
            _fact("distributions", arch="x86_64", supports={"rhel-8": {"glibc": "2.28"}}),
            "cuda 12.9 lists for x86_64: rhel-8",
        ),
        (
            _fact(
                "provides", project="p", directory="p/lib", wheels={">=1": "liba.so.1 libb.so.1"}
            ),
            "p holds in p/lib: >=1: liba.so.1 libb.so.1",
        ),
        (
            _fact("python-packages", suffix="", published=False),
            "the vendor has no packages of cuda 12.9 on the index",
        ),
        (
            _fact("python-packages")._replace(payload={"suffix": "-cu12", "compiler-driver": True}),
            "packages of cuda 12.9 on the index have the suffix -cu12, the compiler driver among "
            "them",
        ),
        (
            _fact("gcc", "gcc/14.2", released="2024-08-01", glibcxx="3.4.33"),
            "gcc 14.2 was released on 2024-08-01; its libraries offer GLIBCXX_3.4.33",
        ),
        (
            _fact("bundle-compression", format="CCOB", version="3", role="writes", releases=">=7"),
            "releases >=7: the compiler writes CCOB version 3",
        ),
        (
            _fact("compiler-breakage", compiler="gcc", range=">=12", symptom="s", releases="<7"),
            "cuda 12.9 breaks with gcc >=12: s (releases <7)",
        ),
        (
            _fact("external-library", patterns=("libpython*",)),
            "libpython*: from the interpreter",
        ),
        (_fact("new-kind", seen=("a", "b")), "new kind of cuda 12.9: seen: a b"),
        (
            _fact("trait", "overlay/cuda-12.9/x", name="a", value="b"),
            "by the overlay, a: b",
        ),
    ],
)
def test_statements(fact: Fact, says: str) -> None:
    assert statement(fact) == says


def test_values_on_one_line() -> None:
    assert shown(True) == "yes"
    assert shown({"a": {"b": "1"}, "c": {"d": "2", "e": ""}}) == "a: b: 1; c: d: 2; e"
    assert shown(tuple("abcdefghijklmnopqrstuvwxyz")).endswith("w x and 2 more")


def test_every_kind_of_fact_says_more_than_its_id(facts: FactBase) -> None:
    bare = {f.kind for f in facts.facts().values() if statement(f).startswith((f.id, f"{f.id}:"))}
    assert bare == set()
