"""A made family with one release, the wheels of newer ones, and harvests of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from planner.audit.vendor import Vendor
from planner.harvest.records import Fate, Harvest, HarvestedRelease
from planner.harvest.run import Settings, harvest
from planner.index.configuration import Indexes
from tests.audit.test_host_config import header
from tests.load.made import copy_tiny
from tests.wheels.made import elf_file
from tests.wheels.served import ServedIndex

DAY = "2026-11-21"
FAMILY = """\
mlplan-family: 1
family: acme
title: A made-up toolkit
rank: 5
gpu: cuda
order: ["1.0"]
vendor-files:
  releases: {format: metapackage, project: acme-toolkit}
  host-compiler: {format: host-config, components: [crt], members: ['*/host_config.h']}
  gpu-targets: {format: help-option, option: --gpu-name, components: [tool], members: ['*/bin/asm']}
  cxx-standards: {format: help-option, option: --std, components: [front], members: ['*/bin/cc']}
  build-glibc: {format: version-needs, components: [tool]}
components:
  math: {default: true, libraries: [libmath, libmathfast]}
  solver: {default: false, libraries: [libsolver]}
sources:
  wheels: {title: The wheels, kind: measured, read: "2026-11-20"}
  guide: {title: The guide, kind: document, read: "2026-11-20"}
facts:
  never-s390x: {kind: never-covers, architectures: [s390x], standing: measured, source: [wheels]}
"""
RELEASE = """\
mlplan-release: 1
family: acme
minor: "1.0"
stream: production
releases:
  "1.0.0":
    released:
      kind: released
      date: "2026-03-02"
      qualifier: by
      standing: measured
      source: [wheels]
    components:
      kind: components
      pins:
        crt: {project: acme-crt, version: "1.0.0"}
        front: {project: acme-front, version: "1.0.0"}
        tool: {project: acme-tool, version: "1.0.0"}
        math: {project: acme-math, version: "1.0.5", range: "<2,>=1.0.5"}
      standing: measured
      source: [wheels]
    toolkit-driver:
      {kind: driver, role: toolkit, minimum: "510", standing: documented, source: [guide]}
    announced: {kind: trait, name: announced, value: 'yes', standing: documented, source: [guide]}
facts:
  architectures: {kind: architectures, covers: [x86_64], standing: documented, source: [guide]}
  host-gcc:
    kind: host-compiler
    compiler: gcc
    range: "<13"
    standing: enforced
    source: [wheels]
    evidence: host_config.h
  host-clang-oldest:
    kind: host-compiler
    compiler: clang
    range: ">=3.3"
    standing: enforced
    source: [wheels]
  documented-gcc:
    kind: documented-compiler
    compiler: gcc
    range: "<12"
    standing: documented
    source: [guide]
    overruled-by: host-gcc
  targets:
    kind: gpu-targets
    real: [sm_75, sm_90]
    virtual: [compute_75, compute_90, compute_90a]
    specific: [sm_90a]
    deprecated: [sm_75]
    standing: measured
    source: [wheels]
  cxx: {kind: cxx-standards, device: ["17"], standing: measured, source: [wheels]}
  build-glibc-x86_64:
    kind: build-glibc
    arch: x86_64
    glibc: "2.17"
    programs: [lnk]
    standing: measured
    source: [wheels]
  needs-math-x86_64:
    kind: library-needs
    arch: x86_64
    component: math
    project: acme-math
    version: "1.0.5"
    tag: [manylinux_2_28_x86_64]
    libraries:
      libmath: {glibc: "2.17", soname: libmath.so.1}
    method: verneed
    standing: measured
    source: [wheels]
  sonames:
    kind: sonames
    libraries: {math: libmath.so.1, solver: libsolver.so.1}
    standing: measured
    source: [wheels]
  driver:
    kind: driver
    role: runtime
    minimum: "500.1"
    standing: documented
    source: [guide]
    note: the branch only
  packages:
    kind: python-packages
    suffix: ''
    published: true
    compiler-driver: true
    standing: documented
    source: [guide]
  remark: {kind: note, says: nothing is planned by it, standing: measured, source: [wheels]}
"""
LIBRARIES = """\
mlplan-libraries: 1
family: acme
facts:
  provides-acme-math:
    kind: provides
    project: acme-math
    major: "1"
    directory: acme/lib
    wheels: {"==1.0.5": [libmath.so.1]}
    standing: measured
    source: [wheels]
  provides-acme-solver:
    kind: provides
    project: acme-solver
    major: "1"
    directory: acme/lib
    wheels: {">=0.9,<=1.0.0": [libsolver.so.1]}
    standing: measured
    source: [wheels]
  extras-acme-toolkit-1.0:
    kind: extras
    project: acme-toolkit
    major: "1"
    versions: "==1.0.0"
    extras: {all: [acme-crt, acme-front, acme-math, acme-solver, acme-tool]}
    standing: measured
    source: [wheels]
  requires-acme-solver:
    kind: requires
    project: acme-solver
    versions: "==1.0.0"
    projects: [acme-math]
    standing: measured
    source: [wheels]
"""
TAGS = "py3-none-manylinux_2_28_x86_64"
_HELP = """\
#!/bin/sh
echo '{option} <value>                             (-x)'
echo "    Allowed values for this option:  '{values}'."
"""
TARGETS = (
    "sm_90,sm_75,sm_100,sm_90a,sm_100f,compute_75,compute_90,compute_90a,compute_100,compute_100f"
)


def library(soname: str, *versions: str) -> bytes:
    """A library that needs these versions."""
    needs: dict[str, list[str]] = {}
    for version in versions:
        name = "libc.so.6" if version.startswith("GLIBC_") else "libstdc++.so.6"
        needs.setdefault(name, []).append(version)
    return elf_file(needs=needs, soname=soname)


def program(option: str, values: str) -> bytes:
    """A program whose help lists the values of an option."""
    quoted = "','".join(values.split(","))
    return _HELP.format(option=option, values=quoted).encode()


def wheels_of_release() -> dict[str, Mapping[str, bytes]]:
    """The members of the wheels of a release, by the end of their project's name."""
    return {
        "crt": {"acme/include/host_config.h": header(16, 23)},
        "front": {"acme/bin/cc": program("--std", "c++17,c++20")},
        "tool": {
            "acme/bin/asm": program("--gpu-name", TARGETS),
            "acme/bin/lnk": elf_file(needs={"libc.so.6": ["GLIBC_2.12"]}),
        },
        "math": {
            "acme/lib/libmath.so.1": library("libmath.so.1", "GLIBC_2.17", "GLIBC_2.27"),
            "acme/lib/libmathfast.so.1": library("libmathfast.so.1", "GLIBC_2.4"),
        },
        "solver": {
            "acme/lib/libsolver.so.1": library(
                "libsolver.so.1", "GLIBC_2.17", "GLIBCXX_3.4.21", "CXXABI_1.3.9"
            )
        },
    }


def publish(
    index: ServedIndex, release: str, *, day: str = "2026-09-01", **other: Mapping[str, bytes]
) -> None:
    """The vendor's wheels of a release; ``crt``, ``math`` ... replace the members of one."""
    members = wheels_of_release() | other
    requires = [
        *(f"acme-{name}=={release}.*; extra == 'all'" for name in ("crt", "front", "tool")),
        f"acme-math<2,>={release}; extra == 'all'",
        f"acme-solver=={release}; extra == 'all' and sys_platform == 'linux'",
    ]
    index.add(
        f"acme_toolkit-{release}-py3-none-any.whl",
        {},
        uploaded=day,
        requires=requires,
    )
    for name, held in members.items():
        needed = ["acme-math"] if name == "solver" else []
        index.add(wheel(name, release), held, uploaded=day, requires=needed)


def wheel(name: str, release: str, tags: str = TAGS) -> str:
    """The file name of a component's wheel."""
    return f"acme_{name}-{release}-{tags}.whl"


def acme(folder: Path) -> Path:
    """A data folder that knows release 1.0.0."""
    root = copy_tiny(folder)
    home = root / "matrices" / "acme"
    home.mkdir()
    for name, text in (("family", FAMILY), ("1.0", RELEASE), ("libraries", LIBRARIES)):
        (home / f"{name}.yaml").write_text(text, encoding="utf-8")
    return root


def vendor_of(index: ServedIndex) -> Vendor:
    """Wheels of a made index, nothing kept."""
    return Vendor(Indexes(urls=(index.url,)))


def harvested(root: Path, index: ServedIndex, family: str = "acme") -> Harvest:
    """What a harvest finds; nothing is written."""
    return harvest(root, family, vendor_of(index), Settings(day=DAY, threads=2, may_run=True))


def lines(release: HarvestedRelease, *fates: Fate) -> list[str]:
    """What became of facts, as ``id: fate, why``."""
    return [
        f"{fact.id.partition('/')[2]}: {fact.fate}" + (f", {fact.why}" if fact.why else "")
        for fact in release.facts
        if not fates or fact.fate in fates
    ]
