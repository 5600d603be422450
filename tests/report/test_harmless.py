"""Strings of others: what a terminal or the log of a build service would obey is spelled out."""

from __future__ import annotations

import json

import pytest

from planner.errors import LockError, Problem
from planner.harmless import harmless, json_text
from planner.plan.document import render
from planner.report.browse.facts_json import document
from planner.report.explain_markdown import escaped
from planner.report.findings import Finding, Findings
from planner.report.findings_formats import FORMATS, sarif_text

HOSTILE = 'a\x1b]0;x\x07\x7f\x9b31m\u202e\u2028\U000e0041"\\ ::error::b ##[error]c\nd'


def test_harmless() -> None:
    shown = harmless(HOSTILE)
    assert shown == (
        r"a\x1b]0;x\x07\x7f\x9b31m\u202e\u2028\U000e0041"
        r'"\ :\x3aerror:\x3ab #\x23[error]c\nd'
    )
    assert harmless(shown) == shown


@pytest.mark.parametrize("ascii_only", [False, True])
def test_json_is_printable_and_keeps_its_values(ascii_only: bool) -> None:
    values = {"a": HOSTILE, HOSTILE: ["naïve 中 \U0001f600", 1, None]}
    text = json_text(values, ascii_only=ascii_only)
    assert json.loads(text) == values
    assert all(line.isprintable() for line in text.split("\n"))
    assert r"\u007f\u009b31m\u202e\u2028\udb40\udc41" in text
    assert text.isascii() is ascii_only
    assert ("naïve 中 \U0001f600" in text) is not ascii_only
    assert (
        text
        == json.dumps(json.loads(text), indent=1, ensure_ascii=ascii_only).translate(
            {ord(c): json.dumps(c)[1:-1] for c in "\x9b\u202e\u2028\U000e0041"} | {0x7F: r"\u007f"}
        )
        + "\n"
    )


def test_text_that_every_stream_takes() -> None:
    text = json_text({"a": '\udcff\x1b\u202e"\\'})
    assert json.loads(text.encode()) == {"a": '\\udcff\x1b\u202e"\\'}


def test_other_documents_are_printable() -> None:
    for text in (render({"a": HOSTILE}), document("x/1", a=HOSTILE), sarif_text(_findings())):
        assert all(line.isprintable() for line in text.split("\n"))


def test_a_problem_steers_no_terminal() -> None:
    problem = Problem(
        message=HOSTILE,
        file=HOSTILE,
        line=3,
        path=HOSTILE,
        found=HOSTILE,
        allowed=HOSTILE,
        nearest=HOSTILE,
    )
    text = str(LockError([problem], hint=HOSTILE))
    lines = text.split("\n")
    assert len(lines) == 6
    assert text.count(harmless(HOSTILE)) == 7
    assert all(line.isprintable() and "::" not in line and "##[" not in line for line in lines)


def test_a_problem_has_a_bounded_length() -> None:
    long = "x" * 10_000
    text = str(Problem(message=long, file=long, path=long, found=long, allowed=long))
    assert len(text) < 9000
    assert f"  found:   {'x' * 197}...\n" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see @user", "see @<!-- -->user"),
        ("at https://x.y", "at https:<!-- -->//x.y"),
        ("at www.x.y", "at www.<!-- -->x.y"),
        ("mail a@b.c", "mail a@<!-- -->b.c"),
    ],
)
def test_markdown_links_and_notifies_nobody(text: str, shown: str) -> None:
    assert escaped(text) == shown
    assert shown in FORMATS["markdown"](_findings(text))


def test_the_github_format_keeps_its_own_commands() -> None:
    text = FORMATS["github"](_findings(harmless("x ::error::y")))
    (line,) = (line for line in text.splitlines() if "::" in line)
    assert line.startswith("::error title=A::")
    assert line.endswith(r":\x3aerror:\x3ay")
    assert line.count("::") == 2


def _findings(text: str = HOSTILE) -> Findings:
    finding = Finding(id="A", rule="a", severity="error", subject="s", message=text)
    rules = (("A", "a", "says"),)
    return Findings(
        command="c", summary="1 wheel", subjects=("s",), findings=(finding,), rules=rules
    )
