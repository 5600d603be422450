from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.load.made import TINY


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_any_encoding_of_the_terminal(encoding: str, tmp_path: Path) -> None:
    code = "from planner.cli.main import run; run()"
    done = subprocess.run(
        [sys.executable, "-c", code, "solve"],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": encoding, "MLPLAN_DATA": str(TINY)},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"toy 1.10.1" in done.stdout
