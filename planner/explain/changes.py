"""What differs between two plans, and because of what, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from planner.explain.conflicts import rule_sentence
from planner.explain.jobs import Told
from planner.model.versions import is_version, version_key
from planner.plan.causes import Cause, CauseKind
from planner.plan.changes import Change, JobName, PlanDiff
from planner.plan.inputs import Input, Inputs, RequestChange, Values
from planner.plan.outcomes import Subject

TITLES = {
    Subject.FAILURE: "jobs without a plan",
    Subject.FLOOR: "floor",
    Subject.REACH: "distributions",
    Subject.GPU: "GPU targets",
    Subject.RELEASE: "releases",
    Subject.GCC: "toolchain",
    Subject.BINUTILS: "toolchain",
    Subject.TOOLSET: "toolchain",
    Subject.SETUP: "toolchain",
    Subject.IMAGE: "image",
    Subject.CXX11_ABI: "C++11 ABI",
    Subject.PYTHON: "pythons",
    Subject.PIP: "oldest pip",
    Subject.DRIVER: "oldest driver",
    Subject.COMPONENT: "vendor components",
    Subject.WARNING: "warnings",
    Subject.JOB: "jobs",
    Subject.OVERLAY: "facts of the overlay",
    Subject.UNCONFIRMED: "unconfirmed facts",
    Subject.TAGS: "further tags",
    Subject.OTHER: "explanations",
}
_TOLD_TOGETHER = frozenset(
    {
        *(Subject.GPU, Subject.GCC, Subject.BINUTILS, Subject.TOOLSET, Subject.SETUP),
        *(Subject.IMAGE, Subject.DRIVER, Subject.COMPONENT),
    }
)
_BOUND = frozenset({Subject.FLOOR, Subject.RELEASE, Subject.GCC})
_INPUTS = {
    Input.REQUEST: "the request",
    Input.FACTS: "the facts",
    Input.DATE: "the date",
    Input.PROGRAM: "the mlplan version",
}
_ALONG = {
    Subject.FLOOR: "goes with the floor",
    Subject.RELEASE: "goes with the release",
    Subject.GCC: "goes with the gcc",
    Subject.IMAGE: "goes with the image",
}
_GPU_CODE = {
    "cuda real": "CUDA code",
    "cuda virtual": "PTX",
    "hip targets": "ROCm code",
}
_DRIVERS = {"runtime": "driver", "jit": "driver that compiles the PTX"}
_OTHER = {
    "because": "the reasons for the same choices differ",
    "alternatives": "other choices, or what they would cost, differ",
    "ways_out": "the ways out differ",
    "excludes": "other distributions are counted as given up, though none is lost or gained",
    "rest": "the locks differ in keys that this version of mlplan does not know",
}
_SHOWN = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """Changes of the same jobs and cause in one sentence.

    ``who`` folds the jobs, ``why`` is the cause, ``bound`` the new plan's reasons for it.
    """

    subject: Subject
    says: str
    who: str
    why: str
    bound: tuple[Told, ...]
    changes: tuple[Change, ...]

    @property
    def jobs(self) -> tuple[JobName, ...]:
        """The jobs that changed so."""
        return self.changes[0].jobs


def statements_of(diff: PlanDiff) -> list[Statement]:
    """Every change in words, the most important first."""
    together: dict[object, list[Change]] = {}
    for number, change in enumerate(diff.changes):
        key: object = number
        if change.subject in _TOLD_TOGETHER:
            # What goes with the gcc is told with it.
            key = (TITLES[change.subject], change.jobs, replace(change.cause, follows=None))
        together.setdefault(key, []).append(change)
    names = jobs_by_kind(diff.jobs)
    return [_statement(changes, diff, names) for changes in together.values()]


def _statement(
    changes: list[Change], diff: PlanDiff, names: dict[tuple[str, str], int]
) -> Statement:
    first = changes[0]
    return Statement(
        subject=first.subject,
        says="; ".join(_sentences(changes, diff)),
        who=folded_jobs(first.jobs, len(diff.jobs), names),
        why=cause_sentence(first.cause),
        bound=tuple(
            Told(says=f"not {r.instead_of}: {rule_sentence(r.rule)}", facts=r.facts)
            for r in (first.reasons if first.subject in _BOUND else ())
        ),
        changes=tuple(changes),
    )


def _sentences(changes: Sequence[Change], diff: PlanDiff) -> Iterator[str]:
    if changes[0].subject is Subject.COMPONENT:
        yield from _component_sentences(changes)
        return
    for change in changes:
        yield sentence(change, diff)


def sentence(change: Change, diff: PlanDiff) -> str:
    """One change in words, without its jobs and cause."""
    if change.subject in (Subject.UNCONFIRMED, Subject.OVERLAY):
        return _rests_on(change, diff)
    say = _SENTENCES.get(change.subject)
    return say(change) if say else f"{_name(change)} {_moved(change.old, change.new)}"


def _name(change: Change) -> str:
    if change.subject is Subject.RELEASE:
        return change.item
    if change.subject is Subject.DRIVER:
        return _DRIVERS[change.item]
    if change.subject is Subject.IMAGE:
        return "image" if change.item == "name" else f"image {change.item.replace('_', ' ')}"
    return {Subject.CXX11_ABI: "C++11 ABI"}.get(change.subject, change.subject.value)


def _moved(old: str | None, new: str | None) -> str:
    return f"{old or 'none stated'} -> {new or 'none stated'}"


def _floor(change: Change) -> str:
    old, new = change.glibc or ("", "")
    text = f"moved from {change.old} (glibc {old}) to {change.new} (glibc {new})"
    if not is_version(old) or not is_version(new) or old == new:
        return text
    is_lower = version_key(new) < version_key(old)
    return f"{text}: {'older systems are reached' if is_lower else 'newer systems are needed'}"


def _reach(change: Change) -> str:
    if change.item:
        return _lists(
            change,
            "served before, not counted any more (ended, or gone from the facts):",
            "served, and not counted before:",
        )
    return _lists(change, "lose support:", "gain support:")


def _lists(change: Change, lost: str, gained: str, between: str = " ") -> str:
    parts = []
    if change.removed:
        parts.append(f"{lost} {between.join(change.removed)}")
    if change.added:
        parts.append(f"{gained} {between.join(change.added)}")
    return "; ".join(parts)


def _fate(change: Change) -> str:
    now, before = "; ".join(change.added), "; ".join(change.removed)
    match change.item:
        case "appeared":
            return f"fails now and did not before: {now}"
        case "gone":
            return f"has a plan now; before: {before}"
        case "changed":
            return f"still has no plan, for another reason: {now}; before: {before}"
        case _:
            says = now or before
            return f"{change.item}: {says}" if says else change.item


def _setup(change: Change) -> str:
    if change.item == "packages":
        return _lists(change, "no longer installed:", "packages to install:")
    if change.new == "yes":
        return "the image holds the toolset: nothing has to be installed"
    return "the image does not hold the toolset: it has to be set up first"


def _component_sentences(changes: Iterable[Change]) -> Iterator[str]:
    """One part per component: its version, in brackets whatever else of it differs."""
    by_name: dict[str, dict[str, Change]] = {}
    for change in changes:
        name, _, key = change.item.rpartition(" ")
        by_name.setdefault(name, {})[key] = change
    for name, keys in by_name.items():
        version = keys.pop("version", None)
        if version is not None and version.old is None:
            yield f"{name} {version.new} added"
        elif version is not None and version.new is None:
            yield f"{name} {version.old} gone"
        else:
            # The project's name and range change with every major version.
            shown = {k: c for k, c in keys.items() if version is None or k == "soname"}
            others = ", ".join(f"{key} {_moved(c.old, c.new)}" for key, c in shown.items())
            parts = [name, _moved(version.old, version.new) if version else ""]
            yield " ".join([part for part in parts if part] + ([f"({others})"] if others else []))


def _gpu(change: Change) -> str:
    what = _GPU_CODE.get(change.item, f"{change.item} code")
    return _lists(change, f"{what} is no longer built for", f"{what} is newly built for")


_SENTENCES: dict[Subject, Callable[[Change], str]] = {
    Subject.FAILURE: _fate,
    Subject.FLOOR: _floor,
    Subject.REACH: _reach,
    Subject.GPU: _gpu,
    Subject.SETUP: _setup,
    Subject.PYTHON: lambda change: _lists(change, "dropped:", "added:"),
    Subject.COMPONENT: lambda change: "; ".join(_component_sentences([change])),
    Subject.WARNING: lambda change: _lists(change, "went:", "appeared:", between=" | "),
    Subject.JOB: _fate,
    Subject.TAGS: lambda change: _lists(change, "no longer also tagged", "also tagged"),
    Subject.OTHER: lambda change: _OTHER.get(change.item, change.item),
}
"""Subjects with a sentence of their own; of the others the value moved."""


def _rests_on(change: Change, diff: PlanDiff) -> str:
    def told(ids: Values, facts: Inputs, *, is_new: bool) -> str:
        known = (facts.new if is_new else facts.old).facts
        return ", ".join(f"{id_} ({known[id_].says})" if id_ in known else id_ for id_ in ids)

    parts = []
    if change.added:
        parts.append(f"newly rests on {told(change.added, diff.inputs, is_new=True)}")
    if change.removed:
        parts.append(f"no longer rests on {told(change.removed, diff.inputs, is_new=False)}")
    return "; ".join(parts)


def cause_sentence(cause: Cause) -> str:
    """Because of what something changed, and no more than the locks show."""
    along = _ALONG.get(cause.follows) if cause.follows else None
    text = _cause(cause)
    return f"{along}; {text}" if along else text


def _cause(cause: Cause) -> str:
    settings = f" ({_some(cause.settings)})" if cause.settings else ""
    facts = f" ({_some(cause.facts)})" if cause.facts else ""
    if cause.kind is CauseKind.BOTH:
        return f"several changed: {_both(settings, facts, cause)}"
    if cause.kind is not CauseKind.UNKNOWN:
        details = {CauseKind.REQUEST: settings, CauseKind.FACTS: facts}.get(cause.kind, "")
        return f"{_INPUTS[Input(cause.kind.value)]} changed{details}"
    if not cause.possible:
        return "not known: nothing changed that a plan depends on"
    named = [_INPUTS[each] + (settings if each is Input.REQUEST else "") for each in cause.possible]
    listed = f"{', '.join(named[:-1])} or {named[-1]}"
    return f"{listed}; the locks do not show which"


def _both(settings: str, facts: str, cause: Cause) -> str:
    named = [f"the request{settings}"] if settings else []
    named += [f"the facts{facts}"] if facts else []
    dated = [_INPUTS[Input.DATE]] if cause.is_dated else []
    return " and ".join([*named, *dated])


def _some(names: Values) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def summary(diff: PlanDiff) -> str:
    """The whole comparison in one line."""
    if diff.is_same:
        return "no change: both locks hold the same plan"
    if not diff.changes:
        return "no job changed; what the plans were made from did"
    ids = {job.id for change in diff.changes for job in change.jobs}
    parts = [f"{len(ids)} of {len(diff.jobs)} jobs changed"]
    counts = {
        "without a plan now": (Subject.FAILURE, ("appeared",)),
        "with a plan now": (Subject.FAILURE, ("gone",)),
        "added": (Subject.JOB, ("added", "added without a plan")),
        "removed": (Subject.JOB, ("removed", "removed without a plan")),
    }
    for words, (subject, items) in counts.items():
        found = [c for c in diff.changes if c.subject is subject and c.item in items]
        count = sum(len(change.jobs) for change in found)
        parts += [f"{count} {words}"] if count else []
    return ", ".join(parts)


def jobs_by_kind(jobs: Iterable[JobName]) -> dict[tuple[str, str], int]:
    """How many jobs there are of each variant and architecture."""
    counts: dict[tuple[str, str], int] = {}
    for job in jobs:
        counts[job.variant, job.arch] = counts.get((job.variant, job.arch), 0) + 1
    return counts


def folded_jobs(jobs: Sequence[JobName], total: int, counts: dict[tuple[str, str], int]) -> str:
    """``6 jobs: cu13-*-x86_64 ...``: a pattern only stands for all jobs that it matches."""
    if len(jobs) == 1:
        return jobs[0].id
    if len(jobs) == total:
        return f"all {total} jobs"
    here = jobs_by_kind(jobs)
    names = dict.fromkeys(
        f"{job.variant}-*-{job.arch}"
        if 1 < here[job.variant, job.arch] == counts.get((job.variant, job.arch))
        else job.id
        for job in jobs
    )
    more = " ..." if len(names) > _SHOWN else ""
    return f"{len(jobs)} jobs: {', '.join(list(names)[:_SHOWN])}{more}"


def input_lines(inputs: Inputs) -> list[tuple[str, str]]:
    """What the plans were made from and how that differs: pairs of a label and a sentence."""
    lines = [
        ("request", _request_line(change, inputs))
        for change in inputs.request
        if change.setting != "date" or None in (change.old, change.new)  # else told as the date
    ]
    lines += list(_facts_lines(inputs))
    if Input.DATE in inputs.changed:
        lines.append(("date", _moved(inputs.old.date, inputs.new.date)))
    if Input.PROGRAM in inputs.changed:
        lines.append(("mlplan", _moved(inputs.old.mlplan, inputs.new.mlplan)))
    return lines


def _request_line(change: RequestChange, inputs: Inputs) -> str:
    if change.setting == "variants":
        word = "removed" if change.new is None else "added"
        return f"variants {word}: {_some(change.variants)}"
    text = f"{change.setting}: {_values_moved(change.old, change.new)}"
    if not change.variants:
        return text
    if len(change.variants) > 1 and len(change.variants) == len(inputs.new.settings):
        return f"{text} (in all variants)"
    return f"{text} (in {_some(change.variants)})"


def _values_moved(old: Values | None, new: Values | None) -> str:
    if old and new and len(old) + len(new) > 2:
        removed = [f"-{value}" for value in old if value not in new]
        added = [f"+{value}" for value in new if value not in old]
        if removed or added:
            return " ".join([*removed, *added])
    return _moved(None if old is None else " ".join(old), None if new is None else " ".join(new))


def _facts_lines(inputs: Inputs) -> Iterator[tuple[str, str]]:
    if Input.FACTS not in inputs.changed:
        return
    old, new = inputs.old, inputs.new
    if old.facts_version != new.facts_version:
        yield "facts", f"version {_moved(old.facts_version, new.facts_version)}"
    else:
        yield "facts", f"version {new.facts_version}, but with other content"
    if old.overlay != new.overlay:
        yield "overlay", f"{old.overlay or 'none'} -> {new.overlay or 'none'}"
    for change in inputs.facts:
        was, now = change.old, change.new
        text = f"{change.id} said: {was.says}; says now: {now.says}"
        if was.says == now.says:
            text = f"{change.id} ({now.says})"
        if was.standing != now.standing:
            text += f"; standing {_moved(was.standing, now.standing)}"
        yield "facts", text
    if inputs.named or inputs.unnamed:
        yield (
            "facts",
            f"{len(inputs.named)} named by the new plan only, {len(inputs.unnamed)} by the old "
            "only (which does not show that they changed)",
        )
