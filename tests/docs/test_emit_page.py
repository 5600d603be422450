"""docs/emit.md: its commands, its list of formats, and its plug-in, installed as pip would."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from planner.emit.registry import OWN
from tests.docs.fenced_blocks import REFRESH, ROOT, Shell, blocks, replay

PAGE = ROOT / "docs" / "emit.md"


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """A folder with the page's request, solved."""
    (tmp_path / "work").mkdir()
    shell = Shell(tmp_path / "work", monkeypatch, capsys)
    (request,) = [block for block in blocks(PAGE) if block.info == "yaml mlplan.yaml"]
    (shell.folder / request.argument).write_text(request.text, encoding="utf-8")
    shown = shell.mlplan("solve", "--quiet")
    assert shell.status == 0, shown
    return shell


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's package on the path, with the metadata that its pyproject.toml gives."""
    (module,) = [block for block in blocks(PAGE) if block.language == "python"]
    (table,) = [block for block in blocks(PAGE) if block.language == "toml"]
    project = tomllib.loads(table.text)["project"]
    (site := tmp_path / "site").mkdir()
    (site / module.argument).write_text(module.text, encoding="utf-8")
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(head, encoding="utf-8")
    points = "".join(
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in names.items())
        for group, names in project["entry-points"].items()
    )
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, module.argument.removesuffix(".py"), raising=False)


def test_page(shell: Shell, request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for block in blocks(PAGE):
        if block.language == "python":
            request.getfixturevalue("plug_in")
        if block.language == "console":
            today = replay(block.text, shell)
            if REFRESH:
                text = text.replace(f"```console\n{block.text}```", f"```console\n{today}```")
            else:
                assert today == block.text, f"line {block.line}"
    if REFRESH:
        PAGE.write_text(text, encoding="utf-8")


def test_the_list_is_whole() -> None:
    (shown,) = [b.text for b in blocks(PAGE) if b.text.startswith("$ mlplan emit --list\n")]
    assert [line.split()[0] for line in shown.splitlines()[1:]] == list(OWN)
