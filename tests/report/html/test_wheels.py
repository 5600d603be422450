"""Verified wheels stand next to their jobs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner import api
from planner.plan.locked import locked_plan
from planner.report.html.wheels import FindingRow, wheel_rows, wheels_by_job
from planner.verifier.judge import Report
from tests.docs.made_wheels import GCC_14
from tests.emit.plans import EXAMPLES, example
from tests.plan.locks import lock_of
from tests.report.html.pages import Element, page_of, read, table_rows
from tests.wheels.made import elf_file, fatbin, wheel_file

LOCK = EXAMPLES / "framework" / "mlplan.lock"
NAME = "framework-1.0+cu130-cp312-cp312-manylinux_2_28_x86_64.whl"


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("dist")
    core = elf_file(
        needs={"libc.so.6": ["memcpy@GLIBC_2.38"]},
        needed=["libcudart.so.13"],
        sections={".nv_fatbin": fatbin("sm_75", "sm_80", "sm_86", "sm_90")},
    )
    many = {f"framework/_{number}.so": core for number in range(6)}
    wheel_file(folder, NAME, {**many, "framework/__init__.py": b""})
    (folder / "broken-1.0-py3-none-any.whl").write_bytes(b"no archive")
    return api.verify(folder, plan=LOCK)


@pytest.fixture(scope="module")
def tree(verified: Report) -> Element:
    return read(page_of(example("framework"), verified))


def test_rows(verified: Report) -> None:
    rows = {row.file: row for row in wheel_rows(verified)}
    assert rows["broken-1.0-py3-none-any.whl"].verdict == "unreadable"
    wheel = rows[NAME]
    assert (wheel.verdict, wheel.job) == ("fail", "cuda-cuda13.0.3-x86_64")
    (found,) = [found for found in wheel.findings if found.id == "MLP-T001"]
    members = "framework/_0.so, framework/_1.so, framework/_2.so and 3 more"
    assert found == FindingRow(
        id="MLP-T001",
        rule="symbol-too-new",
        severity="error",
        members=members,
        message="needs GLIBC_2.38 of libc.so.6 (memcpy), but manylinux_2_28 on x86_64 stops at "
        "2.28",
        hint="build it in an image of manylinux_2_28, or tag the wheel manylinux_2_38_x86_64",
        facts=found.facts,
    )
    assert wheels_by_job(rows.values())["cuda-cuda13.0.3-x86_64"] == (wheel,)


def test_findings_stand_with_the_job(tree: Element) -> None:
    job = tree.one(id="job-cuda-cuda13.0.3-x86_64")
    assert "wheel: fail" in job.one("summary").text
    (finding,) = [li for li in job.one("ul", class_="findings").all("li") if "T001" in li.text]
    assert finding.text.startswith("error MLP-T001 framework/_0.so, framework/_1.so")
    assert finding.all("a")[0].attributes["href"].startswith("#fact-")  # type: ignore[union-attr]


def test_matrix_and_list(tree: Element) -> None:
    verdicts = {row[0]: row[-1] for row in table_rows(tree.one("section", id="matrix"))}
    assert verdicts["cuda-cuda13.0.3-x86_64"] == "fail"
    assert verdicts["cpu-arm-aarch64"] == "no wheel"
    rows = table_rows(tree.one("section", id="wheels"))
    assert ["broken-1.0-py3-none-any.whl", "unreadable", "1 error", "none in the plan"] in rows
    assert len(rows) == 2


def test_summary_counts_bad_wheels(tree: Element) -> None:
    tiles = [tile.text for tile in tree.one("ul", class_="tiles").all("li")]
    assert tiles[-1] == "2 of 2 wheels do not pass"


def test_jobs_without_a_wheel_are_told(tree: Element, verified: Report) -> None:
    told = tree.one("section", id="wheels").text
    assert len(verified.findings) > 3
    assert all(found.data["job"] in told for found in verified.findings)


def test_a_wheel_that_passes(tmp_path: Path) -> None:
    x86: dict[str, object] = {"architectures": ["x86_64"], "toolchain": "image"}
    lock = tmp_path / "mlplan.lock"
    document = lock_of({"plain": x86}, project="tool")
    lock.write_text(json.dumps(document), encoding="utf-8")
    core = elf_file(needs={"libc.so.6": ["memcpy@GLIBC_2.14"]}, comment=[GCC_14])
    file = wheel_file(
        tmp_path,
        "tool-1.0-cp312-cp312-manylinux_2_28_x86_64.whl",
        {"tool/__init__.py": b"", "tool/_core.so": core},
    )
    page = read(page_of(locked_plan(document), api.verify(file, plan=lock)))
    rows = table_rows(page.one("section", id="wheels"))
    assert rows == [[file.name, "pass", "none", "plain-x86_64"]]
    assert "No finding." in page.one(id="job-plain-x86_64").text
