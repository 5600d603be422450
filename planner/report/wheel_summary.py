"""What the reports tell of a wheel beside its findings, computed from what was observed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from planner.model.gpu_code import CudaImages, GpuCode, Place, sorted_targets
from planner.model.policies import Policy
from planner.model.wheels import ElfFile, Oddness, Wheel
from planner.verifier.context import Context, version_key
from planner.verifier.findings import Finding
from planner.verifier.floor import Floor, floor_of, libc_of, needs_of, symbol_maxima
from planner.verifier.gpu_code import parts
from planner.verifier.toolchain import compilers

_MACHINE_CODE, _PTX = "elf", "ptx"
_UNKNOWN = "kind-"
_COUNTED_ELSEWHERE = frozenset({"unknown-kind", "unread-bundle"})
"""Oddities that the images (unknown kinds) and ``hip_unread`` count already."""

_POINTER_BITS = ("32", "64")
_MOST = 1000


def bounded(findings: Sequence[Finding]) -> tuple[list[Finding], dict[str, int]]:
    """The first thousand findings of each id, and how many more there are by id.

    A hostile archive can give as many as it has entries, which no reader of a report can hold.
    """
    seen: Counter[str] = Counter()
    kept = []
    for found in findings:
        seen[found.id] += 1
        if seen[found.id] <= _MOST:
            kept.append(found)
    return kept, {id_: count - _MOST for id_, count in seen.items() if count > _MOST}


class GpuSummary(NamedTuple):
    """GPU code of one or more files, by what a user asks of it; targets lowest first.

    ``real`` and ``virtual`` can be loaded as they are; ``other`` are loadable entries that are
    neither (LTO-IR, tile IR). ``unknown`` counts what could not be understood.
    """

    real: tuple[str, ...]
    virtual: tuple[str, ...]
    other: tuple[str, ...]
    relocatable: tuple[str, ...]
    hidden: tuple[str, ...]
    raw: tuple[str, ...]
    unknown: int
    containers: int
    hip: tuple[str, ...]
    hip_formats: tuple[str, ...]
    bundles: int
    unread: int
    sycl: tuple[str, ...]
    sycl_devices: tuple[str, ...]
    kpack: tuple[str, ...]


def gpu_summary(codes: Iterable[GpuCode]) -> GpuSummary:
    """The union of the GPU code of files."""
    codes = tuple(codes)
    cuda = [row for code in codes for row in code.cuda]
    known = [row for row in cuda if row.target and not row.kind.startswith(_UNKNOWN)]
    loadable = [row for row in known if row.place is Place.LOADABLE]
    hip = [row for code in codes for row in code.hip]
    sycl = [row for code in codes for row in code.sycl]
    oddities = (oddity for code in codes for oddity in code.oddities)
    return GpuSummary(
        real=_targets(row for row in loadable if row.kind == _MACHINE_CODE),
        virtual=_targets(row for row in loadable if row.kind == _PTX),
        other=_targets(row for row in loadable if row.kind not in (_MACHINE_CODE, _PTX)),
        relocatable=_targets(row for row in known if row.place is Place.RELOCATABLE),
        hidden=_targets(row for row in known if row.place is Place.HIDDEN),
        raw=_targets(row for row in known if row.place is Place.RAW),
        unknown=sum(row.count for row in cuda if row.kind.startswith(_UNKNOWN))
        + sum(oddity.what not in _COUNTED_ELSEWHERE for oddity in oddities),
        containers=sum(code.cuda_containers for code in codes),
        hip=sorted_targets(row.target for row in hip),
        hip_formats=tuple(sorted({row.container for row in hip})),
        bundles=sum(code.hip_bundles for code in codes),
        unread=sum(code.hip_unread for code in codes),
        sycl=tuple(sorted({row.kind for row in sycl})),
        sycl_devices=tuple(sorted({_device(name) for row in sycl for name in row.devices})),
        kpack=tuple(dict.fromkeys(name for code in codes for name in code.kpack)),
    )


def _device(name: str) -> str:
    """``12.55.8`` of ``64.12.55.8``: ocloc puts the bits of a pointer in front of the device.

    Source: intel/compute-runtime, ``ocloc_fatbinary.cpp``, ``buildFatBinaryForTarget``.
    """
    bits, _, device = name.partition(".")
    return device if bits in _POINTER_BITS and device.count(".") == 2 else name


def _targets(rows: Iterable[CudaImages]) -> tuple[str, ...]:
    return sorted_targets(row.target for row in rows)


def is_opened(wheel: Wheel) -> bool:
    """Whether there was a file to read at all."""
    return all(oddity.what is not Oddness.CANNOT_OPEN for oddity in wheel.oddities)


def wheel_gpu(context: Context) -> GpuSummary:
    """The GPU code of the whole wheel."""
    return gpu_summary(code for _, code in parts(context))


def external_libraries(context: Context, files: Iterable[ElfFile]) -> tuple[str, ...]:
    """What files need, the wheel does not hold and the policy does not promise, by name.

    The policy is the one that the wheel is judged by, else that of its floor; where no policy holds
    it, the newest.
    """
    policy = _policy(context)
    promised = frozenset(policy.libraries if policy else ())
    found = {
        name
        for file in files
        for name in context.external(file)
        if name not in promised and not _is_libc(name)
    }
    return tuple(sorted(found))


def _policy(context: Context) -> Policy | None:
    if context.strictest is not None:
        return context.strictest[1]
    floor = context.floor
    if floor is not None and floor.policy is not None:
        return floor.policy
    libc = libc_of(context.native)
    rows = [policy for policy in context.facts.policies.values() if policy.libc == libc]
    return max(rows, key=lambda policy: version_key(policy.version), default=None)


def _is_libc(name: str) -> bool:
    """Whether it is the loader or musl itself, which come with any system of the tag."""
    return name.startswith(("ld-linux", "ld64.so", "ld.so", "ld-musl", "libc.musl-", "linux-vdso"))


def own_floor(context: Context, file: ElfFile) -> Floor:
    """The floor of one file alone."""
    return floor_of((file,), file.machine, context.held, context.facts.policies)


def own_maxima(context: Context, file: ElfFile) -> dict[str, str]:
    """The highest symbol version of each prefix that one file asks for."""
    return symbol_maxima(tuple(need.symbol for need in needs_of(file, context.held)))


def wheel_compilers(context: Context) -> tuple[str, ...]:
    """The compilers that signed any file, in order of first sight."""
    return file_compilers(line for file in context.wheel.elf for line in file.compilers)


def file_compilers(comments: Iterable[str]) -> tuple[str, ...]:
    """The compilers that ``.comment`` lines name: ``GCC 14.2.1``."""
    return tuple(map(str, compilers(tuple(comments))))


def wheel_string_abi(context: Context) -> str | None:
    """The C++ string ABI of the wheel's own libraries: new, old, both; None where none shows.

    Libraries that a repair tool put into ``name.libs/`` were built elsewhere and do not count.
    """
    found = {file.cxx11_abi for file in _own(context) if file.cxx11_abi}
    return "both" if len(found) > 1 else next(iter(found), None)


def _own(context: Context) -> Iterator[ElfFile]:
    for file in context.native:
        if not file.path.partition("/")[0].endswith(".libs"):
            yield file


def wheel_openmp(context: Context) -> tuple[str, ...]:
    """The OpenMP runtimes that the libraries use."""
    return tuple(sorted({name for file in context.native for name in file.openmp}))


def wheel_mkl(context: Context) -> tuple[str, ...]:
    """The layers of MKL that the libraries ask for."""
    return tuple(sorted({name for file in context.native for name in file.mkl}))
