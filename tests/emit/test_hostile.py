"""Texts of a request come out as data in every format, never as code.

Every format of the registry is tried: a new one is tested without a new line here.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from planner.emit.base import EmittedFile
from planner.emit.registry import OWN
from planner.errors import MlplanError
from planner.plan.locked import LockedPlan
from tests.emit.plans import example, files_of, requested, with_variant

PLAIN = "plainname"
HOSTILE = (
    'x"; touch pwned; echo "',
    "x'; touch pwned; echo '",
    "${{ github.token }}",
    "$(touch pwned)`touch pwned`$HOME${HOME}$[1]",
    "a\nrun: touch pwned\n- b",
    "- [a]: {b}, &c *d #e !f |g >h %i @j",
    "a\u0085b\u2028c\u2029d\r\ne\x1b[31m\x00\x7f\ufeff",
    "back\\slash\\n \\",
    '""" \'\'\' \\"',
    "1.10",
    "%(x)s %{ if true } ${dollar} $ENV{HOME} ##vso[x]y ::set-output name=x::y",
    "{{ x }} {project} {wheel} </td><script>|pipe|`code`[link](x)",
    " leading, trailing ",
    "é😀",
)
EXPANDING = ("github-workflow", "azure")
"""Services that replace ``${{ }}`` in a file before they read it as YAML."""
EXPRESSION = re.compile(r"\$\{\{.*?\}\}")

pytestmark = pytest.mark.parametrize("format_", OWN)


def local_project(text: str) -> LockedPlan:
    """A plan whose project has a name that ``mlplan solve`` takes: any text."""
    return requested(example("framework"), project=text)


def suffixed_project(text: str) -> LockedPlan:
    """The same, where each variant's wheels have a project of their own."""
    return requested(example("plugin-set"), project=text)


def variant(text: str) -> LockedPlan:
    """A plan whose variant has a name that only a lock made by hand can have."""
    return with_variant(example("plugin-set"), "cuda12", text)


def gpu(text: str) -> LockedPlan:
    """A plan that builds for targets that only a lock made by hand can name."""
    plan = example("framework")
    jobs = [
        replace(job, gpu={key: (text,) if found else () for key, found in job.gpu.items()})
        for job in plan.jobs
    ]
    return replace(plan, jobs=tuple(jobs))


@pytest.mark.parametrize("text", HOSTILE)
def test_project(format_: str, text: str, tmp_path: Path) -> None:
    found = files_of(format_, local_project(text))
    assert_data(format_, found, files_of(format_, local_project(PLAIN)), tmp_path)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("make", [suffixed_project, variant])
def test_others(format_: str, text: str, make: Callable[[str], LockedPlan], tmp_path: Path) -> None:
    try:
        plain = files_of(format_, make(PLAIN))
    except MlplanError:
        plain = None
    try:
        found = files_of(format_, make(text))
    except MlplanError as error:  # said, not written
        assert str(error)
        return
    assert_data(format_, found, plain, tmp_path)


@pytest.mark.parametrize("text", HOSTILE)
def test_gpu(format_: str, text: str, tmp_path: Path) -> None:
    """A format may leave out or refuse a target that is none; what it writes has the same lines."""
    try:
        found, plain = files_of(format_, gpu(text)), files_of(format_, gpu(PLAIN))
    except MlplanError as error:
        assert str(error)
        return
    assert_data(format_, found, None, tmp_path)
    for ours, theirs in zip(found, plain, strict=True):
        parsed(ours)
        if not ours.name.endswith((".csv", ".sh", ".json")):
            assert len(ours.text.splitlines()) == len(theirs.text.splitlines())


def assert_data(
    format_: str,
    found: tuple[EmittedFile, ...],
    plain: tuple[EmittedFile, ...] | None,
    folder: Path,
) -> None:
    """Files parse, have the shape of those with plain names, and run nothing."""
    for file in found:
        assert re.fullmatch(r"[A-Za-z0-9._+/-]+", file.name)
        assert ".." not in Path(file.name).parts
        assert_valid_scripts(format_, file, folder)
    if plain is None:
        return
    assert len(found) == len(plain)
    for ours, theirs in zip(found, plain, strict=True):
        if not ours.name.endswith((".csv", ".sh")):  # a value may hold a line break there
            assert len(ours.text.splitlines()) == len(theirs.text.splitlines())
        assert shape(parsed(ours)) == shape(parsed(theirs))
        if ours.name.endswith(".sh") and set(first_words(theirs.text)) <= {"export"}:
            run_bash(["bash", "--norc", "-s"], ours.text, folder)
        if format_ in EXPANDING:
            escaped = {"${{ '${{' }}"} if format_ == "azure" else set()
            known = set(EXPRESSION.findall(theirs.text)) | escaped
            assert set(EXPRESSION.findall(ours.text)) <= known


def parsed(file: EmittedFile) -> object:
    """What the format's own reader makes of a file."""
    match Path(file.name).suffix:
        case ".json":
            return json.loads(file.text)
        case ".yml" | ".yaml":
            return yaml.safe_load(file.text)
        case ".toml":
            return tomllib.loads(file.text)
        case ".csv":
            return list(csv.reader(io.StringIO(file.text, newline="")))
        case ".sh":
            return None
        case _:
            return [line[:1] == "#" for line in file.text.splitlines()]


def shape(value: object) -> object:
    """Types and lengths, without the texts."""
    if isinstance(value, dict):
        return [shape(inner) for inner in value.values()]
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value)


def first_words(script: str) -> list[str]:
    """The first words of a script's lines that are no comments."""
    return [line.split()[0] for line in script.splitlines() if line and line[0] != "#"]


def assert_valid_scripts(format_: str, file: EmittedFile, folder: Path) -> None:
    """bash can parse the scripts of a file."""
    if file.name.endswith(".sh"):
        run_bash(["bash", "-n"], file.text, folder)
    if file.name.endswith((".yml", ".yaml")):
        for script in scripts(yaml.safe_load(file.text)):
            text = script.replace("$$", "$") if format_ == "buildkite" else script
            run_bash(["bash", "-n"], text, folder)


def run_bash(command: list[str], script: str, folder: Path) -> None:
    found = subprocess.run(
        command,
        input=script.encode(),
        cwd=folder,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert list(folder.iterdir()) == []


def scripts(document: object) -> list[str]:
    """Every script of a pipeline."""
    if isinstance(document, list):
        return [script for inner in document for script in scripts(inner)]
    if not isinstance(document, dict):
        return []
    found = [script for inner in document.values() for script in scripts(inner)]
    for key in ("run", "bash", "command", "script"):
        value = document.get(key)
        found += [value] if isinstance(value, str) else []
        found += [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
    return found
