"""AMD code objects: the target ID that their ELF header tells.

LLVM "User Guide for AMDGPU Backend", section "Header" (e_flags by code object version), and its
section "Target ID" for the order of the features.
"""

from __future__ import annotations

from planner.artifacts.gpu.device_elf import ElfHead
from planner.artifacts.gpu.formats import (
    AMD_ABI_V3,
    AMD_FEATURES,
    AMD_PROCESSORS,
    AMD_SRAMECC_V3,
    AMD_XNACK_V3,
)


def target_id(head: ElfHead) -> str:
    """The target ID of a code object (``gfx90a:xnack+``); ``mach-0xNN`` for a new processor."""
    mach = head.flags & 0xFF
    processor = AMD_PROCESSORS.get(mach, f"mach-{mach:#04x}")
    if head.abi_version <= AMD_ABI_V3:
        sramecc = "+" if head.flags & AMD_SRAMECC_V3 else ""
        xnack = "+" if head.flags & AMD_XNACK_V3 else ""
    else:
        sramecc = AMD_FEATURES[head.flags >> 10 & 3]
        xnack = AMD_FEATURES[head.flags >> 8 & 3]
    return processor + _mode("sramecc", sramecc) + _mode("xnack", xnack)


def _mode(name: str, sign: str) -> str:
    return f":{name}{sign}" if sign else ""
