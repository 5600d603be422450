"""A draft that has a plan: what stands in the way is left out, and the reason kept.

A draft is made of guesses, some bolder than others. Where facts and guesses clash, the boldest
guess of the clash goes first: a cap that nobody wrote down before a release that somebody builds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from planner.draft.known import Known
from planner.draft.records import Draft, DraftVariant, LeftOut, Setting
from planner.draft.text import draft_text
from planner.errors import NoSolutionError, RequestError
from planner.explain.conflicts import conflict_sentence, way_out_sentence
from planner.load.request import REQUEST_FILE, read_request_text
from planner.model.platforms import ARCHITECTURES
from planner.model.request import Line
from planner.plan.records import Failure, Plan
from planner.solve.day import Day
from planner.solve.planner import make_plan

BOLDEST_FIRST = ("glibc", "links", "gpu", "cxx", "python", "architectures")
"""The settings that may be left out; a variant without one of its releases is another variant."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Solved:
    """A draft, its text, and the plan that the text has."""

    draft: Draft
    text: str
    plan: Plan


def solvable(draft: Draft, known: Known, today: str) -> Solved:
    """The draft with everything left out that keeps it from having a plan.

    :raises NoSolutionError: where not even a plain wheel has a plan with these facts.
    """
    titles = {name: family.title for name, family in known.tables.families.items()}
    stated = draft.settings.get("date")
    day = Day(str(stated.value), explicit=True) if stated else Day(today, explicit=False)
    while True:
        if not draft.active():
            draft = _plain(draft)
        text = draft_text(draft, titles, day.iso)
        try:
            request = read_request_text(text, REQUEST_FILE, known.vocabulary)
        except RequestError as error:
            draft = _without_problems(draft, error)
            continue
        plan = make_plan(request, day, known.tables)
        if not plan.failures and plan.jobs:
            return Solved(draft=draft, text=text, plan=plan)
        before = draft
        for failure in plan.failures:
            draft = _without_conflict(draft, failure, plan)
        if draft == before:
            day_said = f"on {day.iso}" if stated else "today"
            raise NoSolutionError(f"nothing can be planned {day_said} with these facts")


def _plain(draft: Draft) -> Draft:
    """A draft with one plain variant, since no other is left."""
    if draft.variant("plain") is not None:
        raise NoSolutionError(
            "not even a plain wheel has a plan with these facts", hint="mlplan facts check"
        )
    plain = DraftVariant(name="plain", because=("no other variant has a plan",), settings={})
    return replace(draft, variants=(*draft.variants, plain))


def _without_problems(draft: Draft, error: RequestError) -> Draft:
    """The draft without what is no request.

    :raises RequestError: where that is nothing that a project's file said.
    """
    changed = draft
    for problem in error.problems:
        name, key = _owner(problem.path)
        variant = changed.variant(name)
        if variant is not None and key not in BOLDEST_FIRST:
            changed = _drop_variant(changed, variant, problem.found or "", problem.message)
        else:
            changed = _drop_value(changed, variant, key, problem.found or "", problem.message)
    if changed == draft:
        raise error
    return changed


def _without_conflict(draft: Draft, failure: Failure, plan: Plan) -> Draft:
    """The draft without the boldest guess of a failure's first conflict; without the architecture
    where none of the guesses is to blame; else without the variant."""
    variant = draft.variant(failure.variant)
    if variant is None or variant.dropped:
        return draft
    conflict = failure.conflicts[0] if failure.conflicts else None
    for line in sorted(conflict.request if conflict else (), key=_boldness):
        key = _owner(line.path)[1]
        if _is_left_out(draft, variant, key, line.value):
            return draft
        if key in BOLDEST_FIRST:
            why = _why(failure, plan, key)
            changed = _drop_value(draft, variant, key, line.value, why)
            if changed != draft:
                return changed
    why = _why(failure, plan, "")
    others = {job.decision.arch for job in plan.jobs if job.variant == variant.name}
    if others - {failure.arch} and "architectures" not in variant.settings:
        return _only_on(draft, variant, others - {failure.arch}, failure.arch, why)
    return _drop_variant(draft, variant, failure.id, why)


def _why(failure: Failure, plan: Plan, key: str) -> str:
    """What clashes in a failure, and a way out other than a change of the setting itself."""
    if not failure.conflicts:
        return "it has no plan"
    why = conflict_sentence(failure.conflicts[0], plan.known_facts)
    ways = [
        way_out_sentence(way)
        for way in failure.ways_out
        if way.second is None and not (key and any(c.path.endswith(key) for c in way.change))
    ]
    return f"{why}; a way out: {ways[0]}" if ways else why


def _boldness(line: Line) -> int:
    key = _owner(line.path)[1]
    return BOLDEST_FIRST.index(key) if key in BOLDEST_FIRST else len(BOLDEST_FIRST)


def _owner(path: str) -> tuple[str, str]:
    """Variant ("" for the top) and key of a path: names of drafted variants hold no dots."""
    parts = path.split(".")
    return (parts[1], ".".join(parts[2:3])) if parts[0] == "variants" else ("", parts[0])


def _is_left_out(draft: Draft, variant: DraftVariant, key: str, item: str) -> bool:
    """Whether another failure of the same round has taken a value away already."""
    paths = (key, f"variants.{variant.name}.{key}")
    return any(row.path in paths and row.value == item for row in draft.left_out)


def _drop_value(draft: Draft, variant: DraftVariant | None, key: str, item: str, why: str) -> Draft:
    """The draft without one value of a variant, or of the whole request where the variant does
    not set the key; of a list only the item goes. The same draft where nobody sets it."""
    if variant is not None and key in variant.settings:
        if key == "architectures" and variant.settings[key].value == (item,):
            return _drop_variant(draft, variant, item, why)
        changed = replace(variant, settings=_kept(variant.settings, key, item))
        path = f"variants.{variant.name}.{key}"
        return _noted(draft.with_variant(changed), path, item, why)
    if key not in draft.settings:
        return draft
    if key == "architectures" and variant is not None:
        rest = set(draft.settings[key].value) - {item}
        return _only_on(draft, variant, rest, item, why) if rest else draft
    return _noted(replace(draft, settings=_kept(draft.settings, key, item)), key, item, why)


def _only_on(draft: Draft, variant: DraftVariant, archs: set[str], gone: str, why: str) -> Draft:
    """The draft with a variant on some architectures only."""
    top = draft.settings.get("architectures")
    value = tuple(arch for arch in ARCHITECTURES if arch in archs)
    setting = Setting(key="architectures", value=value, because=top.because if top else ())
    changed = replace(variant, settings={**variant.settings, "architectures": setting})
    path = f"variants.{variant.name}.architectures"
    return _noted(draft.with_variant(changed), path, gone, why)


def _kept(settings: Mapping[str, Setting], key: str, item: str) -> dict[str, Setting]:
    """The settings without an item of a list, or without the key where nothing is left."""
    value = settings[key].value
    rest = tuple(word for word in value if word != item) if isinstance(value, tuple) else ()
    if not rest or rest == value:
        return {name: setting for name, setting in settings.items() if name != key}
    return {**settings, key: replace(settings[key], value=rest)}


def _drop_variant(draft: Draft, variant: DraftVariant, asked: str, why: str) -> Draft:
    """The draft with a variant as a comment."""
    changed = draft.with_variant(replace(variant, dropped=why))
    return _noted(changed, f"variants.{variant.name}", asked, why)


def _noted(draft: Draft, path: str, value: str, why: str) -> Draft:
    row = LeftOut(path=path, value=value, why=why)
    return draft if row in draft.left_out else replace(draft, left_out=(*draft.left_out, row))
