"""Published wheels, against lists that the vendors' tools confirmed."""

from __future__ import annotations

import os
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner.model.gpu_code import GpuCode, Place, SyclImages
from tests.artifacts.gpu.library_files import PIP, cuda_rows, expected_rows, gpu_code, load

ROWS: dict[str, Any] = load("real_wheels.yaml")
PLATFORMS = ("manylinux1", "manylinux2014", "manylinux_2_24", "manylinux_2_27", "manylinux_2_28")
DEVICES = ("64.12.55.8", "64.12.60.7", "64.12.70.4", "64.12.71.4")

pytestmark = [
    pytest.mark.network,
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("MLPLAN_NETWORK") or not os.environ.get("MLPLAN_SLOW"),
        reason="downloads gigabytes of wheels: run with MLPLAN_NETWORK=1 MLPLAN_SLOW=1",
    ),
]

Read = Callable[[str, str], GpuCode]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Reads a member of a wheel of the index, each wheel downloaded once."""
    folder = tmp_path_factory.mktemp("wheels")

    def read_member(wheel: str, member: str) -> GpuCode:
        project, version = wheel.split()
        target = folder / f"{project}-{version}"
        if not target.exists():
            download(f"{project}=={version}", target)
        (file,) = target.glob("*.whl")
        with zipfile.ZipFile(file) as archive:
            return gpu_code(archive.read(member), member)

    return read_member


def download(requirement: str, folder: Path) -> None:
    command = [*PIP, "download", "--quiet", "--no-deps", "--dest", str(folder)]
    command += ["--only-binary", ":all:", "--python-version", "312"]
    for platform in PLATFORMS:
        command += ["--platform", f"{platform}_x86_64"]
    subprocess.run([*command, "--platform", "any", requirement], check=True, capture_output=True)


def row_id(row: Any) -> str:
    return f"{row['wheel'].replace(' ', '-')}:{Path(row['file']).name}"


@pytest.mark.parametrize("row", ROWS["real_wheels_cuda"], ids=row_id)
def test_registered_cuda_code(row: dict[str, Any], read: Read) -> None:
    code = read(row["wheel"], row["file"])
    expected = expected_rows(row["targets"])
    found = cuda_rows(code)
    places = (Place.LOADABLE, Place.RELOCATABLE)
    assert Counter({key: n for key, n in found.items() if key[0] in places}) == expected
    assert expected.total() == row["entries"]
    assert code.oddities == ()


@pytest.mark.parametrize("row", ROWS["real_wheels_containers_outside_fatbin_sections"], ids=row_id)
def test_hidden_cuda_code(row: dict[str, Any], read: Read) -> None:
    code = read(row["wheel"], row["file"])
    found = {key: n for key, n in cuda_rows(code).items() if key[0] is Place.HIDDEN}
    assert Counter(found) == expected_rows({"hidden": row["targets"]}, Place.HIDDEN)
    assert code.oddities == ()


@pytest.mark.parametrize("row", ROWS["real_wheels_hip"], ids=row_id)
def test_hip_code(row: dict[str, Any], read: Read) -> None:
    code = read(row["wheel"], row["file"])
    assert (code.hip_bundles, code.hip_unread) == (row["bundles"], 0)
    container = row.get("container", "").lower().replace(" ", "-")
    expected = {
        (Place.LOADABLE, target, container): row["bundles"] for target in row.get("targets", ())
    }
    assert {(found.place, found.target, found.container): found.count for found in code.hip} == (
        expected
    )
    assert code.oddities == ()


@pytest.mark.parametrize(("year", "jit"), [("2025", 3), ("2026", 5)])
def test_sycl_code(year: str, jit: int, read: Read) -> None:
    code = read("bitsandbytes 0.50.2", f"bitsandbytes/libbitsandbytes_xpu{year}.so")
    assert code.sycl == (
        SyclImages(kind="spir64", devices=(), count=jit),
        SyclImages(kind="spir64_gen", devices=DEVICES, count=3),
    )
    assert code.oddities == ()
