"""All checks over one wheel, and over many with a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from planner.model.wheel_facts import WheelFacts
from planner.model.wheels import Wheel
from planner.verifier import (
    archive,
    gpu_code,
    hardening,
    libraries,
    plan_rules,
    search_paths,
    symbols,
    tags,
    toolchain,
)
from planner.verifier.catalogue import Rule
from planner.verifier.context import Context, Options
from planner.verifier.findings import (
    MOST_OF_A_KIND,
    Finding,
    Severity,
    finding,
    is_named,
    with_severity,
)
from planner.verifier.matching import Match, match_job, unmatched, x86_64_level

if TYPE_CHECKING:
    from planner.plan.locked import LockedJob, LockedPlan

Check = Callable[[Context], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    archive.oddities,
    tags.file_name,
    tags.metadata_tags,
    tags.machine,
    tags.platform_tags,
    tags.c_library,
    symbols.symbol_versions,
    tags.above_maximum,
    libraries.outside_policy,
    libraries.dependencies,
    libraries.not_known,
    libraries.bundled_driver,
    libraries.bundled_next_to_external,
    search_paths.rpath,
    search_paths.layout,
    symbols.denied_symbols,
    libraries.openmp,
    hardening.damage,
    hardening.exec_stack,
    hardening.cpu_level,
    plan_rules.planned_tag,
    plan_rules.planned_python,
    plan_rules.planned_name,
    plan_rules.accelerator_release,
    toolchain.planned_compiler,
    toolchain.string_abi,
    toolchain.mixed_string_abi,
    gpu_code.planned_targets,
    gpu_code.known_targets,
    gpu_code.compressed,
    gpu_code.unread,
    gpu_code.places,
    archive.record,
    archive.size,
    symbols.unversioned_imports,
    tags.stable_abi,
    tags.wider_tag,
)
"""Every check, in the order in which findings are told."""


class Verdict(StrEnum):
    """The answer for a wheel; unreadable wins over fail."""

    PASS = "pass"
    FAIL = "fail"
    UNREADABLE = "unreadable"


class Judged(NamedTuple):
    """A wheel with its findings, errors first; ``job`` is the job it was held to.

    Of more than a thousand findings of one kind the last one made stands for all others.
    """

    context: Context
    findings: tuple[Finding, ...]
    verdict: Verdict

    @property
    def wheel(self) -> Wheel:
        """The wheel that was judged."""
        return self.context.wheel

    @property
    def job(self) -> LockedJob | None:
        """The job of the plan that the wheel was held to."""
        return self.context.job


class Report(NamedTuple):
    """All wheels of a run; ``findings`` are about the run as a whole (jobs without wheel)."""

    wheels: tuple[Judged, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Unreadable if any wheel is, else fail if anything failed."""
        verdicts = {judged.verdict for judged in self.wheels}
        failed = any(f.severity is Severity.ERROR for f in self.findings)
        if Verdict.UNREADABLE in verdicts:
            return Verdict.UNREADABLE
        return Verdict.FAIL if failed or Verdict.FAIL in verdicts else Verdict.PASS


def judge(
    wheel: Wheel,
    facts: WheelFacts,
    plan: LockedPlan | None = None,
    options: Options | None = None,
) -> Judged:
    """A wheel judged against its own tags and, if there is one, the plan."""
    options = options or Options()
    context = Context(wheel=wheel, facts=facts, options=options)
    told: list[Finding] = []
    if plan is not None:
        match = match_job(context, plan)
        told += _told(match)
        if match.job is not None:
            context = _for_job(context, plan, match.job)
    every = chain(told, *(check(context) for check in CHECKS))
    weighed = _kept(_weighed(f, options.ignore, facts.waived) for f in every)
    order = {severity: number for number, severity in enumerate(Severity)}
    ordered = sorted(weighed, key=lambda f: order[f.severity])
    return Judged(context=context, findings=tuple(ordered), verdict=_verdict(wheel, ordered))


def _kept(findings: Iterator[Finding]) -> Iterator[Finding]:
    """The findings; the last of very many of one kind stands for the rest, so that only their
    number takes memory."""
    seen: Counter[tuple[str, Severity]] = Counter()
    last: dict[tuple[str, Severity], Finding] = {}
    for found in findings:
        kind = found.rule, found.severity
        seen[kind] += 1
        if seen[kind] <= MOST_OF_A_KIND:
            last[kind] = found
        yield last[kind]


def _for_job(context: Context, plan: LockedPlan, job: LockedJob) -> Context:
    from planner.plan.naming import naming_of, planned_name  # noqa: PLC0415

    return context._replace(
        job=job,
        level=x86_64_level(plan, job),
        naming=naming_of(plan, job),
        planned_name=planned_name(plan, job),
    )


def observed(wheel: Wheel, facts: WheelFacts) -> Judged:
    """A wheel with what the facts make of it (floor, external libraries), without findings."""
    context = Context(wheel=wheel, facts=facts, options=Options())
    return Judged(context=context, findings=(), verdict=_verdict(wheel, []))


def _told(match: Match) -> Iterator[Finding]:
    if match.job is None:
        yield finding(Rule.NO_JOB, why=match.why)
    elif match.equals:
        names = ", ".join(job.id for job in (match.job, *match.equals))
        yield finding(Rule.JOB_UNCLEAR, jobs=names, job=match.job.id)


def _weighed(found: Finding, ignored: frozenset[str], waived: Mapping[str, str]) -> Finding:
    """A finding that the caller ignores, or whose fact is waived, becomes a note: it is still told.

    The note names the waiver.
    """
    waivers = tuple(waived[id_] for id_ in found.facts if id_ in waived)
    if waivers:
        found = with_severity(found._replace(facts=(*found.facts, *waivers)), Severity.NOTE)
    if is_named(found, ignored):
        return with_severity(found, Severity.NOTE)
    return found


def _verdict(wheel: Wheel, findings: list[Finding]) -> Verdict:
    if wheel.is_unreadable:
        return Verdict.UNREADABLE
    failed = any(found.severity is Severity.ERROR for found in findings)
    return Verdict.FAIL if failed else Verdict.PASS


def report_of(
    judged: tuple[Judged, ...], plan: LockedPlan | None, options: Options | None = None
) -> Report:
    """The report of a run; jobs of the plan without a wheel are errors with ``--strict``."""
    if plan is None:
        return Report(wheels=judged)
    used = {row.job.id for row in judged if row.job is not None}
    strict = options is not None and options.strict
    weight = Severity.ERROR if strict else None
    missing = tuple(
        finding(Rule.JOB_WITHOUT_WHEEL, severity=weight, job=job.id)
        for job in unmatched(plan, used)
    )
    return Report(wheels=judged, findings=missing)
