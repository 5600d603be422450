"""The public face of this package: the pass over a file, and what its finds mean.

For an ELF library: :func:`scan_gpu` in the one forward pass, then, once the section table is known,
:func:`read_contents` for the few sections that are known by name only, and :func:`classify`. For
any other file: :func:`loose_gpu_code`. None of them judges, and none raises on hostile input:
damage becomes a ``GpuOddity``. The only error that passes is ``PastBytesError`` of a stream.
"""

from __future__ import annotations

from planner.artifacts.gpu.budget import GpuSpent
from planner.artifacts.gpu.contents import read_contents, wanted_sections
from planner.artifacts.gpu.finds import RawFinds, SectionContents, SectionSpan
from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.gpu.loose import loose_gpu_code
from planner.artifacts.gpu.placement import classify, kept_bytes
from planner.artifacts.gpu.search import scan_gpu

__all__ = [
    "GpuLimits",
    "GpuSpent",
    "RawFinds",
    "SectionContents",
    "SectionSpan",
    "classify",
    "kept_bytes",
    "loose_gpu_code",
    "read_contents",
    "scan_gpu",
    "wanted_sections",
]
