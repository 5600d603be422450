"""What is inside wheels, for a person: no verdict."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from planner.model.gpu_code import GpuCode, Place
from planner.model.wheels import ElfFile
from planner.report.fold import fold_targets
from planner.report.plain import member_cut, middle_cut, plain, without_platform
from planner.report.verify_text import (
    WIDTH,
    amd_targets,
    by_form,
    counted,
    size_text,
    wrapped,
)
from planner.report.wheel_summary import (
    GpuSummary,
    external_libraries,
    file_compilers,
    is_opened,
    own_floor,
    own_maxima,
    wheel_compilers,
    wheel_gpu,
    wheel_mkl,
    wheel_openmp,
    wheel_string_abi,
)
from planner.verifier.context import Context, version_key
from planner.verifier.gpu_code import parts
from planner.verifier.judge import Judged, Report

_COLUMN = 11
_LEAST_PATH, _LAST = 24, 30
_FILES_SHOWN = 20
_ODDITIES_SHOWN = 10
_NAMES_SHOWN = 12
_KINDS = {
    "elf": "",
    "ptx": "PTX",
    "relocatable-ptx": "relocatable PTX",
    "nvvm": "LTO-IR",
    "cubin": "cubin",
    "tile-ir": "tile IR",
    "index": "index",
}
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def inspect_text(
    report: Report,
    *,
    width: int = WIDTH,
    color: bool = False,
    verbose: bool = False,
    quiet: bool = False,
) -> str:
    """Tags, floor, libraries, GPU code and compilers of every wheel; ``verbose`` shows everything
    of every file, ``quiet`` no files at all."""
    width = min(width, WIDTH)
    lines: list[str] = []
    for judged in report.wheels:
        name = middle_cut(plain(judged.wheel.file), width)
        lines.append(f"{_BOLD}{name}{_PLAIN}" if color else name)
        for label, text in _overview(judged.context, verbose=verbose):
            lines += wrapped(label, plain_words(text), indent=2, width=width, column=_COLUMN)
        if not quiet:
            lines += _files(judged, width, verbose=verbose)
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def plain_words(text: str) -> str:
    """Text of any length, each word made harmless."""
    return plain(text, most=20_000)


def _overview(context: Context, *, verbose: bool) -> Iterator[tuple[str, str]]:
    wheel = context.wheel
    if is_opened(wheel):
        files = counted(len(wheel.entries), "file")
        unpacked = size_text(sum(entry.size for entry in wheel.entries))
        yield "size", f"{size_text(wheel.size)}; {files}, {unpacked} unpacked"
    if verbose and wheel.sha256:
        yield "sha256", wheel.sha256
    yield from _odd(context, verbose=verbose)
    yield "tags", _listed(wheel.filename_tags, verbose=verbose) or "none: no wheel file name"
    if wheel.metadata_name and set(wheel.filename_tags) != set(wheel.metadata_tags):
        yield "WHEEL says", _listed(wheel.metadata_tags, verbose=verbose) or "nothing"
    yield from _platform(context, verbose=verbose)
    yield from _gpu(wheel_gpu(context), verbose=verbose)
    rows = (
        ("compilers", wheel_compilers(context)),
        ("C++ ABI", tuple(filter(None, [wheel_string_abi(context)]))),
        ("OpenMP", wheel_openmp(context)),
        ("MKL", wheel_mkl(context)),
    )
    for label, values in rows:
        if values:
            yield label, _listed(values, verbose=verbose)
    yield from _requires(wheel.requires, verbose=verbose)


def _requires(lines: tuple[str, ...], *, verbose: bool) -> Iterator[tuple[str, str]]:
    """Requires-Dist; what only extras bring is counted."""
    always = lines if verbose else tuple(line for line in lines if "extra ==" not in line)
    rest = len(lines) - len(always)
    told = [_listed(always, verbose=verbose)] if always else []
    if rest:
        told.append(f"{rest} by extras (-v)")
    if told:
        yield "requires", "; ".join(told)


def _odd(context: Context, *, verbose: bool) -> Iterator[tuple[str, str]]:
    oddities = context.wheel.oddities
    for oddity in oddities if verbose else oddities[:_ODDITIES_SHOWN]:
        member = f"{oddity.member}: " if oddity.member else ""
        yield "odd", f"{oddity.what.value}: {member}{oddity.detail}"
    if len(oddities) > _ODDITIES_SHOWN and not verbose:
        yield "odd", f"and {len(oddities) - _ODDITIES_SHOWN} more (-v shows them)"


def _platform(context: Context, *, verbose: bool) -> Iterator[tuple[str, str]]:
    floor = context.floor
    if floor is None:
        yield "floor", "none: no ELF files"
        return
    told = "no policy allows all its symbols" if floor.policy is None else floor.libc
    version = f" {floor.version}" if floor.version else ""
    yield "floor", f"{floor.platform_tag} ({told}{version})"
    if floor.maxima:
        yield "symbols", _versions(floor.maxima)
    outside = external_libraries(context, context.native)
    yield "outside", _listed(outside, verbose=verbose) or "nothing beyond the policy"


def _versions(maxima: Mapping[str, str]) -> str:
    return ", ".join(f"{prefix} {version}" for prefix, version in maxima.items())


def _gpu(gpu: GpuSummary, *, verbose: bool) -> Iterator[tuple[str, str]]:
    rest = (("relocatable", gpu.relocatable), ("hidden", gpu.hidden), ("raw", gpu.raw))
    cuda = [("", gpu.real), ("PTX", gpu.virtual), ("other", gpu.other)]
    for place, targets in rest:
        cuda += [(f"{place} {form}".rstrip(), found) for form, found in by_form(targets)]
    told = [
        f"{label} {_targets(targets, verbose=verbose)}".lstrip()
        for label, targets in cuda
        if targets
    ]
    if told:
        yield "CUDA", "; ".join(told)
    if gpu.hip or gpu.bundles or gpu.unread:
        formats = f" ({', '.join(gpu.hip_formats)})" if gpu.hip_formats else ""
        unread = f"; {counted(gpu.unread, 'bundle')} not read" if gpu.unread else ""
        yield "ROCm", f"{_targets(gpu.hip, verbose=verbose)}{formats}{unread}".strip("; ")
    if gpu.kpack:
        yield "kpack", _listed(gpu.kpack, verbose=verbose)
    if gpu.sycl:
        devices = f" for {_listed(gpu.sycl_devices, verbose=verbose)}" if gpu.sycl_devices else ""
        yield "SYCL", f"{' '.join(gpu.sycl)}{devices}"
    if gpu.unknown:
        yield "GPU code", f"{counted(gpu.unknown, 'piece')} not understood (-v)"


def _targets(targets: Sequence[str], *, verbose: bool) -> str:
    return " ".join(targets) if verbose or len(targets) <= _NAMES_SHOWN else fold_targets(targets)


def _listed(names: Sequence[str], *, verbose: bool) -> str:
    most = len(names) if verbose else _NAMES_SHOWN
    more = f" and {len(names) - most} more (-v)" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _files(judged: Judged, width: int, *, verbose: bool) -> list[str]:
    """The ELF files, the most demanding first, and the GPU code of every file."""
    context = judged.context
    files = sorted(context.wheel.elf, key=lambda file: (_demand(context, file), file.path))
    if verbose:
        return [line for file in files for line in _details(context, file, width)] + [
            line
            for path, code in context.wheel.gpu_files.items()
            for line in _code_details(path, code, width)
        ]
    lines = _table(context, files[:_FILES_SHOWN], width) if files else []
    if len(files) > _FILES_SHOWN:
        lines.append(f"  and {len(files) - _FILES_SHOWN} more (-v shows them)")
    return lines + _code_table(context, width)


def _demand(context: Context, file: ElfFile) -> tuple[int, ...]:
    """Sorts the newest floor first; what no policy holds comes before all."""
    floor = own_floor(context, file)
    if floor.policy is None:
        return (-1_000_000,)
    return tuple(-part for part in version_key(floor.policy.version))


def _table(context: Context, files: Sequence[ElfFile], width: int) -> list[str]:
    rows = [("ELF file", "machine", "floor", "needs from outside")]
    for file in files:
        floor = own_floor(context, file)
        needs = external_libraries(context, [file]) if file in context.native else ()
        policy = floor.policy.name if floor.policy else "none"
        rows.append((file.path, file.machine, policy, ", ".join(needs)))
    return ["", *_columns(rows, width)]


def _code_table(context: Context, width: int) -> list[str]:
    rows = [("GPU code in", "holds")]
    found = list(parts(context))
    rows += [(path, "; ".join(_code(code))) for path, code in found[:_FILES_SHOWN]]
    lines = ["", *_columns(rows, width)] if found else []
    if len(found) > _FILES_SHOWN:
        lines.append(f"  and {len(found) - _FILES_SHOWN} more (-v shows them)")
    return lines


def _columns(rows: Sequence[tuple[str, ...]], width: int) -> list[str]:
    """A plain table: paths are cut where they are alike, then in their middle; the last column
    continues below itself."""
    plainly = [tuple(plain_words(cell) for cell in row) for row in rows]
    middle = [max(len(row[n]) for row in plainly) for n in range(1, len(rows[0]) - 1)]
    room = width - 2 - sum(size + 2 for size in middle) - 2
    last = min(max(len(row[-1]) for row in plainly), _LAST)
    most = max(room - last, _LEAST_PATH)
    paths = [row[0] for row in plainly]
    if max(map(len, paths)) > most:
        paths = [without_platform(path) for path in paths]
    first = min(max(map(len, paths)), most)
    lines = []
    for path, row in zip(paths, plainly, strict=True):
        cells = [middle_cut(path, first), *row[1:-1]]
        start = "  ".join(c.ljust(w) for c, w in zip(cells, [first, *middle], strict=True))
        lines += textwrap.wrap(
            row[-1],
            max(width, first + _LEAST_PATH),
            initial_indent=f"  {start}  ",
            subsequent_indent=" " * (len(start) + 4),
            break_on_hyphens=False,
        ) or [f"  {start}".rstrip()]
    return lines


def _code(code: GpuCode) -> Iterator[str]:
    """The GPU code of a file by place and kind."""
    for place in Place:
        where = "" if place is Place.LOADABLE else f"{place.value} "
        kinds = dict.fromkeys(row.kind for row in code.cuda if row.place is place)
        for kind in kinds:
            targets = [t for t in code.cuda_targets(kind, place) if t]
            name = _KINDS.get(kind, kind)
            yield where + " ".join(filter(None, [name, fold_targets(targets)]))
        hip = dict.fromkeys(row.target for row in code.hip if row.place is place)
        if hip:
            containers = dict.fromkeys(row.container for row in code.hip if row.place is place)
            yield f"{where}{' '.join(amd_targets(list(hip)))} ({', '.join(containers)})"
    if code.hip_unread:
        yield f"{counted(code.hip_unread, 'bundle')} not read"
    for images in code.sycl:
        yield f"SYCL {images.kind} ({counted(images.count, 'image')})"
    if code.kpack:
        yield f"kpack {', '.join(code.kpack)}"
    if code.oddities:
        yield f"{len(code.oddities)} not understood"


def _details(context: Context, file: ElfFile, width: int) -> Iterator[str]:
    """Everything of one ELF file."""
    yield ""
    yield f"  {member_cut(plain(file.path), width - 2)}"
    floor = own_floor(context, file)
    stack = {True: "yes", False: "no", None: "not said"}[file.exec_stack]
    rows = (
        ("machine", f"{file.machine}, {file.bits} bits, {file.kind}, {size_text(file.size)}"),
        ("soname", file.soname or ""),
        ("floor", floor.platform_tag),
        ("symbols", _versions(own_maxima(context, file))),
        ("needed", ", ".join(file.needed)),
        ("outside", ", ".join(external_libraries(context, [file]))),
        ("rpath", ":".join(file.rpath)),
        ("runpath", ":".join(file.runpath)),
        ("loader", file.interpreter or ""),
        ("compilers", ", ".join(file_compilers(file.compilers))),
        ("comments", "; ".join(file.compilers)),
        ("C++ ABI", file.cxx11_abi or ""),
        ("OpenMP", ", ".join(file.openmp)),
        ("MKL", ", ".join(file.mkl)),
        ("CPU level", ", ".join(file.isa)),
        ("exec stack", stack),
        ("GPU code", "; ".join(_code(file.gpu))),
    )
    yield from _labelled(rows, width)
    yield from _labelled(_oddities(file.gpu), width)


def _code_details(path: str, code: GpuCode, width: int) -> Iterator[str]:
    yield ""
    yield f"  {member_cut(plain(path), width - 2)}"
    yield from _labelled([("GPU code", "; ".join(_code(code))), *_oddities(code)], width)


def _oddities(code: GpuCode) -> list[tuple[str, str]]:
    return [("odd", f"{o.what} at byte {o.offset}: {o.detail}") for o in code.oddities]


def _labelled(rows: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    for label, text in rows:
        if text:
            yield from wrapped(label, plain_words(text), indent=4, width=width, column=_COLUMN)
