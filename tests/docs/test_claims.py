"""What the pages say in prose about today's plans and facts is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from planner.model.facts import FactBase
from planner.model.versions import range_contains, version_key
from tests.docs.fenced_blocks import ROOT, Shell

DATE = "2026-11-21"


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """An empty folder to run ``mlplan`` in."""
    return Shell(tmp_path, monkeypatch, capsys)


def _plan(shell: Shell, *arguments: str) -> dict[str, object]:
    shell.mlplan("solve", "--date", DATE, *arguments, "--output", "plan.json", "--quiet")
    plan: dict[str, object] = json.loads((shell.folder / "plan.json").read_text(encoding="utf-8"))
    return plan


def _tags(shell: Shell, *arguments: str) -> dict[str, str]:
    jobs = _plan(shell, *arguments)["jobs"]
    assert isinstance(jobs, list)
    return {job["arch"]: job["policy"] for job in jobs}


def test_one_tag_per_architecture(shell: Shell) -> None:
    usual = dict.fromkeys(("x86_64", "i686", "aarch64", "ppc64le", "s390x"), "manylinux_2_28")
    expected = {**usual, "armv7l": "manylinux_2_35", "riscv64": "manylinux_2_39"}
    arguments = [word for arch in expected for word in ("--arch", arch)]
    assert _tags(shell, *arguments, "--cxx", "11") == expected
    assert _tags(shell, *arguments, "--cxx", "11", "--prefer", "widest") == expected


def test_older_tags_by_waiver(shell: Shell) -> None:
    words = ("--prefer", "widest", "--allow", "ended-base", "--arch", "x86_64", "--arch", "armv7l")
    expected = {"x86_64": "manylinux_2_17", "armv7l": "manylinux_2_31"}
    assert _tags(shell, *words) == expected


def test_newer_tags_by_waiver(shell: Shell) -> None:
    words = ("--allow", "alpha-image", "--arch", "x86_64", "--arch", "aarch64")
    assert _tags(shell, *words) == {"x86_64": "manylinux_2_34", "aarch64": "manylinux_2_39"}


@pytest.mark.parametrize(
    ("release", "tag"), [("12.6", "manylinux_2_17"), ("12.9", "manylinux_2_28")]
)
def test_cublas_decides(shell: Shell, release: str, tag: str) -> None:
    words = ("--cuda", release, "--links", "cudart,cublas", "--arch", "x86_64")
    waiver = ("--prefer", "widest", "--allow", "ended-base")
    assert _tags(shell, *words, *waiver) == {"x86_64": tag}


def test_the_picture_of_the_explanation(shell: Shell, facts: FactBase) -> None:
    picture = (ROOT / "docs" / "explanation.svg").read_text(encoding="utf-8")
    shown = re.findall(r"<text[^>]*>([^<]*)</text>", picture)
    words = ("--cuda", "13.0", "--links", "cublas", "--runs-on", "rhel-8", "--arch", "x86_64")
    jobs = _plan(shell, *words, "--set", "toolchain=image")["jobs"]
    assert isinstance(jobs, list)
    chosen = [
        text
        for job in jobs
        for text in (
            f"image {job['image']['name']}",
            f"gcc {job['gcc']}",
            f"glibc {job['glibc']}",
            job["platform_tag"],
        )
    ]
    assert (len(jobs), [text for text in chosen if text not in shown]) == (1, [])
    known = facts.facts()
    gcc = known["cuda-13.0/host-gcc"].payload["range"]
    needs = known["cuda-13.0/needs-cublas-x86_64"].payload["tag"]
    glibc = known["distribution/rhel-8"].payload["glibc"]
    assert needs == ("manylinux_2_27_x86_64",)
    assert known["image/manylinux_2_34"].payload["status"] == "alpha"
    told = [f"CUDA 13.0 takes gcc &lt;{str(gcc)[1:]}", f"RHEL 8 has glibc {glibc}"]
    assert [text for text in (*told, "cuBLAS needs glibc 2.27") if text not in shown] == []


def test_a_stated_date_leaves_out_undated_releases(facts: FactBase) -> None:
    text = (ROOT / "docs" / "facts.md").read_text(encoding="utf-8")
    listed = re.search(r"Some ROCm patch releases have none:(.*?)\n-", text, re.S)
    assert listed is not None
    spans = re.findall(r"(\d+\.\d+\.\d+)(?: to (\d+\.\d+\.\d+))?", listed[1])
    undated = [
        version
        for minor in facts.families["rocm"].minors.values()
        for version in minor.releases
        if not any(fact.kind == "released" for fact in minor.facts_of(version).values())
    ]
    covered = [
        version
        for version in undated
        if any(range_contains(f">={low},<={high or low}", version) for low, high in spans)
    ]
    assert (covered, len(spans) > 0) == (undated, bool(undated))


@pytest.mark.parametrize(
    ("fact_id", "library", "tag", "glibc"),
    [
        ("cuda-11.7/needs-cudart-x86_64", "libcudart", "manylinux1_x86_64", "2.17"),
        ("cuda-12.4/needs-cublas-x86_64", "libcublas", "manylinux2014_x86_64", "2.14"),
        ("cuda-12.8/needs-cublas-x86_64", "libcublasLt", None, "2.27"),
        ("cuda-13.4/needs-cublas-x86_64", "libcublasLt", None, "2.27"),
        ("cuda-13.5/needs-cublas-x86_64", "libcublasLt", None, "2.4"),
    ],
)
def test_rulings_on_needs_of_libraries(
    fact_id: str, library: str, tag: str | None, glibc: str, facts: FactBase
) -> None:
    fact = facts.facts()[fact_id]
    assert fact.table("libraries")[library]["glibc"] == glibc
    assert tag is None or tag in fact.words("tag")


@pytest.mark.parametrize(
    ("policy", "arch", "prefix", "newest"),
    [
        ("manylinux_2_17", "aarch64", "GLIBC", "2.18"),
        ("manylinux_2_17", "x86_64", "GLIBC", "2.17"),
        ("manylinux_2_26", "x86_64", "GLIBCXX", "3.4.22"),
        ("manylinux_2_26", "aarch64", "GLIBCXX", "3.4.24"),
        ("manylinux_2_28", "x86_64", "GLIBCXX", "3.4.24"),
        ("manylinux_2_37", "x86_64", "GLIBC", "2.36"),
    ],
)
def test_rulings_on_policies(
    policy: str, arch: str, prefix: str, newest: str, facts: FactBase
) -> None:
    allowed = facts.policies.policies[policy].symbols[arch][prefix]
    assert max((v for v in allowed if v[0].isdigit()), key=version_key) == newest


def test_ids_in_the_rulings_exist(facts: FactBase) -> None:
    text = (ROOT / "docs" / "facts.md").read_text(encoding="utf-8")
    known = facts.facts()
    named = re.findall(r"`((?:cuda|rocm|mkl)(?:-\d[\d.]*)?/[a-z][\w.-]*)`", text)
    assert named
    assert [id_ for id_ in named if id_ not in known] == []


@pytest.mark.parametrize(
    ("local_id", "first", "last"),
    [("breakage-gcc12-ranges", "5.1", "5.7"), ("breakage-gcc14", "5.0", "6.3")],
)
def test_rulings_on_rocm_compilers(facts: FactBase, local_id: str, first: str, last: str) -> None:
    with_fact = [
        minor.minor for minor in facts.families["rocm"].minors.values() if local_id in minor.facts
    ]
    assert (with_fact[0], with_fact[-1]) == (first, last)
