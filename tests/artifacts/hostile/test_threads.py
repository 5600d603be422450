"""Several threads read what one reads; what goes wrong in one of them comes out; Ctrl-C ends it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from planner.artifacts import wheel as wheel_module
from planner.artifacts.limits import Limits
from planner.artifacts.wheel import read_wheel
from tests.artifacts.hostile.elves import Elf, library
from tests.artifacts.hostile.harness import NAME, bounded
from tests.artifacts.hostile.zips import Part, wheel


def _many(folder: Path, *more: Part) -> Path:
    """Members of every way of reading: small ones, middling ones and one that is streamed."""
    pick = random.Random(1)
    parts = []
    for number in range(24):
        made = Elf(library())
        made.append(pick.randbytes(pick.choice([100, 300_000, 600_000])))
        parts.append(Part(b"made/%d.so" % number, made.file(), method=pick.choice([0, 8])))
    path = folder / NAME
    path.write_bytes(wheel(*parts, *more))
    return path


@pytest.mark.parametrize("in_memory", [48 << 20, 500_000])
def test_threads_change_nothing(in_memory: int, tmp_path: Path) -> None:
    damaged = Part(b"made/bad.bin", bytes(400_000), local={"crc": 1}, central={"crc": 1})
    cut = Part(b"made/cut.bin", bytes(400_000), 8, packed=b"\7" * 99)
    path = _many(tmp_path, damaged, cut)
    limits = Limits(in_memory=in_memory, names_bytes=150_000)
    with bounded(30):
        alone = read_wheel(path, limits=limits)
        for threads in (2, 4, 4, 16):
            assert read_wheel(path, limits=limits, threads=threads) == alone
    assert {o.what.value for o in alone.oddities} == {"bad-crc", "bad-data", "too-large"}


def test_progress_is_told_from_threads_too(tmp_path: Path) -> None:
    path = _many(tmp_path)
    told: list[tuple[str, int, int]] = []
    read_wheel(path, threads=4, progress=lambda *step: told.append(step))
    assert {name for name, _, _ in told} >= {f"made/{n}.so" for n in range(24)}
    assert all(0 <= done <= total for _, done, total in told)


@pytest.mark.parametrize("threads", [1, 4])
def test_an_error_of_ours_comes_out(
    threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _many(tmp_path)

    def fail(*args: object) -> object:
        raise RuntimeError("a bug")

    monkeypatch.setattr(wheel_module, "read_content", fail)
    with bounded(10), pytest.raises(RuntimeError, match="a bug"):
        read_wheel(path, threads=threads)


_SLOW = """
    import sys, time
    from pathlib import Path
    from planner.artifacts import wheel
    real = wheel.read_content

    def slow(*args):
        print("reading", flush=True)
        time.sleep(0.5)
        return real(*args)

    wheel.read_content = slow
    wheel.read_wheel(Path(sys.argv[1]), threads=int(sys.argv[2]))
"""


@pytest.mark.parametrize("threads", ["1", "4"])
def test_an_interrupt_ends_the_reading(threads: str, tmp_path: Path) -> None:
    path = _many(tmp_path)
    command = [sys.executable, "-c", textwrap.dedent(_SLOW), str(path), threads]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=os.curdir
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    # Reading all would take 24 members half a second each.
    assert time.monotonic() - start < 5
    assert b"KeyboardInterrupt" in errors
    assert process.returncode not in (0, None)
