"""LLVM offload binaries: device images in the host objects of clang's new offload driver.

Layout: ``llvm/Object/OffloadBinary.h``, version 1. A section holds one after the other.
"""

from __future__ import annotations

from planner.artifacts.gpu.finds import OffloadImage
from planner.artifacts.gpu.formats import (
    OFFLOAD,
    OFFLOAD_CUDA_KINDS,
    OFFLOAD_ENTRY,
    OFFLOAD_MAGIC,
)

_VERSION = 1
_STRINGS = 64  # of an image; clang writes two


def offload_images(content: bytes) -> tuple[tuple[OffloadImage, ...], str]:
    """The images of a section, and what is wrong with it, or ""."""
    images: list[OffloadImage] = []
    position = 0
    while position + OFFLOAD.size <= len(content):
        magic, version, size, entry, _ = OFFLOAD.unpack_from(content, position)
        if magic != OFFLOAD_MAGIC or version != _VERSION:
            rest = content[position:].strip(b"\0")
            return tuple(images), f"an offload binary of version {version}" if rest else ""
        if size < OFFLOAD.size or position + size > len(content):
            return tuple(images), "an offload binary does not fit its section"
        image = _image(content[position : position + size], entry)
        if image is None:
            return tuple(images), "an offload binary has no readable entry"
        images.append(image)
        position += -(-size // 8) * 8
    return tuple(images), ""


def _image(binary: bytes, entry: int) -> OffloadImage | None:
    if entry + OFFLOAD_ENTRY.size > len(binary):
        return None
    kind, _, _, table, count, _, _ = OFFLOAD_ENTRY.unpack_from(binary, entry)
    strings = _strings(binary, table, min(count, _STRINGS))
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
