from __future__ import annotations

from pathlib import Path

from planner.browse.differences import Changed, Field, facts_diff, told_diff
from planner.load.facts import load_facts
from planner.plan.locked import ToldFact
from tests.load.made import TINY, copy_tiny, replace_once


def test_the_same_facts() -> None:
    facts = load_facts(TINY)
    found = facts_diff(facts, facts)
    assert found.is_empty


def test_every_kind_of_difference(tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    release = root / "matrices/toy/1.10.yaml"
    replace_once(
        release, 'range: "<15"\n    standing: enforced', 'range: "<16"\n    standing: measured'
    )
    replace_once(release, '      libtoy: {glibc: "2.17"', '      libtoy: {glibc: "2.27"')
    replace_once(release, "  cxx: {kind: cxx-standards", "  cxx-new: {kind: cxx-standards")
    replace_once(root / "matrices/toy/family.yaml", "libraries: [libextra]", "libraries: [libmore]")
    found = facts_diff(load_facts(TINY), load_facts(root))
    assert [fact.id for fact in found.added] == ["toy-1.10/cxx-new"]
    assert [fact.id for fact in found.removed] == ["toy-1.10/cxx"]
    assert found.changed == (
        Changed(
            id="toy-1.10/host-gcc-newest",
            says="toy 1.10 accepts gcc <16, refuses any other",
            fields=(
                Field(name="range", old="<15", new="<16"),
                Field(name="standing", old="enforced", new="measured"),
            ),
        ),
        Changed(
            id="toy-1.10/needs-core-x86_64",
            says="core on x86_64 needs: libtoy GLIBC_2.27",
            fields=(Field(name="libraries.libtoy.glibc", old="2.17", new="2.27"),),
        ),
    )
    assert [each.has_new_standing for each in found.changed] == [True, False]
    assert found.other == (
        Changed(
            id="family toy",
            says="",
            fields=(
                Field(
                    name="components.extra",
                    old="when named, apart: libextra",
                    new="when named, apart: libmore",
                ),
            ),
        ),
    )


def test_a_field_that_came_or_went(tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    path = root / "matrices/toy/1.10.yaml"
    replace_once(
        path,
        "    overruled-by: host-gcc-newest\n",
        "    note: old\n    overruled-by: host-gcc-newest\n",
    )
    (changed,) = facts_diff(load_facts(TINY), load_facts(root)).changed
    assert changed.fields == (Field(name="note", old="none", new="old"),)


def test_what_a_lock_tells_against_the_facts() -> None:
    def told(id_: str, says: str, read: str = "2026-11-21") -> ToldFact:
        return ToldFact(id=id_, says=says, standing="enforced", sources=(), read=read)

    lock = {
        fact.id: fact
        for fact in (
            told("toy-1.10/host-gcc-newest", "toy 1.10 accepts gcc <15, refuses any other"),
            told("toy-1.10/host-gcc-oldest", "toy 1.10 accepts gcc >=5, refuses any other"),
            told("toy-1.8/gone", "it was so"),
            told("toy-1.10/needs-x-x86_64", "not measured", read=""),
        )
    }
    found = told_diff(lock, load_facts(TINY))
    assert [(each.id, [f.name for f in each.fields]) for each in found.changed] == [
        ("toy-1.10/host-gcc-oldest", ["says"])
    ]
    gone = Field(name="fact", old="it was so", new="none")
    assert found.other == (Changed(id="toy-1.8/gone", says="", fields=(gone,)),)
