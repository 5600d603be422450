"""Each folder of ``projects/`` is a project; ``expected.yaml`` is its request, ``notes.txt`` what
its author is told besides. ``MLPLAN_REFRESH=1`` writes both anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from planner.draft.known import Known
from planner.draft.request import draft_request
from planner.draft.solving import solvable
from planner.load.request import read_request_text
from planner.plan.records import Plan
from planner.solve.day import Day
from planner.solve.planner import make_plan
from tests.draft.conftest import TODAY, Read

PROJECTS = Path(__file__).parent / "projects"
FOLDERS = sorted(path.name for path in PROJECTS.iterdir() if path.is_dir())
REFRESH = bool(os.environ.get("MLPLAN_REFRESH"))


def _plan(text: str, known: Known) -> Plan:
    request = read_request_text(text, "mlplan.yaml", known.vocabulary)
    return make_plan(request, Day(TODAY, explicit=False), known.tables)


@pytest.mark.parametrize("name", FOLDERS)
def test_project(name: str, known: Known, read: Read) -> None:
    folder = PROJECTS / name
    solved = solvable(draft_request(read(folder), [], known), known, TODAY)
    notes = "".join(f"{note}\n" for note in solved.draft.notes)
    if REFRESH:
        (folder / "expected.yaml").write_text(solved.text, encoding="utf-8")
        (folder / "notes.txt").write_text(notes, encoding="utf-8")
    assert solved.text == (folder / "expected.yaml").read_text(encoding="utf-8")
    assert notes == (folder / "notes.txt").read_text(encoding="utf-8")
    assert max(map(len, solved.text.splitlines())) <= 100
    again = _plan(solved.text, known)
    assert again.failures == ()
    assert [job.id for job in again.jobs] == [job.id for job in solved.plan.jobs]


def test_nothing_to_read_is_the_built_in_request(tmp_path: Path, known: Known, read: Read) -> None:
    solved = solvable(draft_request(read(tmp_path), [], known), known, TODAY)
    assert {v.name: v.settings[v.name].value for v in solved.draft.active()} == {
        "cuda": "newest",
        "rocm": "newest",
        "mkl": "newest",
    }
    assert [job.id for job in solved.plan.jobs] == [job.id for job in _plan(_BUILT_IN, known).jobs]


_BUILT_IN = (
    "mlplan: 1\nvariants: {cuda: {cuda: newest}, mkl: {mkl: newest}, rocm: {rocm: newest}}\n"
)
