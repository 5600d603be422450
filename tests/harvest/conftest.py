"""A package index of made wheels for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.audit import program_help
from tests.harvest.making import acme, publish
from tests.wheels.served import ServedIndex, served_index


@pytest.fixture
def wheel_index(tmp_path: Path) -> Iterator[ServedIndex]:
    """An index with release 1.0.0 of the made family; see :mod:`tests.wheels.served`."""
    with served_index(tmp_path / "index") as index:
        publish(index, "1.0.0", day="2026-03-02")
        yield index


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the made family, whose programs are shell scripts and run anywhere."""
    monkeypatch.setattr(program_help, "_runs_here", lambda arch: True)
    return acme(tmp_path)
