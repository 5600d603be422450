"""Each example is solved as its folder says: ``plan.txt`` on the screen, ``mlplan.lock`` on disk.

``MLPLAN_REFRESH=1 pytest tests/examples`` writes both anew; look at the difference before you keep
it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from planner.cli.main import run
from planner.errors import NoSolutionError

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
FOLDERS = sorted(path.parent.name for path in EXAMPLES.glob("*/mlplan.yaml"))
REFRESH = bool(os.environ.get("MLPLAN_REFRESH"))
_MADE_WITH = ("mlplan", "facts")
"""Keys that change with every change of the facts, whether it touches the plan or not."""


def _mlplan(
    arguments: list[str], patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """The exit status of ``mlplan`` and its standard output."""
    capture.readouterr()
    patch.setattr(sys, "argv", ["mlplan", *arguments])
    with pytest.raises(SystemExit) as stopped:
        run()
    return int(stopped.value.code or 0), capture.readouterr().out


def _lock(path: Path) -> dict[str, object]:
    document = json.loads(path.read_text(encoding="utf-8"))
    return {key: value for key, value in document.items() if key not in _MADE_WITH}


@pytest.mark.parametrize("name", FOLDERS)
def test_example(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = EXAMPLES / name
    shutil.copy(folder / "mlplan.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    status, shown = _mlplan(["solve"], monkeypatch, capsys)
    if REFRESH:
        (folder / "plan.txt").write_text(shown, encoding="utf-8")
        shutil.copy(tmp_path / "mlplan.lock", folder)
    assert status == (NoSolutionError.exit_status if name == "failing" else 0)
    assert shown == (folder / "plan.txt").read_text(encoding="utf-8")
    assert _lock(tmp_path / "mlplan.lock") == _lock(folder / "mlplan.lock")


@pytest.mark.parametrize("name", FOLDERS)
def test_explanation(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """``explain.txt``: why the first job is as it is, or every conflict where jobs fail."""
    folder = EXAMPLES / name
    shutil.copy(folder / "mlplan.lock", tmp_path)
    monkeypatch.chdir(tmp_path)
    document = json.loads((folder / "mlplan.lock").read_text(encoding="utf-8"))
    asked = "--failures" if document["failures"] else document["jobs"][0]["id"]
    status, shown = _mlplan(["explain", asked], monkeypatch, capsys)
    if REFRESH:
        (folder / "explain.txt").write_text(shown, encoding="utf-8")
    assert status == 0
    assert shown == (folder / "explain.txt").read_text(encoding="utf-8")
    assert max(len(line) for line in shown.splitlines()) <= 100


@pytest.mark.parametrize("name", FOLDERS)
def test_check_agrees(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for file in ("mlplan.yaml", "mlplan.lock"):
        shutil.copy(EXAMPLES / name / file, tmp_path)
    monkeypatch.chdir(tmp_path)
    assert _mlplan(["solve", "--check"], monkeypatch, capsys) == (0, "")


@pytest.mark.parametrize("name", FOLDERS)
def test_example_is_complete(name: str) -> None:
    files = {path.name for path in (EXAMPLES / name).iterdir()}
    told = {"mlplan.yaml", "README.md", "plan.txt", "explain.txt", "mlplan.lock"}
    assert files == told | {"emit"}


def test_failing_shows_its_conflicts() -> None:
    text = (EXAMPLES / "failing" / "mlplan.lock").read_text(encoding="utf-8")
    asked = {
        failure["variant"]: {line["value"] for line in failure["conflicts"][0]["request"]}
        for failure in json.loads(text)["failures"]
    }
    assert asked["old-gpu"] == {">=13", "sm_70"}
    assert asked["mkl-on-arm"] == {"aarch64"}
    assert "rhel-7" in asked["old-system"]
