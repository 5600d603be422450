"""Quoted texts are read back as they were by the readers at hand: sh, tomllib, json."""

from __future__ import annotations

import subprocess
import tomllib

import pytest

from planner.emit.quoting import (
    docker_value,
    preset_value,
    shell_inner,
    shell_word,
    template_free,
    toml_list,
    toml_string,
)

HOSTILE = [
    "plain",
    'it\'s "quoted"',
    "two\nlines\r\ttab",
    "${{ secrets.X }} $(id) `id` $HOME",
    "back\\slash\\",
    "%{if} #{x} {project}",
    "é☃🎉",
    "",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_shell(text: str) -> None:
    script = f'printf %s {shell_word(text)}; printf %s "{shell_inner(text)}"'
    told = subprocess.run(["sh", "-c", script], check=True, capture_output=True)
    assert told.stdout.decode() == text * 2


@pytest.mark.parametrize("text", [*HOSTILE, "\x00\x7f\x85\u2028"])
def test_toml(text: str) -> None:
    assert tomllib.loads(f"a = {toml_string(text)}\nb = {toml_list([text, 'x'])}") == {
        "a": text,
        "b": [text, "x"],
    }


def test_toml_of_what_no_encoding_has() -> None:
    assert toml_string("\ud800") == '"�"'
    assert toml_list([]) == "[]"
    assert toml_list(["x"]) == '["x"]'


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('a "b" $c \\', '"a \\"b\\" \\$c \\\\"'),
        ("two\nlines", '"two\\\\nlines"'),
    ],
)
def test_dockerfile(text: str, quoted: str) -> None:
    assert docker_value(text) == quoted


def test_templates_and_macros() -> None:
    assert template_free("${a} %{b} $c") == "$${a} %%{b} $c"
    assert preset_value("$env{PATH} ${x}") == "${dollar}env{PATH} ${dollar}{x}"
