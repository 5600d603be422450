"""Why something differs between two plans, as far as their locks can show it.

A plan depends on its request, its facts, its day and the program. What did not change is no cause.
Where several changed, a cause is named only if a lock shows it: the request excludes the old value,
or a reason that one plan gives against the other's value rests on something that changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from planner.model.rules import WAIVERS
from planner.model.specs import canonical_spec, spec_admits
from planner.plan.inputs import Input, Inputs
from planner.plan.outcomes import Outcome, Subject
from planner.plan.records import Conflict, Reason


class CauseKind(StrEnum):
    """What a change is due to; ``both``: two or more, ``unknown``: the locks do not show it."""

    REQUEST = "request"
    FACTS = "facts"
    DATE = "date"
    PROGRAM = "mlplan"
    BOTH = "both"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """Why something changed. ``possible`` are the inputs that changed, where ``kind`` is unknown.

    ``settings`` and ``facts`` changed too and are involved, ``rules`` connect them to the change.
    ``is_dated`` means that the date is shown to be a cause, alone or with others.
    ``follows`` names what moved in the same job and takes this along.
    """

    kind: CauseKind
    possible: tuple[Input, ...] = ()
    settings: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    is_dated: bool = False
    follows: Subject | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One thing that differs between the two outcomes of a job."""

    subject: Subject
    item: str = ""
    old: str | None = None
    new: str | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


_CHOICES = {
    Subject.FLOOR: Subject.FLOOR,
    Subject.RELEASE: Subject.RELEASE,
    Subject.GCC: Subject.GCC,
    Subject.BINUTILS: Subject.GCC,
    Subject.TOOLSET: Subject.GCC,
    Subject.SETUP: Subject.GCC,
}
"""Subjects whose choice a plan's reasons explain, and the subject that they explain it under."""

_TAKEN_ALONG = {
    Subject.REACH: Subject.FLOOR,
    Subject.PIP: Subject.FLOOR,
    Subject.TAGS: Subject.FLOOR,
    Subject.IMAGE: Subject.FLOOR,
    Subject.GCC: Subject.FLOOR,
    Subject.CXX11_ABI: Subject.IMAGE,
    Subject.PYTHON: Subject.IMAGE,
    Subject.BINUTILS: Subject.GCC,
    Subject.TOOLSET: Subject.GCC,
    Subject.SETUP: Subject.GCC,
    Subject.GPU: Subject.RELEASE,
    Subject.DRIVER: Subject.RELEASE,
    Subject.COMPONENT: Subject.RELEASE,
}

_SETTINGS_OF_RULES = {
    "glibc-cap": "glibc",
    "runs-on": "runs-on",
    "pip-floor": "pip",
    "driver-floor": "driver",
    "gpu-target-known": "gpu",
    "component-in-release": "links",
    "linked-library-floor": "links",
    "documented-glibc": "links",
    "device-cxx-standard": "cxx",
    "host-cxx-standard": "cxx",
    "cxx-host-compiler": "cxx",
    "cxx11-abi": "cxx11-abi",
    "x86-64-level": "x86-64-level",
    "assembler-feature": "features",
    "compiler-feature": "features",
    "interpreter-in-image": "python",
    "toolchain-in-image-first": "toolchain",
}

_SPELLINGS = {"cuda": ("sm_", "compute_"), "hip": ("gfx",)}

_DATE_RULES = frozenset(
    {
        "released-by-date",
        "image-by-date",
        "image-not-ended",
        "base-not-ended",
        "toolset-obtainable",
        "interpreter-in-image",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Evidence:
    """What connects a change with what changed: rules, with settings and facts that differ."""

    rules: tuple[str, ...]
    settings: tuple[str, ...]
    facts: tuple[str, ...]
    is_dated: bool

    @property
    def inputs(self) -> set[Input]:
        found = {Input.REQUEST} if self.settings else set()
        found |= {Input.FACTS} if self.facts else set()
        return found | ({Input.DATE} if self.is_dated else set())


def cause_of_difference(
    what: Difference, old: Outcome, new: Outcome, inputs: Inputs, moved: frozenset[Subject]
) -> Cause:
    """The cause of a difference between two plans of a job; ``moved`` is all that differs in it."""
    along = _TAKEN_ALONG.get(what.subject)
    follows = along if along in moved else None
    asked = _excluded_by_request(what, new.variant, inputs)
    if asked:
        return Cause(kind=CauseKind.REQUEST, settings=asked)
    return _cause(
        inputs.changed_for(new.variant),
        _choice_evidence(what, old, new, inputs),
        inputs.settings_changed(new.variant),
        follows,
    )


def cause_of_failure(old: Outcome, new: Outcome, inputs: Inputs) -> Cause:
    """Why a job has no plan any more, has one again, or fails for other reasons."""
    evidence = []
    for outcome in (old, new):
        for conflict, _ in outcome.conflicts:
            evidence.append(_conflict_evidence(conflict, (old, new), inputs))
    possible, settings = inputs.changed_for(new.variant), inputs.settings_changed(new.variant)
    return _cause(possible, evidence, settings, None)


def cause_of_job(
    outcome: Outcome, inputs: Inputs, peers: frozenset[tuple[str, str]], *, is_new: bool
) -> Cause:
    """Why a job is in one plan only; ``peers`` are variant and architecture of the other's jobs."""
    variant = outcome.variant
    here, there = (inputs.new, inputs.old) if is_new else (inputs.old, inputs.new)
    if (variant in here.settings) and (variant not in there.settings):
        return Cause(kind=CauseKind.REQUEST, settings=("variants",))
    changed = inputs.settings_changed(variant)
    families = tuple(f for f in outcome.accelerators if f in changed)
    named = there.settings.get(variant, {}).get("architectures")
    if "architectures" in changed and named is not None and outcome.arch not in named:
        return Cause(kind=CauseKind.REQUEST, settings=("architectures",))
    own, other = here.settings.get(variant, {}), there.settings.get(variant, {})
    fewer = [f for f in families if len(other.get(f, ())) < len(own.get(f, ()))]
    if fewer and (variant, outcome.arch) in peers:
        return Cause(kind=CauseKind.REQUEST, settings=tuple(fewer))
    return _cause(inputs.changed_for(variant), [], changed, None)


def _cause(
    possible: tuple[Input, ...],
    evidence: Sequence[_Evidence],
    settings: tuple[str, ...],
    follows: Subject | None,
) -> Cause:
    """The cause that the changed inputs and the evidence leave.

    Evidence counts where each of its rules is explained: an unexplained one has a cause of its own.
    """
    shown: set[Input] = set()
    if evidence and all(each.inputs for each in evidence):
        shown = {i for each in evidence for i in each.inputs}
    shown = shown or (set(possible) if len(possible) == 1 else set())
    evident = tuple(dict.fromkeys(s for each in evidence for s in each.settings))
    named = evident or settings
    return Cause(
        kind=_kind(shown),
        possible=() if shown else possible,
        settings=named if Input.REQUEST in (shown or possible) else (),
        facts=tuple(dict.fromkeys(id_ for each in evidence for id_ in each.facts)),
        rules=tuple(dict.fromkeys(rule for each in evidence for rule in each.rules)),
        is_dated=Input.DATE in shown,
        follows=follows,
    )


def _kind(shown: set[Input]) -> CauseKind:
    if len(shown) == 1:
        return CauseKind(next(iter(shown)).value)
    return CauseKind.BOTH if shown else CauseKind.UNKNOWN


def _excluded_by_request(what: Difference, variant: str, inputs: Inputs) -> tuple[str, ...]:
    """The settings that by themselves exclude the old or the new value under the other request."""
    before, after = inputs.old.settings.get(variant, {}), inputs.new.settings.get(variant, {})
    if what.subject is Subject.RELEASE:
        sides = ((after.get(what.item), what.old), (before.get(what.item), what.new))
        for specs, version in sides:
            if specs and version and not any(_admits(spec, version) for spec in specs):
                return (what.item,)
    setting = {Subject.GPU: "gpu", Subject.PYTHON: "python"}.get(what.subject)
    if setting is None:
        return ()
    was, now = (_listed(side.get(setting, ()), what) for side in (before, after))
    is_excluded = (now and not set(what.removed) <= now) or (was and not set(what.added) <= was)
    return (setting,) if was != now and is_excluded else ()


def _listed(values: tuple[str, ...], what: Difference) -> frozenset[str]:
    """The values that a setting names one by one; none for a specifier or ``all``.

    GPU targets of one kind say nothing about those of another.
    """
    starts = _SPELLINGS.get(what.item.partition(" ")[0] if what.subject is Subject.GPU else "", ())
    return frozenset(v for v in values if (v.startswith(starts) if starts else v[:1].isalpha()))


def _admits(spec: str, version: str) -> bool:
    try:
        return spec_admits(spec, version)
    except ValueError:  # a lock written by hand; then nothing is known
        return True


def _choice_evidence(
    what: Difference, old: Outcome, new: Outcome, inputs: Inputs
) -> list[_Evidence]:
    """Reasons of either plan against what the other one chose."""
    choice = _CHOICES.get(what.subject)
    if choice is None:
        return []
    item = what.item if choice is Subject.RELEASE else ""
    was, now = old.values.get((choice, item)), new.values.get((choice, item))
    if was == now:
        return []
    reasons = [r for r in reasons_for(choice, item, new) if r.instead_of == was]
    reasons += [r for r in reasons_for(choice, item, old) if r.instead_of == now]
    return [
        _evidence((r.rule,), r.facts, _settings_of(r.rule, r.chose, (old, new), inputs), inputs)
        for r in reasons
    ]


def reasons_for(subject: Subject, item: str, outcome: Outcome) -> Iterable[Reason]:
    """The reasons that a plan gives for a choice."""
    choice = _CHOICES.get(subject)
    chose = {Subject.FLOOR: "policy", Subject.GCC: "gcc"}.get(choice, item) if choice else None
    return [reason for reason in outcome.because if reason.chose == chose]


def _settings_of(
    rule: str, chose: str, pair: tuple[Outcome, Outcome], inputs: Inputs
) -> tuple[str, ...]:
    """The settings behind a rule that differ: its own, and ``allow`` where a waiver lifts it.

    A waiver counts only if a plan used it, which its warnings show.
    """
    variant = pair[0].variant
    own = chose if rule == "release-matches-request" else _SETTINGS_OF_RULES.get(rule, "")
    changed = inputs.settings_changed(variant)
    found = [s for s in changed if own and s.partition(".")[0] == own]
    before = inputs.old.settings.get(variant, {}).get("allow", ())
    after = inputs.new.settings.get(variant, {}).get("allow", ())
    lifting = {word for word, rules in WAIVERS.items() if rule in rules}
    used = {
        rule for outcome in pair for subject, rule in outcome.lists if subject is Subject.WARNING
    }
    if lifting & used & (set(before) ^ set(after)):
        found.append("allow")
    return tuple(found)


def _conflict_evidence(
    conflict: Conflict, pair: tuple[Outcome, Outcome], inputs: Inputs
) -> _Evidence:
    """What of a conflict was different in the other plan: without it there is no conflict."""
    variant = pair[0].variant
    changed = inputs.settings_changed(variant)
    found = []
    for line in conflict.request:
        for setting in changed:
            values = [
                origin.settings.get(variant, {}).get(setting, ())
                for origin in (inputs.old, inputs.new)
            ]
            named = f".{line.path}".endswith(f".{setting}")
            spellings = {line.value, _canonical(line.value)}
            if named and not all(spellings & set(each) for each in values):
                found.append(setting)
    waived = [
        setting
        for rule in conflict.rules
        for setting in _settings_of(rule, "", pair, inputs)
        if setting == "allow"
    ]
    evidence = _evidence(conflict.rules, conflict.facts, tuple(waived), inputs)
    # A line that only one request has is a cause whatever the facts are: conflicts are minimal.
    settings = tuple(dict.fromkeys([*found, *evidence.settings]))
    return replace(evidence, settings=settings, is_dated=evidence.is_dated and not settings)


def _canonical(spec: str) -> str:
    try:
        return canonical_spec(spec)
    except ValueError:  # the value of a setting that is no specifier
        return spec


def _evidence(
    rules: tuple[str, ...], facts: tuple[str, ...], settings: tuple[str, ...], inputs: Inputs
) -> _Evidence:
    """What connects rules with what changed.

    A fact that only one plan names may have changed or not: then neither the date nor a setting is
    shown to be the cause.
    """
    changed = {change.id for change in inputs.facts}
    known = all(id_ in inputs.old.facts and id_ in inputs.new.facts for id_ in facts)
    is_dated = Input.DATE in inputs.changed and bool(_DATE_RULES & set(rules)) and not settings
    has_new_facts = Input.FACTS in inputs.changed
    return _Evidence(
        rules=rules,
        settings=settings if known or not has_new_facts else (),
        facts=tuple(id_ for id_ in facts if id_ in changed),
        is_dated=is_dated and (not has_new_facts or (known and bool(facts))),
    )
