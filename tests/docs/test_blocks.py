"""Every fenced example of the pages does what the page says."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
import yaml

from planner.load.kinds import (
    GPU_FACT_KINDS,
    KINDS,
    LIBRARY_KINDS,
    FactContext,
    Kinds,
    read_fact,
)
from planner.load.nodes import Document, parse_yaml
from planner.model.facts import FactBase
from tests.docs.fenced_blocks import PAGES, REFRESH, Block, Shell, agrees, blocks, page_name, replay
from tests.docs.made_wheels import make_wheels

LANGUAGES = {"console", "yaml", "toml", "json", "sh", "text", "python"}
ELSEWHERE = {"docs/adding-an-accelerator.md", "docs/emit.md", "docs/tutorial.md"}
"""Run by test_new_family.py, on a copy of the facts, by test_emit_page.py, with a plug-in, and by
test_tutorial.py, in a real shell."""


@pytest.mark.parametrize("page", [p for p in PAGES if page_name(p) not in ELSEWHERE], ids=page_name)
def test_page(
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    facts: FactBase,
) -> None:
    shell = Shell(tmp_path, monkeypatch, capsys)
    text = page.read_text(encoding="utf-8")
    if "dist/" in text:
        make_wheels(tmp_path / "dist")
    for block in blocks(page):
        where = f"{page_name(page)}:{block.line}"
        assert block.language in LANGUAGES, f"{where}: what is a block {block.info!r}?"
        if block.language == "console":
            today = replay(block.text, shell)
            if REFRESH:
                text = text.replace(f"```{block.info}\n{block.text}```", f"```console\n{today}```")
            else:
                assert today == block.text, where
        else:
            _check(block, where, shell, facts)
    if REFRESH:
        page.write_text(text, encoding="utf-8")


def _check(block: Block, where: str, shell: Shell, facts: FactBase) -> None:
    if block.language == "json":
        json.loads(block.text)
    elif block.info == "yaml facts":
        _check_facts(block, where, facts, KINDS)
    elif block.argument.startswith("file "):
        (shell.folder / block.info.split(" ")[2]).write_text(block.text, encoding="utf-8")
    elif block.info == "yaml libraries":
        _check_facts(block, where, facts, LIBRARY_KINDS)
    elif block.argument.startswith("overlay "):
        # The commands of the page read it.
        (shell.folder / block.argument.split()[1]).write_text(block.text, encoding="utf-8")
    elif block.info == "yaml gpus":
        _check_facts(block, where, facts, GPU_FACT_KINDS)
    elif block.info == "yaml fragment":
        assert isinstance(yaml.safe_load(block.text), dict), where
    elif block.language in ("yaml", "toml"):
        _check_request(block, where, shell)


def _check_request(block: Block, where: str, shell: Shell) -> None:
    """A whole request is solved; under a name it stays for the next blocks."""
    default = "pyproject.toml" if block.language == "toml" else "request.yaml"
    path = shell.folder / (block.argument or default)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, encoding="utf-8")
    if block.language == "toml":
        tomllib.loads(block.text)
    shown = shell.mlplan("solve", str(path), "--dry-run")
    assert shell.status in (0, 1), f"{where}\n{shown}"
    if not block.argument:
        path.unlink()


def _check_facts(block: Block, where: str, facts: FactBase, kinds: Kinds) -> None:
    """Facts by local id are read as those of a family's files are."""
    node, problems = parse_yaml(block.text, where)
    document = Document(where, problems)
    section = document.root(node)
    sources = {id_: s for family in facts.families.values() for id_, s in family.sources.items()}
    context = FactContext(
        prefix="x-1.0", namespace="x", sources=sources, with_releases=True, kinds=kinds
    )
    for local_id in section.keys:
        row = section.section(local_id)
        assert row is not None, where
        read_fact(row, local_id, context)
    assert not document.problems, "\n".join(str(problem) for problem in document.problems)


@pytest.mark.parametrize(
    ("shown", "real", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n...\n", "a\nb\nc\n", True),
        ("...\nc\n", "a\nb\nc\n", True),
        ("a\n...\nc\n", "a\nc\n", True),
        ("a\n...\nd\n", "a\nb\nc\n", False),
        ("a …\nc\n", "a b\nc\n", True),
        ("a …\n", "b c\n", False),
        ("", "", True),
    ],
)
def test_shortened_output(shown: str, real: str, same: bool) -> None:
    assert agrees(shown, real) is same
