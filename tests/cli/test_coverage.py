"""``mlplan coverage`` as people run it: exit statuses, options, formats."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from markdown_it import MarkdownIt

import planner
from tests.cli.conftest import Answer, Mlplan
from tests.docs.made_wheels import make_wheels

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads(
    (Path(planner.__file__).parent / "schemas" / "coverage.schema.json").read_text("utf-8")
)
REQUEST = """\
mlplan: 1
date: "2026-11-21"
cxx: 17
variants:
  cu12: {cuda: "12.9", gpu: [sm_80, sm_90], links: [cudart], architectures: [x86_64]}
  rocm: {rocm: "7.2", gpu: [gfx90a, gfx11-generic], architectures: [x86_64]}
  cpu: {mkl: "2026.*", architectures: [x86_64]}
"""


@pytest.fixture
def mlplan(real: Mlplan, work: Path, monkeypatch: pytest.MonkeyPatch) -> Mlplan:
    """Runs ``mlplan`` on the real facts, beside a lock."""
    monkeypatch.setenv("MLPLAN_DATA", str(ROOT))
    (work / "mlplan.yaml").write_text(REQUEST, encoding="utf-8")
    assert real("solve", "-q").status == 0
    return real


def document(answer: Answer) -> dict[str, object]:
    found: dict[str, object] = json.loads(answer.out)
    jsonschema.validate(found, SCHEMA)
    return found


def test_the_table(mlplan: Mlplan) -> None:
    answer = mlplan("coverage")
    assert (answer.status, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[0].startswith("manylinux_2_28_x86_64 cp311-cp315: 3 jobs: cpu-mkl2026.2.0-x86_64,")
    assert "  8.6  A10, A40, RTX 30   same-major  sm_80  525.60.13" in lines
    assert any(line.startswith("  none    3.5 K40; ") for line in lines)
    assert "glibc is older than 2.28 (2.17, 2.27" in answer.out
    assert "GPUs: rocm-rocm7.2.4-x86_64" in lines
    assert "cpu-mkl2026.2.0-x86_64" not in answer.out.partition("\nGPUs")[2]


@pytest.mark.parametrize(
    ("require", "status", "says"),
    [
        (["rhel-8 + H100"], 0, "served      rhel-8 + H100"),
        (["rhel-8 + T4"], 1, "not served  rhel-8 + T4"),
        (["rhel-8 + H100", "ubuntu-18.04"], 1, "glibc 2.27 is older than 2.28"),
        (["RHEL 8 + MI250"], 0, "gfx90a native by gfx90a"),
        (["ubuntu-24.04 + RX 7900 XTX"], 0, "gfx1100 generic by gfx11-generic"),
        (["rhel-9 + RTX 4090 + driver 470"], 1, "driver 470 is older than 525.60.13"),
        (["debian-12"], 0, "installs and loads"),
    ],
)
def test_require(mlplan: Mlplan, require: list[str], status: int, says: str) -> None:
    options = [word for text in require for word in ("--require", text)]
    answer = mlplan("coverage", "-q", *options)
    assert answer.status == status
    assert says in answer.out


def test_a_name_that_nobody_knows(mlplan: Mlplan) -> None:
    answer = mlplan("coverage", "--require", "rehl-8 + H1000")
    assert (answer.status, answer.out) == (2, "")
    assert "did you mean: rhel-8" in answer.err
    assert "did you mean: NVIDIA H100" in answer.err


def test_the_issue_ubuntu_18_04_with_pip_19(mlplan: Mlplan) -> None:
    answer = mlplan("coverage", "--host", "ubuntu-18.04, pip 19.0, T4, driver 470")
    assert answer.status == 0
    assert "    - not installed: glibc 2.27 is older than 2.28\n" in answer.out
    assert "    - not installed: pip 19.0 does not know the tag (pip 20.3 does)\n" in answer.out


def test_this_machine(mlplan: Mlplan) -> None:
    answer = mlplan("coverage", "--this-machine")
    assert answer.status == 0
    assert answer.out.startswith("this machine (")


def test_json(mlplan: Mlplan) -> None:
    answer = mlplan(
        *("coverage", "--format", "json", "--require", "rhel-8 + H100", "--require", "rhel-7")
    )
    found = document(answer)
    assert (answer.status, found["verdict"]) == (1, "fail")
    assert isinstance(found["required"], list)
    assert [row["answer"] for row in found["required"]] == ["yes", "no"]
    assert isinstance(found["gpus"], list)
    said = {(row["offer"], row["target"]): row["says"] for row in found["gpus"]}
    assert said["cu12-cuda12.9.2-x86_64", "sm_89"] == (
        "same-major by sm_80, driver 525.60.13 or newer"
    )
    document(mlplan("coverage", "--format", "json", "--host", "alpine-3.22, T4, driver 590"))


def test_markdown(mlplan: Mlplan) -> None:
    answer = mlplan("coverage", "--format", "markdown", "--require", "rhel-8 + T4")
    assert answer.status == 1
    html = MarkdownIt("commonmark").enable("table").render(answer.out)
    assert html.count("<table>") == 4  # required, systems, GPUs of CUDA and of ROCm
    assert "<td>same-major</td>" in html
    asked = mlplan("coverage", "--format", "markdown", "--host", "ubuntu-18.04 + pip 19.0")
    assert "pip 19&#46;0 does not know the tag" in asked.out


def test_wheels(mlplan: Mlplan, work: Path) -> None:
    make_wheels(work / "dist")
    answer = mlplan("coverage", "dist", "--require", "rhel-8 + H100", "--plan", "mlplan.lock")
    assert answer.status == 0
    said = " ".join(answer.out.split())
    assert "installs, does not load: mylib/_plugin.so needs GLIBC_2.34" in said
    assert "sm_90 native by sm_90, driver 580.65.06 or newer" in said
    assert max(map(len, answer.out.splitlines())) <= 100


def test_unreadable_wheels_win(mlplan: Mlplan, work: Path) -> None:
    bad = work / "lib-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
    bad.write_bytes(b"no zip")
    answer = mlplan("coverage", bad.name, "--require", "rhel-8")
    assert answer.status == 5
    assert "could not be read in full" in answer.err


def test_no_lock(mlplan: Mlplan, work: Path) -> None:
    (work / "mlplan.lock").unlink()
    assert mlplan("coverage").status == 6


def test_verbose_and_colour(mlplan: Mlplan) -> None:
    answer = mlplan("coverage", "-v", "--color", "always", "--ended")
    assert "\x1b[32mserved\x1b[0m" in answer.out
    assert "machine code runs on its own capability" in answer.out.replace("\n", " ")
    assert "left out" not in answer.out


def test_a_plan_without_jobs(real: Mlplan, work: Path) -> None:
    (work / "mlplan.yaml").write_text(
        'mlplan: 1\ndate: "2026-11-21"\narchitectures: [x86_64]\n'
        'variants: {old: {cuda: "13.0", gpu: [sm_70]}}\n'
    )
    assert real("solve", "mlplan.yaml", "--quiet").status == 1
    answer = real("coverage", "--require", "rhel-8")
    assert (answer.status, answer.out.splitlines()) == (
        1,
        [
            "not served  rhel-8",
            "  no wheel is offered",
            "",
            "nothing is offered: no job has a plan, and no wheel is named that can be read",
        ],
    )
    assert answer.err == "note: old-cuda13.0-x86_64 has no plan, so it serves nobody\n"
    assert real("coverage", "--quiet").out == ""
