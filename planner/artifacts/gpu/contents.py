"""Sections that are known by their names only, read once the section table is known.

They lie before the section table, so a stream that kept nothing has passed them: the caller opens
the member once more and lets it pass again. They are read forward only, so nothing needs to be
kept. Files that need it are few: objects of clang's new driver, SYCL libraries, libraries split by
kpack, and those whose containers the pass could not see.
"""

from __future__ import annotations

from bisect import bisect_left

from planner.artifacts.gpu.budget import GpuSpent
from planner.artifacts.gpu.finds import OffloadImage, RawFinds, SectionContents, SectionSpan
from planner.artifacts.gpu.formats import (
    CUDA_LOADABLE,
    CUDA_RELOCATABLE,
    HIP_LOADABLE,
    KPACK_REF,
    OFFLOADING,
    SYCL_PREFIX,
)
from planner.artifacts.gpu.kpack import kpack_paths
from planner.artifacts.gpu.limits import DEFAULT_LIMITS, GpuLimits
from planner.artifacts.gpu.offload_binary import offload_images
from planner.artifacts.gpu.search import CONTAINERS, Search
from planner.artifacts.gpu.sycl import SyclReader
from planner.artifacts.gpu.view import View
from planner.artifacts.sources import ByteSource, PastBytesError
from planner.model.gpu_code import GpuOddity

CONTAINER_SECTIONS = frozenset({CUDA_LOADABLE, CUDA_RELOCATABLE, HIP_LOADABLE})


class _Reader:
    """Collects what the sections of one file hold, in rising order."""

    def __init__(self, source: ByteSource, limits: GpuLimits, spent: GpuSpent | None) -> None:
        self._source = source
        self._limits = limits
        self._room = limits.kpack_bytes
        self._search = Search(source, limits, CONTAINERS, spent)
        self._sycl = SyclReader(source, limits, spent)
        self._offload: list[OffloadImage] = []
        self._kpack: dict[str, None] = {}
        self._empty: list[int] = []
        self._oddities: list[GpuOddity] = []

    def read(self, span: SectionSpan) -> None:
        """Read one section by what its name promises."""
        if span.name in CONTAINER_SECTIONS:
            self._read_missed(span)
        elif span.name == OFFLOADING:
            self._read_offload(span)
        elif span.name == KPACK_REF:
            self._read_kpack(span)
        else:
            self._sycl.read(span)

    def _read_missed(self, span: SectionSpan) -> None:
        """A section in which the pass met no container."""
        start = self._search.after_zeros(span.offset)
        if start < min(span.end, span.offset + self._limits.padding_bytes):
            self._search.run(start, span.end)
        else:
            self._empty.append(span.offset)

    def _read_offload(self, span: SectionSpan) -> None:
        room = self._limits.bundle_entries - len(self._offload)
        found = offload_images(View(self._source, span.offset, span.size), self._limits, room)
        self._offload += found.images
        if found.problem:
            self._odd(found.what, found.problem, span.offset)

    def _read_kpack(self, span: SectionSpan) -> None:
        size = min(span.size, self._room)
        if size < span.size:
            text = f"more than {self._limits.kpack_bytes} bytes in sections {span.name}"
            self._odd("limit", text, span.offset)
        self._room -= size
        content = self._source.read(span.offset, size)
        paths = kpack_paths(
            content, self._limits, lambda text: self._odd("limit", text, span.offset)
        )
        self._kpack.update(dict.fromkeys(paths or (span.name,)))

    def _odd(self, what: str, detail: str, offset: int) -> None:
        self._oddities.append(GpuOddity(what=what, detail=detail, offset=offset))

    def contents(self) -> SectionContents:
        """All that was collected."""
        return SectionContents(
            late=self._search.finds(),
            offload=tuple(self._offload),
            sycl=self._sycl.images(),
            kpack=tuple(self._kpack),
            empty=frozenset(self._empty),
            oddities=(*self._oddities, *self._sycl.oddities),
        )


def read_contents(
    source: ByteSource,
    finds: RawFinds,
    sections: tuple[SectionSpan, ...],
    limits: GpuLimits = DEFAULT_LIMITS,
    spent: GpuSpent | None = None,
) -> SectionContents:
    """What the sections hold that the pass could not tell.

    Reads nothing where :func:`wanted_sections` is empty. ``spent`` is what other searches of the
    file took, if it shares the limits with them.

    :raises PastBytesError: where a stream has passed such a section; it names the whole section.
    """
    reader = _Reader(source, limits, spent)
    for span in wanted_sections(finds, sections, limits):
        try:
            reader.read(span)
        except PastBytesError as past:
            raise PastBytesError(span.offset, span.size) from past
    return reader.contents()


def wanted_sections(
    finds: RawFinds, sections: tuple[SectionSpan, ...], limits: GpuLimits = DEFAULT_LIMITS
) -> tuple[SectionSpan, ...]:
    """The sections that must be read besides, in the order of the file and without overlap: for
    callers that tell a stream what to keep."""
    starts = finds.starts()
    wanted: list[SectionSpan] = []
    for span in sorted(sections, key=lambda span: (span.offset, span.size)):
        if (wanted and span.offset < wanted[-1].end) or len(wanted) >= limits.wanted_sections:
            continue
        if span.size and _is_wanted(span, starts):
            wanted.append(span)
    return tuple(wanted)


def _is_wanted(span: SectionSpan, starts: list[int]) -> bool:
    if span.name in CONTAINER_SECTIONS:
        place = bisect_left(starts, span.offset)
        return place == len(starts) or starts[place] >= span.end
    return span.name in (OFFLOADING, KPACK_REF) or span.name.startswith(SYCL_PREFIX)
