"""LLVM offload binaries: device images in the host objects of clang's new offload driver.

Layout: ``llvm/Object/OffloadBinary.h``, version 1. A section holds one after the other.
"""

from __future__ import annotations

from typing import NamedTuple

from planner.artifacts.gpu.finds import OffloadImage
from planner.artifacts.gpu.formats import (
    OFFLOAD,
    OFFLOAD_CUDA_KINDS,
    OFFLOAD_ENTRY,
    OFFLOAD_MAGIC,
)
from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.sources import ByteSource

_VERSION = 1
_STRINGS = 64  # of an image; clang writes two
_BLOCK = 1 << 16
DAMAGED = "damaged-container"


class OffloadImages(NamedTuple):
    """The images of a section; ``what`` and ``problem`` say what is wrong with it."""

    images: tuple[OffloadImage, ...]
    what: str = ""
    problem: str = ""


def offload_images(source: ByteSource, limits: GpuLimits, room: int) -> OffloadImages:
    """The images of a section, ``room`` at most: of each only its start is read, going forward.

    :raises PastBytesError: where a stream has passed the section.
    """
    images: list[OffloadImage] = []
    position = 0
    while position + OFFLOAD.size <= source.size:
        head = source.read(position, OFFLOAD.size)
        magic, version, size, entry, _ = OFFLOAD.unpack(head)
        if magic != OFFLOAD_MAGIC or version != _VERSION:
            if _is_padding(source, position, head):
                break
            problem = f"an offload binary of version {version}"
            return OffloadImages(tuple(images), DAMAGED, problem)
        if size < OFFLOAD.size or position + size > source.size:
            problem = "an offload binary does not fit its section"
            return OffloadImages(tuple(images), DAMAGED, problem)
        if len(images) >= room:
            problem = f"more than {limits.bundle_entries} images in offload binaries"
            return OffloadImages(tuple(images), "limit", problem)
        start = source.read(position, min(size, limits.offload_head))
        image = _image(start, entry, is_whole=len(start) == size)
        if image is None:
            problem = "an offload binary has no readable entry"
            return OffloadImages(tuple(images), DAMAGED, problem)
        images.append(image)
        position += -(-size // 8) * 8
    return OffloadImages(tuple(images))


def _is_padding(source: ByteSource, position: int, block: bytes) -> bool:
    """Whether nothing but zeros follows; ``block`` was read at the position."""
    while block and not block.strip(b"\0"):
        position += len(block)
        block = source.read(position, _BLOCK)
    return not block


def _image(binary: bytes, entry: int, *, is_whole: bool) -> OffloadImage | None:
    """The image that an offload binary's start tells of; None where it does not reach so far."""
    if entry + OFFLOAD_ENTRY.size > len(binary):
        return None
    kind, _, _, table, count, _, _ = OFFLOAD_ENTRY.unpack_from(binary, entry)
    strings = _strings(binary, table, min(count, _STRINGS))
    if "triple" not in strings and not is_whole:
        return None
    target = strings.get("arch", "")
    if not strings.get("triple", "").startswith("nvptx"):
        return OffloadImage(kind="", target=target)
    name, form = OFFLOAD_CUDA_KINDS.get(kind, (f"kind-{kind:#04x}", "sm_"))
    return OffloadImage(kind=name, target=form + target.removeprefix("sm_"))


def _strings(binary: bytes, table: int, count: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in range(table, table + 16 * count, 16):
        key = int.from_bytes(binary[row : row + 8], "little")
        value = int.from_bytes(binary[row + 8 : row + 16], "little")
        found[_text(binary, key)] = _text(binary, value)
    return found


def _text(binary: bytes, start: int) -> str:
    end = binary.find(b"\0", start, start + 256) if start < len(binary) else -1
    return binary[start:end].decode("ascii", "backslashreplace") if end >= 0 else ""
