"""Why a job is as it is: sections of lines, each with the facts that bind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.explain.conflicts import rule_sentence
from planner.plan.locked import LockedJob, LockedPlan
from planner.plan.records import Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One statement of an explanation, and the ids of the facts that bind it."""

    says: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Statements about one choice, under a title."""

    title: str
    lines: tuple[Told, ...]


def job_sections(job: LockedJob, plan: LockedPlan) -> list[Section]:
    """The explanation of a job: what was chosen and why not the next, other choices, doubts."""
    sections = [_chosen(job)]
    for chose in dict.fromkeys(reason.chose for reason in job.because):
        reasons = [reason for reason in job.because if reason.chose == chose]
        sections.append(_why_not(job, plan, reasons))
    sections += [_reach(job), _alternatives(job)]
    if job.warnings:
        lines = tuple(Told(says=says, facts=facts) for says, facts in job.warnings)
        sections.append(Section(title="know before you release", lines=lines))
    if job.unconfirmed:
        lines = tuple(
            Told(says="rests on a fact that no source confirms", facts=(id_,))
            for id_ in job.unconfirmed
        )
        sections.append(Section(title="unconfirmed", lines=lines))
    return [section for section in sections if section.lines]


def _chosen(job: LockedJob) -> Section:
    held = "in the image" if job.in_image else "to be set up in the image"
    releases = [f"{family} {version}" for family, version in job.accelerators.items()]
    binutils = f", binutils {job.binutils}" if job.binutils else ""
    return Section(
        title="chosen",
        lines=(
            Told(says=f"tag {job.platform_tag}, built in image {job.image.name}"),
            Told(says=f"gcc {job.gcc}{binutils} of {job.toolset}, {held}"),
            *(Told(says=release) for release in releases),
        ),
    )


def _why_not(job: LockedJob, plan: LockedPlan, reasons: list[Reason]) -> Section:
    chose = "tag" if reasons[0].chose == "policy" else reasons[0].chose
    lines = tuple(
        Told(says=f"not {r.instead_of}: {_reason_sentence(r, job, plan)}", facts=r.facts)
        for r in reasons
    )
    return Section(title=f"why {chose} {reasons[0].value}", lines=lines)


def _reason_sentence(reason: Reason, job: LockedJob, plan: LockedPlan) -> str:
    if reason.rule == "release-matches-request":
        asked = asked_for(plan.request, job.variant, reason.chose)
        return f"the request asks for {asked}" if asked else rule_sentence(reason.rule)
    return rule_sentence(reason.rule)


def asked_for(request: Mapping[str, object], variant: str, family: str) -> str:
    """The releases of a family that a variant asks for, with the path; "" where it names none."""
    variants = request.get("variants")
    settings = variants.get(variant) if isinstance(variants, dict) else None
    specs = settings.get(family) if isinstance(settings, dict) else None
    if not isinstance(specs, list):
        return ""
    listed = ", ".join(str(spec) for spec in specs)
    return f"{listed} (variants.{variant}.{family})"


def _reach(job: LockedJob) -> Section:
    serves = f"serves {len(job.serves)} distributions: {' '.join(job.serves)}"
    excludes = f"gives up {len(job.excludes)}: {' '.join(job.excludes)}"
    lines = [Told(says=serves)] + ([Told(says=excludes)] if job.excludes else [])
    return Section(title="reach", lines=tuple(lines))


def _alternatives(job: LockedJob) -> Section:
    lines = []
    if job.wider is not None:
        tag, cost = job.wider
        lines.append(Told(says=f"{tag} would be wider; it costs: {cost}"))
    if job.held_toolset is not None:
        toolset, cost = job.held_toolset
        lines.append(Told(says=f"{toolset} is in the image already; it costs: {cost}"))
    return Section(title="other choices", lines=tuple(lines))
