from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner.explain import cautions as caution_module
from planner.explain.cautions import caution_sentence
from planner.explain.conflicts import conflict_sentence, rule_sentence, rules_sentence
from planner.explain.facts import fact_sentence, subject_of
from planner.load.facts import load_facts
from planner.load.kinds import KINDS
from planner.model.facts import FactBase
from planner.model.rules import Rule
from planner.model.sources import Fact, Payload, Standing
from planner.plan.records import Caution, Conflict
from tests.load.made import TINY


def fact(id_: str, kind: str, **payload: Payload) -> Fact:
    return Fact(
        id=id_,
        kind=kind,
        standing=Standing.DOCUMENTED,
        sources=("toy:manual",),
        read="2026-11-20",
        payload=payload,
    )


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_has_a_sentence(rule: Rule) -> None:
    sentence = rule_sentence(rule)
    assert sentence != rule.value
    assert sentence[0].islower()
    assert not sentence.endswith(".")


def test_every_real_fact_has_a_sentence(facts: FactBase) -> None:
    for id_, row in facts.facts().items():
        sentence = fact_sentence(row)
        assert sentence.strip(), id_
        assert "\n" not in sentence, id_
        assert "  " not in sentence or "  " in row.text("says"), (id_, sentence)
        assert "None" not in sentence, (id_, sentence)


def test_every_kind_of_fact_stands_somewhere(facts: FactBase) -> None:
    """A kind that no real fact has was never put into words above."""
    assert set(KINDS) <= {row.kind for row in facts.facts().values()}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_fact_that_says_little_is_no_crash(kind: str) -> None:
    assert fact_sentence(fact("toy-1.10/x", kind)).strip()


@pytest.mark.parametrize(
    ("id_", "subject"),
    [
        ("cuda-12.8/host-gcc", "cuda 12.8"),
        ("cuda-12.8.1/released", "cuda 12.8.1"),
        ("cuda/never", "cuda"),
        ("distribution/rhel-8", "distribution"),
        ("stable-abi/abi3", "stable-abi"),
    ],
)
def test_subjects(id_: str, subject: str) -> None:
    assert subject_of(fact(id_, "note")) == subject


TINY_SENTENCES = {
    "toy-1.10.0/released": "toy 1.10.0 was released on 2025-03-01",
    "toy-1.10.0/driver": "toy 1.10.0 (runtime) needs driver 500.10",
    "toy-1.10/architectures": "toy 1.10 is shipped for x86_64, aarch64 only",
    "toy-1.10/host-gcc-newest": "toy 1.10 accepts gcc <15, refuses any other",
    "toy-1.10/host-gcc-manual": "the documents of toy 1.10 name gcc <14 only",
    "toy-1.10/targets": "toy 1.10 knows these GPU targets: sm_70 sm_90; and 1 a-variant",
    "toy-1.10/needs-core-x86_64": "core on x86_64 needs: libtoy GLIBC_2.17",
    "toy-1.10/documented-glibc-x86_64": "toy 1.10 on x86_64 is documented for glibc 2.17 and "
    "newer (oldest: centos-7)",
    "toy-1.10/cxx": "the device compiler of toy 1.10 knows C++ 14, 17",
    "toy/no-s390x": "no toy release covers s390x",
    "toy/old-headers": "toy breaks with gcc >=14: error in toy.h",
    "policy/manylinux_2_28": "manylinux_2_28 promises libc 2.28 on x86_64, aarch64",
    "image/manylinux_2_28": "image manylinux_2_28 is supported, new C++11 ABI",
    "image/manylinux_2_28@x86_64": "image manylinux_2_28 on x86_64 is based on almalinux-8 "
    "since 2022-05-30",
    "image/manylinux_2_28/gcc-toolset-14@2024-12-01": "image manylinux_2_28 holds "
    "gcc-toolset-14 since 2024-12-01",
    "image/toy_image": "image toy_image (manylinux_2_17) is ended, support ended 2024-06-30",
    "toolset/gcc-toolset-14": "gcc-toolset-14 is gcc 14.2.1 and binutils 2.41",
    "obtainable/gcc-toolset-14@almalinux-8:x86_64+aarch64": "gcc-toolset-14 can be installed on "
    "almalinux-8 (x86_64 aarch64) from 2024-11-01",
    "cxx/17": "C++17 needs gcc >=9",
    "feature/sve2": "sve2 needs binutils >=2.33 and gcc >=10",
    "distribution/centos-7": "centos-7 has glibc 2.17 on x86_64",
    "distribution/almalinux-8": (
        "almalinux-8 has glibc 2.28, GLIBCXX_3.4.25, pip 9.0.3 on x86_64 aarch64"
    ),
    "end/centos-7-standard": "standard support of centos-7 ends on 2024-06-30",
    "interpreter/cp312": "cp312 is Python 3.12, final on 2023-10-02",
    "images/pypa/cp312": "the pypa images hold cp312 since 2023-10-02",
    "pip/manylinux_x_y": "manylinux_X_Y (PEP 600) wheels need pip 20.3 or newer",
    "installers/resolver": "pip 20.3 brought the new resolver",
}


def test_sentences_of_the_tiny_facts() -> None:
    facts = load_facts(TINY).facts()
    assert {id_: fact_sentence(facts[id_]) for id_ in TINY_SENTENCES} == TINY_SENTENCES


IMAGE = {"image": "manylinux_2_28", "base": "almalinux-8"}
CUDA = {"family": "cuda", "version": "13.0.2"}
CAUTIONS = [
    (
        "ended-base",
        {**IMAGE, "end": "2029-05-31"},
        "almalinux-8, the base of image manylinux_2_28, had its end of life on 2029-05-31",
    ),
    (
        "ended-image",
        {**IMAGE, "end": "2023-01-01"},
        "image manylinux_2_28 is no longer supported (since 2023-01-01)",
    ),
    ("ended-image", {**IMAGE, "end": ""}, "image manylinux_2_28 is no longer supported"),
    (
        "alpha-image",
        {"image": "x", "arch": "riscv64"},
        "image x is alpha on riscv64: its makers may still change it",
    ),
    (
        "x86-64-level",
        {"image": "x", "level": "2"},
        "image x links in code for x86-64-v2: start-up objects and libraries taken from the "
        "distribution may not run on older processors",
    ),
    (
        "libstdcxx-ceiling",
        {"base": "almalinux-8", "offers": "3.4.25", "allows": "3.4.24", "policy": "p"},
        "libstdc++ of almalinux-8 offers GLIBCXX_3.4.25, p allows 3.4.24 only: "
        "verify the wheel after the build",
    ),
    (
        "toolset-to-install",
        {"toolset": "gcc-toolset-15", "image": "x", "package": "gcc-toolset-15"},
        "gcc-toolset-15 is not in image x: install its package gcc-toolset-15 there first",
    ),
    (
        "toolset-to-install",
        {"toolset": "base-gcc", "image": "x", "package": "", "system": "yes"},
        "use the base's own compiler, not the toolset of image x",
    ),
    ("experimental-cxx", {"cxx": "23", "gcc": "14.2.1"}, "C++23 is experimental in gcc 14.2.1"),
    (
        "distribution-pip",
        {"distribution": "rhel-8", "pip": "9.0.3", "floor": "20.3", "policy": "manylinux_2_28"},
        "pip 9.0.3 of rhel-8 is older than the 20.3 that manylinux_2_28 needs",
    ),
    (
        "distribution-unconfirmed",
        {"distribution": "rhel-8", "fields": "glibc, glibcxx"},
        "glibc, glibcxx of rhel-8 is not confirmed by any source",
    ),
    (
        "documented-compiler",
        {**CUDA, "gcc": "15.2.1", "range": "<15"},
        "cuda 13.0.2 documents gcc <15 only, though its header accepts 15.2.1",
    ),
    (
        "unsupported-compiler",
        {**CUDA, "gcc": "16.1"},
        "cuda 13.0.2 does not support gcc 16.1: allowed by the request",
    ),
    (
        "documented-glibc",
        {**CUDA, "floor": "2.28", "distribution": "rhel-8", "policy": "manylinux_2_17"},
        "cuda 13.0.2 is documented for glibc 2.28 and newer (rhel-8), its linked libraries need "
        "no more than manylinux_2_17 offers",
    ),
    (
        "vendor-wheel-tag",
        {"project": "nccl", "version": "2", "tag": "glibc 2.28", "policy": "manylinux_2_17"},
        "the wheel of nccl 2 is itself tagged for glibc 2.28: pip installs it on no older "
        "system, whatever tag yours has (manylinux_2_17)",
    ),
    (
        "waived-fact",
        {"fact": "cuda-13.0/host-gcc", "reason": "tested nightly", "expires": "2027-03-31"},
        "cuda-13.0/host-gcc would refuse this; the overlay waives it until 2027-03-31: tested "
        "nightly",
    ),
    ("preview-release", CUDA, "cuda 13.0.2 is a preview: allowed by the request"),
    (
        "deprecated-targets",
        {**CUDA, "targets": "sm_75 sm_80"},
        "cuda 13.0.2 calls these targets deprecated: sm_75 sm_80",
    ),
    (
        "unlisted-targets",
        {"family": "rocm", "version": "7.2.0", "targets": "gfx906"},
        "rocm 7.2.0 builds these targets but does not list them as supported: gfx906",
    ),
    (
        "compiler-breakage",
        {"family": "cuda", "version": "11.4.4", "gcc": "11.2.1"},
        "gcc 11.2.1 is known to break some builds with cuda 11.4.4",
    ),
    (
        "older-release-for-newer-tag",
        {
            "family": "cuda",
            "version": "13.1.2",
            "newer": "13.5.0",
            "policy": "manylinux_2_34",
            "wider": "manylinux_2_28",
        },
        "manylinux_2_34 costs a release: cuda 13.1.2, where manylinux_2_28 would give 13.5.0 "
        "(--prefer widest, or name the release)",
    ),
    (
        "ended-python",
        {"python": "3.10", "tag": "cp310", "end": "2026-10-31"},
        "Python 3.10 (cp310) had its end of life on 2026-10-31",
    ),
    (
        "ending-python",
        {"python": "3.11", "tag": "cp311", "end": "2027-10-31"},
        "ends within a year of the release: Python 3.11 (cp311), on 2027-10-31",
    ),
    (
        "ending-base",
        {"base": "almalinux-8", "image": "manylinux_2_28", "end": "2029-05-31"},
        "ends within a year of the release: almalinux-8, the base of image manylinux_2_28, "
        "on 2029-05-31",
    ),
    (
        "ending-image",
        {"image": "manylinux2010", "end": "2022-08-01"},
        "ends within a year of the release: image manylinux2010, on 2022-08-01",
    ),
    (
        "jit-driver-unknown",
        {"family": "cuda", "version": "13.5.0"},
        "which driver compiles the PTX of cuda 13.5.0 is not known: it needs the driver of that "
        "toolkit or a newer one",
    ),
]


@pytest.mark.parametrize(("rule", "data", "sentence"), CAUTIONS)
def test_cautions(rule: str, data: dict[str, str], sentence: str) -> None:
    assert caution_sentence(Caution(rule=rule, data=data)) == sentence


def test_every_caution_that_is_emitted_is_put_into_words(data_root: Path) -> None:
    """The rules in the source of the solver, the sentences, and the table above are the same."""
    folder = data_root / "planner/solve"
    text = "".join((folder / name).read_text() for name in ("cautions.py", "endings.py"))
    emitted = set(re.findall(r"""Caution\(\s*rule="([a-z0-9-]+)""", text))
    assert len(emitted) > 10
    assert emitted == {rule for rule, _, _ in CAUTIONS}
    assert emitted | {"system-compiler"} == set(caution_module._SENTENCES)


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        (("gpu-target-known",), "the release does not know a GPU target"),
        (
            ("release-matches-request", "gpu-target-known"),
            "the release does not know a GPU target",
        ),
        (("release-matches-request",), "no other release is asked for"),
        (
            ("glibc-cap", "runs-on"),
            "the tag is newer than the glibc cap; "
            "a distribution that must be served does not take the wheel (glibc, libstdc++ or "
            "architecture)",
        ),
    ],
)
def test_rules_of_a_conflict(rules: tuple[str, ...], text: str) -> None:
    conflict = Conflict(request=(), rules=rules, facts=())
    assert rules_sentence(conflict) == text
    assert conflict_sentence(conflict, {}) == text


def test_a_conflict_quotes_its_first_two_facts() -> None:
    facts = {f"toy-1.{n}/x": fact(f"toy-1.{n}/x", "released", date=f"2025-0{n}") for n in (1, 2, 3)}
    conflict = Conflict(request=(), rules=("glibc-cap",), facts=tuple(facts))
    assert conflict_sentence(conflict, facts) == (
        "the tag is newer than the glibc cap (toy 1.1 was released on 2025-01; "
        "toy 1.2 was released on 2025-02)"
    )


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        (
            fact("overlay/cuda-12.9/host-gcc", "host-compiler", compiler="gcc", range="<14"),
            "by the overlay, cuda 12.9 accepts gcc <14, refuses any other",
        ),
        (
            fact("overlay/image/own/gcc-toolset-14", "image-toolset", toolset="gcc-toolset-14"),
            "by the overlay, image own holds gcc-toolset-14",
        ),
        (
            fact("overlay/image/own", "image", policy="own", status="alpha", repository="r/own"),
            "by the overlay, image own is alpha, pulled from r/own",
        ),
        (
            fact("overlay/a/b", "waiver", fact="a/b", reason="tested", expires="2027-03"),
            "by the overlay, a/b does not bind this project until 2027-03: tested",
        ),
    ],
)
def test_sentences_of_an_overlay(own: Fact, sentence: str) -> None:
    assert fact_sentence(own) == sentence
