"""``gpus.yaml``: read strictly, in agreement with the other facts, and with its schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.load.gpu_records import gpu_facts_of, host_facts_of
from planner.model.facts import FactBase
from planner.model.gpus import CodeForm, CodeVariant, GpuClass, GpuFacts, RunsOn
from planner.model.sources import Standing
from tests.load.made import copy_tiny, problems_of

SOUND = """\
mlplan-gpus: 1
family: toy
sources:
  list: {title: The list of toys, kind: document, read: "2026-11-21"}
facts:
  products-sm_70:
    kind: products
    target: sm_70
    class: consumer
    short: Top
    names: [Toy Top, Toy Ball]
    aliases: {Spinner: Toy Top}
    standing: documented
    source: [list, manual]
  machine-code:
    kind: runs-on
    code: machine-code
    variant: plain
    runs: same-major
    says: code runs on later minor ones
    standing: documented
    source: [list]
  members-sm_70f:
    {kind: members, target: sm_70f, members: [sm_70], standing: documented, source: [list]}
  driver-old:
    kind: target-driver
    targets: [sm_70]
    first-toolkit: "1.9"
    last-branch: "580"
    standing: documented
    source: [list]
"""
BALL = """\
  ball:
    kind: products
    target: sm_70
    class: consumer
    names: [Toy Ball]
    standing: documented
    source: [list]
"""
RULE = """\
  other:
    kind: runs-on
    code: machine-code
    variant: plain
    runs: exact
    says: only there
    standing: documented
    source: [list]
"""
MEMBERS = """\
  more: {kind: members, target: sm_70f, members: [sm_70], standing: documented, source: [list]}
"""


def edited(root: Path, *pairs: tuple[str, str]) -> Path:
    """The tiny data with a sound ``gpus.yaml`` in which some texts are others."""
    text = SOUND
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (root / "matrices" / "toy" / "gpus.yaml").write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([("mlplan-gpus: 1", "mlplan-gpus: 2")], "mlplan-gpus: unknown schema number"),
        ([("family: toy", "family: tea")], "family: unknown family"),
        ([("class: consumer", "class: toy")], "unknown class of product"),
        ([("runs: same-major", "runs: sometimes")], "unknown rule"),
        ([("kind: members", "kind: friends")], "unknown kind of fact"),
        ([("    short: Top\n", "    shirt: Top\n")], "unknown key"),
        ([("source: [list, manual]", "source: [lost]")], "unknown source"),
        ([("  list: {title", "  manual: {title")], "a source with this id stands elsewhere too"),
        ([("  machine-code:\n", "  no-s390x:\n")], "a fact with this id stands in"),
        ([("target: sm_70\n", "target: gfx942\n")], "not a GPU target of this family"),
        ([("names: [Toy Top, Toy Ball]", "names: [Toy Ball]")], "unknown product of this group"),
        ([('first-toolkit: "1.9"', 'first-toolkit: "1.8"')], "unknown minor release"),
        ([("  machine-code:\n", f"{BALL}  machine-code:\n")], "products-sm_70 has this name too"),
        ([("  driver-old:", f"{RULE}  driver-old:")], "machine-code says where such code runs"),
        ([("  driver-old:", f"{MEMBERS}  driver-old:")], "members-sm_70f tells the same"),
    ],
)
def test_faults_are_refused(pairs: list[tuple[str, str]], says: str, tmp_path: Path) -> None:
    assert says in problems_of(edited(copy_tiny(tmp_path), *pairs))


def test_an_empty_file(tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    (root / "matrices" / "toy" / "gpus.yaml").write_text("", encoding="utf-8")
    assert "key 'mlplan-gpus' is missing" in problems_of(root)


@pytest.fixture(scope="module")
def gpus(facts: FactBase) -> GpuFacts:
    """The real facts about GPUs."""
    return gpu_facts_of(facts)


def test_every_target_of_a_release_has_products_or_is_named_here(
    facts: FactBase, gpus: GpuFacts
) -> None:
    """The lists of products say nothing of these."""
    known = {
        target
        for family in facts.families.values()
        for minor in family.minors.values()
        for version in minor.releases
        for fact in minor.facts_of(version).values()
        if fact.kind in ("gpu-targets", "gpu-targets-built")
        for target in fact.words("real")
    }
    named = {group.target for group in gpus.groups}
    assert known - named == {
        *("sm_30", "sm_32", "sm_88"),
        *("gfx1033", "gfx1034", "gfx1035", "gfx1036", "gfx1250"),
    }
    assert named <= known


def test_generic_targets_of_releases_have_members(facts: FactBase, gpus: GpuFacts) -> None:
    generic = {
        target
        for minor in facts.families["rocm"].minors.values()
        for fact in minor.facts.values()
        if fact.kind == "gpu-targets"
        for target in fact.words("generic")
    }
    assert generic == {name for name in gpus.members if name.startswith("gfx")}


def test_family_specific_targets_of_releases_have_members(facts: FactBase, gpus: GpuFacts) -> None:
    """``sm_101f`` was renamed; no document tells its members."""
    family = {
        target
        for minor in facts.families["cuda"].minors.values()
        for fact in minor.facts.values()
        if fact.kind == "gpu-targets"
        for target in fact.words("family")
    }
    assert family - set(gpus.members) == {"sm_101f"}


def test_every_variant_has_a_rule(gpus: GpuFacts) -> None:
    rules = {(r.family, r.form, r.variant): r.runs_on for r in gpus.rules if not r.targets}
    code, ptx = CodeForm.MACHINE_CODE, CodeForm.PTX
    plain, a, f = CodeVariant.PLAIN, CodeVariant.ARCHITECTURE_SPECIFIC, CodeVariant.FAMILY_SPECIFIC
    assert rules == {
        ("cuda", code, plain): RunsOn.SAME_MAJOR,
        ("cuda", code, a): RunsOn.EXACT,
        ("cuda", code, f): RunsOn.MEMBERS,
        ("cuda", ptx, plain): RunsOn.NOT_LOWER,
        ("cuda", ptx, a): RunsOn.EXACT,
        ("cuda", ptx, f): RunsOn.MEMBERS,
        ("rocm", code, plain): RunsOn.EXACT,
        ("rocm", code, CodeVariant.GENERIC): RunsOn.MEMBERS,
    }
    assert all(r.standing is Standing.DOCUMENTED for r in gpus.rules)


def test_the_exception_is_about_every_embedded_target(gpus: GpuFacts) -> None:
    (rule,) = [rule for rule in gpus.rules if rule.targets]
    embedded = {g.target for g in gpus.groups if g.gpu_class is GpuClass.EMBEDDED}
    assert set(rule.targets) == embedded


def test_products_in_few_words(gpus: GpuFacts) -> None:
    assert gpus.short("sm_75") == "T4, RTX 20"
    assert gpus.short("gfx90a:xnack-") == "MI210, MI250"
    assert gpus.short("sm_999") == ""
    assert [t for t in gpus.targets("cuda") if gpus.is_unconfirmed(t)] == ["sm_101", "sm_107"]
    assert not gpus.is_unconfirmed("sm_999")


def test_the_first_driver_of_a_target_is_that_of_its_first_toolkit(gpus: GpuFacts) -> None:
    told = {target: (row.first, row.last) for target, row in gpus.drivers.items()}
    assert told["sm_120"] == ("570.26", None)
    assert told["sm_90"] == ("520.61.05", None)
    assert told["sm_70"] == (None, "580")


def test_hosts(facts: FactBase) -> None:
    hosts = host_facts_of(facts)
    rhel = hosts.systems["rhel-8"]
    assert (rhel.libc, rhel.libc_version, rhel.pip) == ("glibc", "2.28", "9.0.3")
    assert dict(rhel.symbols) == {
        "GLIBCXX": "3.4.25",
        "CXXABI": "1.3.11",
        "GCC": "7.0.0",
        "ZLIB": "1.2.9",
    }
    alpine = hosts.systems["alpine-3.22"]
    assert (alpine.libc, alpine.libc_version) == ("musl", "1.2")
    assert hosts.systems["centos-7"].end == "2024-06-30"
    assert hosts.pythons[0] == "cp35"
