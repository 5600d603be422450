"""What is read of an ELF file, on every machine, whole or in pieces, with whatever tables."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from planner.artifacts.elf.read import ElfReading, read_elf
from planner.artifacts.limits import DEFAULT_LIMITS, Limits
from planner.artifacts.sources import MemorySource
from planner.artifacts.wheel import read_wheel
from planner.model.wheels import ElfFile
from tests.wheels.made import (
    AMD_CLANG,
    ARCHITECTURES,
    GCC_14,
    elf_file,
    fatbin,
    hip_bundle,
    wheel_file,
)

LIBC, LIBM = "libc.so.6", "libm.so.6"
NEEDS = {
    LIBC: ("memcpy@GLIBC_2.17", "memmove@GLIBC_2.17", "fcntl64@GLIBC_2.28", "GLIBC_ABI_DT_RELR"),
    LIBM: ("exp@GLIBC_2.17", "pow@GLIBC_2.29"),
}
HASHES = ("gnu", "plain", None)


def read(data: bytes, limits: Limits = DEFAULT_LIMITS) -> ElfReading:
    return read_elf(MemorySource(data), "x.so", limits)


@pytest.mark.parametrize("defined", [(), ("PyInit_x", "other")])
@pytest.mark.parametrize("hash_table", HASHES)
@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_everything_of_a_library(arch: str, hash_table: Any, defined: tuple[str, ...]) -> None:
    data = elf_file(
        arch,
        needs=NEEDS,
        needed=("libgomp.so.1", "libmkl_rt.so.3"),
        plain=("PyErr_SetString", "_ZNSs6appendEPKc"),
        weak=("__gmon_start__", "__cxa_thread_atexit_impl"),
        defined=defined,
        soname="libx.so",
        rpath="/a:$ORIGIN",
        runpath="$ORIGIN/lib:",
        comment=(GCC_14, AMD_CLANG, GCC_14),
        isa=("baseline", "v3"),
        interpreter="/lib/ld.so",
        stack="exec",
        hash_table=hash_table,
    )
    reading = read(data)
    assert reading.damage == []
    assert reading.file == ElfFile(
        path="x.so",
        size=len(data),
        kind="shared",
        machine=arch,
        bits=ARCHITECTURES[arch][1],
        soname="libx.so",
        needed=(LIBC, LIBM, "libgomp.so.1", "libmkl_rt.so.3"),
        rpath=("/a", "$ORIGIN"),
        runpath=("$ORIGIN/lib", ""),
        interpreter="/lib/ld.so",
        version_needs={
            LIBC: ("GLIBC_2.17", "GLIBC_2.28", "GLIBC_ABI_DT_RELR"),
            LIBM: ("GLIBC_2.17", "GLIBC_2.29"),
        },
        version_users={
            (LIBC, "GLIBC_2.17"): ("memcpy", "memmove"),
            (LIBC, "GLIBC_2.28"): ("fcntl64",),
            (LIBM, "GLIBC_2.17"): ("exp",),
            (LIBM, "GLIBC_2.29"): ("pow",),
        },
        unversioned=("PyErr_SetString", "_ZNSs6appendEPKc"),
        weak=("__gmon_start__", "__cxa_thread_atexit_impl"),
        exec_stack=True,
        isa=("baseline", "v3") if arch in ("x86_64", "i686") else (),
        compilers=(GCC_14, AMD_CLANG),
        cxx11_abi="old",
        openmp=("gomp",),
        mkl=("rt",),
    )


@pytest.mark.parametrize("section_table", ["zeroed", "gone"])
@pytest.mark.parametrize("hash_table", HASHES)
@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_without_section_headers_only_the_compilers_are_lost(
    arch: str, hash_table: Any, section_table: Any
) -> None:
    def made(table: Any) -> ElfReading:
        comment = (GCC_14,)
        data = elf_file(
            arch,
            needs=NEEDS,
            plain=("x",),
            comment=comment,
            hash_table=hash_table,
            section_table=table,
        )
        return read(data)

    kept, other = made("kept"), made(section_table)
    assert kept.file.compilers == (GCC_14,)
    assert other.damage == []
    assert other.file == kept.file._replace(size=other.file.size, compilers=())


def test_paths_interpreter_and_compilers_count_by_the_memory_they_take() -> None:
    """A path is a text of its own; characters beyond ASCII take more than one byte each."""
    plain = read(elf_file()).names_bytes
    paths = [f"{n:x}" for n in range(1000)]
    many = read(elf_file(runpath=":".join(paths))).names_bytes
    assert many - plain > sum(map(sys.getsizeof, paths))
    loader = "/\N{GRINNING FACE}" + "l" * 4000
    assert read(elf_file(interpreter=loader)).names_bytes - plain > 16_000
    signatures = [f"c{n}" for n in range(100)]
    signed = read(elf_file(comment=signatures)).names_bytes
    assert signed - plain >= sum(map(sys.getsizeof, signatures))


def test_too_many_search_paths_are_damage() -> None:
    limits = DEFAULT_LIMITS._replace(names=3)
    assert read(elf_file(runpath="a:b:c"), limits).damage == []
    assert read(elf_file(runpath="a:b:c:d"), limits).damage == ["more than 3 search paths"]


@pytest.mark.parametrize(
    ("rpath", "runpath", "searched"),
    [
        ("/a", None, ("/a",)),
        ("/a", "$ORIGIN", ("$ORIGIN",)),
        (None, "", ()),
        (None, ":", ("", "")),
        (None, None, ()),
    ],
)
def test_search_path(rpath: str | None, runpath: str | None, searched: tuple[str, ...]) -> None:
    assert read(elf_file(rpath=rpath, runpath=runpath)).file.search_path == searched


@pytest.mark.parametrize(
    ("plain", "abi"),
    [
        (("_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE6appendEPKc",), "new"),
        (("_ZNSs6appendEPKc",), "old"),
        (("_ZNKSs4sizeEv",), "old"),
        (("_ZN1a1bERKSs",), "old"),
        (("_ZNSs6appendEPKc", "_ZNKSt7__cxx1112basic_stringE"), "both"),
        (("_ZNSolsEi", "_ZSt4cout"), None),
    ],
)
def test_string_abi(plain: tuple[str, ...], abi: str | None) -> None:
    assert read(elf_file(plain=plain)).file.cxx11_abi == abi


@pytest.mark.parametrize(
    ("needed", "plain", "openmp", "mkl"),
    [
        (("libgomp-24e2ab19.so.1.0.0",), (), ("gomp",), ()),
        (("libiomp5.so",), (), ("iomp",), ()),
        (("libomp.so.5",), (), ("omp",), ()),
        (("libtbb.so.12", "libgomp.so.1"), (), ("gomp", "tbb"), ()),
        ((), ("GOMP_parallel",), ("gomp",), ()),
        ((), ("__kmpc_fork_call",), ("iomp",), ()),
        (
            ("libmkl_intel_lp64.so.3", "libmkl_gnu_thread.so.3", "libmkl_core.so.3"),
            (),
            (),
            ("core", "gnu_thread", "intel_lp64"),
        ),
    ],
)
def test_runtimes(
    needed: tuple[str, ...], plain: tuple[str, ...], openmp: tuple[str, ...], mkl: tuple[str, ...]
) -> None:
    file = read(elf_file(needed=needed, plain=plain)).file
    assert (file.openmp, file.mkl) == (openmp, mkl)


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [({}, "shared"), ({"kind": "program"}, "program"), ({"kind": "object"}, "object")],
)
def test_kinds(arguments: dict[str, Any], kind: str) -> None:
    reading = read(elf_file(comment=(GCC_14,), **arguments))
    assert (reading.file.kind, reading.file.compilers) == (kind, (GCC_14,))
    assert reading.damage == []


@pytest.mark.parametrize(("stack", "told"), [("plain", False), ("exec", True), (None, None)])
def test_stack(stack: Any, told: bool | None) -> None:
    assert read(elf_file(stack=stack)).file.exec_stack is told


@pytest.mark.parametrize(
    ("arch", "flags", "machine"),
    [
        ("armv7l", 0x05000400, "armv7l"),
        ("armv7l", 0x05000200, "arm-soft-float"),
        ("ppc64", None, "ppc64"),
        ("ppc64le", None, "ppc64le"),
    ],
)
def test_machines(arch: str, flags: int | None, machine: str) -> None:
    assert read(elf_file(arch, flags=flags)).file.machine == machine


def test_an_unknown_machine_is_told_by_number() -> None:
    data = bytearray(elf_file())
    data[18:20] = (0x1234).to_bytes(2, "little")
    assert read(bytes(data)).file.machine == "machine-4660-64-little"


@pytest.mark.parametrize("room", [1 << 14, 1 << 16])
@pytest.mark.parametrize("section_table", ["kept", "gone"])
def test_a_stream_gives_the_same_as_memory(room: int, section_table: Any, tmp_path: Path) -> None:
    """Large members pass by in pieces: what had passed is read again."""
    data = elf_file(
        needs=NEEDS,
        plain=tuple(f"symbol_{number}" for number in range(3000)),
        comment=(GCC_14,),
        section_table=section_table,
        sections={
            ".nv_fatbin": fatbin("sm_90", "compute_90"),
            ".hip_fatbin": hip_bundle("gfx90a", compressed=3),
            ".data": bytes(100_000),
        },
    )
    path = wheel_file(tmp_path, "p-1-cp312-cp312-linux_x86_64.whl", {"p/_C.so": data})
    whole = read_wheel(path)
    small = Limits(
        in_memory=1000, chunk=room, kept_head=2 * room, kept_tail=room, kept_windows=1 << 18
    )
    assert read_wheel(path, limits=small) == whole
    assert whole.oddities == ()
    (file,) = whole.elf
    assert len(file.unversioned) == 3000
    assert [row.target for row in file.gpu.cuda] == ["sm_90", "compute_90"]


@pytest.mark.skipif(shutil.which("cc") is None, reason="no compiler is installed")
def test_a_program_that_a_compiler_made(tmp_path: Path) -> None:
    """GNU ld writes an empty hash table of exported symbols: the imports are found all the same."""
    source, program = tmp_path / "a.c", tmp_path / "a"
    source.write_text('#include <stdio.h>\nint main(void) { return puts("x"); }\n', "utf-8")
    subprocess.run(["cc", "-o", str(program), str(source)], check=True)
    reading = read(program.read_bytes())
    users = {name for names in reading.file.version_users.values() for name in names}
    assert reading.damage == []
    assert {"puts", "__libc_start_main"} <= users
