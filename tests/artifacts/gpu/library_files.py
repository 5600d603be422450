"""Real files for tests: read as the product reads them, sections by an independent ELF reader."""

from __future__ import annotations

import io
import subprocess
import sys
from collections import Counter
from pathlib import Path

import yaml
from elftools.elf.elffile import ELFFile

from planner.artifacts.gpu.scan import (
    SectionSpan,
    classify,
    loose_gpu_code,
    read_contents,
    scan_gpu,
)
from planner.artifacts.sources import MemorySource
from planner.model.gpu_code import GpuCode, Place
from tests.artifacts.gpu.builders import MACHINE_AMD, MACHINE_CUDA, ForwardSource

DATA = Path(__file__).parent / "data"
PLACES = {
    ".nv_fatbin": Place.LOADABLE,
    "__nv_relfatbin": Place.RELOCATABLE,
    "file": Place.RAW,
}
_FORMS = {"ptx": "compute_", "nvvm": "lto_", "elf": "sm_"}
_DEVICES = (MACHINE_AMD, MACHINE_CUDA)
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


def load(name: str) -> dict[str, list[dict[str, object]]]:
    """A file of recipes or expectations."""
    content: dict[str, list[dict[str, object]]] = yaml.safe_load((DATA / name).read_text())
    return content


def gpu_code(data: bytes, name: str) -> GpuCode:
    """The GPU code of a file; the first pass goes forward only."""
    if not data.startswith(b"\x7fELF") or int.from_bytes(data[18:20], "little") in _DEVICES:
        return loose_gpu_code(MemorySource(data), name) or GpuCode()
    elf = ELFFile(io.BytesIO(data))
    sections = tuple(
        SectionSpan(
            name=section.name,
            offset=section["sh_offset"],
            size=section["sh_size"],
            executable=bool(section["sh_flags"] & 4),
        )
        for section in elf.iter_sections()
        if section["sh_type"] not in ("SHT_NULL", "SHT_NOBITS")
    )
    skip = sorted(
        (segment["p_offset"], segment["p_offset"] + segment["p_filesz"])
        for segment in elf.iter_segments("PT_LOAD")
        if segment["p_flags"] & 1
    )
    finds = scan_gpu(ForwardSource(data), tuple(skip))
    return classify(finds, sections, read_contents(ForwardSource(data), finds, sections))


def cuda_rows(code: GpuCode) -> Counter[tuple[Place, str, str]]:
    """The CUDA images as a multiset."""
    rows: Counter[tuple[Place, str, str]] = Counter()
    for row in code.cuda:
        rows[row.place, row.kind, row.target] += row.count
    return rows


def expected_rows(
    expect: dict[str, dict[str, dict[str, int]]], default: Place | None = None
) -> Counter[tuple[Place, str, str]]:
    """The same of an expectation, whose targets are all written sm_."""
    rows: Counter[tuple[Place, str, str]] = Counter()
    for section, kinds in expect.items():
        place = default or PLACES[section]
        for kind, targets in kinds.items():
            for target, count in targets.items():
                rows[place, kind, _FORMS[kind] + target.removeprefix("sm_")] += count
    return rows


def install(folder: Path, *requirements: str) -> Path:
    """The folder into which pip has put some wheels, executable bits kept."""
    command = [*PIP, "install", "--quiet", "--no-deps", "--target", str(folder), *requirements]
    subprocess.run(command, check=True, capture_output=True)
    return folder
