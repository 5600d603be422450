"""A new family and a new release take YAML only, as docs/adding-an-accelerator.md says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.docs.fenced_blocks import REFRESH, ROOT, Shell, blocks, replay

PAGE = ROOT / "docs" / "adding-an-accelerator.md"


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """A folder with a copy of the facts under ``data``."""
    for part in ("matrices", "policies"):
        shutil.copytree(ROOT / part, tmp_path / "data" / part)
    return Shell(tmp_path, monkeypatch, capsys)


@pytest.fixture
def with_tpux(shell: Shell) -> Shell:
    """The copy with the files of the page in it."""
    for block in blocks(PAGE):
        if block.language == "yaml":
            path = shell.folder / block.argument
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    return shell


def _plan(shell: Shell, *arguments: str) -> dict[str, object]:
    shell.mlplan("solve", *arguments, "--data", "data", "--output", "plan.json")
    plan: dict[str, object] = json.loads((shell.folder / "plan.json").read_text(encoding="utf-8"))
    return plan


def _jobs(plan: dict[str, object]) -> list[dict[str, object]]:
    jobs = plan["jobs"]
    assert isinstance(jobs, list)
    return jobs


def test_page(with_tpux: Shell) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for block in blocks(PAGE):
        if block.language == "console":
            today = replay(block.text, with_tpux)
            if REFRESH:
                text = text.replace(f"```console\n{block.text}```", f"```console\n{today}```")
            else:
                assert today == block.text, f"line {block.line}"
    if REFRESH:
        PAGE.write_text(text, encoding="utf-8")


def test_the_new_folder_is_in_order(with_tpux: Shell) -> None:
    shown = with_tpux.mlplan("facts", "check", "--data", "data")
    assert (with_tpux.status, "tpux 2" in shown) == (0, True)


def test_a_request_is_planned(with_tpux: Shell) -> None:
    plan = _plan(with_tpux, "mlplan.yaml")
    chosen = [(job["id"], job["platform_tag"], job["gcc"], job["gpu"]) for job in _jobs(plan)]
    gpu = {
        "cuda": {"real": [], "virtual": []},
        "hip": {"targets": []},
        "names": {"targets": ["edge-b", "rack-a"]},
    }
    assert with_tpux.status == 0
    assert chosen == [
        ("tpu-tpux2.0.1-x86_64", "manylinux_2_28_x86_64", "14.2.1", gpu),
        ("tpu-tpux2.0.1-aarch64", "manylinux_2_28_aarch64", "14.2.1", gpu),
    ]
    x86_64, aarch64 = _jobs(plan)
    warnings = x86_64["warnings"]
    assert isinstance(warnings, list)
    assert "deprecated-targets" in [warning["rule"] for warning in warnings]
    assert aarch64["unconfirmed"] == ["tpux-2.0.1/needs-rt-aarch64"]


def test_options_plan_it_too(with_tpux: Shell) -> None:
    plan = _plan(with_tpux, "--with", "tpux>=2", "--date", "2026-11-21", "--arch", "x86_64")
    assert with_tpux.status == 0
    assert [(job["id"], job["gcc"]) for job in _jobs(plan)] == [("tpux-tpux2.0.1-x86_64", "14.2.1")]


def test_the_older_release_takes_the_older_compiler(with_tpux: Shell) -> None:
    plan = _plan(with_tpux, "--with", "tpux<2", "--date", "2026-11-21")
    assert [(job["id"], job["gcc"]) for job in _jobs(plan)] == [("tpux-tpux1.0.0-x86_64", "12.2.1")]


def test_day_before_the_release(with_tpux: Shell) -> None:
    plan = _plan(with_tpux, "--with", "tpux", "--date", "2026-01-15")
    assert [job["accelerators"] for job in _jobs(plan)] == [{"tpux": "1.0.0"}]


def test_an_unknown_target_is_answered_with_the_nearest(with_tpux: Shell) -> None:
    shown = with_tpux.mlplan("solve", "--data", "data", "--with", "tpux>=2", "--gpu", "rack_b")
    assert with_tpux.status == 3
    assert "unknown GPU target" in shown
    assert "did you mean: rack-b" in shown


def test_an_unknown_family_is_answered_with_the_nearest(with_tpux: Shell) -> None:
    shown = with_tpux.mlplan("solve", "--data", "data", "--with", "tpu>=2")
    assert with_tpux.status == 2
    assert "did you mean: tpux" in shown


def test_a_mistake_in_the_new_folder_is_named(with_tpux: Shell) -> None:
    path = with_tpux.folder / "data/matrices/tpux/2.0.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("real: [edge-b,", "reel: [edge-b,"), encoding="utf-8")
    shown = with_tpux.mlplan("solve", "--data", "data", "--with", "tpux>=2")
    assert with_tpux.status == 4
    assert "matrices/tpux/2.0.yaml" in shown
    assert "did you mean: real" in shown


def test_a_new_release_is_taken_by_newest(shell: Shell) -> None:
    folder = shell.folder / "data/matrices/cuda"
    text = (folder / "13.5.yaml").read_text(encoding="utf-8")
    new = text.replace('minor: "13.5"', 'minor: "13.6"').replace('"13.5.0":', '"13.6.0":')
    assert new.count("13.6") == 2
    (folder / "13.6.yaml").write_text(new, encoding="utf-8")
    family = folder / "family.yaml"
    before = family.read_text(encoding="utf-8")
    assert before.count('"13.5"]') == 1
    family.write_text(before.replace('"13.5"]', '"13.5", "13.6"]'), encoding="utf-8")
    plan = _plan(shell, "--cuda", "newest", "--date", "2026-11-21")
    assert [job["id"] for job in _jobs(plan)] == [
        "cuda-cuda13.6.0-x86_64",
        "cuda-cuda13.6.0-aarch64",
    ]


def test_a_new_release_that_is_not_in_order_is_refused(shell: Shell) -> None:
    folder = shell.folder / "data/matrices/cuda"
    text = (folder / "13.5.yaml").read_text(encoding="utf-8")
    new = text.replace('minor: "13.5"', 'minor: "13.6"').replace('"13.5.0":', '"13.6.0":')
    (folder / "13.6.yaml").write_text(new, encoding="utf-8")
    shown = shell.mlplan("solve", "--data", "data", "--cuda", "newest")
    assert shell.status == 4
    assert "leaves out a minor release that has a file" in shown
