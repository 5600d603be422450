"""Judged and inspected wheels as the JSON documents of docs/verify.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planner import __version__
from planner.model.gpu_code import GpuCode
from planner.model.wheel_facts import Citation, WheelFacts
from planner.model.wheels import ElfFile
from planner.report.wheel_summary import (
    GpuSummary,
    bounded,
    external_libraries,
    file_compilers,
    gpu_summary,
    own_floor,
    own_maxima,
    wheel_compilers,
    wheel_gpu,
    wheel_mkl,
    wheel_openmp,
    wheel_string_abi,
)
from planner.verifier.context import Context
from planner.verifier.findings import Finding
from planner.verifier.judge import Judged, Report, Verdict

SCHEMA = "mlplan-report/1"
INSPECT_SCHEMA = "mlplan-inspect/1"
Json = dict[str, object]


def report_document(report: Report, paths: Sequence[str] = ()) -> Json:
    """The whole report as JSON values; ``paths`` are the wheels as they were named, in order."""
    rows = _with_paths(report, paths)
    return {
        "schema": SCHEMA,
        "mlplan": __version__,
        "facts": _facts(report),
        "verdict": report.verdict.value,
        "summary": {v.value: sum(w.verdict is v for w in report.wheels) for v in Verdict},
        "wheels": [
            {
                **_file(judged, path),
                "verdict": judged.verdict.value,
                **_content(judged),
                **_findings(judged.findings),
            }
            for judged, path in rows
        ],
        "findings": [_finding(found) for found in report.findings],
        "derivation": {"facts": _derivation(report)},
    }


def inspect_document(report: Report, paths: Sequence[str] = ()) -> Json:
    """What is inside wheels as JSON values: as :func:`report_document`, without judgement."""
    return {
        "schema": INSPECT_SCHEMA,
        "mlplan": __version__,
        "facts": _facts(report),
        "wheels": [
            {**_file(judged, path), **_content(judged)}
            for judged, path in _with_paths(report, paths)
        ],
    }


def _with_paths(report: Report, paths: Sequence[str]) -> Iterable[tuple[Judged, str]]:
    names = paths or [judged.wheel.file for judged in report.wheels]
    return zip(report.wheels, names, strict=True)


def _facts(report: Report) -> Json:
    facts = _wheel_facts(report)
    if facts is None:
        return {"version": "", "sha256": ""}
    return {"version": facts.version, "sha256": facts.sha256}


def _wheel_facts(report: Report) -> WheelFacts | None:
    return report.wheels[0].context.facts if report.wheels else None


def _file(judged: Judged, path: str) -> Json:
    wheel = judged.wheel
    return {
        "file": wheel.file,
        "path": path,
        "sha256": wheel.sha256 or None,
        "size": wheel.size,
        "unpacked": sum(entry.size for entry in wheel.entries),
        "entries": len(wheel.entries),
    }


def _content(judged: Judged) -> Json:
    wheel, context = judged.wheel, judged.context
    return {
        "job": judged.job.id if judged.job else None,
        "name": wheel.name or wheel.metadata_name,
        "version": wheel.version or wheel.metadata_version,
        "requires": list(wheel.requires),
        "tags": {"filename": list(wheel.filename_tags), "metadata": list(wheel.metadata_tags)},
        "platform": _platform(context),
        "gpu": _gpu(wheel_gpu(context)),
        "compilers": list(wheel_compilers(context)),
        "cxx11_abi": wheel_string_abi(context),
        "openmp": list(wheel_openmp(context)),
        "mkl": list(wheel_mkl(context)),
        "elf": [_elf(context, file) for file in wheel.elf],
        "gpu_files": [
            {"path": name, "gpu": _file_gpu(code)} for name, code in wheel.gpu_files.items()
        ],
        "oddities": [
            {"what": oddity.what.value, "member": oddity.member, "detail": oddity.detail}
            for oddity in wheel.oddities
        ],
    }


def _platform(context: Context) -> Json:
    floor = context.floor
    return {
        "declared": [tag.text for tag in context.platforms],
        "floor": floor.platform_tag if floor else None,
        "libc": floor.libc if floor else None,
        "glibc": floor.version if floor and floor.libc == "glibc" else None,
        "symbol_versions": dict(floor.maxima) if floor else {},
        "external_libraries": list(external_libraries(context, context.native)),
    }


def _gpu(gpu: GpuSummary) -> Json:
    return {
        "cuda": {
            "real": list(gpu.real),
            "virtual": list(gpu.virtual),
            "other": list(gpu.other),
            "relocatable": list(gpu.relocatable),
            "hidden": list(gpu.hidden),
            "raw": list(gpu.raw),
            "unknown": gpu.unknown,
            "containers": gpu.containers,
        },
        "hip": {
            "targets": list(gpu.hip),
            "formats": list(gpu.hip_formats),
            "bundles": gpu.bundles,
            "unread": gpu.unread,
        },
        "sycl": {"images": list(gpu.sycl), "devices": list(gpu.sycl_devices)},
        "kpack": list(gpu.kpack),
    }


def _file_gpu(code: GpuCode) -> Json:
    """The GPU code of one file; empty where there is none."""
    if not code:
        return {}
    return {
        **_gpu(gpu_summary([code])),
        "everywhere": list(code.cuda_everywhere),
        "images": [
            {"place": row.place.value, "kind": row.kind, "target": row.target, "count": row.count}
            for row in code.cuda
        ],
        "oddities": [
            {"what": oddity.what, "detail": oddity.detail, "offset": oddity.offset}
            for oddity in code.oddities
        ],
    }


def _elf(context: Context, file: ElfFile) -> Json:
    return {
        "path": file.path,
        "size": file.size,
        "kind": file.kind,
        "machine": file.machine,
        "soname": file.soname,
        "needed": list(file.needed),
        "external_libraries": list(external_libraries(context, [file])),
        "rpath": list(file.rpath),
        "runpath": list(file.runpath),
        "interpreter": file.interpreter,
        "floor": own_floor(context, file).platform_tag,
        "symbol_versions": own_maxima(context, file),
        "compilers": list(file_compilers(file.compilers)),
        "comments": list(file.compilers),
        "cxx11_abi": file.cxx11_abi,
        "openmp": list(file.openmp),
        "mkl": list(file.mkl),
        "gpu": _file_gpu(file.gpu),
        "exec_stack": file.exec_stack,
        "isa": list(file.isa),
    }


def _findings(findings: Sequence[Finding]) -> Json:
    kept, omitted = bounded(findings)
    return {"findings": [_finding(found) for found in kept], "omitted": omitted}


def _finding(found: Finding) -> Json:
    return {
        "id": found.id,
        "rule": found.rule.value,
        "severity": found.severity.value,
        "member": found.member,
        "message": found.message,
        "data": dict(found.data),
        "hint": found.hint,
        "facts": list(found.facts),
    }


def _derivation(report: Report) -> Json:
    """The facts that any finding rests on, by id."""
    facts = _wheel_facts(report)
    every = (f for findings in _all_findings(report) for f in findings)
    used = dict.fromkeys(id_ for found in every for id_ in found.facts)
    cited = facts.cited if facts else {}
    return {id_: _fact(cited[id_]) for id_ in sorted(used) if id_ in cited}


def _all_findings(report: Report) -> Iterable[tuple[Finding, ...]]:
    yield report.findings
    for judged in report.wheels:
        yield judged.findings


def _fact(fact: Citation) -> Json:
    return {
        "says": fact.says,
        "standing": fact.standing.value,
        "sources": list(fact.sources),
        "read": fact.read,
    }
