"""Files that clang makes from HIP code, read by us and by clang's own listing tool."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from elftools.elf.elffile import ELFFile

from planner.model.gpu_code import Place
from tests.artifacts.gpu.library_files import gpu_code, load

RECIPES: dict[str, Any] = load("recipes.yaml")
CLANG = ("clang-19", "clang-offload-bundler-19", "ld.lld-19", "gcc", "ar")
CONTAINERS = {"plain": "bundle", "CCOB v2 zstd": "ccob-v2-zstd"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("MLPLAN_SLOW"), reason="compiles: run with MLPLAN_SLOW=1"
    ),
    pytest.mark.skipif(not all(map(shutil.which, CLANG)), reason="needs " + ", ".join(CLANG)),
]


def ids(recipe: Any) -> str:
    return str(recipe["id"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("hip")
    sources = RECIPES["sources"]
    for name in ("k.hip", "hipstub.c"):
        (work / name).write_text(sources[name])
    text = sources["k.hip"]
    (work / "k2.hip").write_text(text.replace("k(float", "k2(float").replace(
        "run(float", "run2(float").replace(" k<<<", " k2<<<"))  # fmt: skip
    stub = shlex.split(sources["hipstub_build"])
    subprocess.run(stub, cwd=work, check=True, capture_output=True)
    return work


def built(recipe: dict[str, Any], folder: Path) -> bytes:
    words = shlex.split(recipe["command"])
    done = subprocess.run(
        [*words, "-lamdhip64"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return (folder / words[words.index("-o") + 1]).read_bytes()


@pytest.mark.parametrize("recipe", RECIPES["hip_recipes"], ids=ids)
def test_recipe(recipe: dict[str, Any], folder: Path) -> None:
    data = built(recipe, folder)
    code = gpu_code(data, recipe["id"])
    expected: Counter[tuple[Place, str, str]] = Counter()
    for made in recipe["bundles"]:
        for entry in made["entries"]:
            if not entry.startswith("host"):
                target = entry.split("-", 5)[5]
                expected[Place.LOADABLE, target, CONTAINERS[made["container"]]] += 1
    assert {(row.place, row.target, row.container): row.count for row in code.hip} == expected
    assert (code.hip_bundles, code.hip_unread) == (len(recipe["bundles"]), 0)
    assert code.oddities == ()
    assert listed(data, folder) == sorted(recipe["bundles"][0]["entries"])


def listed(data: bytes, folder: Path) -> list[str]:
    """The ids of the first bundle, as clang's own tool lists them; it takes no second one."""
    section = ELFFile(io.BytesIO(data)).get_section_by_name(".hip_fatbin")
    assert section is not None
    content = section.data()
    if content.startswith(b"CCOB"):  # version 2: the file's size follows version and method
        content = content[: int.from_bytes(content[8:12], "little")]
    (folder / "section").write_bytes(content)
    command = ["clang-offload-bundler-19", "--list", "--type=o", "--input=section"]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return sorted(done.stdout.split())


@pytest.mark.parametrize("driver", ["old", "new"])
def test_relocatable_objects(driver: str, folder: Path) -> None:
    words = ["clang-19", "-x", "hip", "-fgpu-rdc", "-nogpulib", "-nogpuinc", "-O1", "-fPIC"]
    words += ["--offload-arch=gfx90a", "--offload-arch=gfx1100", "-c", "-o", "k.o", "k.hip"]
    words += ["--offload-new-driver"] if driver == "new" else ["--no-offload-new-driver"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
    code = gpu_code((folder / "k.o").read_bytes(), "k.o")
    container = "offload-binary" if driver == "new" else "bundle"
    assert {(row.place, row.target, row.container, row.count) for row in code.hip} == {
        (Place.RELOCATABLE, "gfx90a", container, 1),
        (Place.RELOCATABLE, "gfx1100", container, 1),
    }
    assert code.oddities == ()
    archive = folder / f"{driver}.a"
    subprocess.run(["ar", "rcs", str(archive), str(folder / "k.o")], check=True)
    assert gpu_code(archive.read_bytes(), archive.name).hip == code.hip
