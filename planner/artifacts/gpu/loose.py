"""GPU code in files that are no host library: loose objects, containers and archives of them."""

from __future__ import annotations

from planner.artifacts.gpu.archive import AR_MAGIC, archive_members
from planner.artifacts.gpu.budget import GpuSpent
from planner.artifacts.gpu.contents import read_contents
from planner.artifacts.gpu.device_elf import SHF_EXECINSTR, read_head, read_sections
from planner.artifacts.gpu.finds import SectionSpan
from planner.artifacts.gpu.formats import (
    BUNDLE_MAGIC,
    CCOB_MAGIC,
    CUDA_MAGIC,
    ELF_HEAD,
    EM_AMDGPU,
    EM_CUDA,
)
from planner.artifacts.gpu.kpack import kpack_targets
from planner.artifacts.gpu.limits import DEFAULT_LIMITS, GpuLimits
from planner.artifacts.gpu.placement import GpuTally, tally_file
from planner.artifacts.gpu.raw_object import bare_object
from planner.artifacts.gpu.search import CONTAINERS, Search, scan_gpu
from planner.artifacts.sources import ByteSource, MemorySource
from planner.model.gpu_code import GpuCode, Place

_CONTAINER_MAGICS = (CUDA_MAGIC, BUNDLE_MAGIC, CCOB_MAGIC)
_HEAD_BYTES = 64
_MAGICS = (*_CONTAINER_MAGICS, AR_MAGIC, ELF_HEAD)
_MACHINES = frozenset({EM_CUDA, EM_AMDGPU})
_KPACK_SUFFIX = ".kpack"
_KPACK_CONTAINER = "kpack"


def loose_gpu_code(
    source: ByteSource,
    name: str,
    limits: GpuLimits = DEFAULT_LIMITS,
    spent: GpuSpent | None = None,
) -> GpuCode | None:
    """The GPU code of a file that is no host library; None where it is nothing of the kind.

    Cubins, AMD code objects, CUDA and HIP containers, kpack archives, and ``ar`` archives with any
    of these in their members' sections. Loose files count as RAW: nothing registers them with the
    runtime, the package must load them itself; members of archives count by their sections.
    ``spent`` is added to what reading the file took.

    :raises PastBytesError: where a stream has passed its start.
    """
    head = source.read(0, _HEAD_BYTES)
    if not head.startswith(_MAGICS) and not name.endswith(_KPACK_SUFFIX):
        return None
    tally, spent = GpuTally(limits), spent or GpuSpent()
    if name.endswith(_KPACK_SUFFIX):
        _tally_kpack(tally, source, name, limits)
    elif head.startswith(AR_MAGIC):
        _tally_archive(tally, source, limits, spent)
    elif not _tally_plain(tally, source, head, limits, spent):
        return None
    return tally.code() or None


def _tally_plain(
    tally: GpuTally, source: ByteSource, head: bytes, limits: GpuLimits, spent: GpuSpent
) -> bool:
    """Count a bare object or a file of containers; False where it is neither."""
    if head.startswith(_CONTAINER_MAGICS):
        _tally_containers(tally, source, limits, spent)
        return True
    elf = read_head(head)
    if elf is None or elf.machine not in _MACHINES:
        return False
    found = bare_object(source, 0, elf, limits)
    tally.add_object(found.target, is_cuda=found.is_cuda)
    if elf.extent > source.size:
        tally.odd("damaged-container", "the file ends inside a GPU object", 0)
    return True


def _tally_containers(
    tally: GpuTally, source: ByteSource, limits: GpuLimits, spent: GpuSpent
) -> None:
    """Count the containers of a file that begins with one; nothing else belongs into it."""
    search = Search(source, limits, CONTAINERS, spent)
    search.run(0, source.size)
    finds = search.finds()
    for container in finds.containers:
        if container.is_plausible or not container.start:
            tally.add_container(Place.RAW, container)
            if container.problem:
                tally.odd("damaged-container", container.problem, container.start)
    for bundle in finds.bundles:
        if bundle.is_plausible or not bundle.start:
            tally.add_bundle(Place.RAW, bundle)
    for offset in finds.leftovers:
        tally.odd("damaged-container", "bytes of no known form", offset)
    if 0 not in finds.starts()[:1]:
        tally.odd("damaged-container", "a container of an unknown version", 0)
    tally.note(finds.oddities)


def _tally_kpack(tally: GpuTally, source: ByteSource, name: str, limits: GpuLimits) -> None:
    targets = kpack_targets(source, limits, lambda text: tally.odd("limit", text, 0))
    tally.add_named((name,), ())
    if targets is None:
        tally.odd("damaged-container", "no kpack archive in spite of its name", 0)
    for target in targets or ():
        tally.add_object(target, is_cuda=False, container=_KPACK_CONTAINER)


def _tally_archive(tally: GpuTally, source: ByteSource, limits: GpuLimits, spent: GpuSpent) -> None:
    """Count the GPU code of every member, each read at once."""
    for member in archive_members(source, limits):
        tally.base = member.offset
        if member.size > limits.member_bytes:
            tally.odd("limit", f"member {member.name} has {member.size} bytes", 0)
        elif member.is_whole:
            content = MemorySource(source.read(member.offset, member.size))
            _tally_member(tally, content, limits, spent)
        elif tally.code():  # a damaged archive matters here only if it holds GPU code
            tally.odd("damaged-container", "the archive ends inside a member", 0)
    tally.base = 0


def _tally_member(tally: GpuTally, source: ByteSource, limits: GpuLimits, spent: GpuSpent) -> None:
    head = source.read(0, _HEAD_BYTES)
    if _tally_plain(tally, source, head, limits, spent):
        return
    elf = read_head(head)
    if elf is None:
        return
    rows = read_sections(source, elf, limits)
    sections = tuple(
        SectionSpan(
            name=row.name,
            offset=row.offset,
            size=row.size,
            executable=bool(row.flags & SHF_EXECINSTR),
        )
        for row in rows
    )
    code = sorted((span.offset, span.end) for span in sections if span.executable)
    finds = scan_gpu(source, tuple(code), limits, spent)
    tally_file(tally, finds, sections, read_contents(source, finds, sections, limits, spent))
