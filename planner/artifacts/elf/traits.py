"""What names tell of a library: C++ string ABI, OpenMP runtime, MKL layers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from planner.artifacts.elf.dynamic import Strings

# libstdc++ manual, "Dual ABI": new symbols carry __cxx11; the old std::string mangles to Ss
# (Itanium C++ ABI, 5.1.8), as the class of a member function or the type of an argument.
_NEW_ABI = (b"__cxx11",)
_OLD_ABI = (b"_ZNSs", b"_ZNKSs", b"RKSs")
_STRING_TABLE = 64 << 20

_OPENMP = (
    (re.compile(r"libgomp\b"), "gomp"),
    (re.compile(r"libiomp5\b"), "iomp"),
    (re.compile(r"libomp\b"), "omp"),
    (re.compile(r"libtbb\b"), "tbb"),
)
_OPENMP_CALLS = (("GOMP_", "gomp"), ("__kmpc_", "iomp"))
_MKL = re.compile(r"libmkl_(\w+?)(?:-[0-9a-f]{8})?\.so")


def string_abi(strings: Strings) -> str | None:
    """Which C++ string ABI the names show: new, old, both; None where no C++ string shows.

    :raises PastBytesError: where a stream has passed the string table.
    """
    names = strings.source.read(strings.offset, min(strings.size, _STRING_TABLE))
    new = any(mark in names for mark in _NEW_ABI)
    old = any(mark in names for mark in _OLD_ABI)
    if new and old:
        return "both"
    return "new" if new else "old" if old else None


def openmp_runtimes(needed: Iterable[str], unversioned: Iterable[str]) -> tuple[str, ...]:
    """The OpenMP (and TBB) runtimes that a library loads, or whose functions it calls."""
    found = {name for library in needed for mark, name in _OPENMP if mark.match(library)}
    if not found:
        calls = tuple(unversioned)
        found = {
            name for mark, name in _OPENMP_CALLS if any(call.startswith(mark) for call in calls)
        }
    return tuple(sorted(found))


def mkl_layers(needed: Iterable[str]) -> tuple[str, ...]:
    """The layers of MKL that a library loads: rt, core, intel_thread, gnu_thread ..."""
    found = (_MKL.match(library) for library in needed)
    return tuple(sorted({match[1] for match in found if match}))
