"""The machine at hand: C library, pip, Python, driver and GPUs, as its own files and tools tell.

Nothing needs a GPU. What cannot be read stays open and is noted.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from planner.model.hosts import Machine, MachineGpu

_QUERY = ("--query-gpu=name,compute_cap,driver_version", "--format=csv,noheader")
_SECONDS = 15
_DRIVER = re.compile(r"\b(\d{3,}(?:\.\d+)+)\b")
_MUSL = re.compile(r"^Version (\d+\.\d+)", re.M)


def read_machine(root: Path = Path("/")) -> Machine:
    """What this machine is; ``root`` is where its file system starts."""
    notes: list[str] = []
    libc, version = _libc(root)
    if not version:
        notes.append("the C library could not be read")
    pip = _pip()
    if pip is None:
        notes.append("no pip belongs to this Python")
    smi = _nvidia_smi(notes)
    driver = next((row[2] for row in smi if _DRIVER.fullmatch(row[2])), None) or _driver(root)
    gpus = tuple(MachineGpu(name, _cuda_target(capability)) for name, capability, _ in smi)
    gpus += tuple(_amd_gpus(root))
    if not gpus:
        notes.append("no GPU was found")
    release = _os_release(root)
    return Machine(
        arch=_arch(),
        libc=libc,
        libc_version=version or "0",
        os_id=release.get("ID", ""),
        os_version=release.get("VERSION_ID", ""),
        python=_python(),
        pip=pip,
        driver=driver,
        gpus=gpus,
        notes=tuple(notes),
    )


def _arch() -> str:
    """The architecture of the interpreter, which may be narrower than that of the kernel."""
    machine = platform.machine()
    narrow = {"x86_64": "i686", "aarch64": "armv7l"}
    return machine if sys.maxsize > 2**32 else narrow.get(machine, machine)


def _libc(root: Path) -> tuple[str, str]:
    """glibc by its own word (confstr(3)); musl by its loader."""
    try:
        name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    except (AttributeError, ValueError, OSError):  # AttributeError: not on Windows
        name, version = "", ""
    if name == "glibc":
        return "glibc", ".".join(version.split(".")[:2])
    loader = next(iter(sorted((root / "lib").glob("ld-musl-*.so.1"))), None)
    if loader is not None:
        said = _run([str(loader)])
        match = _MUSL.search(said or "")
        return "musl", match[1] if match else ""
    return "glibc", ""


def _python() -> str:
    """The interpreter tag of the Python that runs this."""
    short = {"cpython": "cp", "pypy": "pp"}.get(sys.implementation.name, "py")
    free_threaded = "t" if "t" in getattr(sys, "abiflags", "") else ""
    return f"{short}{sys.version_info[0]}{sys.version_info[1]}{free_threaded}"


def _pip() -> str | None:
    """The pip of this Python, else the one on the search path."""
    try:
        return metadata.version("pip")
    except metadata.PackageNotFoundError:
        found = shutil.which("pip")
        match = re.match(r"pip (\S+)", _run([found, "--version"]) or "") if found else None
        return match[1] if match else None


def _os_release(root: Path) -> dict[str, str]:
    """The assignments of os-release(5), without their quotes."""
    for name in ("etc/os-release", "usr/lib/os-release"):
        try:
            text = (root / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
        return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}
    return {}


def _driver(root: Path) -> str | None:
    """The version of the NVIDIA kernel driver, by the files that it makes."""
    for name in ("sys/module/nvidia/version", "proc/driver/nvidia/version"):
        try:
            match = _DRIVER.search((root / name).read_text(encoding="utf-8", errors="replace"))
        except OSError:
            continue
        if match:
            return match[1]
    return None


def _nvidia_smi(notes: list[str]) -> list[tuple[str, str, str]]:
    """Name, compute capability and driver of every NVIDIA GPU; none without the tool."""
    tool = shutil.which("nvidia-smi")
    said = _run([tool, *_QUERY]) if tool else None
    if tool and said is None:
        notes.append("nvidia-smi is there and gave no answer")
    rows = [[part.strip() for part in line.split(",")] for line in (said or "").splitlines()]
    return [(row[0], row[1], row[2]) for row in rows if len(row) == 3]


def _cuda_target(capability: str) -> str:
    return f"sm_{capability.replace('.', '')}" if re.fullmatch(r"\d+\.\d", capability) else ""


def _amd_gpus(root: Path) -> list[MachineGpu]:
    """The AMD GPUs that the kernel driver lists (``gfx_target_version`` of the KFD topology)."""
    found = []
    for path in sorted((root / "sys/class/kfd/kfd/topology/nodes").glob("*/properties")):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        match = re.search(r"^gfx_target_version (\d+)$", text, re.M)
        number = int(match[1]) if match else 0
        if number:
            target = f"gfx{number // 10000}{number // 100 % 100:x}{number % 100:x}"
            found.append(MachineGpu(target, target))
    return found


def _run(command: list[str]) -> str | None:
    """What a program prints; None where it fails, is missing or takes too long."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return (done.stdout or done.stderr) if done.returncode in (0, 1) else None
