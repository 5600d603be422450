"""From what was found to what it is: the section decides whether the runtime can load it.

Without any section table (a file stripped of it), whole containers count as loadable: the dynamic
loader and the GPU runtimes need no sections, so such a library works; which of its containers are
registered with the runtime cannot be told.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sized

from planner.artifacts.gpu.fatbin import MACHINE_CODE, Container
from planner.artifacts.gpu.finds import NOTHING_READ, RawFinds, SectionContents, SectionSpan
from planner.artifacts.gpu.formats import (
    BUNDLE_MAGIC,
    CUDA_LOADABLE,
    CUDA_RELOCATABLE,
    HIP_LOADABLE,
)
from planner.artifacts.gpu.limits import DEFAULT_LIMITS, GpuLimits
from planner.artifacts.gpu.offload_bundle import Bundle, split_id
from planner.model.gpu_code import (
    CudaImages,
    GpuCode,
    GpuOddity,
    HipImages,
    Place,
    SyclImages,
    sorted_targets,
)
from planner.model.gpu_targets import target_key

_CUDA_PLACES = {CUDA_LOADABLE: Place.LOADABLE, CUDA_RELOCATABLE: Place.RELOCATABLE}
_HIP_PLACES = {HIP_LOADABLE: Place.LOADABLE}
_OFFLOAD_BINARY = "offload-binary"
_BARE = "elf"
_ROW, _NAME = 256, 64  # about the bytes of a row of a report and of a text besides its characters
_BUNDLED_HIP = tuple(
    BUNDLE_MAGIC.decode() + kind for kind in ("hip-", "hipv4-", "openmp-")
)  # sections of objects that clang's old driver writes: one image each, its id in the name


def classify(
    finds: RawFinds,
    sections: tuple[SectionSpan, ...],
    contents: SectionContents = NOTHING_READ,
    limits: GpuLimits = DEFAULT_LIMITS,
) -> GpuCode:
    """All GPU code of an ELF file, each piece with the place where it lies."""
    tally = GpuTally(limits)
    tally_file(tally, finds, sections, contents)
    return tally.code()


def tally_file(
    tally: GpuTally,
    finds: RawFinds,
    sections: tuple[SectionSpan, ...],
    contents: SectionContents,
) -> None:
    """Count all GPU code of an ELF file."""
    where = _Sections(sections)
    for found in (finds, contents.late):
        for container in found.containers:
            _place_container(tally, where, container)
        for bundle in found.bundles:
            _place_bundle(tally, where, bundle)
        _note_leftovers(tally, where, found)
        tally.note(found.oddities)
    _add_objects(tally, where, finds, contents.late)
    _note_unseen(tally, sections, finds, contents)
    for image in contents.offload:
        tally.add_offload(image.kind, image.target)
    for span in sections:
        if span.name.startswith(_BUNDLED_HIP):
            tally.add_hip(Place.RELOCATABLE, span.name[len(BUNDLE_MAGIC) :], "bundle")
    tally.note(contents.oddities)
    tally.add_named(contents.kpack, contents.sycl)


class _Sections:
    """Which section an offset lies in, of those whose name matters."""

    def __init__(self, sections: tuple[SectionSpan, ...]) -> None:
        named = (*_CUDA_PLACES, *_HIP_PLACES)
        self._spans = sorted(
            (span for span in sections if span.name in named or span.name.startswith(_BUNDLED_HIP)),
            key=lambda span: span.offset,
        )
        self._starts = [span.offset for span in self._spans]
        self.is_known = bool(sections)

    def at(self, offset: int) -> SectionSpan | None:
        """The section around an offset, if its name matters."""
        place = bisect_right(self._starts, offset) - 1
        if place < 0 or offset >= self._spans[place].end:
            return None
        return self._spans[place]


class GpuTally:
    """Counts equal pieces and collects oddities, up to the limits.

    ``base`` is added to the offsets of oddities: where the part that is being read begins.
    """

    def __init__(self, limits: GpuLimits) -> None:
        self.base = 0
        self._limits = limits
        self._cuda: Counter[tuple[Place, str, str]] = Counter()
        self._hip: Counter[tuple[Place, str, str]] = Counter()
        self._sycl: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self._kpack: dict[str, None] = {}
        self._oddities: dict[GpuOddity, None] = {}
        self._everywhere: frozenset[str] | None = None
        self._containers = 0
        self._bundles = 0
        self._unread = 0
        self._names_bytes = 0

    def add_container(self, place: Place, container: Container) -> None:
        """Count the images of a container and note what is odd about it."""
        self._containers += 1
        for (kind, target), count in container.images.counts.items():
            self._count(self._cuda, (place, kind, target), count)
        real = container.images.real
        if place is Place.LOADABLE and real:
            self._everywhere = real if self._everywhere is None else self._everywhere & real
        for number in container.images.unknown_kinds:
            self.odd("unknown-kind", f"entries of kind {number:#04x}", container.start)
        if container.unknown_flags:
            self.odd("unknown-flags", f"flag bits {container.unknown_flags:#x}", container.start)

    def add_bundle(self, place: Place, bundle: Bundle) -> None:
        """Count the targets of a bundle and note what is odd about it."""
        self._bundles += 1
        self._unread += not bundle.ids
        for bundle_id in bundle.ids:
            self.add_hip(place, bundle_id, bundle.container)
        if bundle.problem:
            self.odd(bundle.what, bundle.problem, bundle.start)

    def add_hip(self, place: Place, bundle_id: str, container: str) -> None:
        """Count the entry of a bundle; an OpenMP bundle may name CUDA targets."""
        _, target = split_id(bundle_id)
        if target.startswith("sm_"):
            self._count(self._cuda, (place, MACHINE_CODE, target))
        elif target:
            self._count(self._hip, (place, target, container))

    def add_offload(self, kind: str, target: str) -> None:
        """Count an image of an offload binary."""
        self._bundles += not kind
        if kind:
            self._count(self._cuda, (Place.RELOCATABLE, kind, target))
        elif target:
            self._count(self._hip, (Place.RELOCATABLE, target, _OFFLOAD_BINARY))

    def add_object(self, target: str, *, is_cuda: bool, container: str = _BARE) -> None:
        """Count a GPU object that stands for itself."""
        if is_cuda:
            self._count(self._cuda, (Place.RAW, MACHINE_CODE, target))
        else:
            self._count(self._hip, (Place.RAW, target, container))

    def _count(
        self,
        counts: Counter[tuple[Place, str, str]],
        key: tuple[Place, str, str],
        count: int = 1,
    ) -> None:
        """Add to a count; a file that names more different targets than any real one is cut."""
        if key in counts:
            counts[key] += count
        elif len(counts) >= self._limits.images:
            self.odd("limit", f"more than {self._limits.images} different targets", 0)
        elif self._has_room(key[1] + key[2]):
            counts[key] += count

    def _has_room(self, name: str) -> bool:
        """Whether one more name may be kept; that it may not is noted."""
        self._names_bytes += len(name)
        if self._names_bytes > self._limits.names_bytes:
            self.odd("limit", f"more than {self._limits.names_bytes} bytes of names", 0)
        return self._names_bytes <= self._limits.names_bytes

    def odd(self, what: str, detail: str, offset: int) -> None:
        """Note something odd; above the limit only that there is more."""
        offset += self.base
        if len(self._oddities) < self._limits.oddities:
            self._oddities[GpuOddity(what=what, detail=detail, offset=offset)] = None
        elif len(self._oddities) == self._limits.oddities:
            text = f"more than {self._limits.oddities} oddities"
            self._oddities[GpuOddity(what="limit", detail=text, offset=offset)] = None

    def note(self, oddities: Iterable[GpuOddity]) -> None:
        """Note oddities that were found elsewhere."""
        for oddity in oddities:
            self.odd(oddity.what, oddity.detail, oddity.offset)

    def add_named(self, kpack: Iterable[str], sycl: Iterable[SyclImages]) -> None:
        """Add what sections of their own tell."""
        for name in kpack:
            if name not in self._kpack and self._may_add(self._kpack, "kpack archives", name):
                self._kpack[name] = None
        for images in sycl:
            key = (images.kind, images.devices)
            text = images.kind + "".join(images.devices)
            if key in self._sycl or self._may_add(self._sycl, "kinds of SYCL images", text):
                self._sycl[key] += images.count

    def _may_add(self, known: Sized, what: str, name: str) -> bool:
        if len(known) < self._limits.images:
            return self._has_room(name)
        self.odd("limit", f"more than {self._limits.images} {what}", 0)
        return False

    def code(self) -> GpuCode:
        """All that was counted, in a fixed order."""
        cuda = (
            CudaImages(place=place, kind=kind, target=target, count=count)
            for (place, kind, target), count in self._cuda.items()
        )
        hip = (
            HipImages(place=place, target=target, container=container, count=count)
            for (place, target, container), count in self._hip.items()
        )
        return GpuCode(
            cuda=tuple(sorted(cuda, key=lambda row: (row.place, row.kind, target_key(row.target)))),
            cuda_containers=self._containers,
            cuda_everywhere=sorted_targets(self._everywhere or ()),
            hip=tuple(
                sorted(hip, key=lambda row: (row.place, target_key(row.target), row.container))
            ),
            hip_bundles=self._bundles,
            hip_unread=self._unread,
            kpack=tuple(self._kpack),
            sycl=tuple(
                SyclImages(kind=kind, devices=devices, count=count)
                for (kind, devices), count in sorted(self._sycl.items())
            ),
            oddities=tuple(self._oddities),
        )


def kept_bytes(code: GpuCode) -> int:
    """About the memory that GPU code takes: what counts towards a wheel's bound on names."""
    rows = len(code.cuda) + len(code.hip) + len(code.sycl) + len(code.oddities)
    names = [*code.kpack, *code.cuda_everywhere]
    names += [device for images in code.sycl for device in images.devices]
    texts = [*names, *(row.target for row in code.cuda), *(row.target for row in code.hip)]
    texts += [oddity.detail for oddity in code.oddities]
    return rows * _ROW + len(names) * _NAME + sum(map(len, texts))


def _place_container(tally: GpuTally, where: _Sections, container: Container) -> None:
    """Count a container where its section vouches for it, or where it looks as usual."""
    span = where.at(container.start)
    place = _CUDA_PLACES.get(span.name) if span else None
    problem = container.problem
    if span and place:
        tally.add_container(place, container)
        if not problem and container.end > span.end:
            problem = f"a container reaches beyond {span.name}"
    elif container.is_usual:
        tally.add_container(Place.HIDDEN if where.is_known else Place.LOADABLE, container)
    elif not container.is_plausible:
        return
    if problem:
        tally.odd("damaged-container", problem, container.start)


def _place_bundle(tally: GpuTally, where: _Sections, bundle: Bundle) -> None:
    span = where.at(bundle.start)
    place = _HIP_PLACES.get(span.name) if span else None
    if place:
        tally.add_bundle(place, bundle)
    elif bundle.is_plausible:
        tally.add_bundle(Place.HIDDEN if where.is_known else Place.LOADABLE, bundle)


def _add_objects(tally: GpuTally, where: _Sections, finds: RawFinds, late: RawFinds) -> None:
    """Count bare objects, except those whose section already names them, and those inside a bundle
    that was found by its section, for it begins on no page."""
    bundles = sorted((bundle.start, bundle.end) for bundle in late.bundles)
    starts = [start for start, _ in bundles]
    for found in finds.objects:
        place = bisect_right(starts, found.start) - 1
        if place >= 0 and found.start < bundles[place][1]:
            continue
        span = where.at(found.start)
        if span is None or not span.name.startswith(_BUNDLED_HIP):
            tally.add_object(found.target, is_cuda=found.is_cuda)


def _note_leftovers(tally: GpuTally, where: _Sections, finds: RawFinds) -> None:
    """Bytes between containers, in a section that should hold nothing else."""
    for offset in finds.leftovers:
        span = where.at(offset)
        if span and not span.name.startswith(_BUNDLED_HIP):
            tally.odd("damaged-container", f"{span.name} holds bytes of no known form", offset)


def _note_unseen(
    tally: GpuTally, sections: tuple[SectionSpan, ...], finds: RawFinds, contents: SectionContents
) -> None:
    """Sections for containers whose first bytes are none: a newer format, or damage."""
    known = {*finds.starts(), *contents.late.starts(), *contents.empty}
    for span in sections:
        is_ours = span.name in _CUDA_PLACES or span.name in _HIP_PLACES
        if is_ours and span.size and span.offset not in known:
            text = f"{span.name} ({span.size} bytes) does not begin with a container"
            tally.odd("damaged-container", text, span.offset)
