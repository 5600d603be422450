"""Files that NVIDIA's compiler and libraries make, read by us and by NVIDIA's cuobjdump."""

from __future__ import annotations

import ctypes
import os
import re
import shlex
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from planner.model.gpu_code import GpuCode, Place
from tests.artifacts.gpu.library_files import cuda_rows, expected_rows, gpu_code, install, load

RECIPES: dict[str, Any] = load("recipes.yaml")
_LISTED = re.compile(r"^\s*Fatbin ([\w ]+) code:\n\s*=+\n\s*arch = sm_(\w+)$", re.MULTILINE)

pytestmark = [
    pytest.mark.network,
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("MLPLAN_NETWORK") or not os.environ.get("MLPLAN_SLOW"),
        reason="downloads compilers and runs them: run with MLPLAN_NETWORK=1 MLPLAN_SLOW=1",
    ),
    pytest.mark.skipif(not shutil.which("g++"), reason="nvcc needs a host g++"),
]


def ids(recipe: Any) -> str:
    return str(recipe["id"])


class Toolkit:
    """The CUDA toolkit 13.5 from wheels, with sources to compile."""

    def __init__(self, folder: Path) -> None:
        pins = RECIPES["tools"]["cuda_13_5"]["pip"]
        self.root = install(folder / "toolkit", *pins) / "nvidia" / "cu13"
        self.work = folder / "work"
        self.work.mkdir()
        write_sources(self.work, (".cu",))

    def run(self, tool: str, *arguments: str) -> str:
        """What a tool of the toolkit prints."""
        command = [str(self.root / "bin" / tool), *arguments]
        done = subprocess.run(command, cwd=self.work, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def nvcc(self, *arguments: str) -> None:
        """Compile something."""
        self.run("nvcc", "-L", str(self.root / "lib"), *arguments)

    def listed(self, file: str) -> Counter[tuple[str, str]]:
        """Kind and architecture of every entry, as cuobjdump tells them."""
        return Counter(_LISTED.findall(self.run("cuobjdump", "-all", file)))


def write_sources(folder: Path, suffixes: tuple[str, ...]) -> None:
    for name, text in RECIPES["sources"].items():
        if name.endswith(suffixes):
            (folder / name).write_text(text)


@pytest.fixture(scope="module")
def toolkit(tmp_path_factory: pytest.TempPathFactory) -> Toolkit:
    return Toolkit(tmp_path_factory.mktemp("cuda"))


def like_listed(code: GpuCode) -> Counter[tuple[str, str]]:
    rows: Counter[tuple[str, str]] = Counter()
    for row in code.cuda:
        rows[row.kind, row.target.partition("_")[2]] += row.count
    return rows


@pytest.mark.parametrize("recipe", RECIPES["cuda_recipes"], ids=ids)
def test_nvcc_recipe(recipe: dict[str, Any], toolkit: Toolkit) -> None:
    words = shlex.split(recipe["command"])
    assert words[0] == "nvcc"
    toolkit.nvcc(*words[1:])
    file = words[words.index("-o") + 1]
    code = gpu_code((toolkit.work / file).read_bytes(), file)
    assert code.oddities == ()
    if "expect_cubin" in recipe:
        target = recipe["expect_cubin"]["target"].split()[0]
        assert cuda_rows(code) == {(Place.RAW, "elf", target): 1}
        return
    assert cuda_rows(code) == expected_rows(recipe["expect"])
    assert like_listed(code) == toolkit.listed(file)


OLD_TOOLS = {
    "12.4.127": "nvidia-cuda-nvcc-cu12==12.4.131",
    "12.9.82": "nvidia-cuda-nvcc-cu12==12.9.86",
}


class Fatbin:
    """libnvfatbin of one release (nvFatbin manual, "User Interface")."""

    def __init__(self, library: Path) -> None:
        self._library = ctypes.CDLL(str(library))

    def made(self, options: list[str], cubins: dict[str, bytes], ptx: dict[str, bytes]) -> bytes:
        """A container of these cubins and PTX texts by architecture."""
        handle = ctypes.c_void_p()
        array = (ctypes.c_char_p * len(options))(*[option.encode() for option in options])
        self._call("nvFatbinCreate", ctypes.byref(handle), array, ctypes.c_size_t(len(options)))
        for arch, code in cubins.items():
            size = ctypes.c_size_t(len(code))
            self._call("nvFatbinAddCubin", handle, code, size, arch.encode(), b"k")
        for arch, code in ptx.items():
            text = code + b"\0"
            size = ctypes.c_size_t(len(text))
            self._call("nvFatbinAddPTX", handle, text, size, arch.encode(), b"k", b"")
        size = ctypes.c_size_t()
        self._call("nvFatbinSize", handle, ctypes.byref(size))
        buffer = ctypes.create_string_buffer(size.value)
        self._call("nvFatbinGet", handle, buffer)
        self._call("nvFatbinDestroy", ctypes.byref(handle))
        return buffer.raw

    def _call(self, name: str, *arguments: object) -> None:
        assert getattr(self._library, name)(*arguments) == 0, name


def ptx_of(arch: str) -> bytes:
    """PTX text that an old ptxas takes; the language version follows the architecture."""
    number = int(arch.rstrip("af"))
    version = "7.5" if number < 90 else "8.0" if number == 90 else "8.7"
    if arch.endswith("f") or number == 121:
        version = "8.8"
    head = f".version {version}\n.target sm_{arch}\n.address_size 64\n"
    return (head + ".visible .entry k() { ret; }\n").encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nvfatbin")


@pytest.mark.parametrize("recipe", RECIPES["nvfatbin_recipes"], ids=ids)
def test_library_recipe(recipe: dict[str, Any], toolkit: Toolkit, folder: Path) -> None:
    expect = recipe["expect"]["file"]
    words = recipe["library"].split()
    cubins = {
        target.removeprefix("sm_"): made_cubin(toolkit, folder, words[-1], target)
        for target in expect["elf"]
    }
    ptx = {target.removeprefix("sm_"): ptx_of(target[3:]) for target in expect["ptx"]}
    library = Fatbin(library_file(folder, words[-2], words[-1]))
    data = library.made(recipe["create_options"], cubins, ptx)
    code = gpu_code(data, "made.fatbin")
    assert code.oddities == ()
    assert cuda_rows(code) == expected_rows(recipe["expect"])
    (toolkit.work / "made.fatbin").write_bytes(data)
    assert like_listed(code) == toolkit.listed("made.fatbin")


def library_file(folder: Path, project: str, version: str) -> Path:
    target = folder / f"lib-{version}"
    if not target.exists():
        install(target, f"{project}=={version}")
    (found,) = target.rglob("libnvfatbin.so.*")
    return found


def made_cubin(toolkit: Toolkit, folder: Path, version: str, target: str) -> bytes:
    """A cubin of the release that the library belongs to."""
    file = folder / f"{version}-{target}.cubin"
    if version not in OLD_TOOLS:
        toolkit.nvcc("-cubin", f"-arch={target}", "-o", str(file), "k.cu")
        return file.read_bytes()
    tools = folder / f"tools-{version}"
    if not tools.exists():
        install(tools, OLD_TOOLS[version])
    (ptxas,) = tools.rglob("ptxas")
    source = file.with_suffix(".ptx")
    source.write_bytes(ptx_of(target.removeprefix("sm_")))
    command = [str(ptxas), f"-arch={target}", "-o", str(file), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    raw = cuda_rows(gpu_code(file.read_bytes(), file.name))
    assert raw == {(Place.RAW, "elf", target.rstrip("f")): 1}  # f is in no field of a cubin
    return file.read_bytes()
