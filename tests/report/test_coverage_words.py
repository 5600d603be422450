"""Reasons in words: one sentence for each, and another where nobody knows."""

from __future__ import annotations

import pytest

from planner.coverage.results import (
    Answer,
    Choice,
    GpuAnswer,
    GpuServed,
    Install,
    Offer,
    OfferedWheel,
    Reason,
    Why,
)
from planner.report.coverage_words import (
    caution_text,
    choices_text,
    gpu_text,
    host_offer_text,
    pythons_of,
    reason_text,
    reasons_text,
    why_text,
)


@pytest.mark.parametrize("why", Why)
@pytest.mark.parametrize("unknown", [False, True])
def test_every_reason_has_a_sentence(why: Why, unknown: bool) -> None:
    full = Reason(why=why, found="A_1", needed="B_2", detail="it", is_unknown=unknown)
    bare = Reason(why=why, is_unknown=unknown)
    for reason in (full, bare):
        text = reason_text(reason)
        assert text
        assert "{" not in text
    assert {"A_1", "B_2", "it"} & set(reason_text(full).replace(",", " ").split()) or why in (
        Why.UNREAD,
        Why.RENAMED,
    )


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason(why=Why.GLIBC, found="2.27", needed="2.28"), "glibc 2.27 is older than 2.28"),
        (
            Reason(why=Why.GLIBC, found="GLIBC_2.28", needed="GLIBC_2.34", detail="a.so"),
            "a.so needs GLIBC_2.34, the system stops at GLIBC_2.28",
        ),
        (
            Reason(why=Why.LIBSTDCXX, needed="GLIBCXX_3.4.29", is_unknown=True),
            "whether libstdc++ has GLIBCXX_3.4.29 is not known",
        ),
        (Reason(why=Why.GPU_CODE), "no code for this kind of GPU"),
        (
            Reason(why=Why.PYTHON, found="cp36", needed="cp311, cp312, cp313"),
            "no wheel for Python cp36 (there is cp311-cp313)",
        ),
        (Reason(why=Why.UNREAD), "not all could be read"),
    ],
)
def test_sentences(reason: Reason, text: str) -> None:
    assert reason_text(reason) == text


def test_equal_reasons_are_told_once() -> None:
    one = Reason(why=Why.LIBRARY, needed="libfoo.so.1", detail="a.whl")
    other = Reason(why=Why.LIBRARY, needed="libfoo.so.1", detail="b.whl")
    assert reasons_text((one, other)) == "nobody brings libfoo.so.1"


def test_installed_and_loaded_are_two_things() -> None:
    reason = Reason(why=Why.LIBRARY, needed="libfoo.so.1")
    choice = Choice(python="cp312", wheel="a.whl", tag="cp312-cp312-linux_x86_64")
    refused = Install(offer="a", host="h", answer=Answer.NO, reasons=(reason,))
    loaded = Install(offer="a", host="h", answer=Answer.NO, choices=(choice,), reasons=(reason,))
    unsure = Install(
        offer="a", host="h", answer=Answer.UNKNOWN, choices=(choice,), reasons=(reason,)
    )
    assert [why_text(each) for each in (refused, loaded, unsure)] == [
        "nobody brings libfoo.so.1",
        "installs, does not load: nobody brings libfoo.so.1",
        "installs, may not load: nobody brings libfoo.so.1",
    ]
    assert host_offer_text(None) == "no wheel is offered"


def test_cautions() -> None:
    assert [
        caution_text(Reason(why=Why.PIP, found="9.0.3", needed="20.3")),
        caution_text(Reason(why=Why.PYTHON, found="cp36", needed="cp311, cp312")),
        caution_text(Reason(why=Why.PREFERRED, found="lib-2.0", needed="lib-1.0")),
    ] == [
        "the system's own pip 9.0.3 is too old: upgrade to 20.3 first",
        "the system's own Python cp36 has no wheel; cp311 cp312 has",
        "pip takes lib-2.0 instead where it sees both",
    ]


def test_choices() -> None:
    tags = [f"cp3{n}-cp3{n}-manylinux_2_28_x86_64" for n in (10, 11, 12, 13)]
    many = [Choice(python=tag.partition("-")[0], wheel=f"a-{tag}.whl", tag=tag) for tag in tags]
    assert choices_text(many) == "manylinux_2_28_x86_64 for cp310-cp313"
    abi3 = "cp310-abi3-manylinux_2_28_x86_64"
    same = [Choice(python=f"cp3{n}", wheel=f"a-{abi3}.whl", tag=abi3) for n in (10, 11, 12)]
    assert choices_text(same) == f"a-{abi3}.whl for cp310-cp312"
    by = [Choice(python="cp310", wheel="a.whl", tag=abi3)]
    assert choices_text(by) == f"a.whl by {abi3} for cp310"


@pytest.mark.parametrize(
    ("answer", "driver", "text"),
    [
        (GpuAnswer.NATIVE, "525.60.13", "native by sm_80, driver 525.60.13 or newer"),
        (GpuAnswer.NATIVE, None, "native by sm_80"),
        (GpuAnswer.JIT, None, "JIT from sm_80, driver of the toolkit that made the PTX or newer"),
        (GpuAnswer.NONE, None, "none"),
    ],
)
def test_gpu_code(answer: GpuAnswer, driver: str | None, text: str) -> None:
    served = GpuServed(
        offer="a", target="sm_80", kind="cuda", answer=answer, by="sm_80", driver=driver
    )
    assert gpu_text(served) == text


def test_pythons() -> None:
    tags = (
        "cp311-abi3-x",
        "cp312-cp312-x",
        "cp314-cp314t-x",
        "pp311-pypy311_pp73-x",
        "py3-none-any",
    )
    wheels = tuple(OfferedWheel(file=tag, tags=(tag,), arch=None) for tag in tags)
    offer = Offer(id="a", job=None, project="", arch=None, wheels=wheels)
    assert pythons_of(offer) == "cp312 cp311-abi3 cp314t pp311 py3"


def test_libraries_that_nobody_brings_are_told_together() -> None:
    reasons = [
        Reason(why=Why.LIBRARY, needed="liba.so.1", is_unknown=True),
        Reason(why=Why.PIP, found="19.0", needed="20.3"),
        Reason(why=Why.LIBRARY, needed="libb.so.1", is_unknown=True),
        Reason(why=Why.LIBRARY, needed="libc.so.1"),
    ]
    assert reasons_text(reasons) == (
        "nobody brings liba.so.1, libb.so.1, which a part of it needs; "
        "pip 19.0 does not know the tag (pip 20.3 does); nobody brings libc.so.1"
    )
