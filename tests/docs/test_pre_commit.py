"""The hooks that this project offers and those of its own work run what they say."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from planner.load.locate import fact_files
from tests.docs.fenced_blocks import ROOT, Shell
from tests.load.made import TINY, replace_once

REQUEST = """mlplan: 1
date: "2026-11-21"
variants:
  cpu: {mkl: "2026.2", architectures: [x86_64]}
"""


def _read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


OFFERED = {hook["id"]: hook for hook in _read(".pre-commit-hooks.yaml")}
REPOS = _read(".pre-commit-config.yaml")["repos"]
OWN = {hook["id"]: hook for repo in REPOS for hook in repo["hooks"]}


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """An empty folder to run hooks in."""
    return Shell(tmp_path, monkeypatch, capsys)


def _run(shell: Shell, hook: dict[str, Any], *arguments: str) -> str:
    """What a hook prints: its entry with a user's ``args``, and without names of files."""
    assert hook["pass_filenames"] is False
    program, *words = shlex.split(hook["entry"])
    assert program == "mlplan"
    return shell.mlplan(*words, *arguments)


@pytest.mark.parametrize(
    ("id_", "touching", "not_touching"),
    [
        (
            "mlplan-solve-check",
            ["mlplan.yaml", "mlplan.lock", "pyproject.toml", "a/mlplan.yaml", "my-overlay.yaml"],
            ["my-mlplan.yaml", "mlplan.yaml.orig", "pyproject.toml.in", "src/a.py"],
        ),
        (
            "mlplan-facts-check",
            ["matrices/cuda/13.5.yaml", "facts/policies/platforms/a.yaml", "mlplan-overlay.yaml"],
            ["matrices/README.md", "src/matrices.yaml", "mlplan.yaml"],
        ),
    ],
)
def test_hooks_run_when_their_files_change(
    id_: str, touching: list[str], not_touching: list[str]
) -> None:
    pattern = re.compile(OFFERED[id_]["files"])
    assert [name for name in touching if not pattern.search(name)] == []
    assert [name for name in not_touching if pattern.search(name)] == []


def test_every_fact_file_wakes_the_hook_of_this_project(data_root: Path) -> None:
    names = [path.relative_to(data_root).as_posix() for path in fact_files(data_root)]
    assert [name for name in names if not re.search(OWN["facts"]["files"], name)] == []
    assert re.search(OWN["facts"]["files"], "tests/load/tiny/policies/sources.yaml") is None


def test_a_lock_that_is_right_passes_and_a_changed_request_fails(shell: Shell) -> None:
    (shell.folder / "mlplan.yaml").write_text(REQUEST, encoding="utf-8")
    shell.mlplan("solve", "--quiet")
    passed = (_run(shell, OFFERED["mlplan-solve-check"]), shell.status)
    replace_once(shell.folder / "mlplan.yaml", '"2026.2"', '"2026.1"')
    failed = _run(shell, OFFERED["mlplan-solve-check"])
    assert passed == ("", 0)
    assert (shell.status, "would change: request" in failed) == (1, True)


def test_another_request_may_be_named(shell: Shell) -> None:
    (shell.folder / "packaging").mkdir()
    (shell.folder / "packaging/mlplan.yaml").write_text(REQUEST, encoding="utf-8")
    _run(shell, OFFERED["mlplan-solve-check"], "packaging/mlplan.yaml")
    without_lock = shell.status
    shell.mlplan("solve", "packaging/mlplan.yaml", "--quiet")
    _run(shell, OFFERED["mlplan-solve-check"], "packaging/mlplan.yaml")
    assert (without_lock, shell.status) == (6, 0)


def test_facts_of_a_project_are_checked(shell: Shell) -> None:
    shutil.copytree(TINY, shell.folder / "facts")
    shown = _run(shell, OFFERED["mlplan-facts-check"], "--data", "facts")
    passed = (shell.status, "facts are in order" in shown)
    release = shell.folder / "facts/matrices/toy/1.10.yaml"
    replace_once(release, "stream: production", "stream: productive")
    _run(shell, OFFERED["mlplan-facts-check"], "--data", "facts")
    assert (passed, shell.status) == ((0, True), 4)


def test_an_overlay_is_checked(shell: Shell) -> None:
    overlay = shell.folder / "mlplan-overlay.yaml"
    overlay.write_text("mlplan-overlay: 1\n", encoding="utf-8")
    _run(shell, OFFERED["mlplan-facts-check"], "--overlay", overlay.name)
    passed = shell.status
    overlay.write_text("mlplan-overlay: 1\nadds: {}\n", encoding="utf-8")
    shown = _run(shell, OFFERED["mlplan-facts-check"], "--overlay", overlay.name)
    assert (passed, shell.status, "unknown key" in shown) == (0, 4, True)


def test_the_own_hook_mends_the_form(shell: Shell) -> None:
    root = shutil.copytree(TINY, shell.folder / "facts")
    release = root / "matrices/toy/1.10.yaml"
    before = release.read_text(encoding="utf-8")
    replace_once(release, "[x86_64, aarch64]", "[ x86_64,   aarch64 ]")
    shown = _run(shell, OWN["facts"], "--data", "facts")
    assert (shell.status, "rewrote matrices/toy/1.10.yaml" in shown) == (0, True)
    assert release.read_text(encoding="utf-8") == before


def test_tools_of_the_own_hooks_are_those_of_the_extras() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [re.match(r"[\w-]+", line) for line in project["optional-dependencies"]["lint"]]
    projects = {match[0] for match in named if match is not None}
    programs = {shlex.split(hook["entry"])[0] for hook in OWN.values()}
    assert programs == {"ruff", "mypy", "lint-imports", "mlplan"}
    assert {"ruff", "mypy", "import-linter"} <= projects
    assert "mlplan" in project["scripts"]
