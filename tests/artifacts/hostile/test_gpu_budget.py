"""What the files of a wheel may take together to look for GPU code, and to tell of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.artifacts import wheel as reading
from planner.artifacts.gpu.scan import GpuLimits
from planner.artifacts.limits import Limits
from planner.model.wheels import Oddness
from tests.artifacts.gpu import builders as b
from tests.artifacts.hostile.elves import Elf, library
from tests.artifacts.hostile.harness import NAME
from tests.artifacts.hostile.zips import Part, wheel


def _library(false_hits: int, size: int = 0) -> bytes:
    made = Elf(library(gpu=False))
    made.append(b"\x7fELF\x02\x01\x01\0" * 2 * false_hits, 16)
    return made.file().ljust(size, b"\0")


@pytest.mark.parametrize("threads", [1, 4])
@pytest.mark.parametrize("size", [0, 300_000])
def test_false_hits_of_all_files_are_bounded(
    size: int, threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "GPU_LIMITS", GpuLimits(wheel_false_hits=250))
    data = _library(100, size)
    path = tmp_path / NAME
    path.write_bytes(wheel(*(Part(b"made/%d.so" % n, data, 8) for n in range(6))))
    found = reading.read_wheel(path, threads=threads)
    assert [file.path for file in found.elf] == ["made/0.so", "made/1.so"]
    assert [(o.what, o.detail) for o in found.oddities if o.what is Oddness.TOO_LARGE] == [
        (Oddness.TOO_LARGE, "more than 250 places only look like GPU code")
    ]


def test_names_of_gpu_code_count(tmp_path: Path) -> None:
    data = b.bundle(*(f"hip-amdgcn-amd-amdhsa--gfx{n:0100}" for n in range(50)))
    path = tmp_path / NAME
    path.write_bytes(wheel(*(Part(b"made/%d.hipfb" % n, data, 8) for n in range(9))))
    found = reading.read_wheel(path, limits=Limits(names_bytes=50_000))
    assert sorted(found.gpu_files) == ["made/0.hipfb", "made/1.hipfb"]
    assert [o.what for o in found.oddities if o.what is Oddness.TOO_LARGE] == [Oddness.TOO_LARGE]
