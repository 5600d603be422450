"""Fenced code blocks of the Markdown pages, and their console sessions run in-process.

The first line of a block (its info string) says what it is and how it is checked:

- ``console``: lines ``$ command`` and the output that follows, run with 100 columns. A line ``...``
  stands for any lines, a ``…`` for any text within one. Commands are ``mlplan ...``, ``cat FILE``
  and ``echo $?``.
- ``yaml``, ``toml``: a whole request, solved. ``yaml FILE``: kept under that name for later blocks.
- ``yaml overlay FILE``: an overlay, kept under that name for later blocks, which must use it.
- ``yaml fragment``: a part of a request, which must parse. ``yaml facts``: facts by local id;
  ``yaml libraries``, ``yaml gpus``: those of ``libraries.yaml`` and ``gpus.yaml``.
- ``toml file NAME``, ``yaml file NAME``: no request, kept under that name for later blocks.
- ``json``: must parse. ``sh``, ``text``: not run.
- ``python``: that of api.md, see test_api.py.
- ``c``: a file of tutorial.md, which test_tutorial.py follows in a real shell.

Pages that speak of ``dist/`` find the wheels of made_wheels.py there.

``MLPLAN_REFRESH=1 pytest tests/docs tests/examples`` writes the output of today into the pages.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from planner.cli.main import run

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "examples").rglob("*.md")),
]
REFRESH = bool(os.environ.get("MLPLAN_REFRESH"))
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a page; ``line`` counts from one."""

    info: str
    text: str
    line: int

    @property
    def language(self) -> str:
        """The first word of the info string."""
        return self.info.split(" ")[0]

    @property
    def argument(self) -> str:
        """The rest of the info string."""
        return self.info.partition(" ")[2].strip()


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(match["info"].strip(), match["text"], text.count("\n", 0, match.start()) + 1)
        for match in _FENCE.finditer(text)
    ]


def page_name(page: Path) -> str:
    """The page's path below the project, as the name of a test."""
    return page.relative_to(ROOT).as_posix()


class Shell:
    """Runs the commands of console blocks in a folder."""

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self.capture = capture
        self.patch = patch
        self.status = 0
        patch.chdir(folder)
        patch.setenv("COLUMNS", "100")

    def __call__(self, command: str) -> str:
        """What a command prints, standard output before standard error."""
        words = shlex.split(command, comments=True)
        if words[0] == "mlplan":
            return self.mlplan(*words[1:])
        if words[0] == "cat":
            return (self.folder / words[1]).read_text(encoding="utf-8")
        if words == ["echo", "$?"]:
            return f"{self.status}\n"
        raise AssertionError(f"no test knows how to run: {command}")

    def mlplan(self, *arguments: str) -> str:
        """What ``mlplan`` prints; its exit status is kept."""
        self.capture.readouterr()
        self.patch.setattr(sys, "argv", ["mlplan", *arguments])
        with pytest.raises(SystemExit) as stopped:
            run()
        self.status = int(stopped.value.code or 0)
        out, err = self.capture.readouterr()
        return out + err


def session(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with the output that the page shows."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def agrees(shown: str, real: str) -> bool:
    """Whether shown output is the real one; ``...`` stands for any lines, ``…`` for any text."""
    pieces = re.split(r"^\.\.\.\n", shown, flags=re.M)
    pattern = r"(?:.*\n)*?".join(re.escape(piece).replace("…", ".*") for piece in pieces)
    return re.fullmatch(pattern, real) is not None


def replay(text: str, shell: Shell) -> str:
    """The block with today's output; shortened output stays where it still agrees."""
    lines = []
    for command, shown in session(text):
        real = "\n".join(line.rstrip() for line in shell(command).splitlines())
        real = f"{real}\n" if real else ""
        tail = "\n" * (len(shown) - len(shown.rstrip("\n")) - 1) if shown.strip() else ""
        same = agrees(shown.rstrip("\n") + "\n" if shown.strip() else "", real)
        lines.append(f"$ {command}\n" + (shown if same else real + tail))
    return "".join(lines)
