"""The machine at hand, read from files and tools that stand in for it."""

from __future__ import annotations

import os
import sys
from importlib import metadata
from pathlib import Path

import pytest

from planner.load import this_machine
from planner.load.this_machine import read_machine
from planner.model.hosts import MachineGpu


def made(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def tool(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def test_a_bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    machine = read_machine(tmp_path)
    assert (machine.os_id, machine.os_version, machine.driver, machine.gpus) == ("", "", None, ())
    assert "no GPU was found" in machine.notes
    assert machine.python == f"cp{sys.version_info[0]}{sys.version_info[1]}"


def test_nvidia(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says = "NVIDIA H100 80GB HBM3, 9.0, 580.95.05\nOdd, [N/A], 580.95.05"
    tool(tmp_path / "bin", "nvidia-smi", f"printf '%s\\n' '{says}'")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    machine = read_machine(tmp_path)
    assert machine.driver == "580.95.05"
    assert machine.gpus == (MachineGpu("NVIDIA H100 80GB HBM3", "sm_90"), MachineGpu("Odd", ""))


def test_a_tool_that_fails_is_noted_and_the_driver_read_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool(tmp_path / "bin", "nvidia-smi", "exit 9")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    proc = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22\n"
    machine = read_machine(made(tmp_path, {"proc/driver/nvidia/version": proc}))
    assert (machine.driver, machine.gpus) == ("550.54.14", ())
    assert "nvidia-smi is there and gave no answer" in machine.notes


def test_amd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    nodes = "sys/class/kfd/kfd/topology/nodes"
    files = {
        f"{nodes}/0/properties": "cpu_cores_count 64\ngfx_target_version 0\n",
        f"{nodes}/1/properties": "simd_count 304\ngfx_target_version 90402\n",
        f"{nodes}/2/properties": "simd_count 440\ngfx_target_version 90010\n",
        f"{nodes}/3/properties": "simd_count 192\ngfx_target_version 110001\n",
    }
    machine = read_machine(made(tmp_path, files))
    assert [gpu.target for gpu in machine.gpus] == ["gfx942", "gfx90a", "gfx1101"]


def test_os_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    text = 'NAME="Rocky Linux"\nID="rocky"\nVERSION_ID="9.5"\n# a remark\n'
    machine = read_machine(made(tmp_path, {"usr/lib/os-release": text}))
    assert (machine.os_id, machine.os_version) == ("rocky", "9.5")


def test_musl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "confstr", lambda name: None)
    assert this_machine._libc(tmp_path) == ("glibc", "")
    tool(
        tmp_path / "lib", "ld-musl-x86_64.so.1", "printf 'musl libc\\nVersion 1.2.5\\n' >&2; exit 1"
    )
    assert this_machine._libc(tmp_path) == ("musl", "1.2")


def test_pip_from_the_search_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    tool(tmp_path / "bin", "pip", "echo 'pip 19.0.3 from /somewhere (python 3.6)'")
    assert this_machine._pip() == "19.0.3"
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    assert this_machine._pip() is None
