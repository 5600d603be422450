"""SYCL images in the sections that Intel's compiler names after their target.

Read from libraries of oneAPI 2025 and 2026: images lie one after the other at 16-byte alignment,
packed with zstd or not; machine code (``spir64_gen``) is an ``ar`` archive with a member for each
device (``64.12.60.7``), other targets are SPIR-V.
"""

from __future__ import annotations

import re
from collections import Counter

from planner.artifacts.gpu.archive import AR_MAGIC, archive_members
from planner.artifacts.gpu.budget import GpuSpent
from planner.artifacts.gpu.decompress import FrameReader, StreamError, new_decompressor
from planner.artifacts.gpu.finds import SectionSpan
from planner.artifacts.gpu.formats import SYCL_PREFIX, ZSTD_MAGIC
from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.gpu.view import View
from planner.artifacts.sources import ByteSource, MemorySource, Needle, next_needle
from planner.model.gpu_code import GpuOddity, SyclImages

_SPIRV = bytes.fromhex("03022307")  # SPIR-V specification, "Magic Number", little-endian
_ALIGN = 16
_STARTS = tuple(Needle(magic, _ALIGN) for magic in (ZSTD_MAGIC, _SPIRV, AR_MAGIC))
_MOST_IMAGES = 1 << 15  # of a file; the largest known holds 4,642 (dpnp 0.20)
_DEVICE = re.compile(r"\d+(\.\d+){3}")
_DEVICE_LENGTH = 64
_ARCHIVE_BYTES = 64 << 20  # of an unpacked archive that are kept, to read the names in it


class SyclReader:
    """Reads the sections of one file in rising order; all of them share the limits."""

    def __init__(
        self, source: ByteSource, limits: GpuLimits, spent: GpuSpent | None = None
    ) -> None:
        self._source = source
        self._limits = limits
        self._spent = spent or GpuSpent()
        self._room = limits.frame_bytes
        self._images = 0
        self._counts: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.oddities: list[GpuOddity] = []

    def read(self, span: SectionSpan) -> None:
        """Count the images of a section; one that holds none that is known counts as one.

        :raises PastBytesError: where a stream has passed it.
        """
        kind = span.name.removeprefix(SYCL_PREFIX)
        before = self._images
        position = span.offset
        while hit := next_needle(self._source, _STARTS, position, span.end):
            if self._images >= _MOST_IMAGES:
                self._odd("limit", f"more than {_MOST_IMAGES} SYCL images", hit[0])
                return
            position = self._read_image(kind, hit[0], hit[1].magic, span.end)
        if self._images == before:
            self._count(kind, ())

    def images(self) -> tuple[SyclImages, ...]:
        """All images by kind and devices."""
        return tuple(
            SyclImages(kind=kind, devices=devices, count=count)
            for (kind, devices), count in sorted(self._counts.items())
        )

    def _read_image(self, kind: str, start: int, magic: bytes, end: int) -> int:
        """Count an image; where to go on behind it."""
        if magic == ZSTD_MAGIC:
            return self._read_packed(kind, start, end)
        if magic != AR_MAGIC:
            self._count(kind, ())
            return start + _ALIGN
        devices, size = _devices(View(self._source, start, end - start), self._limits)
        self._count(kind, devices)
        return start + max(size, _ALIGN)

    def _read_packed(self, kind: str, start: int, end: int) -> int:
        inner = new_decompressor("zstd")
        if inner is None:
            self._count(kind, ())
            self._odd("unread-bundle", "SYCL images: no zstd decompressor is installed", start)
            return end
        frame = FrameReader(inner, self._source, start, end)
        try:
            plain = self._plain(frame)
        except StreamError as error:
            self._count(kind, ())
            self._odd("damaged-container", f"SYCL image: {error}", start)
            return max(frame.position, start + _ALIGN)
        if not frame.finished:
            self._odd("limit", "SYCL images are cut short or too large to unpack", start)
            end_of_frame = end
        else:
            end_of_frame = start + max(frame.consumed, _ALIGN)
        if frame.produced > len(plain) == _ARCHIVE_BYTES:
            self._odd("limit", "a SYCL image is too large to read all its devices", start)
        self._count(kind, _devices(MemorySource(plain), self._limits)[0])
        return end_of_frame

    def _plain(self, frame: FrameReader) -> bytes:
        """The start of a frame's content, all of which is unpacked as far as the limits allow: of
        an archive what its names are read from, of anything else what tells that it is none."""
        limit = min(self._room, self._limits.section_bytes)
        parts: list[bytes] = []
        kept = _ARCHIVE_BYTES
        try:
            while frame.produced < limit and (data := frame.read()):
                if not parts and not AR_MAGIC.startswith(data[: len(AR_MAGIC)]):
                    kept = len(AR_MAGIC)
                parts.append(data[:kept])
                kept -= len(parts[-1])
        finally:
            self._room -= frame.produced
            self._spent.unpacked += frame.produced + frame.consumed
        return b"".join(parts)

    def _count(self, kind: str, devices: tuple[str, ...]) -> None:
        self._images += 1
        self._counts[kind, devices] += 1

    def _odd(self, what: str, detail: str, offset: int) -> None:
        self.oddities.append(GpuOddity(what=what, detail=detail, offset=offset))


class _Walked(View):
    """A view that knows the last place that was read: symbol tables of an archive are members that
    are passed over, and what was walked once is not walked again."""

    __slots__ = ("reached",)

    def __init__(self, source: ByteSource, offset: int, size: int) -> None:
        super().__init__(source, offset, size)
        self.reached = 0

    def read(self, offset: int, size: int) -> bytes:
        """Up to ``size`` bytes at an offset of the view."""
        self.reached = max(self.reached, offset)
        return super().read(offset, size)


def _devices(image: ByteSource, limits: GpuLimits) -> tuple[tuple[str, ...], int]:
    """The device ids of an image of machine code, () for SPIR-V, and the image's size."""
    if image.read(0, len(AR_MAGIC)) != AR_MAGIC:
        return (), image.size
    names, end = set(), len(AR_MAGIC)
    walked = _Walked(image, 0, image.size)
    for member in archive_members(walked, limits):
        end = member.offset + member.size + member.size % 2
        if len(member.name) <= _DEVICE_LENGTH and _DEVICE.fullmatch(member.name):
            names.add(member.name)
    return tuple(sorted(names)), max(end, walked.reached)
