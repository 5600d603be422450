"""``planner.verify`` and ``planner.inspect``: what they take, give and raise."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import planner
from planner import api
from planner.errors import LockError, UsageError
from planner.model.wheels import Oddness
from planner.verifier.judge import Verdict
from tests.docs.made_wheels import make_wheels
from tests.wheels.made import elf_file, wheel_file

BAD = "mylib-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
GOOD = "mylib_cu13-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    make_wheels(tmp_path)
    return tmp_path


def test_the_package_offers_two_functions() -> None:
    assert (planner.verify, planner.inspect) == (api.verify, api.inspect)
    with pytest.raises(AttributeError, match="no attribute 'judge'"):
        planner.judge  # noqa: B018


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_wheels_come_in_order_and_once(jobs: int, dist: Path) -> None:
    names: list[str | Path] = [
        dist / GOOD,
        dist,
        str(dist / "*.whl"),
        dist / "none-1-py3-none-any.whl",
    ]
    report = planner.verify(names, jobs=jobs)
    rows = [(row.wheel.file, row.verdict) for row in report.wheels]
    assert rows == [
        (GOOD, Verdict.PASS),
        (BAD, Verdict.FAIL),
        ("none-1-py3-none-any.whl", Verdict.UNREADABLE),
    ]
    assert report.verdict is Verdict.UNREADABLE


def test_large_wheels_are_read_one_after_the_other(
    dist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = planner.inspect(dist, jobs=3)
    monkeypatch.setattr(api, "_SIDE_BY_SIDE", 0)
    assert planner.inspect(dist, jobs=3).wheels == small.wheels


def test_progress_is_told(dist: Path) -> None:
    told: list[tuple[str, str, int, int]] = []
    planner.verify(dist / GOOD, progress=lambda *step: told.append(step))
    assert {step[0] for step in told} == {GOOD}
    assert [step[2] for step in told] == sorted(step[2] for step in told)


def test_the_file_digest_can_be_left_out(dist: Path) -> None:
    assert planner.inspect(dist / GOOD, file_digest=False).wheels[0].wheel.sha256 == ""


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe-1-py3-none-any.whl")
    for name in ("none-1-py3-none-any.whl", "pipe-1-py3-none-any.whl"):
        (row,) = planner.verify(tmp_path / name).wheels
        assert [oddity.what for oddity in row.wheel.oddities] == [Oddness.CANNOT_OPEN]
        assert [found.id for found in row.findings] == ["MLP-W031"]
        assert row.wheel.filename_tags == ("py3-none-any",)


def test_inspect_finds_nothing(dist: Path) -> None:
    report = planner.inspect(dist)
    assert [row.findings for row in report.wheels] == [(), ()]
    assert [row.wheel.file for row in report.wheels] == [BAD, GOOD]


def test_ignored_findings_are_notes(dist: Path) -> None:
    (row,) = planner.verify(dist / BAD, ignore=iter(["symbol-too-new"])).wheels
    assert [(f.id, f.severity) for f in row.findings] == [("MLP-T001", "note")]
    assert row.verdict == "pass"


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("MLP-T001:pkg/*", "note"),
        ("symbol-too-new:pkg/lib.so", "note"),
        ("MLP-T001:other/*", "error"),
        ("MLP-T001:pkg", "error"),
        ("MLP-T002:*", "error"),
    ],
)
def test_what_is_ignored_of_some_files(tmp_path: Path, name: str, severity: str) -> None:
    path = wheel_file(
        tmp_path, BAD, {"pkg/lib.so": elf_file(needs={"libc.so.6": ["stat@GLIBC_2.34"]})}
    )
    (row,) = planner.verify(path, ignore=[name]).wheels
    assert [(f.id, f.severity) for f in row.findings] == [("MLP-T001", severity)]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("simbol-too-new:a/*", "did you mean: symbol-too-new:a/*"),
        ("MLP-T001:", "did you mean: MLP-T001:*"),
    ],
)
def test_a_pattern_that_cannot_be_meant(dist: Path, name: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        planner.verify(dist, ignore=[name])
    assert said in str(caught.value)


@pytest.mark.parametrize("wheels", [[], "empty", "*.none"])
def test_no_wheels(wheels: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    with pytest.raises(UsageError, match="no wheel"):
        planner.verify(wheels)  # type: ignore[arg-type]


def test_a_name_with_pattern_characters(tmp_path: Path) -> None:
    path = wheel_file(tmp_path / "a[1]", GOOD, {"a.so": elf_file()})
    assert planner.inspect(path).wheels[0].wheel.sha256


def test_unknown_names(dist: Path) -> None:
    with pytest.raises(UsageError, match="unknown policy"):
        planner.verify(dist, policy="manylinux_2_99")
    with pytest.raises(UsageError, match="no finding has this id"):
        planner.verify(dist, ignore=["MLP-X001"])
    with pytest.raises(LockError):
        planner.verify(dist, plan=dist / "mlplan.lock")
