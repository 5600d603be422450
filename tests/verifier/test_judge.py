"""Order, weights and verdicts of a judgement, and of a run over many wheels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from planner.model.wheel_facts import WheelFacts
from planner.report.wheel_summary import bounded
from planner.verifier import floor
from planner.verifier.context import Context, Options
from planner.verifier.findings import Severity
from planner.verifier.judge import Judged, Report, Verdict, judge, observed, report_of
from planner.verifier.symbols import denied_symbols
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


def lacking(files: int, versions: int) -> dict[str, Any]:
    """Libraries that ask for versions that no policy has."""
    needs = {"libc.so.6": [f"GLIBC_9.{number}" for number in range(versions)]}
    return {"elf": {f"p/{number}.so": {"needs": needs} for number in range(files)}}


def test_very_many_findings_are_counted_and_not_kept(
    tmp_path: Path, wheel_facts: WheelFacts
) -> None:
    row = judged(tmp_path, wheel_facts, **lacking(3, 1500))
    found = [f for f in row.findings if f.id == "MLP-T001"]
    assert len(found) == 3 * 1500
    assert len({id(f) for f in found}) == 1000
    kept, omitted = bounded(row.findings)
    assert (len([f for f in kept if f.id == "MLP-T001"]), omitted) == (1000, {"MLP-T001": 3500})


@pytest.mark.parametrize(
    ("ignored", "verdict"), [("p/[01].so", Verdict.FAIL), ("p/*.so", Verdict.PASS)]
)
def test_findings_beyond_the_bound_are_weighed_by_their_file(
    ignored: str, verdict: Verdict, tmp_path: Path, wheel_facts: WheelFacts
) -> None:
    options = {"ignore": frozenset({f"MLP-T001:{ignored}"})}
    row = judged(tmp_path, wheel_facts, **lacking(3, 1500), options=options)
    errors = [f for f in row.findings if f.severity is Severity.ERROR]
    assert len(errors) == (1500 if verdict is Verdict.FAIL else 0)
    assert row.verdict is verdict


def test_the_highest_version_of_a_policy_is_found_once(
    tmp_path: Path, wheel_facts: WheelFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor.newest_allowed.cache_clear()
    judged(tmp_path, wheel_facts, **lacking(2, 50))
    assert floor.newest_allowed.cache_info().misses == 1


def test_imports_are_gathered_once_for_a_file(tmp_path: Path, wheel_facts: WheelFacts) -> None:
    """And not for each library that it needs."""

    class Counted(tuple[str, ...]):
        looks = 0

        def __iter__(self) -> Iterator[str]:
            Counted.looks += 1
            return super().__iter__()

    libraries = ["libz.so.1", *(f"lib{number}.so" for number in range(100))]
    row = judged(tmp_path, wheel_facts, elf={"p/a.so": {"needed": libraries}})
    (file,) = row.wheel.elf
    wheel = row.wheel._replace(elf=(file._replace(unversioned=Counted(["zcalloc"])),))
    found = list(denied_symbols(Context(wheel=wheel, facts=wheel_facts, options=Options())))
    assert [f.data["symbols"] for f in found] == ["zcalloc"]
    assert Counted.looks == 1


@pytest.mark.parametrize("version", ["9" * 5000, "1." + "9" * 5000, "1!1.dev" + "9" * 5000])
def test_a_version_of_thousands_of_digits_is_another_one(
    version: str, tmp_path: Path, wheel_facts: WheelFacts
) -> None:
    row = judged(tmp_path, wheel_facts, metadata={"Version": version})
    assert lines_of(row.findings) == ["MLP-T012 error"]


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
