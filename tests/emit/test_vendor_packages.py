"""Package managers and repositories by base distribution."""

from __future__ import annotations

import pytest

from planner.emit.vendor_packages import (
    APK,
    APT,
    DNF,
    YUM,
    Manager,
    amd_release,
    enterprise_linux,
    manager_of,
    nvidia_repository,
    power_tools,
)
from planner.model.facts import FactBase


@pytest.mark.parametrize(
    ("base", "manager"),
    [
        ("centos-7", YUM),
        ("amazon-2", YUM),
        ("almalinux-8", DNF),
        ("rocky-10", DNF),
        ("anolis-23", DNF),
        ("amazon-2023", DNF),
        ("ubuntu-22.04", APT),
        ("debian-testing", APT),
        ("alpine-3.22", APK),
        ("plan9-4", None),
    ],
)
def test_manager(base: str, manager: Manager | None) -> None:
    assert manager_of(base) is manager


def test_every_base_of_an_image_has_a_manager(facts: FactBase) -> None:
    images = facts.policies.images.values()
    bases = {place.base for image in images for place in image.architectures.values()}
    assert bases
    assert [base for base in sorted(bases) if manager_of(base) is None] == []


@pytest.mark.parametrize(
    ("base", "arch", "version", "folder"),
    [
        ("almalinux-8", "x86_64", "12.9.2", "rhel8/x86_64/cuda-rhel8.repo"),
        ("rocky-9", "aarch64", "12.9.2", "rhel9/sbsa/cuda-rhel9.repo"),
        ("centos-7", "x86_64", "12.4.1", "rhel7/x86_64/cuda-rhel7.repo"),
        ("centos-7", "x86_64", "12.5.0", None),
        ("centos-7", "aarch64", "12.4.1", None),
        ("almalinux-8", "s390x", "12.9.2", None),
        ("ubuntu-22.04", "x86_64", "12.9.2", None),
    ],
)
def test_nvidia(base: str, arch: str, version: str, folder: str | None) -> None:
    found = nvidia_repository(base, arch, version)
    assert (found[1].partition("/repos/")[2] if found else None) == folder


@pytest.mark.parametrize(
    ("base", "version", "repository", "packages"),
    [
        ("almalinux-8", "7.2.4", "el8/7.2.4/main", ("rocm-hip-sdk", "rocm-ml-sdk")),
        ("almalinux-9", "7.2.0", "el9/7.2/main", ("rocm-hip-sdk", "rocm-ml-sdk")),
        ("almalinux-8", "6.0", "rhel8/6.0/main", ("rocm-hip-sdk", "rocm-ml-sdk")),
        ("almalinux-8", "7.14.1", "rhel8/x86_64", ("amdrocm-core-devel7.14-7.14.1",)),
        ("almalinux-8", "10.1", "rhel8/x86_64", ("amdrocm-core-devel10.1",)),
    ],
)
def test_amd(base: str, version: str, repository: str, packages: tuple[str, ...]) -> None:
    found = amd_release(base, "x86_64", version)
    assert found is not None
    assert found.repository.endswith(f"/{repository}")
    assert found.packages == packages


@pytest.mark.parametrize(
    ("base", "arch", "version"),
    [
        ("almalinux-8", "x86_64", "7.13.0"),
        ("almalinux-8", "x86_64", "4.5.0"),
        ("almalinux-8", "aarch64", "7.2.4"),
        ("centos-7", "x86_64", "5.4.0"),
    ],
)
def test_no_amd_repository(base: str, arch: str, version: str) -> None:
    assert amd_release(base, arch, version) is None


def test_enterprise_linux() -> None:
    assert enterprise_linux("almalinux-8") == 8
    assert enterprise_linux("debian-12") is None
    assert power_tools("almalinux-8") == "powertools"
    assert power_tools("centos-7") is None
