"""Libraries made by a real compiler for known versions of the C library, on every machine.

Zig brings clang and the symbol versions of every glibc (ziglang on the package index). Judges:
readelf and pyelftools for the versions, the table below for the floors: the newest version that
the functions called have on that machine (glibc, ``sysdeps/unix/sysv/linux/*/libc.abilist``).
"""

from __future__ import annotations

import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from planner.artifacts.wheel import read_wheel
from planner.model.wheel_facts import WheelFacts
from planner.verifier.judge import judge
from tests.verifier.judging import lines_of
from tests.wheels.downloads import installed, needs_network, needs_time
from tests.wheels.made import wheel_file

pytestmark = [pytest.mark.network, needs_network]
slow = (pytest.mark.slow, needs_time)

CODE = r"""
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include <dlfcn.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>
void *copied(void *a, const void *b, size_t n) { return memcpy(a, b, n); }
int above(void) { return getppid(); }
#if LEVEL >= 225
#include <sys/random.h>
long drawn(void *to, size_t n) { return getrandom(to, n, 0); }
#endif
#if LEVEL >= 228
int locked(int file) { return fcntl(file, F_GETFD); }
#endif
#if LEVEL >= 229
double raised(double x, double y) { return pow(x, y) + exp(x); }
#endif
#if LEVEL >= 230
int named(void) { return gettid(); }
#endif
#if LEVEL >= 234
int begun(pthread_t *t, void *(*f)(void *)) { return pthread_create(t, 0, f, 0); }
void *opened(const char *name) { return dlopen(name, RTLD_NOW); }
#endif
"""

TRIPLES = {
    "x86_64": "x86_64-linux-gnu",
    "aarch64": "aarch64-linux-gnu",
    "i686": "x86-linux-gnu",
    "armv7l": "arm-linux-gnueabihf",
    "ppc64le": "powerpc64le-linux-gnu",
    "s390x": "s390x-linux-gnu",
    "riscv64": "riscv64-linux-gnu",
}

# architecture, glibc, the newest version asked for, a symbol that asks for it, the floor
ROWS = [
    ("x86_64", "2.17", "GLIBC_2.14", "memcpy", "manylinux_2_17"),
    ("x86_64", "2.25", "GLIBC_2.25", "getrandom", "manylinux_2_26"),
    ("x86_64", "2.28", "GLIBC_2.28", "fcntl64", "manylinux_2_28"),
    ("x86_64", "2.29", "GLIBC_2.29", "pow", "manylinux_2_31"),
    ("x86_64", "2.30", "GLIBC_2.30", "gettid", "manylinux_2_31"),
    ("x86_64", "2.34", "GLIBC_2.34", "pthread_create", "manylinux_2_34"),
    ("aarch64", "2.17", "GLIBC_2.17", "memcpy", "manylinux_2_17"),
    ("aarch64", "2.28", "GLIBC_2.28", "fcntl64", "manylinux_2_28"),
    ("i686", "2.17", "GLIBC_2.0", "memcpy", "manylinux_2_5"),
    ("i686", "2.34", "GLIBC_2.34", "dlopen", "manylinux_2_34"),
    ("armv7l", "2.17", "GLIBC_2.4", "getppid", "manylinux_2_17"),
    ("ppc64le", "2.19", "GLIBC_2.17", "memcpy", "manylinux_2_17"),
    ("s390x", "2.17", "GLIBC_2.2", "getppid", "manylinux_2_17"),
    ("s390x", "2.28", "GLIBC_2.28", "fcntl64", "manylinux_2_28"),
    ("riscv64", "2.31", "GLIBC_2.30", "gettid", "manylinux_2_31"),
]


@pytest.fixture(scope="module")
def zig(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which ``python -m ziglang`` works; what zig builds for itself is kept for
    this session."""
    if importlib.util.find_spec("ziglang") is not None:
        environment = dict(os.environ)
    else:
        environment = installed("ziglang==0.17.1", tmp_path_factory.mktemp("ziglang"))
    cache = str(tmp_path_factory.mktemp("zig-cache"))
    return environment | {"ZIG_GLOBAL_CACHE_DIR": cache, "ZIG_LOCAL_CACHE_DIR": cache}


def compiled(zig: dict[str, str], arch: str, glibc: str, folder: Path) -> Path:
    source, library = folder / "a.c", folder / f"{arch}-{glibc}.so"
    source.write_text(CODE, "utf-8")
    major, minor = glibc.split(".")
    command = [sys.executable, "-m", "ziglang", "cc", "-target", f"{TRIPLES[arch]}.{glibc}"]
    command += ["-shared", "-fPIC", "-O1", f"-DLEVEL={major}{minor}", "-o", str(library)]
    command += [str(source), "-lm", "-lpthread", "-ldl"]
    subprocess.run(command, check=True, capture_output=True, env=zig)
    return library


@pytest.mark.parametrize(
    ("arch", "glibc", "newest", "user", "floor"),
    [
        pytest.param(*row, id=f"{row[0]} {row[1]}", marks=slow if n else ())
        for n, row in enumerate(ROWS)
    ],
)
def test_floor_of_a_compiled_library(
    arch: str,
    glibc: str,
    newest: str,
    user: str,
    floor: str,
    zig: dict[str, str],
    tmp_path: Path,
    wheel_facts: WheelFacts,
) -> None:
    library = compiled(zig, arch, glibc, tmp_path)
    data = library.read_bytes()
    path = wheel_file(tmp_path, f"p-1-cp312-cp312-linux_{arch}.whl", {"p/_C.so": data})
    context = judge(read_wheel(path), wheel_facts).context
    assert context.wheel.oddities == ()
    assert context.floor is not None
    assert context.floor.platform_tag == f"{floor}_{arch}"
    (file,) = context.wheel.elf
    assert file.machine == arch
    users = {version: names for (_, version), names in file.version_users.items()}
    assert user in users[newest]
    assert context.floor.maxima["GLIBC"] == newest.removeprefix("GLIBC_")

    table = ELFFile(io.BytesIO(data)).get_section_by_name(".gnu.version_r")
    assert isinstance(table, GNUVerNeedSection)
    read = {need.name: tuple(aux.name for aux in rows) for need, rows in table.iter_versions()}
    assert dict(file.version_needs) == read
    if shutil.which("readelf"):
        command = ["readelf", "--version-info", "--wide", str(library)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        assert re.findall(r"File: (\S+)", told) == list(read)
        assert re.findall(r"Name: (\S+)", told) == [name for rows in read.values() for name in rows]


@pytest.mark.slow
@needs_time
def test_one_plug_in_needs_a_newer_c_library(
    zig: dict[str, str], tmp_path: Path, wheel_facts: WheelFacts
) -> None:
    members = {
        "pkg/_C.so": compiled(zig, "x86_64", "2.28", tmp_path).read_bytes(),
        "pkg/plugins/new.so": compiled(zig, "x86_64", "2.34", tmp_path).read_bytes(),
    }
    path = wheel_file(tmp_path, "pkg-1.0-cp312-cp312-manylinux_2_28_x86_64.whl", members)
    found = judge(read_wheel(path), wheel_facts).findings
    member = "pkg/plugins/new.so"
    assert set(lines_of(found)) == {f"MLP-T001 error {member}"}
    symbols = {row.data["symbol"]: row.data["user"] for row in found}
    assert symbols["GLIBC_2.34"] == "pthread_create, dlopen"
    assert set(symbols) == {"GLIBC_2.34", "GLIBC_2.30", "GLIBC_2.29"}
