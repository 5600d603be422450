"""Things named like a wheel that are no file, or cannot be read: exit status 5, and at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from planner import api
from planner.artifacts.wheel import read_wheel
from planner.errors import UsageError, WheelError
from planner.verifier.judge import Verdict
from tests.artifacts.hostile.harness import NAME, bounded, facts

Make = Callable[[Path], None]


def _dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


KINDS: dict[str, Make] = {
    "missing": lambda path: None,
    "folder": lambda path: path.mkdir(),
    "FIFO": os.mkfifo,
    "dangling link": _dangling,
    "link to itself": _loop,
    "device": _device,
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_cannot_be_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / NAME
    KINDS[kind](path)
    with bounded(5), pytest.raises(WheelError, match="cannot be read") as caught:
        read_wheel(path)
    assert caught.value.exit_status == 5


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "folder"])
def test_programs_get_a_row_of_the_report(kind: str, tmp_path: Path) -> None:
    path = tmp_path / NAME
    KINDS[kind](path)
    assert _verdict(path) is Verdict.UNREADABLE


def test_a_folder_called_like_a_wheel_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    facts()
    with bounded(5):
        assert _verdict(tmp_path / NAME) is Verdict.UNREADABLE
        assert _verdict(tmp_path) is Verdict.UNREADABLE


def test_an_empty_folder_holds_no_wheel(tmp_path: Path) -> None:
    facts()
    with bounded(5), pytest.raises(UsageError):
        api.verify(tmp_path)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "missing"])
def test_what_is_no_file_is_told_when_a_folder_is_searched(kind: str, tmp_path: Path) -> None:
    KINDS[kind](tmp_path / NAME)
    assert _verdict(tmp_path) is Verdict.UNREADABLE


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    "name", ["x\0.whl", "x" * 5000 + ".whl", "x/" * 3000 + "y.whl"], ids=["NUL", "long", "deep"]
)
def test_impossible_names(name: str, jobs: int) -> None:
    facts()
    with bounded(5):
        report = api.verify([name, f"other-{name}"], jobs=jobs)
    assert report.verdict is Verdict.UNREADABLE


def _verdict(path: Path) -> Verdict:
    facts()
    with bounded(5):
        return api.verify(path).verdict


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / NAME
    path.write_bytes(b"")

    def refuse(*args: object, **options: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(WheelError, match="Permission denied"):
        read_wheel(path)


def test_a_folder_that_may_not_be_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", refuse)
    assert api.find_wheels([tmp_path / NAME]) == [tmp_path / NAME]
