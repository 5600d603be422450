"""Order, weights and verdicts of a judgement, and of a run over many wheels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.model.wheel_facts import WheelFacts
from planner.verifier.context import Options
from planner.verifier.findings import Severity
from planner.verifier.judge import Judged, Report, Verdict, judge, observed, report_of
from tests.verifier.judging import NAME, case_of, lines_of, plan_of

BAD: dict[str, Any] = {
    "elf": {"p/a.so": {"stack": None, "needed": ["libfoo.so.1"], "plain": ["memcpy"]}}
}


def judged(folder: Path, facts: WheelFacts, **row: Any) -> Judged:
    case = case_of({"says": "", "told": [], "wheel": NAME, **row})
    return case.judged(folder, facts)[0]


def test_errors_come_first(tmp_path: Path, wheel_facts: WheelFacts) -> None:
    row = judged(tmp_path, wheel_facts, **BAD)
    assert lines_of(row.findings) == [
        "MLP-L001 error p/a.so",
        "MLP-E002 warning p/a.so",
        "MLP-T014 note p/a.so",
    ]
    assert row.verdict is Verdict.FAIL


@pytest.mark.parametrize("name", ["MLP-L001", "library-outside-policy"])
def test_what_is_ignored_is_still_told(name: str, tmp_path: Path, wheel_facts: WheelFacts) -> None:
    row = judged(tmp_path, wheel_facts, **BAD, options={"ignore": frozenset({name})})
    weights = {f.id: f.severity for f in row.findings}
    assert weights["MLP-L001"] is Severity.NOTE
    assert row.verdict is Verdict.PASS


def test_unreadable_wins(tmp_path: Path, wheel_facts: WheelFacts) -> None:
    row = judged(tmp_path, wheel_facts, **BAD, files={"pkg/data.txt": "x"}, edit="checksum")
    assert row.verdict is Verdict.UNREADABLE


def test_observation_has_no_findings(tmp_path: Path, wheel_facts: WheelFacts) -> None:
    row = judged(tmp_path, wheel_facts, **BAD)
    seen = observed(row.wheel, wheel_facts)
    assert (seen.findings, seen.verdict) == ((), Verdict.PASS)
    assert seen.context.floor == row.context.floor


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        ((), Verdict.PASS),
        ((Verdict.PASS, Verdict.PASS), Verdict.PASS),
        ((Verdict.PASS, Verdict.FAIL), Verdict.FAIL),
        ((Verdict.FAIL, Verdict.UNREADABLE, Verdict.PASS), Verdict.UNREADABLE),
    ],
)
def test_verdict_of_a_run(
    verdicts: tuple[Verdict, ...], whole: Verdict, tmp_path: Path, wheel_facts: WheelFacts
) -> None:
    row = judged(tmp_path, wheel_facts)
    rows = tuple(Judged(context=row.context, findings=(), verdict=v) for v in verdicts)
    assert Report(wheels=rows).verdict is whole


def test_every_job_without_wheel_is_named(tmp_path: Path, wheel_facts: WheelFacts) -> None:
    wheel = judged(tmp_path, wheel_facts).wheel
    plan = plan_of({"id": "cpu"}, {"id": "arm", "arch": "aarch64"})
    rows = (judge(wheel, wheel_facts, plan), judge(wheel, wheel_facts, plan))
    report = report_of(rows, plan)
    assert [(f.id, f.severity, f.data["job"]) for f in report.findings] == [
        ("MLP-P006", Severity.NOTE, "arm")
    ]
    assert report.verdict is Verdict.PASS
    assert report_of(rows, plan, Options(strict=True)).verdict is Verdict.FAIL
