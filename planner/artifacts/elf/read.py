"""One ELF file, read part by part: a damaged part is named and the others are still read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NamedTuple, TypedDict, TypeVar

from planner.artifacts.elf.dynamic import DynamicTable, read_dynamic
from planner.artifacts.elf.header import (
    ElfDamageError,
    ElfHeader,
    Segment,
    read_header,
    read_segments,
)
from planner.artifacts.elf.layout import GPU_MACHINES, PF_X, PT_GNU_STACK, PT_INTERP
from planner.artifacts.elf.notes import read_isa
from planner.artifacts.elf.sections import Section, read_compilers, read_sections
from planner.artifacts.elf.symbol_versions import (
    Imports,
    VersionNeeds,
    read_imports,
    read_version_needs,
)
from planner.artifacts.elf.traits import mkl_layers, openmp_runtimes, string_abi
from planner.artifacts.limits import Limits
from planner.artifacts.sources import ByteSource
from planner.model.wheels import ElfFile

_T = TypeVar("_T")
_INTERPRETER = 4096
_ITSELF = 8192  # bytes of names that a file counts as, whatever it names


class _Linked(TypedDict, total=False):
    soname: str | None
    needed: tuple[str, ...]
    rpath: tuple[str, ...]
    runpath: tuple[str, ...]
    openmp: tuple[str, ...]
    mkl: tuple[str, ...]


class ElfReading(NamedTuple):
    """What was read of one file; ``damage`` names the parts that could not be, ``names_bytes`` is
    what counts towards the wheel's bound on names."""

    file: ElfFile
    sections: tuple[Section, ...]
    damage: list[str]
    names_bytes: int = _ITSELF


def read_elf(source: ByteSource, path: str, limits: Limits) -> ElfReading:
    """Everything but GPU code.

    :raises PastBytesError: where a stream has passed what is needed.
    """
    damage: list[str] = []

    def part(read: Callable[[], _T], instead: _T) -> _T:
        try:
            return read()
        except ElfDamageError as error:
            damage.append(str(error))
            return instead

    header = part(lambda: read_header(source), None)
    if header is None:
        return ElfReading(_unknown(source, path), (), damage)
    no_segments: tuple[Segment, ...] = ()
    no_sections: tuple[Section, ...] = ()
    segments = part(lambda: read_segments(source, header, limits), no_segments)
    table = part(lambda: read_dynamic(source, header, segments, limits), None)
    needs, imports, abi = VersionNeeds(), Imports({}, ()), None
    if table is not None:
        needs = part(lambda: read_version_needs(source, header, table, limits), needs)
        imports = part(lambda: read_imports(source, header, table, needs, limits), imports)
        abi = string_abi(table.strings)
    is_partial = bool(damage)  # the loader reads no sections
    sections = part(lambda: read_sections(source, header, limits), no_sections)
    compilers = read_compilers(source, sections, limits)
    isa = read_isa(source, header, segments)
    interpreter = _interpreter(source, segments)
    file = ElfFile(
        path=path,
        size=source.size,
        kind=header.kind,
        machine=header.machine,
        bits=header.layout.bits,
        interpreter=interpreter,
        version_needs=needs.by_library,
        version_users=imports.users,
        unversioned=imports.unversioned,
        weak=imports.weak,
        exec_stack=_exec_stack(segments),
        isa=isa,
        compilers=compilers,
        cxx11_abi=abi,
        is_partial=is_partial,
        **_linked(table, imports),
    )
    taken = sum(map(sys.getsizeof, (*compilers, interpreter)))
    taken += table.strings.taken if table is not None else 0
    return ElfReading(file, sections, damage, _ITSELF + taken)


def _linked(table: DynamicTable | None, imports: Imports) -> _Linked:
    if table is None:
        return {}
    return {
        "soname": table.soname,
        "needed": table.needed,
        "rpath": table.rpath,
        "runpath": table.runpath,
        "openmp": openmp_runtimes(table.needed, (*imports.unversioned, *imports.weak)),
        "mkl": mkl_layers(table.needed),
    }


def _unknown(source: ByteSource, path: str) -> ElfFile:
    return ElfFile(path=path, size=source.size, kind="unknown", machine="unknown", bits=0)


def _interpreter(source: ByteSource, segments: tuple[Segment, ...]) -> str | None:
    segment = next((s for s in segments if s.type == PT_INTERP), None)
    if segment is None:
        return None
    text = source.read(segment.offset, min(segment.size, _INTERPRETER))
    return text.partition(b"\0")[0].decode("utf-8", "backslashreplace")


def _exec_stack(segments: tuple[Segment, ...]) -> bool | None:
    segment = next((s for s in segments if s.type == PT_GNU_STACK), None)
    return None if segment is None else bool(segment.flags & PF_X)


def is_host_code(header: ElfHeader) -> bool:
    """Whether the file is for a CPU, not for a GPU."""
    return header.raw_machine not in GPU_MACHINES
