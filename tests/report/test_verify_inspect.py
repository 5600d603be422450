"""The text of ``inspect``: what lies where, and what could not be understood."""

from __future__ import annotations

import re
from pathlib import Path

import planner
from planner.report.inspect_text import inspect_text
from planner.report.verify_text import verify_text
from tests.wheels.made import elf_file, fatbin, hip_bundle, wheel_file

NAME = "pkg-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"


def _text(folder: Path, members: dict[str, bytes], *, verbose: bool = False) -> str:
    report = planner.inspect(wheel_file(folder, NAME, members))
    return inspect_text(report, verbose=verbose)


def test_gpu_code_by_file(tmp_path: Path) -> None:
    damaged = b"\x50\xed\x55\xba" + b"\xff" * 60
    members = {
        "pkg/a.so": elf_file(
            sections={
                ".nv_fatbin": fatbin("sm_80", "compute_80", "lto_80") + damaged,
                ".hip_fatbin": hip_bundle("gfx90a", "gfx1100"),
                "__CLANG_OFFLOAD_BUNDLE__sycl-spir64": b"\x03\x02\x23\x07" * 8,
            }
        ),
        "pkg/b.so": elf_file(
            sections={".hip_fatbin": hip_bundle("gfx90a", compressed=2)[:24] + b"\xff" * 99}
        ),
        "pkg/c.fatbin": fatbin("sm_61"),
    }
    text = _text(tmp_path, members)
    assert "  CUDA       sm_80; PTX compute_80; other lto_80; raw sm_61\n" in text
    assert "  ROCm       gfx90a gfx1100 (bundle); 1 bundle not read\n" in text
    assert "  SYCL       spir64\n" in text
    assert "  GPU code   1 piece not understood (-v)\n" in text
    assert "  pkg/c.fatbin  raw sm_61\n" in text
    verbose = _text(tmp_path, members, verbose=True)
    assert "    GPU code   sm_80; LTO-IR lto_80; PTX compute_80; gfx1100 gfx90a (bundle)" in (
        verbose.replace("gfx90a gfx1100", "gfx1100 gfx90a")
    )
    assert "    odd        damaged-container at byte " in verbose
    assert "  pkg/c.fatbin\n    GPU code   raw sm_61\n" in verbose


def test_much_of_everything_is_counted(tmp_path: Path) -> None:
    members = {
        f"pkg/{n:02}.so": elf_file(needed=[f"lib{n}.so"], sections={".nv_fatbin": fatbin("sm_80")})
        for n in range(25)
    }
    text = _text(tmp_path, members)
    assert text.count("  and 5 more (-v shows them)\n") == 2
    shown = " ".join(text.split())
    assert "outside lib0.so, lib1.so, lib10.so" in shown
    assert "and 13 more (-v) CUDA" in shown
    report = planner.inspect(tmp_path / NAME)
    assert "lib24.so" in inspect_text(report, verbose=True)


def test_many_oddities_are_counted(tmp_path: Path) -> None:
    members = {f"pkg/{n}\x01": b"" for n in range(14)}
    text = _text(tmp_path, members)
    assert text.count("  odd        odd-name: ") == 10
    assert "  odd        and 4 more (-v shows them)\n" in text
    assert _text(tmp_path, members, verbose=True).count("odd-name") == 14


def test_tags_of_the_wheel_file_where_they_differ(tmp_path: Path) -> None:
    path = wheel_file(tmp_path, NAME, {"a.py": b""}, tags=["py3-none-any"])
    assert "  WHEEL says py3-none-any\n" in inspect_text(planner.inspect(path))
    path = wheel_file(tmp_path, NAME, {"a.py": b""}, tags=[])
    assert "  WHEEL says nothing\n" in inspect_text(planner.inspect(path))


def test_a_floor_that_no_policy_has(tmp_path: Path) -> None:
    made = elf_file(needs={"libc.so.6": ["f@GLIBC_9.9"]}, interpreter="/lib64/ld-linux-x86-64.so.2")
    text = _text(tmp_path, {"a.so": made, "b.so": elf_file()})
    assert "  floor      linux_x86_64 (no policy allows all its symbols)\n" in text
    assert [line.split()[0] for line in text.splitlines() if " x86_64 " in line] == ["a.so", "b.so"]
    assert "    loader     /lib64/ld-linux-x86-64.so.2\n" in _text(
        tmp_path, {"a.so": made}, verbose=True
    )


def test_no_line_is_too_long(tmp_path: Path) -> None:
    made = elf_file(needs={"libc.so.6": ["f@GLIBC_2.5"]}, needed=["lib" + "y" * 150, "x\x1b.so"])
    members = {f"{'d' * 90}/{'e' * 90}.so": made, "pkg/a.so": made}
    report = planner.inspect(wheel_file(tmp_path, NAME, members))
    for verbose in (False, True):
        for width in (60, 80, 100):
            text = inspect_text(report, width=width, verbose=verbose)
            assert max(map(len, text.splitlines())) <= width
            assert "\x1b" not in text


def test_paths_are_told_apart(tmp_path: Path) -> None:
    ending = "cpython-312-x86_64-linux-gnu.so"
    folder = "package_backends/cuda/libraries"
    members = {f"{folder}/{name}.{ending}": elf_file() for name in ("nccl", "nvrtc")}
    text = _text(tmp_path, {**members, f"p/a.{ending}": elf_file()})
    for name in (f"{folder}/nccl...so", f"{folder}/nvrtc...so", "p/a...so"):
        assert f"  {name} " in text
    assert f"  p/a.{ending}  " in _text(tmp_path, {f"p/a.{ending}": elf_file()})


def test_relocatable_code_by_form(tmp_path: Path) -> None:
    code = fatbin(*(f"sm_{n}" for n in (50, 60, 70, 80)), "compute_80")
    text = _text(tmp_path, {"a.so": elf_file(sections={"__nv_relfatbin": code})})
    assert "  CUDA       relocatable sm_50 sm_60 sm_70 sm_80; relocatable PTX compute_80\n" in text
    assert "  a.so         relocatable sm_50..sm_80 (4); relocatable PTX compute_80\n" in text


def test_no_name_is_a_command_of_a_build_service(tmp_path: Path) -> None:
    made = elf_file(needed=["lib::group::.so"], soname="::error::x", comment=["##[error] ::x::"])
    for pad in range(20, 90, 3):
        name = f"pkg/{'a' * pad} ::warning title=forged::well ##[error]x.so"
        report = planner.inspect(wheel_file(tmp_path, NAME, {name: made, f"x ::{name}": b""}))
        for verbose in (False, True):
            text = inspect_text(report, verbose=verbose) + verify_text(report, verbose=verbose)
            assert not re.search(r"::|##\w*\[", text)
