"""What the pass over a file found, before its sections are known."""

from __future__ import annotations

from typing import NamedTuple

from planner.artifacts.gpu.fatbin import Container
from planner.artifacts.gpu.offload_bundle import Bundle
from planner.model.gpu_code import GpuOddity, SyclImages


class SectionSpan(NamedTuple):
    """One ELF section with bytes in the file."""

    name: str
    offset: int
    size: int
    executable: bool

    @property
    def end(self) -> int:
        """Offset behind its last byte."""
        return self.offset + self.size


class RawObject(NamedTuple):
    """A GPU object without container; ``is_cuda`` tells a cubin from an AMD code object."""

    start: int
    end: int
    is_cuda: bool
    target: str


class OffloadImage(NamedTuple):
    """An image of an LLVM offload binary; ``kind`` is the kind of a CUDA image, else ""."""

    kind: str
    target: str


class RawFinds(NamedTuple):
    """Containers, bundles and objects in the order of the file.

    ``leftovers`` are the offsets of bytes that follow a container directly and are neither zero nor
    a container: damage where they are in the same section.
    """

    containers: tuple[Container, ...] = ()
    bundles: tuple[Bundle, ...] = ()
    objects: tuple[RawObject, ...] = ()
    leftovers: tuple[int, ...] = ()
    oddities: tuple[GpuOddity, ...] = ()

    def starts(self) -> list[int]:
        """Where containers and bundles begin, rising."""
        containers = [container.start for container in self.containers]
        return sorted(containers + [bundle.start for bundle in self.bundles])


class SectionContents(NamedTuple):
    """What was read from sections that are known by name only.

    ``late`` are containers that the pass could not see: in ranges that it skipped, or at an
    alignment that it does not search.
    """

    late: RawFinds = RawFinds()
    offload: tuple[OffloadImage, ...] = ()
    sycl: tuple[SyclImages, ...] = ()
    kpack: tuple[str, ...] = ()
    empty: frozenset[int] = frozenset()  # offsets of container sections that hold zeros only
    oddities: tuple[GpuOddity, ...] = ()


NOTHING_READ = SectionContents()
