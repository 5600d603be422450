from __future__ import annotations

from functools import cache

import pytest

from planner.browse.catalogue import Catalogue
from planner.browse.records import Section, Subject
from planner.load.facts import load_facts
from tests.load.made import TINY
from tests.solve.real import real_facts


@cache
def _catalogue() -> Catalogue:
    return Catalogue(real_facts())


@cache
def _tiny() -> Catalogue:
    return Catalogue(load_facts(TINY))


def _named(*words: str) -> list[tuple[str, str]]:
    answer = _catalogue().find(words)
    return [] if answer is None else [(s.kind, s.name) for s in answer.subjects]


@pytest.mark.parametrize(
    ("words", "subjects"),
    [
        (["cuda", "12.9"], [("release", "cuda 12.9")]),
        (["cuda-12.9"], [("release", "cuda 12.9")]),
        (["CUDA:12.9.1"], [("release", "cuda 12.9.1")]),
        (["cuda"], [("family", "cuda")]),
        (["gcc"], [("compiler", "gcc")]),
        (["gcc", "14"], [("compiler", "gcc 14")]),
        (["gcc-14.2"], [("compiler", "gcc 14.2")]),
        (["gcc-toolset-14"], [("toolset", "gcc-toolset-14")]),
        (["binutils"], [("compiler", "binutils")]),
        (
            ["manylinux_2_28"],
            [("policy", "manylinux_2_28"), ("image", "manylinux_2_28")],
        ),
        (["manylinux2014"], [("policy", "manylinux_2_17"), ("image", "manylinux2014")]),
        (["rhel-8"], [("distribution", "rhel-8")]),
        (["sm_90"], [("GPU target", "sm_90")]),
        (["gfx90a"], [("GPU target", "gfx90a")]),
        (["cublas"], [("component", "cublas")]),
        (["nvidia-cublas-cu12"], [("package", "nvidia-cublas-cu12")]),
        (["cuda-13.5/host-gcc"], [("fact", "cuda-13.5/host-gcc")]),
        (["cuda:archive"], [("source", "cuda:archive")]),
        (["glibc", "2.28"], [("glibc", "glibc 2.28")]),
        (["c++20"], [("C++ standard", "C++20")]),
        (["C++", "20"], [("C++ standard", "C++20")]),
        (["avx512-fp16"], [("CPU feature", "avx512-fp16")]),
        (["cp312"], [("Python", "cp312")]),
        (["aarch64"], [("architecture", "aarch64")]),
        (["pip"], [("installer", "pip")]),
        (["libcudart.so.12"], [("word", "libcudart.so.12")]),
        (["nothing-of-this-name"], []),
        ([""], []),
    ],
)
def test_words(words: list[str], subjects: list[tuple[str, str]]) -> None:
    assert _named(*words) == subjects


def test_a_free_threaded_python_has_the_version_of_the_other() -> None:
    assert _named("python", "3.14") == [("Python", "cp314"), ("Python", "cp314t")]


def test_the_nearest_name() -> None:
    assert _catalogue().nearest(["cudaa", "12.9"]) == "cuda 12.9"
    assert _catalogue().nearest(["#"]) is None


def _subject(*words: str) -> Subject:
    answer = _tiny().find(words)
    assert answer is not None
    return answer.subjects[0]


def _section(subject: Subject, title: str) -> Section:
    return next(section for section in subject.sections if section.title.startswith(title))


def _cells(section: Section) -> list[tuple[str, ...]]:
    return [row.cells for row in section.rows]


def test_a_minor_release_by_topic() -> None:
    subject = _subject("toy", "1.10")
    assert dict(subject.summary) == {
        "full versions": "1.10.0 (2025-03-01), 1.10.1 (2025-06-01)",
        "stream": "production",
        "file": "matrices/toy/1.10.yaml",
    }
    assert [section.title for section in subject.sections] == [
        "host compilers",
        "C++ standards of the device compiler",
        "GPU targets",
        "glibc",
        "systems that the vendor lists",
        "architectures",
        "libraries on x86_64, and the libc and libstdc++ that they need",
        "packages",
        "only in 1.10.0",
        "only in 1.10.1",
        "images that hold this toolkit",
    ]
    needs = _section(subject, "libraries on x86_64")
    assert _cells(needs) == [("core", "unknown", "2.17", "none", "libtoy", "measured")]
    assert [row.facts for row in needs.rows] == [("toy-1.10/needs-core-x86_64",)]
    assert [each.about for each in subject.disagreements] == ["host gcc of toy 1.10"]


def test_a_full_version_holds_what_its_minor_release_says() -> None:
    subject = _subject("toy", "1.10.0")
    kinds = [fact.kind for section in subject.sections for fact in section.facts]
    assert {"released", "driver", "host-compiler"} <= set(kinds)
    assert dict(subject.summary)["its own"] == "released driver"


def test_gcc_by_release() -> None:
    limits = _section(_subject("gcc"), "what accelerator releases say")
    assert _cells(limits) == [
        ("toy 1.10", ">=6, <15", "nothing", "nothing", "nothing"),
        ("toy 1.9", "nothing", "nothing", ">=14", "nothing"),
    ]
    had = _section(_subject("gcc"), "how it can be had")
    assert _cells(had)[0] == (
        *("14.2.1", "gcc-toolset-14", "2.41"),
        *("manylinux_2_28 toy_image", "almalinux-8"),
    )


@pytest.mark.parametrize(
    ("version", "release", "verdict"),
    [
        ("14", "cuda 12.9", ("taken", "their tool takes <15")),
        ("15", "cuda 12.9", ("refused", "their tool takes <15")),
        ("13.3", "cuda 12.4", ("with a warning", "documented for <13.3")),
        ("11", "cuda 11.5", ("with a warning", "breaks with >=11,<12")),
        ("5", "cuda 12.9", ("refused", "documented for >=6")),
        ("14", "rocm 6.3", ("refused", "breaks with >=14")),
    ],
)
def test_whether_releases_take_a_gcc(version: str, release: str, verdict: tuple[str, str]) -> None:
    answer = _catalogue().find(["gcc", version])
    assert answer is not None
    rows = _cells(_section(answer.subjects[0], "whether accelerator releases"))
    assert {cells[0]: cells[1:] for cells in rows}[release] == verdict


def test_a_policy_and_its_image() -> None:
    answer = _tiny().find(["manylinux_2_28"])
    assert answer is not None
    policy, image = answer.subjects
    assert _cells(_section(policy, "images")) == [("manylinux_2_28", "supported", "x86_64 aarch64")]
    symbols = _cells(_section(policy, "newest symbol versions"))
    assert symbols[0][:2] == ("x86_64", "2.28")
    assert dict(image.summary)["reference"] == "quay.io/pypa/manylinux_2_28_{arch}"
    assert {fact.kind for s in image.sections for fact in s.facts} >= {"image", "image-toolset"}


def test_a_gpu_target() -> None:
    rows = _cells(_section(_subject("sm_70"), "releases that know it"))
    assert rows == [
        ("toy 1.10", "real", "listed, deprecated", "measured"),
        ("toy 1.9", "real", "listed", "documented"),
    ]


def test_a_fact_with_its_fields_and_sources() -> None:
    answer = _tiny().find(["toy-1.10/needs-core-x86_64"])
    assert answer is not None
    fields = _section(answer.subjects[0], "its fields")
    assert _cells(fields) == [
        ("arch", "x86_64"),
        ("component", "core"),
        ("libraries.libtoy.glibc", "2.17"),
        ("libraries.libtoy.soname", "libtoy.so.1"),
    ]
    assert list(answer.facts) == ["toy-1.10/needs-core-x86_64"]
    assert [source.title for source in answer.sources.values()] == ["readelf on the toy wheels"]


def test_a_source_counts_what_rests_on_it() -> None:
    rows = _cells(_section(_subject("toy:wheels"), "facts that rest on it"))
    assert rows == [("toy", "0", "7", "0", "0"), ("toy-1.10", "2", "3", "0", "0")]


@pytest.mark.parametrize("catalogue", [_tiny, _catalogue], ids=["tiny", "real"])
def test_every_subject_names_facts_that_there_are(catalogue: object) -> None:
    """Each kind of subject once, all of the tiny ones: tables are whole, facts are known."""
    assert callable(catalogue)
    found: Catalogue = catalogue()
    every = found is _tiny()
    kinds = set()
    for makers in found.makers.values():
        for maker in makers:
            made_by = getattr(maker, "func", maker)
            if not every and made_by in kinds:
                continue
            kinds.add(made_by)
            subject = maker()
            assert subject.title
            for section in subject.sections:
                assert all(len(row.cells) == len(section.columns) for row in section.rows)
                assert all(id_ in found.known.facts for row in section.rows for id_ in row.facts)
    assert len(kinds) == 21
