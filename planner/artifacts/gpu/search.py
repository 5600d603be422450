"""The one forward pass over a file: finds every container, bundle and bare GPU object.

The pass searches for the magics and hops over what it recognises, so payloads are never searched.
It goes forward only, so that it works on a stream that is being decompressed.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.artifacts.gpu.budget import GpuSpent
from planner.artifacts.gpu.fatbin import Container, read_container
from planner.artifacts.gpu.finds import RawFinds, RawObject
from planner.artifacts.gpu.formats import (
    BUNDLE_MAGIC,
    CCOB_MAGIC,
    CUDA_HEAD,
    ELF_HEAD,
    PAGE_ALIGN,
)
from planner.artifacts.gpu.limits import DEFAULT_LIMITS, GpuLimits
from planner.artifacts.gpu.offload_bundle import Bundle, read_bundle
from planner.artifacts.gpu.raw_object import read_object
from planner.artifacts.sources import ByteSource, Needle, next_needle
from planner.model.gpu_code import GpuOddity

# Looking at aligned places only costs a fifth of looking everywhere (measured on libtorch_cpu:
# 0.1 instead of 0.5 seconds for a GB); the byte that is probed is the one rarest in other data.
_CUDA = Needle(CUDA_HEAD, 8, probe=1)
_ELF = Needle(ELF_HEAD, 16)
# Bundles start on pages; those that do not are found when their section is read by name.
_BUNDLE = Needle(BUNDLE_MAGIC, PAGE_ALIGN)
_CCOB = Needle(CCOB_MAGIC, PAGE_ALIGN)
EVERYTHING = (_CUDA, _BUNDLE, _CCOB, _ELF)
CONTAINERS = (_CUDA, Needle(BUNDLE_MAGIC), Needle(CCOB_MAGIC, 8, probe=1))

_FIRST_BLOCK = 64
_NEXT_BLOCK = 1 << 12


def scan_gpu(
    source: ByteSource,
    skip: tuple[tuple[int, int], ...] = (),
    limits: GpuLimits = DEFAULT_LIMITS,
    spent: GpuSpent | None = None,
) -> RawFinds:
    """Everything that may be GPU code, in one pass that never goes backwards.

    ``skip`` are sorted file ranges of executable segments, which are not searched. One that begins
    at the file's start is searched all the same: without separate code segments it holds the
    read-only data, and with it the GPU code. ``spent`` is what other searches took that share the
    limits with this one; it is added to.

    :raises PastBytesError: where a stream is not at its start.
    """
    search = Search(source, limits, EVERYTHING, spent)
    for start, end in _gaps(skip, source.size):
        search.run(start, end)
    return search.finds()


def _gaps(skip: tuple[tuple[int, int], ...], size: int) -> Iterator[tuple[int, int]]:
    position = 0
    for start, end in skip:
        if start <= 0 or end <= start:
            continue
        if position < start:
            yield position, min(start, size)
        position = max(position, end)
    if position < size:
        yield position, size


class Search:
    """A pass over ranges of a file, in rising order."""

    def __init__(
        self,
        source: ByteSource,
        limits: GpuLimits,
        needles: tuple[Needle, ...],
        spent: GpuSpent | None = None,
    ) -> None:
        self._source = source
        self._limits = limits
        self._needles = needles
        self._position = 0
        self._entries = 0
        self._spent = spent or GpuSpent()
        self._ids: dict[str, str] = {}  # each of the bundles' ids once
        self._ids_bytes = 0
        self._expected: int | None = None  # where the next container should begin
        self._at_hand: tuple[int, Needle] | None = None  # where one does begin
        self._stopped = ""
        self._containers: list[Container] = []
        self._bundles: list[Bundle] = []
        self._objects: list[RawObject] = []
        self._leftovers: list[int] = []

    def run(self, start: int, end: int) -> None:
        """Search a range, except what a hop has taken the search beyond."""
        self._position = max(self._position, start)
        self._at_hand = None
        end = min(end, self._source.size)
        while self._position < end and not self._stopped:
            hit = self._at_hand or next_needle(self._source, self._needles, self._position, end)
            self._at_hand = None
            if hit is None:
                self._position = end
                break
            self._take(*hit)
            self._check_limits()
        if not self._stopped:
            self._expect(None)

    def finds(self) -> RawFinds:
        """What was found up to here."""
        oddities: tuple[GpuOddity, ...] = ()
        if self._stopped:
            oddities = (GpuOddity(what="limit", detail=self._stopped, offset=self._position),)
        return RawFinds(
            containers=tuple(self._containers),
            bundles=tuple(self._bundles),
            objects=tuple(self._objects),
            leftovers=tuple(self._leftovers),
            oddities=oddities,
        )

    def _take(self, offset: int, needle: Needle) -> None:
        if offset == self._expected:
            self._expected = None
        if needle.magic == ELF_HEAD:
            self._take_object(offset)
        elif needle.magic == CUDA_HEAD:
            self._take_container(offset)
        else:
            self._take_bundle(offset)

    def _take_container(self, offset: int) -> None:
        container = read_container(
            self._source, offset, self._limits, self._limits.entries - self._entries
        )
        if container is None:  # the needle reaches beyond the file
            self._position = offset + 1
            return
        self._entries += container.entries
        self._spent.false_hits += not container.images.counts
        self._containers.append(container)
        self._hop(container.end, whole=not container.problem)

    def _take_bundle(self, offset: int) -> None:
        room = self._limits.frame_bytes - self._spent.unpacked
        bundle = read_bundle(self._source, offset, self._limits, room)
        if bundle is None:
            self._position = offset + 1
            return
        self._entries += len(bundle.ids)
        self._spent.false_hits += not bundle.is_plausible
        self._spent.unpacked += bundle.unpacked
        self._bundles.append(bundle._replace(ids=tuple(map(self._known, bundle.ids))))
        self._hop(bundle.end, whole=not bundle.problem)

    def _known(self, bundle_id: str) -> str:
        """The id as the one object that is kept of it."""
        if bundle_id not in self._ids:
            self._ids_bytes += len(bundle_id)
        return self._ids.setdefault(bundle_id, bundle_id)

    def _take_object(self, offset: int) -> None:
        found = read_object(self._source, offset, self._limits)
        if found is None:
            self._spent.false_hits += 1
            self._position = offset + 1
            return
        self._objects.append(found)
        self._position = found.end

    def _hop(self, end: int, *, whole: bool) -> None:
        """Go on behind a container and the zeros that follow it."""
        self._position = self.after_zeros(end) if whole else end
        self._expect(self._position if whole and self._position < self._source.size else None)

    def _expect(self, offset: int | None) -> None:
        if self._expected is not None:
            self._leftovers.append(self._expected)
        self._expected = offset

    def after_zeros(self, position: int) -> int:
        """The first byte from a position on that is not zero, or where looking for it ended."""
        stop = position + self._limits.padding_bytes
        block = _FIRST_BLOCK
        while position < stop and (data := self._source.read(position, block)):
            if rest := data.lstrip(b"\0"):
                position += len(data) - len(rest)
                if rest.startswith(CUDA_HEAD) and not position % _CUDA.align:
                    self._at_hand = (position, _CUDA)
                return position
            position += len(data)
            block = _NEXT_BLOCK
        return position

    def _check_limits(self) -> None:
        limits = self._limits
        if text := self._spent.too_much(limits):
            self._stopped = text
        elif self._ids_bytes > limits.names_bytes:
            self._stopped = f"more than {limits.names_bytes} bytes of names of targets"
        elif self._entries >= limits.entries:
            self._stopped = f"more than {limits.entries} entries"
        elif len(self._containers) + len(self._bundles) + len(self._objects) > limits.containers:
            self._stopped = f"more than {limits.containers} containers"
