"""GPU code as found in a file: which targets, how it is stored, whether it can be loaded."""

# No `from __future__ import annotations`: a named tuple compiles each one that is text, every time.

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from planner.model.gpu_targets import target_key


class Place(StrEnum):
    """Where GPU code lies, which decides whether the runtime can load it by itself."""

    LOADABLE = "loadable"  # registered with the runtime (.nv_fatbin, .hip_fatbin)
    RELOCATABLE = "relocatable"  # needs a device link first (__nv_relfatbin, .llvm.offloading)
    HIDDEN = "hidden"  # embedded elsewhere: loaded by the library's own means, or never
    RAW = "raw"  # a loose file (.cubin, .fatbin, .hsaco), or an object embedded without container


class CudaImages(NamedTuple):
    """Equal entries of CUDA containers, counted.

    ``kind`` is elf, ptx, nvvm, cubin, relocatable-ptx, tile-ir, index or ``kind-0xNN`` where it is
    not known. ``target`` is ``sm_90a`` for machine code, ``compute_90`` for PTX, ``lto_90`` for
    LTO-IR, "" where the entry names none.
    """

    place: Place
    kind: str
    target: str
    count: int  # type: ignore[assignment]  # tuples have a method of this name


class HipImages(NamedTuple):
    """Equal AMD code objects, counted.

    ``target`` is a target ID (``gfx90a:xnack+``) or ``mach-0xNN`` where the processor is not known.
    ``container`` is bundle, ccob-v1 .. ccob-v3 (with the method: ``ccob-v3-zstd``), offload-binary,
    elf or kpack (there the targets that an archive's table of contents names).
    """

    place: Place
    target: str
    container: str
    count: int  # type: ignore[assignment]  # tuples have a method of this name


class SyclImages(NamedTuple):
    """Equal SYCL images, counted: ``spir64`` (SPIR-V, compiled on the user's machine) or
    ``spir64_gen`` (machine code); ``devices`` are the device ids of machine code, if readable."""

    kind: str
    devices: tuple[str, ...]
    count: int  # type: ignore[assignment]  # tuples have a method of this name


class GpuOddity(NamedTuple):
    """GPU code that could not be read in full: never the same as no GPU code.

    ``what`` is unknown-kind, unknown-flags, damaged-container, unread-bundle (a decompressor is
    missing), limit; ``detail`` says what was found at ``offset`` (bytes from the file's start).
    """

    what: str
    detail: str
    offset: int


class GpuCode(NamedTuple):
    """All GPU code of one file.

    ``cuda_containers`` and ``hip_bundles`` count containers. ``cuda_everywhere`` are the machine
    code targets that every loadable container with machine code has. ``hip_unread`` counts bundles
    whose targets could not be listed. ``kpack`` are markers of code that ROCm kpack took out into
    files of its own.
    """

    cuda: tuple[CudaImages, ...] = ()
    cuda_containers: int = 0
    cuda_everywhere: tuple[str, ...] = ()
    hip: tuple[HipImages, ...] = ()
    hip_bundles: int = 0
    hip_unread: int = 0
    kpack: tuple[str, ...] = ()
    sycl: tuple[SyclImages, ...] = ()
    oddities: tuple[GpuOddity, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any GPU code, or anything that may be some."""
        return bool(
            self.cuda or self.hip or self.hip_bundles or self.kpack or self.sycl or self.oddities
        )

    def cuda_targets(self, kind: str, *places: Place) -> tuple[str, ...]:
        """The distinct targets of a kind in some places, lowest first."""
        return sorted_targets(
            row.target for row in self.cuda if row.kind == kind and row.place in places
        )


NO_GPU_CODE = GpuCode()


def sorted_targets(targets: Iterable[str]) -> tuple[str, ...]:
    """Distinct targets, lowest first."""
    return tuple(sorted(set(targets), key=target_key))
