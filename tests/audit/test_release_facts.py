"""A made family audited against made wheels: each kind of fact, right and wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from planner.audit.claims import Audit, Outcome
from planner.audit.evidence import Evidence
from planner.audit.program_help import option_values
from planner.audit.run import run_audit
from planner.audit.scopes import subjects
from planner.audit.vendor import Vendor
from planner.audit.version_names import version_names
from planner.index.configuration import Indexes
from planner.load.facts import load_facts
from planner.model.facts import FactBase
from tests.audit.auditing import line, lines, outcomes
from tests.audit.test_host_config import header
from tests.load.made import copy_tiny
from tests.wheels.made import AMD_CLANG, elf_file, hip_bundle
from tests.wheels.served import ServedIndex

FAMILY = """\
mlplan-family: 1
family: acme
title: A made-up toolkit
rank: 5
gpu: cuda
order: ["1.0"]
vendor-files:
  releases: {format: metapackage, project: acme-toolkit}
  host-compiler: {format: host-config, components: [crt], members: ['*/host_config.h']}
  gpu-targets: {format: help-option, option: --gpu-name, components: [tool], members: ['*/bin/asm']}
  cxx-standards: {format: help-option, option: --std, components: [tool], members: ['*/bin/cc']}
  build-glibc: {format: version-needs, components: [tool]}
components:
  math: {default: true, libraries: [libmath]}
sources:
  wheels: {title: the wheels, kind: measured, read: "2026-11-21"}
facts:
  never-s390x: {kind: never-covers, architectures: [s390x], standing: measured, source: [wheels]}
"""
RELEASE = """\
mlplan-release: 1
family: acme
minor: "1.0"
stream: production
releases:
  "1.0.0":
    released: {kind: released, date: "2026-03-02", standing: measured, source: [wheels]}
    components:
      kind: components
      pins:
        crt: {project: acme-crt, version: "1.0.0"}
        tool: {project: acme-tool, version: "1.0.0"}
        math: {project: acme-math, version: "1.0.5"}
      standing: measured
      source: [wheels]
facts:
  architectures: {kind: architectures, covers: [x86_64], standing: measured, source: [wheels]}
  host-gcc: {kind: host-compiler, compiler: gcc, range: "<17", standing: enforced, source: [wheels]}
  host-clang-oldest:
    {kind: host-compiler, compiler: clang, range: ">=3.3", standing: enforced, source: [wheels]}
  host-gcc-other:
    kind: host-compiler
    compiler: gcc
    range: "<15"
    standing: documented
    source: [wheels]
    overruled-by: host-gcc
  targets:
    kind: gpu-targets
    real: [sm_75, sm_90]
    virtual: [compute_75, compute_90, compute_90a]
    specific: [sm_90a]
    standing: measured
    source: [wheels]
  cxx: {kind: cxx-standards, device: ["17", "20"], standing: measured, source: [wheels]}
  build-glibc-x86_64:
    kind: build-glibc
    arch: x86_64
    glibc: "2.17"
    programs: [asm, cc]
    standing: measured
    source: [wheels]
  needs-math-x86_64:
    kind: library-needs
    arch: x86_64
    component: math
    project: acme-math
    version: "1.0.5"
    tag: [manylinux_2_28_x86_64]
    libraries:
      libmath: {glibc: "2.28", glibcxx: "3.4.21", soname: libmath.so.1}
    standing: measured
    source: [wheels]
  sonames: {kind: sonames, libraries: {math: libmath.so.1}, standing: measured, source: [wheels]}
  driver: {kind: driver, role: runtime, minimum: "500.1", standing: documented, source: [wheels]}
  remark: {kind: note, says: nothing is proved of it, standing: measured, source: [wheels]}
  wheel-plugin:
    kind: vendor-wheel
    wheel: acme_plugin-3.0-py3-none-manylinux_2_28_x86_64.whl
    glibc: "2.17"
    bundles: [CCOB v3 zlib]
    needs: [libmath.so.1]
    targets: [gfx90a]
    compilers: [AMD clang version 22.0.0git]
    standing: measured
    source: [wheels]
  ident: {kind: compiler-ident, identifies: [AMD clang 26014], standing: measured, source: [wheels]}
"""
MATH = {"libc.so.6": ["GLIBC_2.17", "GLIBC_2.28"], "libstdc++.so.6": ["GLIBCXX_3.4.21"]}
TAGS = "py3-none-manylinux_2_28_x86_64"


def program(option: str, values: str, glibc: str = "GLIBC_2.17") -> bytes:
    """A program whose strings name targets; it is not run here."""
    numbers = b"\0".join(f"compute_{value}".encode() for value in values.split())
    return elf_file(needs={"libc.so.6": [glibc]}, sections={".rodata": b"\0" + numbers + b"\0"})


def publish(index: ServedIndex, **other: Mapping[str, bytes]) -> None:
    """The vendor's wheels; ``crt``, ``tool``, ``math`` replace the members of one."""
    requires = ["acme-crt==1.0.0.*; extra == 'all'", "acme-tool==1.0.0", "acme-math<2,>=1.0.5"]
    index.add("acme_toolkit-1.0.0-py3-none-any.whl", {}, uploaded="2026-03-02", requires=requires)
    members: dict[str, Mapping[str, bytes]] = {
        "crt": {"acme/include/host_config.h": header()},
        "tool": {
            "acme/bin/asm": program("--gpu-name", "75 90 90a"),
            "acme/bin/cc": elf_file(needs={"libc.so.6": ["GLIBC_2.17"]}),
        },
        "math": {"acme/lib/libmath.so.1": elf_file(needs=MATH, soname="libmath.so.1")},
        **other,
    }
    for name, version in (("crt", "1.0.0"), ("tool", "1.0.0"), ("math", "1.0.5")):
        index.add(f"acme_{name}-{version}-{TAGS}.whl", members[name])
    bundle = hip_bundle("gfx90a", compressed=3)
    plugin = elf_file(
        needs={"libc.so.6": ["GLIBC_2.17"]},
        needed=["libmath.so.1"],
        comment=[AMD_CLANG],
        sections={".hip_fatbin": bundle},
    )
    index.add(f"acme_plugin-3.0-{TAGS}.whl", {"acme_plugin/x.so": plugin})


def acme(folder: Path, *edits: tuple[str, str]) -> FactBase:
    root = copy_tiny(folder)
    home = root / "matrices" / "acme"
    home.mkdir()
    (home / "family.yaml").write_text(FAMILY)
    text = RELEASE
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    (home / "1.0.yaml").write_text(text)
    return load_facts(root)


def audited(facts: FactBase, index: ServedIndex, release: str | None = None) -> Audit:
    vendor = Vendor(Indexes(urls=(index.url,)))
    names = {**version_names(facts), **version_names(facts)}
    evidence = Evidence(vendor=vendor, names=names, may_run=False)
    return run_audit("acme", subjects(facts, "acme", release), evidence, threads=4)


def test_all_is_confirmed_that_a_file_states(wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index)
    found = outcomes(audited(acme(tmp_path), wheel_index))
    left = {fact: outcome for fact, outcome in found.items() if outcome != "confirmed"}
    assert left == {
        "acme-1.0/cxx": "not provable",
        "acme-1.0/driver": "not provable",
        "acme-1.0/host-gcc-other": "overruled",
    }
    assert "acme-1.0/remark" not in found
    assert len(found) == 15


def test_what_is_said_names_file_and_member(wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index)
    audit = audited(acme(tmp_path), wheel_index)
    crt = f"acme/include/host_config.h of acme_crt-1.0.0-{TAGS}.whl, 1.0.0"
    assert lines(audit, "acme-1.0/host-gcc") == [
        f"gcc x86_64: <17 ({crt})",
        "aarch64: not provable: acme-crt 1.0.0 has no wheel for aarch64",
    ]
    assert lines(audit, "acme-1.0/host-gcc-other")[0] == (
        f"gcc x86_64: contradicted: <15 against <17 ({crt})"
    )
    math = f"acme/lib/libmath.so.1 of acme_math-1.0.5-{TAGS}.whl, "
    assert lines(audit, "acme-1.0/needs-math-x86_64")[1:] == [
        f"libmath glibc: 2.28 ({math})",
        f"libmath glibcxx: 3.4.21 ({math})",
        f"libmath soname: libmath.so.1 ({math})",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fact", "said"),
    [
        ('range: "<17"', 'range: "<16"', "host-gcc", "contradicted: <16 against <17"),
        ('">=3.3"', '">=3.2"', "host-clang-oldest", "contradicted: >=3.2 against >=3.3"),
        ("[sm_75, sm_90]", "[sm_75]", "targets", "contradicted: sm_75 against sm_75 sm_90"),
        ('glibc: "2.28"', 'glibc: "2.27"', "needs-math-x86_64", "2.27 against 2.28"),
        (', glibcxx: "3.4.21"', "", "needs-math-x86_64", "glibcxx: contradicted: none against"),
        ("soname: libmath.so.1}", "soname: libmath.so.2}", "needs-math-x86_64", "libmath.so.2 aga"),
        (
            "[manylinux_2_28_x86_64]",
            "[manylinux_2_17_x86_64]",
            "needs-math-x86_64",
            "2_17_x86_64 a",
        ),
        (
            'glibc: "2.17"\n    programs',
            'glibc: "2.5"\n    programs',
            "build-glibc-x86_64",
            "2.5 ag",
        ),
        ("{math: libmath.so.1}", "{math: libmath.so.2}", "sonames", "libmath.so.2 against libma"),
        ("covers: [x86_64]", "covers: [aarch64]", "architectures", "wheels for x86_64 too"),
        ("targets: [gfx90a]", "targets: [gfx942]", "wheel-plugin", "gfx942 against gfx90a"),
        ("needs: [libmath.so.1]", "needs: [libx.so]", "wheel-plugin", "without libx.so"),
        ("[CCOB v3 zlib]", "[plain]", "wheel-plugin", "plain against without plain"),
        ("22.0.0git", "21.0.0git", "wheel-plugin", "compilers: contradicted"),
    ],
)
def test_a_fact_that_was_changed_is_contradicted(
    wheel_index: ServedIndex, tmp_path: Path, old: str, new: str, fact: str, said: str
) -> None:
    publish(wheel_index)
    audit = audited(acme(tmp_path, (old, new)), wheel_index)
    wrong = [v for v in audit.verdicts if v.outcome is Outcome.CONTRADICTED]
    assert [verdict.fact.id for verdict in wrong] == [f"acme-1.0/{fact}"]
    told = [line(c) for c in wrong[0].claims if c.outcome is Outcome.CONTRADICTED]
    assert any(said in text for text in told), told


def test_facts_of_a_release(wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index)
    edits = (('version: "1.0.5"}', 'version: "1.0.4"}'), ('"2026-03-02"', '"2026-03-01"'))
    audit = audited(acme(tmp_path, *edits), wheel_index, "1.0.0")
    assert lines(audit, "acme-1.0.0/components")[2] == (
        "math: contradicted: acme-math 1.0.4 against <2,>=1.0.5 "
        "(acme_toolkit-1.0.0.dist-info/METADATA of acme_toolkit-1.0.0-py3-none-any.whl, 1.0.0)"
    )
    assert outcomes(audit)["acme-1.0.0/released"] == "contradicted"


def test_an_architecture_that_is_never_covered_and_is(
    wheel_index: ServedIndex, tmp_path: Path
) -> None:
    publish(wheel_index)
    wheel_index.add("acme_math-1.0.5-py3-none-manylinux_2_28_s390x.whl", {})
    audit = audited(acme(tmp_path), wheel_index)
    assert outcomes(audit)["acme/never-s390x"] == "contradicted"


def test_a_header_of_another_shape(wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index, crt={"acme/include/host_config.h": b"#pragma once\n"})
    audit = audited(acme(tmp_path), wheel_index)
    assert lines(audit, "acme-1.0/host-gcc")[0] == (
        "gcc x86_64: unreadable: the header has another shape than is understood: it refuses no gcc"
    ).replace("gcc x86_64", "x86_64")
    assert outcomes(audit)["acme-1.0/targets"] == "confirmed"


def test_broken_and_vanished_wheels_leave_the_rest(
    wheel_index: ServedIndex, tmp_path: Path
) -> None:
    publish(wheel_index)
    wheel_index.spoil(f"acme_math-1.0.5-{TAGS}.whl", "truncated")
    wheel_index.spoil(f"acme_crt-1.0.0-{TAGS}.whl", "gone")
    found = outcomes(audited(acme(tmp_path), wheel_index))
    assert found["acme-1.0/needs-math-x86_64"] == "unreadable"
    assert found["acme-1.0/host-gcc"] == "not provable"
    assert found["acme-1.0/targets"] == "confirmed"


def test_no_index(tmp_path: Path) -> None:
    facts = acme(tmp_path)
    vendor = Vendor(Indexes(urls=("http://127.0.0.1:9/simple/",)))
    asked = [s for s in subjects(facts, "acme") if s.fact.id == "acme-1.0/host-gcc"]
    (verdict,) = run_audit("x", asked, Evidence(vendor=vendor, names={})).verdicts
    assert {(c.outcome, c.why) for c in verdict.claims} == {
        (Outcome.UNREADABLE, "it cannot be reached")
    }


def test_unconfirmed_facts_count_by_standing(wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index)
    audit = audited(acme(tmp_path), wheel_index)
    assert audit.count(Outcome.CONFIRMED) == 12
    assert [replace(audit, verdicts=()).count(o) for o in Outcome] == [0] * 5


def test_values_of_an_option() -> None:
    text = """
--gpu-name <name>                    (-arch)
        Say which.
        Allowed values for this option:  'sm_75','sm_90a',
        'compute_90'.

--gpu-names-of-others
        Allowed values for this option:  'x'.
--plain
        No values.
"""
    assert option_values(text, "--gpu-name") == ("sm_75", "sm_90a", "compute_90")
    assert option_values(text, "--plain") == ()
    assert option_values(text, "--none") == ()


@pytest.mark.parametrize(
    ("requirement", "says"),
    [
        ("acme-tool==" + "9" * 5000, "a requirement of 5011 characters"),
        ("acme-tool; " + "(" * 400 + 'os_name == "posix"', "a requirement that is none"),
    ],
)
def test_requirements_that_mean_harm(
    wheel_index: ServedIndex, tmp_path: Path, requirement: str, says: str
) -> None:
    publish(wheel_index)
    wheel_index.add("acme_toolkit-1.0.0-py3-none-any.whl", {}, requires=[requirement])
    (said,) = lines(audited(acme(tmp_path), wheel_index), "acme-1.0.0/components")
    assert f"unreadable: acme_toolkit-1.0.0-py3-none-any.whl has {says}" in said
