"""What GPU code does on a GPU, by the rules of the facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.coverage.results import GpuAnswer, GpuServed, HeldCode, Offer, Reason, Why
from planner.coverage.tags import is_older_driver
from planner.model.gpu_targets import base_processor, target_key
from planner.model.gpus import CodeForm, CodeRule, CodeVariant, GpuClass, GpuFacts, RunsOn

_CUDA = re.compile(r"(?:sm|compute)_(?P<major>\d+)(?P<minor>\d)(?P<suffix>[af]?)")
_GENERIC = "-generic"
_ANSWERS = {
    RunsOn.EXACT: GpuAnswer.NATIVE,
    RunsOn.SAME_MAJOR: GpuAnswer.SAME_MAJOR,
    RunsOn.MEMBERS: GpuAnswer.FAMILY,
}
_ORDER = list(GpuAnswer)


@dataclass(frozen=True, slots=True)
class _Fit:
    """Code that runs on a GPU (or may), and by which facts."""

    answer: GpuAnswer
    by: str
    facts: tuple[str, ...]
    reason: Reason | None = None


def kind_of(target: str) -> str:
    """The kind of GPU code of a target: ``cuda`` or ``hip``."""
    return "hip" if target.startswith("gfx") else "cuda"


def gpu_served(
    offer: Offer, target: str, facts: GpuFacts, host_driver: str | None = None
) -> GpuServed:
    """What the code of an offer does on a target, and with which driver.

    With ``host_driver`` the answer is what that driver can do; without, the oldest is named.
    """
    kind = kind_of(target)
    is_strange = target not in offer.code.real and not facts.knows(target)
    if kind == "cuda" and (is_strange or not _CUDA.fullmatch(target)):
        strange = Reason(why=Why.TARGET, detail=target, is_unknown=True)
        return GpuServed(
            offer=offer.id,
            target=target,
            kind=kind,
            answer=GpuAnswer.UNKNOWN,
            reasons=(strange,),
        )
    fits = sorted(_fits(offer.code, target, facts), key=lambda fit: _ORDER.index(fit.answer))
    found = GpuServed(offer=offer.id, target=target, kind=kind, answer=GpuAnswer.NONE)
    if not fits:
        return _nothing(found, offer.code)
    if kind == "hip":
        best = fits[0]
        reasons = () if best.reason is None else (best.reason,)
        return replace(found, answer=best.answer, by=best.by, reasons=reasons, facts=best.facts)
    told = [_with_driver(found, fit, offer, facts, host_driver) for fit in fits]
    return min(told, key=lambda row: _ORDER.index(row.answer))


def _nothing(found: GpuServed, code: HeldCode) -> GpuServed:
    """No code fits: none, unless something could not be read."""
    if code.unread:
        unread = tuple(Reason(why=Why.UNREAD, detail=u, is_unknown=True) for u in code.unread)
        return replace(found, answer=GpuAnswer.UNKNOWN, reasons=unread)
    has = code.hip if found.kind == "hip" else (*code.real, *code.virtual)
    return replace(found, reasons=(Reason(why=Why.GPU_CODE, found=" ".join(has)),))


def _fits(code: HeldCode, target: str, facts: GpuFacts) -> Iterator[_Fit]:
    if target.startswith("gfx"):
        yield from _hip_fits(code, target, facts)
        return
    for real in sorted(code.real, key=target_key, reverse=True):
        yield from _cuda_fit(real, CodeForm.MACHINE_CODE, target, facts)
    for virtual in sorted(code.virtual, key=target_key, reverse=True):
        yield from _cuda_fit(virtual, CodeForm.PTX, target, facts)


def _cuda_fit(code: str, form: CodeForm, target: str, facts: GpuFacts) -> Iterator[_Fit]:
    """How one piece of CUDA code runs on a target; nothing where it does not."""
    match = _CUDA.fullmatch(code)
    plain = f"sm_{match['major']}{match['minor']}" if match else code
    variant = CodeVariant(match["suffix"] or "plain") if match else CodeVariant.PLAIN
    rule = _rule(form, variant, plain, target, facts)
    renamed = [row for row in facts.renamed if {row.old, row.new} == {plain, target}]
    if match is None or rule is None:
        reason = Reason(why=Why.TARGET, detail=code, is_unknown=True)
        yield _Fit(GpuAnswer.UNKNOWN, code, (), reason)
    elif renamed and form is CodeForm.MACHINE_CODE:
        row = renamed[0]
        reason = Reason(
            why=Why.RENAMED, found=code, needed=target, facts=(row.fact,), is_unknown=True
        )
        yield _Fit(GpuAnswer.UNKNOWN, code, (row.fact,), reason)
    elif rule.runs_on is RunsOn.MEMBERS:
        yield from _member_fit(code, plain + variant.value, plain, form, target, facts)
    elif _holds(rule.runs_on, plain, target):
        answer = GpuAnswer.NATIVE if plain == target else _ANSWERS.get(rule.runs_on, GpuAnswer.JIT)
        yield _Fit(GpuAnswer.JIT if form is CodeForm.PTX else answer, code, (rule.fact,))


def _member_fit(
    code: str, key: str, plain: str, form: CodeForm, target: str, facts: GpuFacts
) -> Iterator[_Fit]:
    """How family-specific code runs on a target."""
    row = facts.members.get(key)
    answer = GpuAnswer.NATIVE if plain == target else GpuAnswer.FAMILY
    answer = GpuAnswer.JIT if form is CodeForm.PTX else answer
    if row is None:
        reason = Reason(why=Why.TARGET, detail=code, is_unknown=True)
        yield _Fit(GpuAnswer.UNKNOWN, code, (), reason)
    elif target in row.members:
        yield _Fit(answer, code, (row.fact,))


def _rule(
    form: CodeForm, variant: CodeVariant, code: str, target: str, facts: GpuFacts
) -> CodeRule | None:
    """The rule for code of a form and variant; one about the code's or GPU's target goes first."""
    rules = [
        rule
        for rule in facts.rules
        if facts.kinds.get(rule.family) == kind_of(target)
        and rule.form is form
        and rule.variant is variant
    ]
    special = [rule for rule in rules if {code, target} & set(rule.targets)]
    general = [rule for rule in rules if not rule.targets]
    return next(iter(special + general), None)


def _holds(runs_on: RunsOn, code: str, target: str) -> bool:
    if runs_on is RunsOn.EXACT:
        return code == target
    ours, theirs = _capability(code), _capability(target)
    if runs_on is RunsOn.SAME_MAJOR:
        return ours[0] == theirs[0] and ours <= theirs
    return ours <= theirs


def _capability(target: str) -> tuple[int, int]:
    match = _CUDA.fullmatch(target)
    return (int(match["major"]), int(match["minor"])) if match else (0, 0)


def _hip_fits(code: HeldCode, target: str, facts: GpuFacts) -> Iterator[_Fit]:
    """How AMD code runs on a processor: its own, or a generic target that it is a member of."""
    for held in code.hip:
        processor = base_processor(held)
        is_generic = processor.endswith(_GENERIC)
        variant = CodeVariant.GENERIC if is_generic else CodeVariant.PLAIN
        rule = _rule(CodeForm.MACHINE_CODE, variant, processor, target, facts)
        if rule is None or (is_generic and processor not in facts.members):
            reason = Reason(why=Why.TARGET, detail=held, is_unknown=True)
            yield _Fit(GpuAnswer.UNKNOWN, held, (), reason)
        elif is_generic and base_processor(target) in facts.members[processor].members:
            cited = (rule.fact, facts.members[processor].fact)
            yield _mode_fit(_Fit(GpuAnswer.GENERIC, held, cited), held, target, code, facts)
        elif not is_generic and processor == base_processor(target):
            fit = _Fit(GpuAnswer.NATIVE, held, (rule.fact,))
            yield _mode_fit(fit, held, target, code, facts)


def _mode_fit(fit: _Fit, held: str, target: str, code: HeldCode, facts: GpuFacts) -> _Fit:
    """The fit, given the modes that the code names: the machine's must be the same.

    Where the machine's mode is not stated, code for both settings serves it all the same.
    """
    theirs = _modes(target)
    for mode, setting in _modes(held).items():
        cited = tuple(m.fact for m in facts.modes if m.mode == mode)
        if mode in theirs and theirs[mode] != setting:
            reason = Reason(why=Why.MODE, found=mode + theirs[mode], needed=mode + setting)
            return replace(fit, answer=GpuAnswer.NONE, by="", reason=reason, facts=cited)
        if mode not in theirs and not _has_both(held, mode, setting, code):
            reason = Reason(why=Why.MODE, needed=mode + setting, facts=cited, is_unknown=True)
            return replace(fit, answer=GpuAnswer.UNKNOWN, reason=reason, facts=cited)
    return fit


def _modes(target: str) -> dict[str, str]:
    """Feature modes of a target ID, each with + or -."""
    return {part[:-1]: part[-1] for part in target.split(":")[1:]}


def _has_both(held: str, mode: str, setting: str, code: HeldCode) -> bool:
    """Whether the code is there for the other setting of a mode too."""
    other = {"+": "-", "-": "+"}[setting]
    return held.replace(f":{mode}{setting}", f":{mode}{other}") in code.hip


def _with_driver(
    found: GpuServed, fit: _Fit, offer: Offer, facts: GpuFacts, host_driver: str | None
) -> GpuServed:
    """A fit with the oldest driver that does it, or what a stated driver makes of it."""
    known = facts.drivers.get(found.target)
    is_jit = fit.answer is GpuAnswer.JIT
    needed = None if _is_embedded(found.target, facts) else offer.driver
    needed = offer.jit_driver if needed is not None and is_jit else needed
    first = known.first if known else None
    oldest = _newer(needed, first)
    behind = offer.jit_facts if is_jit else offer.facts
    cited = (*fit.facts, *behind, *(known.facts if known else ()))
    told = replace(
        found,
        answer=fit.answer,
        by=fit.by,
        driver=oldest if needed is not None else None,
        reasons=() if fit.reason is None else (fit.reason,),
        facts=tuple(dict.fromkeys(cited)),
    )
    if host_driver is None or fit.answer is GpuAnswer.UNKNOWN:
        return told
    if known and known.last is not None and is_older_driver(known.last, host_driver):
        ended = Reason(why=Why.DRIVER_ENDED, found=host_driver, needed=known.last, facts=cited)
        return replace(told, answer=GpuAnswer.NONE, by="", reasons=(ended,))
    if oldest is not None and is_older_driver(host_driver, oldest):
        older = Reason(why=Why.DRIVER, found=host_driver, needed=oldest, detail=fit.by, facts=cited)
        return replace(told, answer=GpuAnswer.NONE, by="", reasons=(older,))
    if needed is None:
        unsure = Reason(why=Why.DRIVER, found=host_driver, detail=fit.by, is_unknown=True)
        return replace(told, answer=GpuAnswer.UNKNOWN, reasons=(unsure,))
    return told


def _is_embedded(target: str, facts: GpuFacts) -> bool:
    """Whether all products of a target bring a driver of their own, numbered otherwise."""
    groups = facts.groups_of(target)
    return bool(groups) and all(g.gpu_class is GpuClass.EMBEDDED for g in groups)


def _newer(one: str | None, other: str | None) -> str | None:
    if one is None or other is None:
        return one or other
    return other if is_older_driver(one, other) else one
