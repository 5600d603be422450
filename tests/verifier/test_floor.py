"""The floor: membership in the policies' sets, by architecture, and nothing of the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from planner.artifacts.wheel import read_wheel
from planner.model.wheel_facts import WheelFacts
from planner.verifier.floor import Floor
from planner.verifier.judge import observed
from tests.verifier.judging import elf_of
from tests.wheels.made import elf_file, wheel_file

LIBC = "libc.so.6"
MUSL = {"needs": {}, "needed": ["libc.musl-x86_64.so.1"]}

ROWS: dict[str, tuple[str, dict[str, Mapping[str, Any]], str | None]] = {
    "2.14 is in 2.17": ("x86_64", {"a.so": {"needs": {LIBC: ["GLIBC_2.14"]}}}, "manylinux_2_17"),
    "the oldest": ("x86_64", {"a.so": {"needs": {LIBC: ["GLIBC_2.2.5"]}}}, "manylinux_2_5"),
    "2.12 is no version of a symbol on x86_64": (
        "x86_64",
        {"a.so": {"needs": {LIBC: ["GLIBC_2.12"]}}},
        "manylinux_2_12",
    ),
    "2.18 on aarch64": ("aarch64", {"a.so": {"needs": {LIBC: ["GLIBC_2.18"]}}}, "manylinux_2_17"),
    "2.18 on x86_64": ("x86_64", {"a.so": {"needs": {LIBC: ["GLIBC_2.18"]}}}, "manylinux_2_24"),
    "the newest of two files": (
        "x86_64",
        {
            "a.so": {"needs": {LIBC: ["GLIBC_2.14"]}},
            "b.so": {"needs": {LIBC: ["GLIBC_2.28"]}},
        },
        "manylinux_2_28",
    ),
    "the C++ library decides": (
        "x86_64",
        {"a.so": {"needs": {LIBC: ["GLIBC_2.14"], "libstdc++.so.6": ["GLIBCXX_3.4.24"]}}},
        "manylinux_2_27",
    ),
    "a library in the wheel does not": (
        "x86_64",
        {
            "a.so": {"needs": {LIBC: ["GLIBC_2.14"], "libstdc++.so.6": ["GLIBCXX_3.4.33"]}},
            "libstdc++.so.6": {"needs": {LIBC: ["GLIBC_2.2.5"]}},
        },
        "manylinux_2_17",
    ),
    "a library in the wheel under a soname": (
        "x86_64",
        {
            "a.so": {"needs": {LIBC: ["GLIBC_2.14"], "libgomp.so.1": ["GOMP_5.0"]}},
            "libgomp-3eda8113.so": {"soname": "libgomp.so.1", "needs": {LIBC: ["GLIBC_2.2.5"]}},
        },
        "manylinux_2_17",
    ),
    "what the bundled library itself needs": (
        "x86_64",
        {
            "a.so": {"needs": {LIBC: ["GLIBC_2.14"]}},
            "libx.so.1": {"needs": {LIBC: ["GLIBC_2.34"]}},
        },
        "manylinux_2_34",
    ),
    "a library outside the policies": (
        "x86_64",
        {"a.so": {"needs": {LIBC: ["GLIBC_2.14"], "libcufft.so.12": ["libcufft.so.12"]}}},
        "manylinux_2_17",
    ),
    "private symbols": ("x86_64", {"a.so": {"needs": {LIBC: ["GLIBC_PRIVATE"]}}}, "linux"),
    "a version that no policy has": (
        "x86_64",
        {"a.so": {"needs": {LIBC: ["GLIBC_2.99"]}}},
        "linux",
    ),
    "packed relocations": (
        "x86_64",
        {"a.so": {"needs": {LIBC: ["GLIBC_2.2.5", "GLIBC_ABI_DT_RELR"]}}},
        "manylinux_2_36",
    ),
    "a marker that no policy has": (
        "x86_64",
        {"a.so": {"needs": {LIBC: ["GLIBC_2.2.5", "GLIBC_ABI_NEVER"]}}},
        "linux",
    ),
    "no versions at all": ("x86_64", {"a.so": {"needs": {}}}, "manylinux_2_5"),
    "musl": ("x86_64", {"a.so": MUSL}, "musllinux_1_1"),
    "musl by its own soname": (
        "i686",
        {"a.so": {"needs": {}, "needed": ["libc.so"]}},
        "musllinux_1_1",
    ),
    "other machines do not count": (
        "x86_64",
        {
            "a.so": {"needs": {LIBC: ["GLIBC_2.14"]}},
            "b.so": {"arch": "aarch64", "needs": {LIBC: ["GLIBC_2.34"]}},
        },
        "manylinux_2_17",
    ),
    "no libraries": ("x86_64", {}, None),
    "i686": ("i686", {"a.so": {"needs": {LIBC: ["GLIBC_2.1.3"]}}}, "manylinux_2_5"),
    "armv7l": ("armv7l", {"a.so": {"needs": {LIBC: ["GLIBC_2.4"]}}}, "manylinux_2_17"),
    "ppc64le": ("ppc64le", {"a.so": {"needs": {LIBC: ["GLIBC_2.17"]}}}, "manylinux_2_17"),
    "s390x": ("s390x", {"a.so": {"needs": {LIBC: ["GLIBC_2.2"]}}}, "manylinux_2_17"),
    "riscv64": ("riscv64", {"a.so": {"needs": {LIBC: ["GLIBC_2.27"]}}}, "manylinux_2_31"),
    "loongarch64": ("loongarch64", {"a.so": {"needs": {LIBC: ["GLIBC_2.36"]}}}, "manylinux_2_36"),
    "ppc64": ("ppc64", {"a.so": {"arch": "ppc64"}}, "linux"),
}


def floor_of(
    folder: Path, facts: WheelFacts, arch: str, files: Mapping[str, bytes]
) -> Floor | None:
    members = {f"pkg/{name}": data for name, data in files.items()} or {"pkg/a.py": b""}
    path = wheel_file(folder, f"pkg-1-cp312-cp312-linux_{arch}.whl", members)
    return observed(read_wheel(path), facts).context.floor


@pytest.mark.parametrize("name", ROWS)
def test_floor(name: str, tmp_path: Path, wheel_facts: WheelFacts) -> None:
    arch, files, wanted = ROWS[name]
    made = {path: elf_of({"arch": arch} | dict(asked)) for path, asked in files.items()}
    floor = floor_of(tmp_path, wheel_facts, arch, made)
    assert (floor.platform_tag if floor else None) == (f"{wanted}_{arch}" if wanted else None)


def tagged(folder: Path, facts: WheelFacts, tag: str, needs: Mapping[str, list[str]]) -> Floor:
    path = wheel_file(folder, f"pkg-1-cp312-cp312-{tag}.whl", {"pkg/a.so": elf_file(needs=needs)})
    floor = observed(read_wheel(path), facts).context.floor
    assert floor is not None
    return floor


@pytest.mark.parametrize(
    ("tag", "needs", "platform", "version"),
    [
        ("manylinux_2_25", {LIBC: ["GLIBC_2.25"]}, "manylinux_2_25", "2.25"),
        ("manylinux_2_25", {LIBC: ["GLIBC_2.24"]}, "manylinux_2_24", "2.24"),
        ("manylinux_2_33", {LIBC: ["GLIBC_2.34"]}, "manylinux_2_34", "2.34"),
        ("manylinux_2_99", {LIBC: ["GLIBC_2.98"]}, "linux", None),
        (
            "manylinux_2_25",
            {LIBC: ["GLIBC_2.25"], "libstdc++.so.6": ["GLIBCXX_3.4.24"]},
            "manylinux_2_27",
            "2.27",
        ),
    ],
)
def test_tag_between_known_ones(
    tag: str,
    needs: dict[str, list[str]],
    platform: str,
    version: str | None,
    tmp_path: Path,
    wheel_facts: WheelFacts,
) -> None:
    """A tag that is right is also the floor, policy or not; never is a newer one said to be."""
    floor = tagged(tmp_path, wheel_facts, f"{tag}_x86_64", needs)
    assert (floor.platform_tag, floor.version) == (f"{platform}_x86_64", version)


@pytest.mark.parametrize("arch", ["x86_64", "aarch64", "i686", "armv7l", "ppc64le", "s390x"])
def test_every_policy_is_the_floor_of_its_newest_symbol(
    arch: str, tmp_path: Path, wheel_facts: WheelFacts
) -> None:
    """A file that asks for all versions of a policy has that floor, or an older equal one."""
    for policy in wheel_facts.policies.values():
        sets = policy.symbols.get(arch)
        if policy.libc != "glibc" or sets is None:
            continue
        libraries = {"GLIBC": LIBC, "GLIBCXX": "libstdc++.so.6", "GCC": "libgcc_s.so.1"}
        needs = {
            library: [f"{prefix}_{version}" for version in sets[prefix]]
            for prefix, library in libraries.items()
        }
        floor = floor_of(tmp_path, wheel_facts, arch, {"a.so": elf_file(arch, needs=needs)})
        assert floor is not None
        assert floor.policy is not None
        same = floor.policy.symbols[arch]
        assert all(set(sets[prefix]) <= set(same[prefix]) for prefix in libraries)
        assert floor.policy.version == policy.version or set(sets["GLIBC"]) == set(same["GLIBC"])


@pytest.mark.parametrize("section_table", ["zeroed", "gone"])
@pytest.mark.parametrize("hash_table", ["gnu", "plain", None])
def test_section_headers_do_not_matter(
    section_table: Any, hash_table: Any, tmp_path: Path, wheel_facts: WheelFacts
) -> None:
    needs = {LIBC: ["gettid@GLIBC_2.30"], "libm.so.6": ["exp@GLIBC_2.29"]}
    read = []
    for table in ("kept", section_table):
        data = elf_file(needs=needs, plain=("x",), section_table=table, hash_table=hash_table)
        path = wheel_file(tmp_path, "p-1-cp312-cp312-linux_x86_64.whl", {"a.so": data})
        context = observed(read_wheel(path), wheel_facts).context
        assert context.wheel.oddities == ()
        (file,) = context.wheel.elf
        floor = context.floor
        assert floor is not None
        read.append((floor.platform_tag, file.version_needs, file.version_users, file.unversioned))
    assert read[0] == read[1]
    assert read[0] == (
        "manylinux_2_31_x86_64",
        {LIBC: ("GLIBC_2.30",), "libm.so.6": ("GLIBC_2.29",)},
        {(LIBC, "GLIBC_2.30"): ("gettid",), ("libm.so.6", "GLIBC_2.29"): ("exp",)},
        ("x",),
    )


WATCHED = """
import os, sys
from pathlib import Path
import packaging.ranges, packaging.specifiers, packaging.utils, packaging.version
from planner.artifacts.wheel import read_wheel
from planner.load.wheel_facts import load_wheel_facts
from planner.verifier.judge import judge

facts = load_wheel_facts(Path(sys.argv[1]))
seen = []

def watch(event, args):
    if event.startswith(("open", "os.listdir", "os.scandir", "os.system", "subprocess", "ctypes")):
        seen.append(os.fsdecode(args[0]))

sys.addaudithook(watch)
judged = judge(read_wheel(Path(sys.argv[2])), facts)
print(sorted({name for name in seen if not name.endswith((".py", ".pyc"))}))
print(judged.context.floor.platform_tag, [(f.id, f.member) for f in judged.findings])
"""


@pytest.mark.parametrize("has_library", [False, True])
def test_nothing_of_the_host_is_looked_at(
    has_library: bool, tmp_path: Path, data_root: Path
) -> None:
    """A libgomp of the host, on the loader's path, is not opened and changes nothing."""
    host = tmp_path / "host"
    host.mkdir()
    if has_library:
        newer = elf_file(soname="libgomp.so.1", needs={LIBC: ["f@GLIBC_2.39"]})
        (host / "libgomp.so.1").write_bytes(newer)
    needs = {LIBC: ["fcntl64@GLIBC_2.28"], "libgomp.so.1": ["GOMP_4.0"]}
    library = elf_file(needs=needs, rpath=str(host))
    name = "pkg-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
    wheel = wheel_file(tmp_path, name, {"pkg/_C.so": library})
    command = [sys.executable, "-c", WATCHED, str(data_root), str(wheel)]
    environment = {**os.environ, "LD_LIBRARY_PATH": str(host)}
    made = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert made.stderr == ""
    told = [("MLP-L001", "pkg/_C.so"), ("MLP-L006", "pkg/_C.so")]
    assert made.stdout.splitlines() == [str([str(wheel)]), f"manylinux_2_28_x86_64 {told}"]
