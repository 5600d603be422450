"""The simulated installer takes what ``packaging`` takes, in its order."""

from __future__ import annotations

import platform
import sys
import sysconfig

import packaging._manylinux
import packaging._musllinux
import packaging.tags
import pytest

from planner.coverage.tags import (
    Supported,
    interpreter_pairs,
    is_older,
    is_older_driver,
    legacy_spellings,
    pip_floor,
    platforms,
    split_tag,
)
from planner.model.hosts import HostSystem
from planner.model.wheel_facts import WheelFacts

ABIS = {"cp35": "cp35m", "cp36": "cp36m", "cp37": "cp37m"}
PYPY = "pypy{}_pp73"


def judge(patch: pytest.MonkeyPatch, system: HostSystem, arch: str, python: str) -> list[str]:
    """What ``packaging`` itself says on a machine that it takes for this one."""
    major, minor = (int(part) for part in system.libc_version.split(".")[:2])
    is_musl = system.libc == "musl"
    glibc = packaging._manylinux._GLibCVersion(*((-1, -1) if is_musl else (major, minor)))
    musl = packaging._musllinux._MuslVersion(major, minor) if is_musl else None
    patch.setattr(packaging._manylinux, "_get_glibc_version", lambda: glibc)
    patch.setattr(packaging._manylinux, "_have_compatible_abi", lambda executable, archs: True)
    patch.setattr(packaging._manylinux, "_get_manylinux_module", lambda: None)
    patch.setattr(packaging._musllinux, "_get_musl_version", lambda executable: musl)
    patch.setattr(sysconfig, "get_platform", lambda: f"linux-{arch}")
    patch.setattr(platform, "system", lambda: "Linux")
    found = list(packaging.tags._linux_platforms(is_32bit=False))
    name, version = python[:2], (int(python[2]), int(python[3:].rstrip("t")))
    if name == "cp":
        abi = ABIS.get(python, python)
        tags = list(packaging.tags.cpython_tags(version, [abi], found))
        tags += packaging.tags.compatible_tags(version, python.rstrip("t"), found)
    elif name == "gp":
        tags = list(packaging.tags.compatible_tags(version, None, found))
    else:
        abi = PYPY.format(python[2:])
        tags = list(packaging.tags.generic_tags(python, [abi], found))
        tags += packaging.tags.compatible_tags(version, "pp3", found)
    return [str(tag) for tag in tags]


def test_every_profile_agrees_with_packaging(
    real: WheelFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every distribution x architecture x Python; profiles with the same C library judge once."""
    judged: dict[tuple[str, str, str, str], list[str]] = {}
    compared = 0
    for system in real.hosts.systems.values():
        for arch in system.architectures:
            names = platforms(system.libc, system.libc_version, arch, real.policies)
            for python in real.hosts.pythons:
                key = (system.libc, system.libc_version, arch, python)
                if key not in judged:
                    with monkeypatch.context() as patch:
                        judged[key] = judge(patch, system, arch, python)
                    assert list(Supported(interpreter_pairs(python), names)) == judged[key], key
                compared += 1
    assert compared > 2000
    assert len(judged) > 800


def test_the_running_interpreter_agrees_with_sys_tags(
    real: WheelFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = ".".join(map(str, packaging._manylinux._get_glibc_version()))
    arch = sysconfig.get_platform().rpartition("-")[2]
    python = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    names = platforms("glibc", version, arch, real.policies)
    assert list(Supported(interpreter_pairs(python), names)) == [
        str(tag) for tag in packaging.tags.sys_tags()
    ]


def test_rank_is_the_place_in_the_order(real: WheelFacts) -> None:
    names = platforms("glibc", "2.28", "x86_64", real.policies)
    supported = Supported(interpreter_pairs("cp312"), names)
    legacy = legacy_spellings(real.policies)
    ranks = [supported.rank(split_tag(text, legacy)) for text in supported]
    assert None not in ranks
    assert ranks == sorted(ranks, key=lambda rank: rank or (0, 0))
    for text in ("cp312-cp312-manylinux_2_29_x86_64", "cp313-cp313-any", "cp312-cp312-win_amd64"):
        assert supported.rank(split_tag(text, legacy)) is None


def test_a_python_that_nobody_knows_takes_nothing() -> None:
    assert interpreter_pairs("jy27") == ()
    assert [pair for pair, _ in interpreter_pairs("gp312")][:2] == ["py312-none", "py3-none"]


@pytest.mark.parametrize(
    ("text", "libc", "version", "arch", "spelling"),
    [
        ("cp312-cp312-manylinux_2_28_x86_64", "glibc", "2.28", "x86_64", "manylinux_2_28"),
        ("cp312-cp312-manylinux2014_aarch64", "glibc", "2.17", "aarch64", "manylinux2014"),
        ("cp312-abi3-musllinux_1_2_ppc64le", "musl", "1.2", "ppc64le", "musllinux_1_2"),
        ("cp312-cp312-linux_x86_64", None, None, "x86_64", "linux"),
        ("py3-none-any", None, None, None, "any"),
    ],
)
def test_parts_of_a_tag(
    real: WheelFacts,
    text: str,
    libc: str | None,
    version: str | None,
    arch: str | None,
    spelling: str,
) -> None:
    tag = split_tag(text, legacy_spellings(real.policies))
    assert (tag.libc, tag.version, tag.arch, tag.spelling) == (libc, version, arch, spelling)


@pytest.mark.parametrize(
    ("text", "pip"),
    [
        ("cp312-cp312-manylinux_2_28_x86_64", "20.3"),
        ("cp312-cp312-manylinux_2_17_x86_64", "20.3"),
        ("cp312-cp312-manylinux2014_x86_64", "19.3"),
        ("cp36-cp36m-manylinux1_x86_64", "8.1.0"),
        ("cp312-cp312-musllinux_1_2_x86_64", "21.2"),
        ("cp312-cp312-manylinux_2_39_riscv64", "24.1"),
        ("cp314-cp314t-manylinux_2_28_x86_64", "24.1"),
        ("cp312-cp312-linux_x86_64", None),
        ("py3-none-any", None),
    ],
)
def test_pip_floor(real: WheelFacts, text: str, pip: str | None) -> None:
    limit = pip_floor(split_tag(text, legacy_spellings(real.policies)), real.hosts.installers)
    assert (limit.pip if limit else None) == pip


@pytest.mark.parametrize(
    ("version", "than", "older", "older_driver"),
    [
        ("2.27", "2.28", True, True),
        ("2.28", "2.28", False, False),
        ("20", "20.3", True, False),
        ("550", "550.54.14", True, False),
        ("550.40.07", "550.54.14", True, True),
        ("535.104", "550", True, True),
        ("580.65.06", "570.26", False, False),
        ("9.0.3", "20.3", True, True),
    ],
)
def test_older(version: str, than: str, older: bool, older_driver: bool) -> None:
    assert is_older(version, than) is older
    assert is_older_driver(version, than) is older_driver
