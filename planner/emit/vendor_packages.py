"""Package managers of base distributions and the vendors' repositories for them.

Sources (read 2026-11-21):

- NVIDIA, "CUDA Installation Guide for Linux", "Package Manager Installation" (network repositories,
  meta packages ``cuda-toolkit-<major>-<minor>``); release notes of 12.5 (RHEL 7 and ppc64le end
  with 12.4).
- AMD, "ROCm installation for Linux", pages of 5.5.1 to 7.2 ("Red Hat Enterprise Linux native
  installation"): ``repo.radeon.com/rocm/rhel8``, from 7.0 on ``el8``; no trailing ``.0`` in the
  version of a repository.
- AMD, "Install AMD ROCm" of 7.14.0 and 10.0.0: ``repo.amd.com/rocm/packages-multi-arch``, meta
  packages ``amdrocm-core-devel<minor>``.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.emit.base import minor_of
from planner.emit.places import CORE_SDK, numbers

_EL = ("centos", "rhel", "almalinux", "rocky", "oracle")
_DNF = (*_EL, "fedora", "anolis")
_POWER_TOOLS = {8: "powertools", 9: "crb", 10: "crb"}

NVIDIA_SITE = "https://developer.download.nvidia.com/compute/cuda/repos"
NVIDIA_FOLDERS = {
    (7, "x86_64"): ("rhel7/x86_64", "cuda-rhel7.repo", (12, 5)),
    (8, "x86_64"): ("rhel8/x86_64", "cuda-rhel8.repo", None),
    (8, "aarch64"): ("rhel8/sbsa", "cuda-rhel8.repo", None),
    (8, "ppc64le"): ("rhel8/ppc64le", "cuda-rhel8.repo", (12, 5)),
    (9, "x86_64"): ("rhel9/x86_64", "cuda-rhel9.repo", None),
    (9, "aarch64"): ("rhel9/sbsa", "cuda-rhel9.repo", None),
    (10, "x86_64"): ("rhel10/x86_64", "cuda-rhel10.repo", None),
    (10, "aarch64"): ("rhel10/sbsa", "cuda-rhel10.repo", None),
}
"""Folder and file of NVIDIA's repositories by major release of Enterprise Linux and architecture,
and the first CUDA minor that is no longer in them."""

AMD_LEGACY_SITE = "https://repo.radeon.com/rocm"
AMD_LEGACY_KEY = "https://repo.radeon.com/rocm/rocm.gpg.key"
AMD_SITE = "https://repo.amd.com/rocm/packages-multi-arch"
AMD_KEY = f"{AMD_SITE}/gpg/rocm.gpg"


@dataclass(frozen=True, slots=True)
class Manager:
    """Commands of a package manager: before an installation, for it (packages follow), after."""

    before: tuple[str, ...]
    install: str
    after: tuple[str, ...]
    rule: str = ""

    def commands(self, *packages: str) -> tuple[str, ...]:
        """The commands that install packages and leave nothing behind."""
        return (*self.before, f"{self.install} {' '.join(packages)}", *self.after)


YUM = Manager((), "yum -y install", ("yum clean all",), "DL3033")
DNF = Manager((), "dnf -y install", ("dnf clean all",), "DL3041")
APT = Manager(
    ("apt-get update",),
    "apt-get -y install --no-install-recommends",
    ("rm -rf /var/lib/apt/lists/*",),
    "DL3008",
)
APK = Manager((), "apk add --no-cache", (), "DL3018")


def manager_of(base: str) -> Manager | None:
    """The package manager of a base distribution, such as ``almalinux-8``; None if not known."""
    name, _, version = base.rpartition("-")
    if (name in _EL and numbers(version)[:1] < (8,)) or base == "amazon-2":
        return YUM
    if name in _DNF or name == "amazon":
        return DNF
    if name in ("debian", "ubuntu"):
        return APT
    return APK if name == "alpine" else None


def enterprise_linux(base: str) -> int | None:
    """The major release of Enterprise Linux that a base is or rebuilds."""
    name, _, version = base.rpartition("-")
    return numbers(version)[0] if name in _EL and numbers(version) else None


def nvidia_repository(base: str, arch: str, version: str) -> tuple[str, str] | None:
    """File name and address of NVIDIA's repository with a CUDA version for a base, if any is."""
    folder, file, end = NVIDIA_FOLDERS.get((enterprise_linux(base) or 0, arch), ("", "", None))
    if not folder or (end is not None and numbers(version)[:2] >= end):
        return None
    return file, f"{NVIDIA_SITE}/{folder}/{file}"


@dataclass(frozen=True, slots=True)
class AmdRelease:
    """A ROCm release in AMD's repositories: address, signing key, packages."""

    repository: str
    key: str
    packages: tuple[str, ...]


def amd_release(base: str, arch: str, version: str) -> AmdRelease | None:
    """What installs a ROCm version on a base; None where AMD's guides name no repository (previews
    7.9 to 7.13, other distributions and architectures)."""
    major = enterprise_linux(base)
    minor = numbers(version)[:2]
    if arch != "x86_64" or major not in _POWER_TOOLS:
        return None
    if minor >= CORE_SDK:
        package = f"amdrocm-core-devel{minor_of(version)}"
        if len(numbers(version)) > 2:
            package = f"{package}-{version}"
        return AmdRelease(f"{AMD_SITE}/rhel{major}/{arch}", AMD_KEY, (package,))
    if minor >= (7, 9) or minor < (5, 0):
        return None
    folder = f"el{major}" if minor >= (7, 0) else f"rhel{major}"
    release = minor_of(version) if numbers(version)[2:] in ((), (0,)) else version
    site = f"{AMD_LEGACY_SITE}/{folder}/{release}/main"
    return AmdRelease(site, AMD_LEGACY_KEY, ("rocm-hip-sdk", "rocm-ml-sdk"))


def power_tools(base: str) -> str | None:
    """The repository of a base with development packages that AMD's packages need."""
    return _POWER_TOOLS.get(enterprise_linux(base) or 0)
