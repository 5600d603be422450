"""Executable stacks, CPU levels and damaged files."""

from __future__ import annotations

from collections.abc import Iterator

from planner.model.wheels import Oddness
from planner.verifier.catalogue import Rule
from planner.verifier.context import Context
from planner.verifier.findings import Finding, finding

_STACK_BY_DEFAULT = frozenset({"x86_64", "i686", "armv7l", "ppc64", "s390x"})
"""Machines on which a missing PT_GNU_STACK means an executable stack (glibc, stackinfo.h)."""

_LEVELS = {"baseline": 1, "v2": 2, "v3": 3, "v4": 4}


def exec_stack(context: Context) -> Iterator[Finding]:
    """Files that ask for an executable stack, or do not say."""
    for file in context.native:
        if file.exec_stack:
            yield finding(Rule.EXEC_STACK, file.path)
        elif (
            file.exec_stack is None and file.machine in _STACK_BY_DEFAULT and file.kind != "object"
        ):
            yield finding(Rule.EXEC_STACK_UNSAID, file.path, machine=file.machine)


def cpu_level(context: Context) -> Iterator[Finding]:
    """Files that say they need a higher x86-64 level than the tag or the plan promises."""
    allowed = context.level
    by = f"job {context.job.id} of the plan" if context.job and allowed > 1 else "the platform tag"
    for file in context.native:
        needed = max((_LEVELS.get(level, 0) for level in file.isa), default=0)
        if needed > allowed and file.machine == "x86_64":
            yield finding(
                Rule.ISA_ABOVE_BASELINE,
                file.path,
                level=f"x86-64-v{needed}",
                allowed=f"x86-64-v{allowed}" if allowed > 1 else "the x86-64 baseline",
                by=by,
                march=f"x86-64-v{allowed}" if allowed > 1 else "x86-64",
            )


def damage(context: Context) -> Iterator[Finding]:
    """Parts of ELF files that cannot be what they say."""
    for oddity in context.wheel.oddities:
        if oddity.what is Oddness.DAMAGED_ELF:
            yield finding(Rule.DAMAGED_ELF, oddity.member, detail=oddity.detail)
