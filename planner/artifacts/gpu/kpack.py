"""ROCm kpack: GPU code that was taken out of libraries into archives of its own.

TheRock, RFC 8 "Multi-Architecture Packaging with Kpack": a library keeps a section that names the
archives, in MessagePack (MessagePack specification, "Formats"); an archive begins with KPAK and
ends with a MessagePack table of contents, whose keys name the targets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from planner.artifacts.gpu.formats import KPACK, KPACK_MAGIC
from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.sources import ByteSource

_TARGET = r"gfx[0-9a-f]+(-[0-9a-z]+)*(:sramecc[+-])?(:xnack[+-])?$"
_MARK = ".kpack"
_SIZED = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}  # bin and str: bytes of the length
_EXTENDED = {0xC7: 1, 0xC8: 2, 0xC9: 4}  # ext: a type follows the length
_FIXED = {
    0xC0: 0, 0xC1: 0, 0xC2: 0, 0xC3: 0, 0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8,
    0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8, 0xD4: 2, 0xD5: 3, 0xD6: 5, 0xD7: 9, 0xD8: 17,
    0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4,
}  # fmt: skip
_STRINGS = frozenset({0xD9, 0xDA, 0xDB})


Problems = Callable[[str], None]
"""Called with what is more than is read."""


def kpack_paths(content: bytes, limits: GpuLimits, problems: Problems) -> tuple[str, ...]:
    """The archives that a marker section names, by their paths, each once."""
    found: dict[str, None] = {}
    for text in msgpack_strings(content, limits.kpack_items, problems):
        if _MARK not in text or text in found:
            continue
        if len(text) > limits.path_bytes:
            problems(f"the path of a kpack archive has more than {limits.path_bytes} characters")
        elif len(found) == limits.images:
            problems(f"more than {limits.images} kpack archives")
            break
        else:
            found[text] = None
    return tuple(found)


def kpack_targets(
    source: ByteSource, limits: GpuLimits, problems: Problems = lambda text: None
) -> tuple[str, ...] | None:
    """The targets that an archive's table of contents names; None where it is no kpack archive.

    ``problems`` is told of a table that is longer than is read.

    :raises PastBytesError: where a stream has passed its start.
    """
    head = source.read(0, KPACK.size)
    if len(head) < KPACK.size or not head.startswith(KPACK_MAGIC):
        return None
    _, _, table = KPACK.unpack(head)
    content = source.read(table, limits.table_bytes) if table < source.size else b""
    if table + limits.table_bytes < source.size:
        problems(f"a table of contents of more than {limits.table_bytes} bytes")
    texts = msgpack_strings(content, limits.kpack_items, problems)
    short = (text for text in texts if len(text) <= limits.id_bytes)
    return tuple(dict.fromkeys(text for text in short if re.match(_TARGET, text)))


def msgpack_strings(content: bytes, limit: int, problems: Problems) -> Iterator[str]:
    """The strings of MessagePack data, keys and values alike, in order.

    Of more items than ``limit`` the first ones are read.
    """
    position = items = 0
    while position < len(content):
        items += 1
        if items > limit:
            problems(f"more than {limit} MessagePack items")
            return
        lead = content[position]
        position += 1
        is_string, length = lead in _STRINGS, _FIXED.get(lead, 0)
        if 0xA0 <= lead <= 0xBF:
            is_string, length = True, lead & 0x1F
        elif lead in _SIZED or lead in _EXTENDED:
            width = _SIZED.get(lead) or _EXTENDED[lead]
            length = int.from_bytes(content[position : position + width], "big")
            position += width
            length += lead in _EXTENDED
        if is_string:
            yield content[position : position + length].decode("utf-8", "replace")
        position += length
