"""SYCL images in the sections that Intel's compiler names after their target.

Read from libraries of oneAPI 2025 and 2026: images lie one after the other at 16-byte alignment,
packed with zstd or not; machine code (``spir64_gen``) is an ``ar`` archive with a member for each
device (``64.12.60.7``), other targets are SPIR-V.
"""

from __future__ import annotations

import re
from collections import Counter

from planner.artifacts.gpu.archive import AR_MAGIC, archive_members
from planner.artifacts.gpu.decompress import FrameReader, StreamError, new_decompressor
from planner.artifacts.gpu.finds import SectionSpan
from planner.artifacts.gpu.formats import SYCL_PREFIX, ZSTD_MAGIC
from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.gpu.view import View
from planner.artifacts.sources import ByteSource, MemorySource, Needle
from planner.model.gpu_code import GpuOddity, SyclImages

_SPIRV = bytes.fromhex("03022307")  # SPIR-V specification, "Magic Number", little-endian
_ALIGN = 16
_STARTS = tuple(Needle(magic, _ALIGN) for magic in (ZSTD_MAGIC, _SPIRV, AR_MAGIC))
_DEVICE = r"\d+(\.\d+){3}$"


class SyclReader:
    """Reads the sections of one file in rising order; all of them share the limits."""

    def __init__(self, source: ByteSource, limits: GpuLimits) -> None:
        self._source = source
        self._limits = limits
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
        while position < span.end and self._images < self._limits.bundle_entries:
            hit = self._source.find(_STARTS, position, span.end)
            if hit is None:
                break
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
        self._count(kind, _devices(MemorySource(plain), self._limits)[0])
        return end_of_frame

    def _plain(self, frame: FrameReader) -> bytes:
        """A frame's content, as far as the limits allow."""
        limit = min(self._room, self._limits.section_bytes)
        parts = bytearray()
        while len(parts) < limit and (data := frame.read()):
            parts += data
        self._room -= len(parts)
        return bytes(parts)

    def _count(self, kind: str, devices: tuple[str, ...]) -> None:
        self._images += 1
        self._counts[kind, devices] += 1

    def _odd(self, what: str, detail: str, offset: int) -> None:
        self.oddities.append(GpuOddity(what=what, detail=detail, offset=offset))


def _devices(image: ByteSource, limits: GpuLimits) -> tuple[tuple[str, ...], int]:
    """The device ids of an image of machine code, () for SPIR-V, and the image's size."""
    if image.read(0, len(AR_MAGIC)) != AR_MAGIC:
        return (), image.size
    names, end = set(), len(AR_MAGIC)
    for member in archive_members(image, limits):
        end = member.offset + member.size + member.size % 2
        if re.match(_DEVICE, member.name):
            names.add(member.name)
    return tuple(sorted(names)), end
