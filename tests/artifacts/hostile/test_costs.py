"""What the costliest wheels take, each in a process of its own: below 512 MiB, and an answer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.artifacts.hostile.costly import CASES
from tests.artifacts.hostile.harness import NAME

_ROOT = Path(__file__).resolve().parents[3]
_MIB = 512
_CPU_SECONDS = 20  # processor time; the clock tells more of what else the machine does
_QUICK = ("names", "wide text", "lying tables")


def _cost(folder: Path, case: str, threads: int) -> tuple[int, float, str]:
    """Peak memory in MiB, seconds of processor time, and the verdict."""
    path = folder / NAME
    path.write_bytes(CASES[case]())
    command = [sys.executable, "-m", "tests.artifacts.hostile.costly"]
    done = subprocess.run(
        [*command, str(path), str(threads), str(_ROOT)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    peak, seconds, verdict, *_ = done.stdout.split()
    return int(peak), float(seconds), verdict


@pytest.mark.parametrize("case", _QUICK)
def test_cost_is_bounded(case: str, tmp_path: Path) -> None:
    peak, seconds, _ = _cost(tmp_path, case, 1)
    assert peak < _MIB
    assert seconds < _CPU_SECONDS


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("MLPLAN_SLOW"), reason="slow: run with MLPLAN_SLOW=1")
@pytest.mark.parametrize("threads", [1, 4])
@pytest.mark.parametrize("case", CASES)
def test_cost_of_every_case_is_bounded(case: str, threads: int, tmp_path: Path) -> None:
    peak, seconds, _ = _cost(tmp_path, case, threads)
    assert peak < _MIB
    assert seconds < _CPU_SECONDS
