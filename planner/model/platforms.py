"""Architectures and platform tags (PEP 600, PEP 656)."""

from __future__ import annotations

ARCHITECTURES = (
    "x86_64",
    "i686",
    "aarch64",
    "armv7l",
    "ppc64",
    "ppc64le",
    "s390x",
    "riscv64",
    "loongarch64",
)
"""Architectures that the facts may name, in the order in which plans list them."""

LEGACY_TAGS = {
    "manylinux_2_5": "manylinux1",
    "manylinux_2_12": "manylinux2010",
    "manylinux_2_17": "manylinux2014",
}
"""PEP 600 policies and the older spelling of the same tag (PEP 513, 571, 599)."""


def platform_tag(policy: str, arch: str) -> str:
    """The platform tag of a policy on an architecture: ``manylinux_2_28_x86_64``."""
    return f"{policy}_{arch}"
