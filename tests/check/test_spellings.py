from __future__ import annotations

import pytest
from packaging.specifiers import SpecifierSet

from planner.check import spellings
from planner.check.results import RowVerdict
from planner.check.spellings import TagParts
from planner.model.facts import FactBase
from tests.check.conftest import CheckRow


@pytest.mark.parametrize(
    ("text", "family", "spec"),
    [
        ("12.4", "cuda", "12.4"),
        ("cu124", "cuda", "12.4"),
        ("cu92", "cuda", "9.2"),
        ("v12.4.1", "cuda", "12.4.1"),
        ("cuda-12.4", "cuda", "12.4"),
        ("12-4", "cuda", "12.4"),
        ("12.x", "cuda", "12.*"),
        ("rocm6.2", "rocm", "6.2"),
        (">=12,<13", "cuda", ">=12,<13"),
    ],
)
def test_releases(text: str, family: str, spec: str) -> None:
    assert spellings.release_spec(text, family) == spec


@pytest.mark.parametrize(
    ("text", "arch"),
    [
        ("x86_64", "x86_64"),
        ("amd64", "x86_64"),
        ("linux/arm64", "aarch64"),
        ("linux-aarch64", "aarch64"),
        ("linux/arm/v7", "armv7l"),
        ("ppc64el", "ppc64le"),
        ("X64", "x86_64"),
        ("sparc", None),
    ],
)
def test_architectures(text: str, arch: str | None) -> None:
    assert spellings.architecture(text) == arch


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("manylinux2014_x86_64", (("manylinux_2_17",), "x86_64", "glibc")),
        ("manylinux2014", (("manylinux_2_17",), "", "glibc")),
        ("manylinux_2_28", (("manylinux_2_28",), "", "glibc")),
        (
            "manylinux_2_17_aarch64.manylinux2014_aarch64",
            (("manylinux_2_17",), "aarch64", "glibc"),
        ),
        (
            "manylinux_2_28_x86_64.manylinux_2_27_x86_64",
            (("manylinux_2_27", "manylinux_2_28"), "x86_64", "glibc"),
        ),
        ("linux_x86_64", ((), "x86_64", "")),
        ("musllinux_1_2_x86_64", (("musllinux_1_2",), "x86_64", "musl")),
        ("manylinux_2_28_x86_64.manylinux_2_28_aarch64", None),
        ("manylinux_2_28_sparc", None),
        ("win_amd64", None),
        ("any", None),
    ],
)
def test_tags(text: str, parts: tuple[tuple[str, ...], str, str] | None) -> None:
    expected = None if parts is None else TagParts(policies=parts[0], arch=parts[1], libc=parts[2])
    assert spellings.tag_parts(text) == expected


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("9", "9"),
        ("13.2", "13.2"),
        ("14.2.1", "14.2.1"),
        ("gcc-12", "12"),
        ("gcc12", "12"),
        ("g++-12", "12"),
        ("gcc-toolset-14", "14"),
        ("devtoolset-10", "10"),
        ("9.x", "9"),
        ("clang-17", None),
        ("latest", None),
    ],
)
def test_compilers(text: str, version: str | None) -> None:
    assert spellings.compiler_version(text) == version


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("7.0;8.0+PTX", ["7.0", "8.0+PTX"]),
        ("7.0 8.0", ["7.0", "8.0"]),
        ("80-real;90-virtual", ["80-real", "90-virtual"]),
        ("sm_70,sm_80", ["sm_70", "sm_80"]),
        ("Turing;Ampere+PTX", ["7.5", "8.0", "8.6+PTX"]),
        ("-gencode arch=compute_80,code=sm_80", ["compute_80", "sm_80"]),
        ("-gencode=arch=compute_90,code=[sm_90,compute_90]", ["compute_90", "sm_90"]),
        ('--generate-code arch=compute_80,code="sm_80"', ["compute_80", "sm_80"]),
        ("-arch=sm_80", ["sm_80"]),
        ("--offload-arch=gfx90a --offload-arch=gfx942", ["gfx90a", "gfx942"]),
        ("gfx90a:xnack+;gfx11-generic", ["gfx90a:xnack+", "gfx11-generic"]),
    ],
)
def test_gpu_lists(text: str, words: list[str]) -> None:
    assert spellings.gpu_words(text) == words


@pytest.mark.parametrize(
    ("text", "standard"),
    [
        ("17", "17"),
        ("c++20", "20"),
        ("gnu++2a", "20"),
        ("-std=c++2b", "23"),
        ("cxx14", "14"),
        ("new", None),
    ],
)
def test_standards(text: str, standard: str | None) -> None:
    assert spellings.cxx_standard(text) == standard


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("3.12", "cp312"),
        ("3.12.4", "cp312"),
        ("3.14t", "cp314t"),
        ("3.15-dev", "cp315"),
        ("cp39", "cp39"),
        ("cp312-cp312", "cp312"),
        ("cp313-cp313t", "cp313t"),
        ("cp311-abi3", "abi3-cp311"),
        ("abi3-cp311", "abi3-cp311"),
        ("cp312-manylinux_x86_64", "cp312"),
        ("pypy3.10", "pp310"),
        ("pypy-3.10", "pp310"),
        ("pp310", "pp310"),
        (">=3.9", ">=3.9"),
        ("jython", None),
    ],
)
def test_pythons(text: str, wish: str | None) -> None:
    assert spellings.python_wish(text) == wish


def test_images() -> None:
    name = "quay.io/pypa/manylinux_2_28_x86_64"
    assert spellings.image_name(f"{name}:2026.01.01-1") == name
    assert spellings.image_name(f"{name}@sha256:00") == name
    assert spellings.image_name("localhost:5000/a/b") == "localhost:5000/a/b"


def test_gcc_limits_agree_with_the_facts(facts: FactBase, check_row: CheckRow) -> None:
    """Every CUDA minor with every gcc, against the ranges as they stand in the YAML files."""
    for name, minor in facts.families["cuda"].minors.items():
        enforced = [
            SpecifierSet(fact.text("range"))
            for fact in minor.facts.values()
            if fact.kind == "host-compiler"
            and fact.text("compiler") == "gcc"
            and fact.overruled_by is None
        ]
        for gcc in range(6, 19):
            versions = [f"{gcc}.{n}" for n in range(1, 6)]
            fits = any(all(v in limits for limits in enforced) for v in versions)
            verdict = check_row(cuda=name, arch="x86_64", gcc=str(gcc)).verdict
            if not fits:
                assert verdict is RowVerdict.IMPOSSIBLE, (name, gcc)
            elif any("<" in str(limits) for limits in enforced):
                assert verdict is RowVerdict.POSSIBLE, (name, gcc)
