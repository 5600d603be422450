"""Machines of CI services by architecture, and what runs there only under emulation.

Sources: GitHub Docs, "GitHub-hosted runners reference" (standard runners for Linux: x64, arm64);
QEMU user emulation for the others.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Runner:
    """A runner label, and the QEMU platform where the architecture is emulated there (else "")."""

    label: str
    emulated: str = ""


GITHUB = {
    "x86_64": Runner("ubuntu-24.04"),
    "i686": Runner("ubuntu-24.04"),
    "aarch64": Runner("ubuntu-24.04-arm"),
    "armv7l": Runner("ubuntu-24.04-arm", "arm"),
    "ppc64": Runner("ubuntu-24.04", "ppc64"),
    "ppc64le": Runner("ubuntu-24.04", "ppc64le"),
    "s390x": Runner("ubuntu-24.04", "s390x"),
    "riscv64": Runner("ubuntu-24.04", "riscv64"),
    "loongarch64": Runner("ubuntu-24.04", "loong64"),
}
"""Labels of GitHub-hosted runners."""

ENGINE_PLATFORMS = {
    "x86_64": "linux/amd64",
    "i686": "linux/386",
    "aarch64": "linux/arm64",
    "armv7l": "linux/arm/v7",
    "ppc64": "linux/ppc64",
    "ppc64le": "linux/ppc64le",
    "s390x": "linux/s390x",
    "riscv64": "linux/riscv64",
    "loongarch64": "linux/loong64",
}
"""Platforms as container engines name them (OCI image index, GOARCH)."""
