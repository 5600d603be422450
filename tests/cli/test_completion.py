"""Completion as shells ask for it: words and position in, one value a line out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.cli.main import app
from planner.verifier.catalogue import RULES
from tests.load.made import TINY

LOCK = Path(__file__).resolve().parent.parent.parent / "examples" / "framework" / "mlplan.lock"
_RUN = (
    "import sys; from planner.cli.main import run\n"
    "sys.argv = ['mlplan']\n"
    "try:\n    run()\nfinally:\n"
    "    heavy = {'networkx', 'elftools', 'yaml', 'rich.table'} & set(sys.modules)\n"
    "    print('HEAVY', sorted(heavy), file=sys.stderr)\n"
)


def _shell(line: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What bash would get for the last word of a line."""
    words = line.split(" ")
    return subprocess.run(
        [sys.executable, "-c", _RUN],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={
            **os.environ,
            "_MLPLAN_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
            **environment,
        },
    )


def test_bash_gets_job_ids_in_no_time(tmp_path: Path) -> None:
    (tmp_path / "mlplan.lock").write_bytes(LOCK.read_bytes())
    done = _shell("mlplan explain cuda-cuda12.6", tmp_path)
    assert done.stdout.split() == ["cuda-cuda12.6.3-x86_64", "cuda-cuda12.6.3-aarch64"]
    assert (done.returncode, done.stderr) == (0, "HEAVY []\n")


def test_a_broken_lock_completes_nothing(tmp_path: Path) -> None:
    (tmp_path / "mlplan.lock").write_text("{")
    done = _shell("mlplan explain c", tmp_path, MLPLAN_DATA="nowhere")
    assert (done.stdout.strip(), done.stderr) == ("", "HEAVY []\n")


def _ask(line: str) -> list[str]:
    """The same without a process of its own."""
    words = line.split(" ")
    answer = CliRunner().invoke(
        app,
        [],
        prog_name="mlplan",
        env={
            "_MLPLAN_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        },
    )
    assert answer.exception is None or isinstance(answer.exception, SystemExit)
    return answer.output.split()


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a lock."""
    path = tmp_path / "mlplan.lock"
    path.write_bytes(LOCK.read_bytes())
    monkeypatch.chdir(tmp_path)
    return path


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("mlplan in", ["init", "inspect"]),
        ("mlplan emit git", ["github", "github-workflow", "gitlab"]),
        ("mlplan emit github --variant c", ["cpu", "cpu-arm", "cuda"]),
        ("mlplan emit github --arch a", ["aarch64"]),
        ("mlplan emit github --jobs r", ["rocm-rocm7.2.4-x86_64"]),
        ("mlplan explain r", ["rocm-rocm7.2.4-x86_64"]),
        ("mlplan facts list p", ["pythons"]),
        ("mlplan solve --cuda 12", ["12.9", "12.8", *(f"12.{n}" for n in range(6, -1, -1))]),
        ("mlplan solve --rocm n", ["newest"]),
        ("mlplan solve --mkl 2026", ["2026.2", "2026.1", "2026.0"]),
        ("mlplan solve --with ", ["cuda", "mkl", "rocm"]),
        ("mlplan solve --arch x86_64,aa", ["x86_64,aarch64"]),
        ("mlplan solve --arch aarch64,aa", []),
        ("mlplan solve --runs-on rhel-", ["rhel-6", "rhel-7", "rhel-8", "rhel-9", "rhel-10"]),
        ("mlplan solve --python cp314", ["cp314", "cp314t"]),
        ("mlplan solve --links cublas,cuff", ["cublas,cufft"]),
        ("mlplan solve --allow e", ["ended-base", "ended-image"]),
        ("mlplan solve --prefer ", ["newest", "widest"]),
        ("mlplan solve --set cxx", ["cxx=", "cxx11-abi="]),
        ("mlplan solve --color a", ["auto", "always"]),
        ("mlplan verify --policy manylinux_2_2", [f"manylinux_2_2{n}" for n in "4678"]),
        ("mlplan verify --ignore symbol-", ["symbol-too-new"]),
        ("mlplan help facts s", ["show", "sources", "stale"]),
        ("mlplan solve --data nowhere --cuda ", []),
        ("mlplan explain --plan nowhere c", []),
        ("mlplan diff --format m", ["markdown"]),
    ],
)
def test_values(line: str, values: list[str], lock: Path) -> None:
    assert _ask(line) == values


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "mlplan-plan/1"}', "\x00"])
@pytest.mark.parametrize("line", ["mlplan explain c", "mlplan emit github --variant c"])
def test_locks_that_are_none(line: str, text: str, lock: Path) -> None:
    lock.write_text(text)
    assert _ask(line) == []


def test_failures_are_explained_too(lock: Path) -> None:
    lock.write_bytes((LOCK.parent.parent / "failing" / "mlplan.lock").read_bytes())
    assert _ask("mlplan explain mkl") == ["mkl-on-arm-mklnewest-aarch64"]


def test_other_facts(lock: Path) -> None:
    assert _ask(f"mlplan solve --data {TINY} --runs-on ") == ["centos-7", "almalinux-8"]


def test_every_finding_is_offered(lock: Path) -> None:
    known = {about.id for about in RULES.values()} | {rule.value for rule in RULES}
    assert set(_ask("mlplan verify --ignore ")) == known
