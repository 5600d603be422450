from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from planner.emit.base import Wanted
from planner.emit.distributions import distribution_names, distribution_words
from planner.emit.markdown import escaped
from planner.emit.registry import emitter
from planner.model.gpus import GpuFacts
from tests.emit.real_jobs import EXAMPLES, job_of, made, wanted_of

ALL = sorted(path.parent.name for path in EXAMPLES.glob("*/mlplan.lock"))


def page(wanted: Wanted) -> str:
    (file,) = emitter("markdown").files(wanted)
    return file.text


def tables(text: str) -> list[list[dict[str, str]]]:
    """The tables as a Markdown reader sees them, cells as plain text."""
    rendered = MarkdownIt("commonmark").enable("table").render(text)
    found = []
    for table in re.findall(r"<table>.*?</table>", rendered, re.S):
        rows = re.findall(r"<tr>(.*?)</tr>", table, re.S)
        cells = [re.findall(r"<t[hd]>(.*?)</t[hd]>", row, re.S) for row in rows]
        plain = [[html.unescape(re.sub("<[^>]*>", "", cell)) for cell in row] for row in cells]
        found.append([dict(zip(plain[0], row, strict=True)) for row in plain[1:]])
    return found


@pytest.mark.parametrize("example", ALL)
def test_every_job_is_in_both_tables(example: str) -> None:
    wanted = wanted_of(example)
    variants, systems = tables(page(wanted))
    for job in wanted.jobs:
        assert any(
            row["Variant"] == job.variant and job.arch in row["Architecture"].split(", ")
            for row in variants
        )
        assert any(
            job.policy in row["Wheel tag"].split() and job.arch in row["Architecture"].split(", ")
            for row in systems
        )


def test_a_row() -> None:
    variants, _ = tables(page(wanted_of("array-library")))
    assert variants[0] == {
        "Variant": "cuda12x",
        "Package": "array-library-cuda12x",
        "Built with": "CUDA 12.9.2",
        "Architecture": "x86_64, aarch64",
        "GPUs": "7.0 (V100); 7.5 (T4, RTX 20); 8.0 (A100, A30); 9.0 (H100, H200, GH200); "
        "10.0 (B200, GB200); 12.0 (RTX 50, RTX PRO Blackwell); newer GPUs by JIT from 12.0",
        "NVIDIA driver": "525.60.13 or newer; JIT: 575.57.08 or newer†",
        "Python": "3.11 to 3.15",
    }
    assert variants[1]["NVIDIA driver"].endswith("†; JIT: that of CUDA 13.5.0 or newer")


def test_a_system() -> None:
    _, systems = tables(page(wanted_of("cpu-numeric")))
    assert systems[3] == {
        "Wheel tag": "manylinux_2_35",
        "Architecture": "armv7l",
        "glibc": "2.35 or newer",
        "Runs on": "Ubuntu 22.04+, Debian 12+, openSUSE Tumbleweed",
        "Not on": "Ubuntu 18.04, 20.04, Debian 9, 10, 11",
        "pip": "20.3 or newer",
    }


def test_columns_that_say_nothing_are_left_out() -> None:
    variants, _ = tables(page(wanted_of("cpu-numeric")))
    assert list(variants[0]) == ["Variant", "Built with", "Architecture", "Python"]


def test_no_wheel() -> None:
    assert "No wheel is planned." in page(made())


def test_gpus_without_a_name_and_of_one_family_only() -> None:
    job = job_of("extension", "cu130")
    gpu = {("cuda", "real"): ("sm_90a", "sm_101", "sm_999"), ("cuda", "virtual"): ()}
    ((row,), _) = tables(page(made(replace(job, gpu=gpu, driver_floor=None))))
    assert row["GPUs"] == "9.0a (H100, H200, GH200); 10.1 (Thor†); 99.9"
    assert row["NVIDIA driver"] == "not known"
    only = {("cuda", "virtual"): ("compute_90",)}
    ((row,), _) = tables(page(made(replace(job, gpu=only))))
    assert row["GPUs"] == "newer GPUs by JIT from 9.0"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("cp311", "cp312", "cp313"), "3.11 to 3.13"),
        (("cp311", "cp313"), "3.11, 3.13"),
        (("cp314", "cp314t"), "3.14, 3.14 free-threaded"),
        (("abi3-cp311", "pp311", "gp_1"), "3.11 or newer (abi3), PyPy 3.11, gp_1"),
    ],
)
def test_pythons(tags: tuple[str, ...], expected: str) -> None:
    ((row,), _) = tables(page(made(replace(job_of("framework", "cpu-arm"), pythons=tags))))
    assert row["Python"] == expected


@pytest.mark.parametrize(
    ("ids", "without", "expected"),
    [
        (["rhel-8", "rhel-9", "rhel-10"], ["rhel-7"], ["RHEL 8+"]),
        (["rhel-8", "rhel-10"], ["rhel-9"], ["RHEL 8, 10"]),
        (["ubuntu-22.04"], [], ["Ubuntu 22.04"]),
        (["debian-testing", "debian-12"], [], ["Debian 12+"]),
        (["arch-rolling"], [], ["Arch Linux"]),
        (["opensuse-tumbleweed"], [], ["openSUSE Tumbleweed"]),
        (["colab-2026-07"], [], ["Google Colab"]),
        (["centos-stream-9", "newos-1", "bare"], [], ["CentOS Stream 9", "newos 1", "bare"]),
    ],
)
def test_distributions(ids: list[str], without: list[str], expected: list[str]) -> None:
    assert distribution_words(ids, without) == expected


def test_every_version_of_what_is_not_served() -> None:
    assert distribution_names(["debian-10", "debian-9", "bare"]) == ["Debian 9, 10", "bare"]


@pytest.mark.parametrize(
    "text",
    [
        "a|b",
        "*a* _b_ `c` ~~d~~ [e](f)",
        "<script>",
        "&amp;",
        "https://x.org",
        "www.x.org",
        "@someone",
        "![i](j)",
        "- a",
        "1. a",
        "-->",
    ],
)
def test_names_are_shown_as_they_are(text: str) -> None:
    job = replace(job_of("framework", "cpu-arm"), variant=text)
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    assert html.unescape(reader.renderInline(escaped(text))) == text
    ((row,), _) = tables(page(made(job)))
    assert row["Variant"] == text


def test_the_comment_on_top_cannot_be_ended() -> None:
    text = page(replace(wanted_of("combined"), arguments=("markdown", "--variant", "--><b>")))
    assert text.count("-->") == 1
    assert text.startswith("<!-- Written by mlplan ")


def test_without_facts_a_target_is_its_number() -> None:
    ((row, *_), _) = tables(page(replace(wanted_of("array-library"), gpus=GpuFacts())))
    assert row["GPUs"] == "7.0; 7.5; 8.0; 9.0; 10.0; 12.0; newer GPUs by JIT from 12.0"
