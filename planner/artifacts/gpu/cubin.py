"""The target of a cubin without container.

Layout read from cubins of ptxas 11.8, 12.4, 12.8, 12.9, 13.0 and 13.5. The form is chosen by
EI_OSABI: the flag constants of LLVM's ``ELF.h`` know only the forms up to 12.9, and reading them in
a cubin of CUDA 13 loses the suffix ``a``. The suffix ``f`` is in no field of a cubin.
"""

from __future__ import annotations

from struct import Struct

from planner.artifacts.gpu.device_elf import ElfHead, read_sections
from planner.artifacts.gpu.formats import (
    COMPAT_ACCELERATOR_TARGET,
    COMPAT_SECTION,
    COMPAT_SIZED,
    CUDA_FIRST_SUFFIX,
    CUDA_FLAG_A,
    CUDA_V2_FLAG_A,
    OSABI_CUDA,
)
from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.sources import ByteSource

_ATTRIBUTE = Struct("<BBH")


def cubin_target(source: ByteSource, head: ElfHead, limits: GpuLimits) -> str:
    """The target of the cubin that a source begins with: ``sm_90``, ``sm_90a``."""
    if head.osabi == OSABI_CUDA:
        return _target(head.flags & 0xFF, special=bool(head.flags & CUDA_FLAG_A))
    special = bool(head.flags & CUDA_V2_FLAG_A) or _is_accelerated(source, head, limits)
    return _target(head.flags >> 8 & 0xFF, special=special)


def _target(architecture: int, *, special: bool) -> str:
    return f"sm_{architecture}{'a' if special and architecture >= CUDA_FIRST_SUFFIX else ''}"


def _is_accelerated(source: ByteSource, head: ElfHead, limits: GpuLimits) -> bool:
    """Whether .nv.compat says that only this very architecture can run it."""
    for section in read_sections(source, head, limits):
        if section.name == COMPAT_SECTION:
            content = source.read(section.offset, min(section.size, limits.table_bytes))
            return compat_attributes(content).get(COMPAT_ACCELERATOR_TARGET, 0) == 1
    return False


def compat_attributes(content: bytes) -> dict[int, int]:
    """The attributes of .nv.compat that are plain values: one of format, number and value each."""
    found: dict[int, int] = {}
    position = 0
    while position + _ATTRIBUTE.size <= len(content):
        form, attribute, value = _ATTRIBUTE.unpack_from(content, position)
        position += _ATTRIBUTE.size
        if form == COMPAT_SIZED:
            position += value
        else:
            found[attribute] = value
    return found
