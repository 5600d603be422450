"""How much hostile input may cost: every loop and every buffer of this package is bounded here."""

# No `from __future__ import annotations`: a named tuple compiles each one that is text, every time.

from typing import NamedTuple


class GpuLimits(NamedTuple):
    """Upper bounds, each far above what any known file holds.

    The largest seen: 18,227 containers in a file (cuFFT 12.5), 45 bundles of 27 entries (XLA for
    ROCm 7), bundle tables of 2 KiB, 65 false hits in a wheel (CuPy).
    """

    containers: int = 100_000
    entries: int = 1_000_000  # of all containers of a file
    images: int = 4_096  # different ones: kind and target
    false_hits: int = 100_000  # places that look like the start of something and are not
    wheel_false_hits: int = 200_000  # of all files of a wheel
    concat_bytes: int = 1 << 20  # header of a concatenated entry
    bundle_entries: int = 4_096
    id_bytes: int = 256  # of a target with what stands before it; real ones have below 100
    names_bytes: int = 1 << 20  # names of targets and archives that are kept of a file
    table_bytes: int = 1 << 20  # decompressed start of a bundle
    frame_bytes: int = 1 << 28  # decompressed to read tables and to find ends, all together
    wheel_frame_bytes: int = 1 << 30  # of all files of a wheel
    kpack_bytes: int = 1 << 20  # sections that name kpack archives, all together
    kpack_items: int = 1 << 18  # MessagePack items read of one section or table of contents
    path_bytes: int = 4_096  # of an archive's path
    object_bytes: int = 1 << 26  # a GPU object without container, read at once
    object_sections: int = 65_536
    section_bytes: int = 1 << 28  # what sections of SYCL images unpack to, and tables of names
    offload_head: int = 1 << 16  # bytes of an offload binary that must hold its entry and strings
    wanted_sections: int = 4_096  # sections that are read for their names
    padding_bytes: int = 1 << 20  # zeros skipped between containers
    members: int = 100_000  # of an ar archive
    member_bytes: int = 1 << 27
    oddities: int = 200


DEFAULT_LIMITS = GpuLimits()
