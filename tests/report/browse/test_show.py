from __future__ import annotations

import json
from functools import cache

import pytest

from planner.browse.catalogue import Catalogue
from planner.browse.overview import resting
from planner.browse.records import Answer
from planner.report.browse.facts_json import answer_json
from planner.report.browse.overview_text import sources_text
from planner.report.browse.show_text import answer_text
from tests.cli.test_facts_browse import checked
from tests.solve.real import real_facts

WORDS = (
    *("cuda 12.9", "cuda 13.5.0", "rocm", "rocm 7.14", "mkl 2026.2", "gcc", "gcc 14", "sm_90"),
    *("manylinux_2_28", "rhel-8", "cublas", "cuda-12.5.1/components", "policies:eol", "x86_64"),
    *("nvidia-cudnn-cu12", "libcublas.so.12", "binutils", "c++17", "avx512-fp16", "cp313t"),
)


@cache
def _catalogue() -> Catalogue:
    return Catalogue(real_facts())


def _answer(words: str) -> Answer:
    answer = _catalogue().find(words.split())
    assert answer is not None
    return answer


@pytest.mark.parametrize("words", WORDS)
def test_text_and_json_of_real_facts(words: str) -> None:
    answer = _answer(words)
    text = answer_text(answer, 100)
    assert max(map(len, text.splitlines())) <= 100
    assert text == "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
    document = checked(answer_json(answer), "facts-show")
    told = {id_ for s in document["subjects"] for part in s["sections"] for id_ in part["facts"]}
    assert told <= set(document["facts"])
    sources = {id_ for fact in document["facts"].values() for id_ in fact["sources"]}
    assert sources == set(document["sources"])


def test_a_release_holds_what_it_is_looked_up_for() -> None:
    lines = answer_text(_answer("cuda 12.9"), 100).splitlines()
    for line in (
        "  enforced     accepts gcc <15, refuses any other (cuda-12.9/host-gcc) [1]",
        "               evidence crt/host_config.h in PyPI nvidia-cuda-nvcc-cu12 12.9.41, 12.9.86",
        "libraries on aarch64, and the libc and libstdc++ that they need",
        "sources disagree: host gcc of cuda 12.9",
        "  not used  <14   documented  cuda-12.9/host-gcc-pytorch  2026-11-21",
    ):
        assert line in lines


def test_a_row_that_is_not_believed_is_marked() -> None:
    lines = answer_text(_answer("almalinux-8"), 100).splitlines()
    ends = [line.split()[0] for line in lines if "support of almalinux-8 ends on" in line]
    assert ends[:2] == ["documented", "not"]


@pytest.mark.parametrize("width", [60, 100])
def test_narrow_and_wide(width: int) -> None:
    text = answer_text(_answer("manylinux_2_28"), width)
    assert max(map(len, text.splitlines())) <= max(width, 75)


def test_sources_of_real_facts_fit() -> None:
    text = sources_text(resting(real_facts()), 100)
    assert max(map(len, text.splitlines())) <= 100


def test_json_names_columns() -> None:
    document = json.loads(answer_json(_answer("sm_90")))
    rows = document["subjects"][0]["sections"][-1]["rows"]
    assert rows[-1]["cells"] == {
        "release": "cuda 11.8",
        "form": "real",
        "how": "listed",
        "standing": "measured",
    }
