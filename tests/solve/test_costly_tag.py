"""A newer tag that costs a release is warned of, on a made-up family."""

from __future__ import annotations

import shutil
from pathlib import Path

from planner.load.request import read_request_values
from planner.solve.compiled import compile_index
from planner.solve.day import Day
from planner.solve.planner import make_plan
from planner.solve.tables import build_tables
from planner.solve.vocabulary import vocabulary_of
from tests.solve.real import ROOT

FAMILY = """mlplan-family: 1
family: old
title: Made up
rank: 9
gpu: none
order: ["1.0", "2.0"]
sources:
  made: {title: made up, kind: document, read: "2026-11-21"}
"""
MINOR = """mlplan-release: 1
family: old
minor: "{minor}"
stream: production
releases:
  "{minor}.0":
    released: {{kind: released, date: "2024-01-01", standing: documented, source: [made]}}
facts:
  architectures: {{kind: architectures, covers: [x86_64], standing: documented, source: [made]}}
  host-gcc:
    {{kind: host-compiler, compiler: gcc, range: "{gcc}", standing: enforced, source: [made]}}
"""


def test_the_older_release_is_named(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    folder = tmp_path / "matrices" / "old"
    folder.mkdir(parents=True)
    # The images that ship CUDA would name a family that is not here.
    images = (tmp_path / "policies" / "images.yaml").read_text(encoding="utf-8")
    kept = [line for line in images.split("\n") if "toolkits:" not in line]
    (tmp_path / "policies" / "images.yaml").write_text("\n".join(kept), encoding="utf-8")
    (folder / "family.yaml").write_text(FAMILY, encoding="utf-8")
    (folder / "1.0.yaml").write_text(MINOR.format(minor="1.0", gcc="<16"), encoding="utf-8")
    (folder / "2.0.yaml").write_text(MINOR.format(minor="2.0", gcc="<9"), encoding="utf-8")
    tables = build_tables(compile_index(tmp_path))
    values: dict[str, object] = {"allow": ["alpha-image"], "variants": {"v": {"old": [">=1"]}}}
    request = read_request_values(values, vocabulary_of(tables), overrides={})
    (job,) = make_plan(request, Day("2026-11-21", explicit=True), tables).jobs
    assert job.decision.accelerators == {"old": "1.0.0"}
    (caution,) = [c for c in job.decision.warnings if c.rule == "older-release-for-newer-tag"]
    assert caution.data == {
        "family": "old",
        "version": "1.0.0",
        "newer": "2.0.0",
        "policy": "manylinux_2_34",
        "wider": "manylinux_2_28",
    }
