"""Which job of a plan a wheel is for: by what its code holds first, by its name last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from planner.verifier.context import Context
from planner.verifier.gpu_code import held_targets
from planner.verifier.releases import is_of_release
from planner.verifier.toolchain import compilers, is_bundled, same_series

if TYPE_CHECKING:
    from planner.plan.locked import LockedJob, LockedPlan

# AMD signs with its own release: "AMD clang version 22.0.0git (... roc-7.2.0 26014 ...)".
_ROCM_IDENT = r"roc-(\d+\.\d+\.\d+)"
_NAME_MARK = r"(cu|rocm|mkl)[-_.]?(\d+)"
_FAMILIES = {"cu": "cuda", "rocm": "rocm", "mkl": "mkl"}


class Match(NamedTuple):
    """The job of a wheel; ``equals`` are other jobs that fit as well, ``why`` says why none."""

    job: LockedJob | None
    equals: tuple[LockedJob, ...] = ()
    why: str = ""


def match_job(context: Context, plan: LockedPlan) -> Match:
    """The job that a wheel is for.

    A job must be for the wheel's architecture. Of several, the one wins whose accelerators the
    code names most surely: compiler signature, then sonames and GPU code, then the tags, then the
    names.
    """
    arch = context.arch
    if arch is None:
        archs = sorted({job.arch for job in plan.jobs})
        jobs = tuple(job for job in plan.jobs if not job.accelerators)
        if not jobs:
            return Match(job=None, why=f"it holds no library; the plan is for {', '.join(archs)}")
    else:
        jobs = tuple(job for job in plan.jobs if job.arch == arch)
    if not jobs:
        return Match(job=None, why=f"it is for {arch}, the plan has no such job")
    ranked = sorted(((_evidence(context, job), job) for job in jobs), key=lambda pair: pair[0])
    best = ranked[-1][0]
    equal = tuple(job for evidence, job in ranked if evidence == best)
    return Match(job=equal[0], equals=equal[1:])


def _evidence(context: Context, job: LockedJob) -> tuple[int, ...]:
    """How well a job fits, the surest evidence first; more is better."""
    tags = {tag.text for tag in context.platforms}
    return (
        _by_compiler(context, job),
        _by_libraries(context, job),
        _by_kind(context, job),
        len(tags & set(job.tags)),
        _by_name(context, job),
        _by_targets(context, job),
    )


def _by_compiler(context: Context, job: LockedJob) -> int:
    """The release that AMD's compiler signs counts most, then whether the planned gcc signs."""
    own = [file for file in context.native if not is_bundled(file.path)]
    found = {c.version for file in own for c in compilers(file.compilers) if c.name == "GCC"}
    is_planned = any(same_series(version, job.gcc) for version in found)
    return 2 * _by_release(context, job) + int(is_planned)


def _by_release(context: Context, job: LockedJob) -> int:
    signed = {
        match[1]
        for file in context.native
        for comment in file.compilers
        for match in re.finditer(_ROCM_IDENT, comment)
    }
    version = job.accelerators.get("rocm")
    return int(version in signed) - int(bool(signed) and version not in signed)


def _by_libraries(context: Context, job: LockedJob) -> int:
    """One for every accelerator library of the planned release, minus one for every other."""
    needed = {name for file in context.native for name in context.external(file)}
    score = 0
    for name in needed:
        family = context.facts.family_of(name)
        if family is not None:
            score += 1 if is_of_release(context.facts, name, job) else -1
    return score


def _by_kind(context: Context, job: LockedJob) -> int:
    held = held_targets(context)
    kinds = {
        "cuda": any(held[key] for key in held if key[0] == "cuda"),
        "rocm": bool(held["hip", "targets"]),
    }
    wanted = {family: family in job.accelerators for family in kinds}
    return sum(1 for family in kinds if kinds[family] == wanted[family])


def _by_name(context: Context, job: LockedJob) -> int:
    """Marks such as cu130 or rocm72 in the project's name, the version or the build."""
    wheel = context.wheel
    text = f"{wheel.name} {wheel.version} {wheel.build}".lower()
    score = 0
    for mark, digits in re.findall(_NAME_MARK, text):
        version = job.accelerators.get(_FAMILIES[mark], "")
        parts = version.split(".")
        spelled = {"".join(parts[:n]) for n in range(1, len(parts) + 1)}
        score += 1 if digits in spelled else -1
    return score


def _by_targets(context: Context, job: LockedJob) -> int:
    held = held_targets(context)
    return sum(target in held.get(key, ()) for key, group in job.gpu.items() for target in group)


def x86_64_level(plan: LockedPlan, job: LockedJob) -> int:
    """The x86-64 level that the request allows for a job."""
    asked = str(plan.asked(job, "x86-64-level") or "1")
    return int(asked) if len(asked) == 1 and asked.isdecimal() else 1


def unmatched(plan: LockedPlan, used: set[str]) -> Iterator[LockedJob]:
    """The jobs of a plan that no wheel was matched to."""
    return (job for job in plan.jobs if job.id not in used)
