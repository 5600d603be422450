"""A big matrix with few kinds of fault tells each kind once."""

from __future__ import annotations

import subprocess
import sys

from planner.report.table import plan_text
from tests.solve.real import ROOT, TODAY, plan_of

MINORS = ["11.8", "12.0", "12.1", "12.2", "12.3", "12.4", "12.5", "12.6", "12.8", "12.9"]
MINORS += ["13.0", "13.1", "13.2", "13.3", "13.4", "13.5"]


def matrix() -> dict[str, object]:
    """372 jobs: old GPUs with CUDA 13, ppc64le after CUDA 12.4, MKL on aarch64."""
    variants: dict[str, object] = {}
    for number in range(5):
        variants[f"gpu{number}"] = {"cuda": MINORS, "gpu": ["sm_70", "sm_90"]}
        variants[f"power{number}"] = {"cuda": MINORS, "architectures": ["x86_64", "ppc64le"]}
    versions = ["2024.0", "2024.1", "2024.2", "2025.0", "2025.1", "2025.2", "2025.3"]
    versions += ["2026.0", "2026.1", "2026.2", "2023.1"]
    variants["mkl"] = {"mkl": versions, "architectures": ["x86_64", "aarch64"]}
    return {"date": TODAY, "variants": variants}


def test_three_kinds_of_fault_are_three_conflicts() -> None:
    plan = plan_of(matrix())
    assert len(plan.jobs) + len(plan.failures) == 372
    assert len(plan.failures) == 5 * 2 * 6 + 5 * 10 + 11
    text = plan_text(plan)
    heads = [line for line in text.splitlines() if line.startswith("no plan for")]
    assert [head.split(" jobs")[0] for head in heads] == [
        "no plan for 60",
        "no plan for 11",
        "no plan for 50",
    ]
    assert max(len(line) for line in text.splitlines()) <= 100


def test_failures_are_told_alike_under_any_hash_seed() -> None:
    def told(seed: str) -> bytes:
        program = "from planner.cli.main import run; run()"
        command = [sys.executable, "-c", program, "solve", "--format", "json", "--dry-run"]
        command.append(str(ROOT / "examples" / "failing" / "mlplan.yaml"))
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PATH": ""}
        return subprocess.run(command, capture_output=True, env=environment, check=False).stdout

    first = told("0")
    assert b"ways_out" in first
    assert first == told("1") == told("42")
