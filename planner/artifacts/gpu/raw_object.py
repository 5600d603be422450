"""A cubin or AMD code object without container, somewhere in a file."""

from __future__ import annotations

from planner.artifacts.gpu.code_object import target_id
from planner.artifacts.gpu.cubin import cubin_target
from planner.artifacts.gpu.device_elf import HEADER_BYTES, ElfHead, read_head
from planner.artifacts.gpu.finds import RawObject
from planner.artifacts.gpu.formats import EM_CUDA
from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.sources import ByteSource, MemorySource


def read_object(source: ByteSource, start: int, limits: GpuLimits) -> RawObject | None:
    """The GPU object at an offset, or None where there is none.

    :raises PastBytesError: where a stream has passed the offset.
    """
    head = read_head(source.read(start, HEADER_BYTES))
    if head is None or not head.is_device:
        return None
    return bare_object(source, start, head, limits)


def bare_object(source: ByteSource, start: int, head: ElfHead, limits: GpuLimits) -> RawObject:
    """The GPU object that has this header.

    A cubin is read at once, unless it is larger than ``object_bytes`` or than the file: its
    sections tell the suffix, and they lie before the table that names them.

    :raises PastBytesError: where a stream has passed the offset.
    """
    is_whole = start + head.extent <= source.size
    if head.machine != EM_CUDA:
        target = target_id(head)
    else:
        size = head.extent if is_whole and head.extent <= limits.object_bytes else HEADER_BYTES
        target = cubin_target(MemorySource(source.read(start, size)), head, limits)
    return RawObject(
        start=start,
        end=start + (head.extent if is_whole else HEADER_BYTES),
        is_cuda=head.machine == EM_CUDA,
        target=target,
    )
