"""Sections that are known by their names only, read once the section table is known.

They lie before the section table, so a stream that kept nothing has passed them: the caller opens
the member once more and lets it pass again. They are read forward only, so nothing needs to be
kept. Files that need it are few: objects of clang's new driver, SYCL libraries, libraries split by
kpack, and those whose containers the pass could not see.
"""

from __future__ import annotations

from bisect import bisect_left

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
from planner.artifacts.sources import ByteSource, PastBytesError
from planner.model.gpu_code import GpuOddity

CONTAINER_SECTIONS = frozenset({CUDA_LOADABLE, CUDA_RELOCATABLE, HIP_LOADABLE})


class _Reader:
    """Collects what the sections of one file hold, in rising order."""

    def __init__(self, source: ByteSource, limits: GpuLimits) -> None:
        self._source = source
        self._limits = limits
        self._room = limits.section_bytes
        self._search = Search(source, limits, CONTAINERS)
        self._sycl = SyclReader(source, limits)
        self._offload: list[OffloadImage] = []
        self._kpack: list[str] = []
        self._empty: list[int] = []
        self._oddities: list[GpuOddity] = []

    def read(self, span: SectionSpan) -> None:
        """Read one section by what its name promises."""
        if span.name in CONTAINER_SECTIONS:
            self._read_missed(span)
        elif span.name == OFFLOADING:
            images, problem = offload_images(self._content(span))
            self._offload += images
            if problem:
                self._odd("damaged-container", problem, span.offset)
        elif span.name == KPACK_REF:
            self._kpack += kpack_paths(self._content(span)) or (span.name,)
        else:
            self._sycl.read(span)

    def _read_missed(self, span: SectionSpan) -> None:
        """A section in which the pass met no container."""
        start = self._search.after_zeros(span.offset)
        if start < min(span.end, span.offset + self._limits.padding_bytes):
            self._search.run(start, span.end)
        else:
            self._empty.append(span.offset)

    def _content(self, span: SectionSpan) -> bytes:
        size = min(span.size, self._room)
        if size < span.size:
            self._odd("limit", f"section {span.name} has {span.size} bytes", span.offset)
        self._room -= size
        return self._source.read(span.offset, size)

    def _odd(self, what: str, detail: str, offset: int) -> None:
        self._oddities.append(GpuOddity(what=what, detail=detail, offset=offset))

    def contents(self) -> SectionContents:
        """All that was collected."""
        return SectionContents(
            late=self._search.finds(),
            offload=tuple(self._offload),
            sycl=self._sycl.images(),
            kpack=tuple(dict.fromkeys(self._kpack)),
            empty=frozenset(self._empty),
            oddities=(*self._oddities, *self._sycl.oddities),
        )


def read_contents(
    source: ByteSource,
    finds: RawFinds,
    sections: tuple[SectionSpan, ...],
    limits: GpuLimits = DEFAULT_LIMITS,
) -> SectionContents:
    """What the sections hold that the pass could not tell.

    Reads nothing where :func:`wanted_sections` is empty.

    :raises PastBytesError: where a stream has passed such a section; it names the whole section.
    """
    reader = _Reader(source, limits)
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
