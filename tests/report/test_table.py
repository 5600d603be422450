"""The table of a plan on terminals of different widths."""

from __future__ import annotations

import pytest

from planner.report.table import plan_text
from tests.solve.real import TODAY, plan_of

REQUEST: dict[str, object] = {
    "date": TODAY,
    "variants": {
        "gpu": {"cuda": ["12.9", "13.0"], "architectures": ["x86_64", "aarch64"]},
        "blas": {"mkl": "2026.2", "architectures": ["x86_64"]},
    },
}


@pytest.mark.parametrize(
    ("width", "head"),
    [
        (100, "accelerator arch tag image gcc binutils pythons GPU targets notes"),
        (80, "accelerator arch tag gcc pythons GPU targets notes"),
    ],
)
def test_no_word_is_broken(width: int, head: str) -> None:
    text = plan_text(plan_of(REQUEST), width=width)
    lines = text.splitlines()
    assert " ".join(lines[0].split()) == head
    assert max(map(len, lines)) <= width
    starts = [line.split("  ")[0].strip() for line in lines]
    rows = [start for start in starts if start.startswith(("cuda", "mkl 2026.2.0"))]
    assert len(rows) == 5
    for word in ("cuda 12.9", "cuda 13.0", "mkl 2026.2.0 x86_64", "manylinux_2_28"):
        assert word in text
