from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from planner.check.spellings import field_of
from planner.draft.known import Known
from planner.draft.request import draft_request
from planner.draft.solving import Solved, solvable
from planner.load.project_files import read_project
from planner.load.wheel_records import wheel_facts_of
from planner.model.facts import FactBase
from planner.model.projects import ProjectFiles
from planner.solve.rows import Tables

TODAY = "2026-11-21"
Read = Callable[[Path], ProjectFiles]


@pytest.fixture(scope="session")
def known(tables: Tables, facts: FactBase) -> Known:
    """What drafts are decided by, from the real facts."""
    return Known(tables, wheel_facts_of(facts))


@pytest.fixture(scope="session")
def read(known: Known) -> Read:
    """Reads a project's folder."""
    return lambda folder: read_project(folder, lambda key: field_of(key, known.names.families))


@pytest.fixture
def drafted(tmp_path: Path, known: Known, read: Read) -> Callable[[dict[str, str]], Solved]:
    """The draft of a project made of some files."""

    def draft(files: dict[str, str]) -> Solved:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return solvable(draft_request(read(tmp_path), [], known), known, TODAY)

    return draft
