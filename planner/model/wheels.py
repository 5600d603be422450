"""A finished wheel as it was found: names, members, libraries. Observations, no judgement.

The records are named tuples: making a data class takes a millisecond, and every start of
``mlplan verify`` makes all of these.
"""

# No `from __future__ import annotations`: a named tuple compiles each one that is text, every time.

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from planner.model.gpu_code import NO_GPU_CODE, GpuCode

_NONE: Mapping[str, str] = MappingProxyType({})
_NO_NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_NO_USERS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType({})
_NO_FILES: Mapping[str, GpuCode] = MappingProxyType({})


class Oddness(StrEnum):
    """What can be wrong with a file as such. Those in :data:`UNREADABLE` leave something unread."""

    CANNOT_OPEN = "cannot-open"
    NOT_A_ZIP = "not-a-zip"
    TRUNCATED = "truncated"
    TRAILING_DATA = "trailing-data"
    TOO_MANY_ENTRIES = "too-many-entries"
    TOO_LARGE = "too-large"
    RATIO = "ratio"
    ENCRYPTED = "encrypted"
    COMPRESSION = "compression"
    BAD_DATA = "bad-data"
    BAD_CRC = "bad-crc"
    SIZE_DIFFERS = "size-differs"
    HEADERS_DIFFER = "headers-differ"
    OVERLAP = "overlap"
    DUPLICATE = "duplicate"
    UNSAFE_NAME = "unsafe-name"
    ODD_NAME = "odd-name"
    SYMLINK = "symlink"
    NESTED_WHEEL = "nested-wheel"
    NO_METADATA = "no-metadata"
    BAD_METADATA = "bad-metadata"
    DAMAGED_ELF = "damaged-elf"


UNREADABLE = frozenset(
    {
        Oddness.CANNOT_OPEN,
        Oddness.NOT_A_ZIP,
        Oddness.TRUNCATED,
        Oddness.TOO_MANY_ENTRIES,
        Oddness.TOO_LARGE,
        Oddness.RATIO,
        Oddness.ENCRYPTED,
        Oddness.COMPRESSION,
        Oddness.BAD_DATA,
        Oddness.BAD_CRC,
        Oddness.SIZE_DIFFERS,
        Oddness.OVERLAP,
        Oddness.NO_METADATA,
    }
)
"""Oddities after which the wheel counts as unreadable: something in it could not be trusted."""


class Oddity(NamedTuple):
    """Something wrong with a file as such; ``member`` is "" where it is the wheel itself."""

    what: Oddness
    member: str
    detail: str


class ElfFile(NamedTuple):
    """A library, program or object inside a wheel.

    Symbol versions are written as in the file (``GLIBC_2.17``). ``version_needs`` maps the library
    that must offer them to the versions; ``version_users`` maps library and version to symbols that
    ask for it (some, not all). ``unversioned`` are undefined symbols without version that must be
    there when it is loaded, ``weak`` those that may be missing.
    """

    path: str
    size: int
    kind: str  # shared, program, object, core, or type-N
    machine: str  # an architecture, else machine-N
    bits: int
    soname: str | None = None
    needed: tuple[str, ...] = ()
    rpath: tuple[str, ...] = ()
    runpath: tuple[str, ...] = ()
    interpreter: str | None = None
    version_needs: Mapping[str, tuple[str, ...]] = _NO_NEEDS
    version_users: Mapping[tuple[str, str], tuple[str, ...]] = _NO_USERS
    unversioned: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    exec_stack: bool | None = None  # None: the file does not say (no PT_GNU_STACK)
    isa: tuple[str, ...] = ()  # x86 levels that the file says it needs: baseline, v2, v3, v4
    compilers: tuple[str, ...] = ()
    cxx11_abi: str | None = None  # new, old, both, or None where no C++ string shows
    openmp: tuple[str, ...] = ()  # gomp, iomp, omp, tbb
    mkl: tuple[str, ...] = ()  # layers of MKL that it asks for
    gpu: GpuCode = NO_GPU_CODE
    is_partial: bool = False  # a table that the loader reads is damaged: needs may be missing

    @property
    def search_path(self) -> tuple[str, ...]:
        """Where the loader looks first: RUNPATH, which hides RPATH (ELF gABI, "Shared Object
        Dependencies")."""
        return self.runpath or self.rpath


class Entry(NamedTuple):
    """A member of the wheel. ``digests`` maps algorithm to urlsafe base64 without padding, as
    RECORD has it."""

    path: str
    size: int
    packed: int
    digests: Mapping[str, str] = _NONE
    is_folder: bool = False


class RecordRow(NamedTuple):
    """A row of RECORD (binary distribution format specification, "The .dist-info directory")."""

    path: str
    algorithm: str
    digest: str
    size: int | None


class Wheel(NamedTuple):
    """Everything that was read from one wheel.

    ``record`` is None where there is no RECORD. ``requires`` are the Requires-Dist lines.
    ``gpu_files`` are GPU objects outside ELF libraries (loose cubins, fatbins, kpack files) by
    path.
    """

    file: str
    sha256: str
    size: int
    filename_tags: tuple[str, ...] = ()
    metadata_tags: tuple[str, ...] = ()
    name: str = ""
    version: str = ""
    build: str = ""
    metadata_name: str = ""
    metadata_version: str = ""
    requires: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    record: tuple[RecordRow, ...] | None = None
    elf: tuple[ElfFile, ...] = ()
    gpu_files: Mapping[str, GpuCode] = _NO_FILES
    oddities: tuple[Oddity, ...] = ()

    @property
    def is_unreadable(self) -> bool:
        """Whether something in the wheel could not be read or trusted."""
        return any(oddity.what in UNREADABLE for oddity in self.oddities)
