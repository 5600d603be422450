"""docs/tutorial.md, followed to the letter in a real shell: its files, commands and output.

Without network the commands that install are left out, and the wheel is built with the setuptools
at hand. With ``MLPLAN_NETWORK=1`` nothing is left out: a copy of this tree is installed into the
tutorial's own environment. The step with a container runs where a container engine does.
"""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.version import Version

from tests.docs.fenced_blocks import REFRESH, ROOT, Block, agrees, blocks, session

PAGE = ROOT / "docs" / "tutorial.md"
NETWORK = bool(os.environ.get("MLPLAN_NETWORK"))
_INSTALLS = ("python3 -m venv ", "source ", "pip install --quiet .")
"""Commands that are run with network only; without, the tests' own environment stands for it."""


def _missing() -> str | None:
    """What this machine lacks to follow the tutorial, ``None`` when it lacks nothing."""
    libc, release = platform.libc_ver()
    if libc != "glibc" or Version(release) < Version("2.29"):
        return "the tutorial's first wheel fails on glibc 2.29 or newer only"
    if platform.machine() != "x86_64":
        return "the tutorial is written for x86_64"
    if not shutil.which("cc") and not shutil.which("gcc"):
        return "there is no C compiler"
    if not (Path(sysconfig.get_path("include")) / "Python.h").is_file():
        return "there are no headers of Python"
    return None if NETWORK else _missing_offline()


def _missing_offline() -> str | None:
    for name, least in (("pip", "22"), ("setuptools", "77")):
        try:
            found = Version(version(name))
        except PackageNotFoundError:
            return f"{name} is not installed"
        if found < Version(least):
            return f"{name} {found} is older than {least}"
    return None


def _commands(block: Block) -> Iterable[str]:
    """The shell commands that a block stands for: those of a session, or one that writes a file."""
    if block.language == "console":
        for command, _ in session(block.text):
            yield _offline(command) if not NETWORK else command
    elif block.argument:
        yield f"cat > {shlex.quote(block.argument)} <<'END_OF_FILE'\n{block.text}END_OF_FILE"


def _offline(command: str) -> str:
    if command.startswith(_INSTALLS):
        return ":"
    return command.replace("pip wheel ", "pip wheel --no-build-isolation --no-index ", 1)


def _outputs(commands: list[str], folder: Path) -> list[str]:
    """What each command prints, run one after the other in one bash."""
    steps = (f"(exit $status)\n{each}\nstatus=$?\nprintf '\\0'" for each in commands)
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash"],
        input="exec 2>&1\nstatus=0\n" + "\n".join(steps),
        cwd=folder,
        env={**os.environ, "PATH": programs, "COLUMNS": "100", "PIP_QUIET": "2"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    *outputs, rest = done.stdout.split("\0")
    assert (len(outputs), rest) == (len(commands), "")
    return ["".join(f"{line.rstrip()}\n" for line in each.splitlines()) for each in outputs]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Where the tutorial starts; with network it holds what ``pip install .`` needs."""
    folder = tmp_path / "mlplan"
    if not NETWORK:
        folder.mkdir()
        return folder
    shutil.copytree(
        ROOT,
        folder,
        ignore=shutil.ignore_patterns(".*", "__pycache__", "tests", "examples", "docs", "build"),
    )
    return folder


def _today(block: Block, outputs: Iterable[str]) -> str:
    """The session with today's output; shortened output stays where it still agrees."""
    lines = []
    for (command, shown), real in zip(session(block.text), outputs, strict=True):
        lines.append(f"$ {command}\n" + (shown if agrees(shown, real) else real))
    return "".join(lines)


@pytest.mark.skipif(_missing() is not None, reason=_missing() or "")
def test_tutorial(checkout: Path) -> None:
    page = blocks(PAGE)
    commands = [list(_commands(block)) for block in page]
    outputs = iter(_outputs([each for some in commands for each in some], checkout))
    text = PAGE.read_text(encoding="utf-8")
    for block, some in zip(page, commands, strict=True):
        printed = [next(outputs) for _ in some]
        if block.language == "console":
            today = _today(block, printed)
            if REFRESH:
                text = text.replace(block.text, today)
            else:
                assert today == block.text, f"line {block.line}"
        else:
            assert printed in ([], [""]), f"line {block.line}"
    if REFRESH:
        PAGE.write_text(text, encoding="utf-8")


def _has_containers() -> bool:
    engine = shutil.which("docker")
    if engine is None:
        return False
    return subprocess.run([engine, "info"], check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(_missing() is not None, reason=_missing() or "")
def test_the_step_with_a_container(checkout: Path) -> None:
    """The wheel that the planned image builds passes by the plan, whatever the code of step 5."""
    if not NETWORK or not _has_containers():
        pytest.skip("pulls a build image: needs MLPLAN_NETWORK=1 and a running Docker")
    page = blocks(PAGE)
    (step,) = [block.text for block in page if block.language == "sh"]
    commands = [command for block in page for command in _commands(block)]
    *_, verdict = _outputs([*commands, f"rm -rf dist\n{step}"], checkout)
    assert "pass tally-1.0-cp311-abi3-manylinux_2_28_x86_64.whl" in verdict.splitlines()


@pytest.mark.parametrize(
    ("command", "run"),
    [
        ("pip install --quiet .", ":"),
        ("pip install --target x y.whl", "pip install --target x y.whl"),
        ("pip wheel .", "pip wheel --no-build-isolation --no-index ."),
        ("mlplan solve", "mlplan solve"),
    ],
)
def test_without_network(command: str, run: str) -> None:
    assert _offline(command) == run
