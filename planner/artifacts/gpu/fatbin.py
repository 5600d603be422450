"""CUDA containers: header by header, never a payload.

Nothing needs to be decompressed: an entry's header has the architecture, and flags for the suffixes
(equal to cuobjdump 13.5 in all that was compared; see :mod:`planner.artifacts.gpu.formats`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from planner.artifacts.gpu.formats import (
    BLOCK,
    CONCAT_TABLE,
    CONCATENATED,
    CONTAINER,
    CUDA_HEAD,
    ENTRY,
    ENTRY_VERSION,
    FLAG_A,
    FLAG_F,
    KINDS,
    UNKNOWN_FLAGS,
)
from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.sources import ByteSource

_SUFFIXES = FLAG_A | FLAG_F
_HEAD_SIZE, _ENTRY_SIZE = CONTAINER.size, ENTRY.size
MACHINE_CODE = "elf"

Image = tuple[str, str]
"""Kind and target of an entry."""

_Counts = tuple[tuple[tuple[int, int, int], int], ...]
"""How many entries there are of each kind, architecture and suffix bits."""


class Images(NamedTuple):
    """What the entries of a container are: many containers of a file are made alike.

    ``counts`` are the entries of each kind and target, ``real`` the targets of machine code.
    """

    counts: Mapping[Image, int]
    real: frozenset[str]
    unknown_kinds: tuple[int, ...]


class Container(NamedTuple):
    """A container and what its entries say.

    ``end`` is where to go on: behind the container, or where its entries stopped making sense;
    ``problem`` says why. ``is_plausible`` tells that it begins with an entry of a known kind and
    version; ``is_usual`` that nothing in it is unknown and that its entries fill it exactly.
    """

    start: int
    end: int
    images: Images
    entries: int = 0
    problem: str = ""
    unknown_flags: int = 0
    is_plausible: bool = False
    is_usual: bool = False


class _Tally:
    """Entries so far, by kind, architecture and suffix bits."""

    __slots__ = ("counts", "entries", "flags", "odd_version")

    def __init__(self) -> None:
        self.counts: dict[tuple[int, int, int], int] = {}
        self.entries = 0
        self.flags = 0
        self.odd_version = False

    def add(self, kind: int, version: int, arch: int, flags: int) -> None:
        key = (kind, arch, flags & _SUFFIXES)
        self.counts[key] = self.counts.get(key, 0) + 1
        self.entries += 1
        self.flags |= flags
        self.odd_version |= version != ENTRY_VERSION


def read_container(
    source: ByteSource, start: int, limits: GpuLimits, room: int | None = None
) -> Container | None:
    """The container at an offset, or None where no container header is there.

    ``room`` is the number of entries that may still be read.

    :raises PastBytesError: where a stream has passed the offset.
    """
    head = source.read(start, _HEAD_SIZE)
    if len(head) < _HEAD_SIZE or not head.startswith(CUDA_HEAD):
        return None
    first = start + _HEAD_SIZE
    tally = _Tally()
    end = first + CONTAINER.unpack(head)[1]
    stopped, problem = _walk(source, first, end, limits, room, tally)
    return _container(start, stopped, problem, tally)


def _walk(
    source: ByteSource, position: int, end: int, limits: GpuLimits, room: int | None, tally: _Tally
) -> tuple[int, str]:
    """Where the entries of a container stop, and why if that is not its end."""
    room = limits.entries if room is None else room
    damaged = ""
    while position < end:
        if tally.entries >= room or len(tally.counts) > limits.images:
            return position, _too_many(tally, limits)
        head = source.read(position, _ENTRY_SIZE)
        if len(head) < _ENTRY_SIZE:
            return position, "the file ends inside a container"
        kind, version, header_size, size, _, _, _, _, arch, _, _, flags, _, _ = ENTRY.unpack(head)
        following = position + header_size + size
        if header_size < _ENTRY_SIZE or following > end:
            return position, "an entry does not fit its container"
        if following > source.size:
            return position, "the file ends inside a container"
        if kind == CONCATENATED:
            damaged = damaged or _add_inner(source, position, header_size, room, limits, tally)
        else:
            tally.add(kind, version, arch, flags)
        position = following
    if end > source.size:
        return position, "the file ends inside a container"
    return position, damaged


def _too_many(tally: _Tally, limits: GpuLimits) -> str:
    if len(tally.counts) > limits.images:
        return f"more than {limits.images} different entries"
    return f"more than {limits.entries} entries"


def _add_inner(
    source: ByteSource,
    position: int,
    header_size: int,
    room: int,
    limits: GpuLimits,
    tally: _Tally,
) -> str:
    """Count the descriptors of a concatenated entry; what is wrong with them, or ""."""
    size = header_size - ENTRY.size
    if size > limits.concat_bytes:
        return "a concatenated entry has too large a header"
    table = source.read(position + ENTRY.size, size)
    if len(table) < CONCAT_TABLE.size:
        return "a concatenated entry has no table"
    count, told = CONCAT_TABLE.unpack_from(table)
    place, end = CONCAT_TABLE.size, min(told, len(table))
    for _ in range(min(count, room - tally.entries)):
        if len(tally.counts) > limits.images:
            return _too_many(tally, limits)
        if place + ENTRY.size > end:
            return "the table of a concatenated entry ends early"
        kind, version, _, _, _, block, _, _, arch, _, _, flags, _, _ = ENTRY.unpack_from(
            table, place
        )
        tally.add(kind, version, arch, flags)
        place = _after_descriptor(table, place, block)
    return ""


def _after_descriptor(table: bytes, place: int, block: int) -> int:
    """Where the next descriptor begins: one with an option block is longer."""
    following = place + ENTRY.size
    if not block or place + block + BLOCK.size > len(table):
        return following
    _, length = BLOCK.unpack_from(table, place + block)
    following = place + block + BLOCK.size + 1 + length  # 1: the NUL of the (empty) option string
    extra: int = following - place
    return place + -(-extra // 8) * 8


def _container(start: int, end: int, problem: str, tally: _Tally) -> Container:
    images = _images(tuple(tally.counts.items()))
    unknown = images.unknown_kinds
    plausible = len(unknown) < len(images.counts) and not tally.odd_version
    return Container(
        start,
        end,
        images,
        tally.entries,
        problem,
        tally.flags & UNKNOWN_FLAGS,
        plausible,
        plausible and not problem and not unknown,
    )


@lru_cache(maxsize=1024)
def _images(counted: _Counts) -> Images:
    counts: dict[Image, int] = {}
    for (kind, arch, suffix), count in counted:
        image = image_name(kind, arch, suffix)
        counts[image] = counts.get(image, 0) + count
    real = frozenset(target for kind, target in counts if kind == MACHINE_CODE)
    unknown = {kind for (kind, _, _), _ in counted if kind not in KINDS}
    return Images(MappingProxyType(counts), real, tuple(sorted(unknown)))


@lru_cache(maxsize=4096)
def image_name(kind: int, arch: int, flags: int) -> Image:
    """The name of an entry's kind and of its target: ``("elf", "sm_90a")``."""
    name, form = KINDS.get(kind, (f"kind-{kind:#04x}", "sm_"))
    if not form or not arch:
        return name, ""
    suffix = "a" if flags & FLAG_A else "f" if flags & FLAG_F else ""
    return name, f"{form}{arch}{suffix}"
