"""GPU code against the plan, and what of it could not be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.model.gpu_code import GpuCode, Place, sorted_targets
from planner.model.gpu_targets import base_processor
from planner.model.wheel_facts import ReleaseTargets
from planner.verifier.catalogue import Rule
from planner.verifier.context import Context, version_key
from planner.verifier.findings import Finding, Severity, finding

_SHOWN = 8


def parts(context: Context) -> Iterator[tuple[str, GpuCode]]:
    """The GPU code of every member that has some, by path."""
    for file in context.wheel.elf:
        if file.gpu:
            yield file.path, file.gpu
    yield from context.wheel.gpu_files.items()


def held_targets(context: Context) -> dict[tuple[str, str], tuple[str, ...]]:
    """What the wheel's code can run on, by kind and form as in a job; relocatable code is left
    out, since the runtime does not load it."""
    codes = [code for _, code in parts(context)]
    loaded = (Place.LOADABLE, Place.HIDDEN, Place.RAW)
    real = {t for code in codes for t in code.cuda_targets("elf", *loaded)}
    ptx = {t for code in codes for t in code.cuda_targets("ptx", *loaded)}
    hip = {row.target for code in codes for row in code.hip if row.place is not Place.RELOCATABLE}
    return {
        ("cuda", "real"): sorted_targets(real),
        ("cuda", "virtual"): sorted_targets(ptx),
        ("hip", "targets"): sorted_targets(hip),
    }


def planned_targets(context: Context) -> Iterator[Finding]:
    """Targets of the plan that the wheel lacks, and targets that it has beyond the plan."""
    job = context.job
    if job is None or not any(job.gpu.values()):
        return
    held = held_targets(context)
    linkable = {t for _, code in parts(context) for t in code.cuda_targets("ptx", *Place)}
    everything = ", ".join(t for group in held.values() for t in group) or "no GPU code"
    for key, planned in job.gpu.items():
        has = held.get(key, ())
        rule = Rule.PTX_MISSING if key[1] == "virtual" else Rule.TARGET_MISSING
        for target in planned:
            if target not in has and key[1] == "virtual" and target in linkable:
                yield finding(Rule.PTX_RELOCATABLE, target=target)
            elif target not in has:
                yield finding(rule, target=target, found=everything)
    extra = [t for key, group in held.items() for t in group if t not in job.gpu.get(key, ())]
    if extra:
        weight = Severity.ERROR if context.options.strict else None
        yield finding(Rule.TARGET_EXTRA, severity=weight, targets=_listed(extra))


def _listed(targets: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(targets) - _SHOWN} more" if len(targets) > _SHOWN else ""
    return ", ".join(targets[:_SHOWN]) + more


def _releases(context: Context) -> Iterator[ReleaseTargets]:
    """What the facts know of the releases that the plan names."""
    job = context.job
    for pair in job.accelerators.items() if job else ():
        row = context.facts.releases.get(pair)
        if row is not None and row.known:
            yield row


def known_targets(context: Context) -> Iterator[Finding]:
    """Targets that the planned toolkit cannot make, or calls deprecated."""
    held = {t for group in held_targets(context).values() for t in group}
    for row in _releases(context):
        own = [t for t in sorted_targets(held) if _is_of(t, row.family)]
        unknown = [t for t in own if base_processor(t) not in row.known and t not in row.known]
        deprecated = [t for t in own if base_processor(t) in row.deprecated]
        for rule, targets in (
            (Rule.TARGET_NOT_KNOWN, unknown),
            (Rule.TARGET_DEPRECATED, deprecated),
        ):
            if targets:
                yield finding(
                    rule,
                    facts=row.facts,
                    targets=_listed(targets),
                    family=row.family,
                    version=row.version,
                )


def _is_of(target: str, family: str) -> bool:
    return target.startswith("gfx") if family == "rocm" else target.startswith(("sm_", "compute_"))


def compressed(context: Context) -> Iterator[Finding]:
    """Compressed AMD code that the planned runtime cannot load."""
    job = context.job
    if job is None:
        return
    for path, code in parts(context):
        formats = sorted({row.container for row in code.hip if row.container.startswith("ccob")})
        for container in formats:
            yield from _too_new(context, path, container)


def _too_new(context: Context, path: str, container: str) -> Iterator[Finding]:
    assert context.job is not None
    match = re.match(r"ccob-v(\d+)", container)
    for row in context.facts.compression:
        version = context.job.accelerators.get(row.family)
        if version is None or match is None or (row.version, row.role) != (match[1], "loads"):
            continue
        minimum = row.releases.removeprefix(">=")
        if version_key(version) < version_key(minimum):
            yield finding(
                Rule.COMPRESSED_HIP,
                path,
                facts=(row.fact,),
                container=container,
                family=row.family,
                minimum=minimum,
                version=version,
            )


def unread(context: Context) -> Iterator[Finding]:
    """GPU code that could not be read: never the same as none."""
    for path, code in parts(context):
        for oddity in code.oddities[:_SHOWN]:
            yield finding(
                Rule.GPU_CODE_UNREAD,
                path,
                what=oddity.what,
                offset=oddity.offset,
                detail=oddity.detail,
            )


def places(context: Context) -> Iterator[Finding]:
    """Code that the runtime does not load by itself, and targets that only some containers have."""
    for path, code in parts(context):
        loadable = code.cuda_targets("elf", Place.LOADABLE)
        hidden = code.cuda_targets("elf", Place.HIDDEN) + code.cuda_targets("ptx", Place.HIDDEN)
        if hidden:
            yield finding(Rule.GPU_CODE_HIDDEN, path, targets=_listed(hidden))
        relocatable = code.cuda_targets("elf", Place.RELOCATABLE)
        if relocatable and not loadable and path.endswith(".so"):
            yield finding(Rule.GPU_CODE_RELOCATABLE, path, targets=_listed(relocatable))
        some = [target for target in loadable if target not in code.cuda_everywhere]
        if some and code.cuda_containers > 1:
            count = code.cuda_containers
            yield finding(Rule.TARGET_NOT_EVERYWHERE, path, targets=_listed(some), count=count)
        if code.kpack:
            yield finding(Rule.KPACK, path, names=_listed(code.kpack))
