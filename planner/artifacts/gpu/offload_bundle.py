"""HIP bundles, plain and compressed (CCOB): which targets their ids name.

Clang Offload Bundler manual, "Bundled Binary File Layout" and "Compression and Decompression". Of a
compressed bundle only the start is decompressed: the table of ids comes first.
"""

from __future__ import annotations

from typing import NamedTuple

from planner.artifacts.gpu.decompress import FrameReader, StreamError, new_decompressor
from planner.artifacts.gpu.formats import (
    BUNDLE,
    BUNDLE_MAGIC,
    BUNDLE_ROW,
    CCOB,
    CCOB_MAGIC,
    CCOB_SIZES,
    METHODS,
    ZSTD_MAGIC,
)
from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.sources import ByteSource, MemorySource

PLAIN = "bundle"
DAMAGED = "damaged-container"
UNREAD = "unread-bundle"
_ENDS_EARLY = "the table of entries ends early"
_START = 1 << 14  # decompressed first; the tables of all known bundles are smaller
_TRIPLE_PARTS = 5  # kind, architecture, vendor, system, environment; the target ID follows


class Bundle(NamedTuple):
    """A bundle and its ids.

    ``end`` is where to go on. ``what`` and ``problem`` say what is wrong, with the words of
    :class:`~planner.model.gpu_code.GpuOddity`. ``is_plausible`` tells that it is no chance hit.
    """

    start: int
    end: int
    container: str
    ids: tuple[str, ...] = ()
    what: str = ""
    problem: str = ""
    is_plausible: bool = True
    unpacked: int = 0  # bytes that were decompressed to read it, and what they became


class _Table(NamedTuple):
    ids: tuple[str, ...]
    end: int  # of the bundle, from its start
    stopped: int  # where reading stopped, from its start
    problem: str


def read_bundle(
    source: ByteSource, start: int, limits: GpuLimits, room: int | None = None
) -> Bundle | None:
    """The bundle at an offset, plain or compressed; None where neither magic is there.

    ``room`` is how many bytes may still be decompressed to find its end.

    :raises PastBytesError: where a stream has passed the offset.
    """
    head = source.read(start, BUNDLE.size)
    if head.startswith(BUNDLE_MAGIC):
        return _read_plain(source, start, limits)
    if head.startswith(CCOB_MAGIC):
        room = limits.frame_bytes if room is None else min(room, limits.frame_bytes)
        return _read_compressed(source, start, head, limits, room)
    return None


def _read_plain(source: ByteSource, start: int, limits: GpuLimits) -> Bundle:
    table = _read_table(source, start, source.size - start, limits)
    return Bundle(
        start=start,
        end=start + (table.stopped if table.problem else table.end),
        container=PLAIN,
        ids=table.ids,
        what=DAMAGED if table.problem else "",
        problem=table.problem,
        is_plausible=bool(table.ids),
    )


def _read_table(source: ByteSource, start: int, extent: int, limits: GpuLimits) -> _Table:
    """The table of a plain bundle that may have ``extent`` bytes."""
    head = source.read(start, BUNDLE.size)
    if len(head) < BUNDLE.size or not head.startswith(BUNDLE_MAGIC):
        return _Table((), 0, len(BUNDLE_MAGIC), "no table of entries")
    count = BUNDLE.unpack(head)[1]
    if count > limits.bundle_entries:
        return _Table((), 0, len(BUNDLE_MAGIC), f"{count} entries")
    ids: list[str] = []
    position = end = BUNDLE.size
    for _ in range(count):
        row = source.read(start + position, BUNDLE_ROW.size)
        if len(row) < BUNDLE_ROW.size:
            return _Table(tuple(ids), 0, position, _ENDS_EARLY)
        offset, size, length = BUNDLE_ROW.unpack(row)
        if problem := _row_problem(max(offset + size, length), length, extent, limits):
            return _Table(tuple(ids), 0, position, problem)
        name = source.read(start + position + BUNDLE_ROW.size, length)
        if len(name) < length:  # at the end only: go on behind what was read
            position += BUNDLE_ROW.size
            return _Table(tuple(ids), 0, position, _ENDS_EARLY)
        ids.append(name.decode("ascii", "replace"))
        position += BUNDLE_ROW.size + length
        end = max(end, position, offset + size)
    return _Table(tuple(ids), end, position, "")


def _row_problem(reach: int, length: int, extent: int, limits: GpuLimits) -> str:
    """What is wrong with an entry that reaches so far and has an id of so many bytes, or ""."""
    if reach > extent:
        return "an entry does not fit its bundle"
    if length > limits.id_bytes:
        return f"the id of an entry has more than {limits.id_bytes} bytes"
    return ""


def _read_compressed(
    source: ByteSource, start: int, head: bytes, limits: GpuLimits, room: int
) -> Bundle:
    if len(head) < CCOB.size:
        return _refused(start, CCOB_MAGIC.decode().lower(), "the file ends inside its header")
    _, version, method_number = CCOB.unpack_from(head)
    method = METHODS.get(method_number, "")
    container = f"ccob-v{version}" + (f"-{method}" if method else "")
    layout = CCOB_SIZES.get(version)
    if layout is None or not method:
        return _refused(start, container, f"version {version}, method {method_number}")
    header_size = CCOB.size + layout.size
    head = source.read(start, header_size + len(ZSTD_MAGIC))
    if len(head) < header_size + len(ZSTD_MAGIC):
        return _refused(start, container, "the file ends inside its header")
    sizes = layout.unpack_from(head, CCOB.size)
    total, plain = (sizes[0], sizes[1]) if version > 1 else (source.size - start, sizes[0])
    if total < header_size or start + total > source.size:
        return _refused(start, container, f"a size of {total} bytes")
    if not _begins_frame(head[header_size:], method):
        return _refused(start, container, f"no {method} data")
    return _unpack(source, start, container, (header_size, total, plain), limits, room)


def _refused(start: int, container: str, problem: str) -> Bundle:
    """A compressed bundle that makes no sense: damaged, newer than known, or a chance hit."""
    return Bundle(
        start=start,
        end=start + len(CCOB_MAGIC),
        container=container,
        what=UNREAD,
        problem=f"{container}: {problem}",
        is_plausible=False,
    )


def _begins_frame(start: bytes, method: str) -> bool:
    if method == "zstd":
        return start.startswith(ZSTD_MAGIC)
    return start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0  # RFC 1950, CMF and FLG


def _unpack(
    source: ByteSource,
    start: int,
    container: str,
    sizes: tuple[int, int, int],
    limits: GpuLimits,
    room: int,
) -> Bundle:
    """A compressed bundle whose header is sound; ``sizes``: header, total, uncompressed."""
    header_size, total, plain = sizes
    has_end = not container.startswith("ccob-v1")
    inner = new_decompressor(container.rpartition("-")[2])
    if inner is None:
        end = start + (total if has_end else header_size)
        text = f"{container}: no zstd decompressor is installed"
        return Bundle(start=start, end=end, container=container, what=UNREAD, problem=text)
    frame = FrameReader(inner, source, start + header_size, start + total)
    try:
        table = _unpacked_table(frame, plain, limits)
        if not has_end:
            total = header_size + _frame_size(frame, room)
    except StreamError as error:
        table = _Table((), 0, 0, f"damaged data ({error})")
        total = total if has_end else frame.position - start
    what = DAMAGED if table.problem else ""
    text = f"{container}: {table.problem}" if table.problem else ""
    end = start + total
    return Bundle(
        start=start,
        end=end,
        container=container,
        ids=table.ids,
        what=what,
        problem=text,
        unpacked=frame.produced + frame.taken,
    )


def _unpacked_table(frame: FrameReader, plain: int, limits: GpuLimits) -> _Table:
    """The table at the start of a compressed bundle; no more is decompressed than it needs.

    It is read anew only where twice as many bytes are there, however few come at a time.
    """
    data = bytearray()
    wanted = min(_START, limits.table_bytes)
    while True:
        while len(data) < wanted and (more := frame.read(wanted - len(data))):
            data += more
            if frame.taken > 2 * limits.table_bytes:
                text = f"no table in the first {2 * limits.table_bytes} compressed bytes"
                return _Table((), 0, 0, text)
        table = _read_table(MemorySource(bytes(data)), 0, plain, limits)
        is_short = table.problem == _ENDS_EARLY or len(data) < BUNDLE.size
        if not is_short or len(data) < wanted or wanted >= limits.table_bytes:
            return table
        wanted = min(2 * wanted, limits.table_bytes)


def _frame_size(frame: FrameReader, room: int) -> int:
    """Compressed bytes of a frame, found by decompressing it (version 1 does not tell)."""
    while frame.produced + frame.taken < room and frame.read():
        pass
    return frame.consumed


def split_id(bundle_id: str) -> tuple[str, str]:
    """The offload kind and the target ID of a bundle entry id (manual, "Bundle Entry ID").

    Old compilers leave the environment out. A host entry has no target.
    """
    parts = bundle_id.split("-", _TRIPLE_PARTS)
    if parts[0] == "host":
        return "host", ""
    if len(parts) == _TRIPLE_PARTS or (
        len(parts) > _TRIPLE_PARTS and parts[_TRIPLE_PARTS - 1].startswith("gfx")
    ):
        return parts[0], "-".join(parts[_TRIPLE_PARTS - 1 :])
    return parts[0], parts[_TRIPLE_PARTS] if len(parts) > _TRIPLE_PARTS else ""
