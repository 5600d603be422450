"""The how-to pages use the examples as they are, and lines for CI use options that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.docs.fenced_blocks import PAGES, ROOT, blocks, page_name
from tests.docs.test_completeness import OPTIONS

_ASSIGNED = re.compile(r"\w+=\S*")


@pytest.mark.parametrize(
    ("page", "example"),
    [
        ("howto-framework.md", "framework"),
        ("howto-extension.md", "extension"),
        ("howto-cpu-library.md", "cpu-numeric"),
    ],
)
def test_the_request_is_that_of_the_example(page: str, example: str) -> None:
    shown = [b.text for b in blocks(ROOT / "docs" / page) if b.info == "yaml mlplan.yaml"]
    assert shown == [(ROOT / "examples" / example / "mlplan.yaml").read_text(encoding="utf-8")]


def _calls(text: str) -> list[list[str]]:
    """The words of every call of ``mlplan`` in shell lines."""
    calls = []
    for line in text.replace("\\\n", " ").splitlines():
        words = list(shlex.shlex(line, posix=True, punctuation_chars=True))
        for start, word in enumerate(words):
            if word.rpartition("/")[2] == "mlplan" and _starts_a_command(words[:start]):
                end = next((n for n in range(start, len(words)) if words[n][0] in ";&|<>"), None)
                calls.append(words[start + 1 : end])
    return calls


def _starts_a_command(before: list[str]) -> bool:
    while before and _ASSIGNED.fullmatch(before[-1]):
        before = before[:-1]
    return not before or before[-1][0] in ";&|"


def _unknown(words: list[str]) -> list[str]:
    """What a call has that the program does not know: its command, or options of it."""
    name = "mlplan"
    while words and f"{name} {words[0]}" in OPTIONS:
        name, words = f"{name} {words[0]}", words[1:]
    if name == "mlplan" and words and not words[0].startswith("-"):
        return words[:1]
    known = {*OPTIONS[name], "--help"}
    return [word for word in words if word.startswith("-") and word.split("=")[0] not in known]


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_shell_lines_use_what_exists(page: Path) -> None:
    calls = [
        call for block in blocks(page) if block.language == "sh" for call in _calls(block.text)
    ]
    assert [(call, _unknown(call)) for call in calls if _unknown(call)] == []


@pytest.mark.parametrize(
    ("line", "unknown"),
    [
        ("mlplan verify dist/ --strict --max-size 2GB", [[]]),
        ("mlplan verify dist/ \\\n  --strct", [["--strct"]]),
        ("cd x && mlplan facts list distros -q; .venv/bin/mlplan slove", [[], ["slove"]]),
        ("A=b mlplan emit github > matrix.json | tee mlplan", [[]]),
        ("# mlplan slove", []),
    ],
)
def test_what_is_found(line: str, unknown: list[list[str]]) -> None:
    assert [_unknown(call) for call in _calls(line)] == unknown
