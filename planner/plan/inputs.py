"""What two plans were made from, and what of that changed: request, facts, day, program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from planner.plan.document import Json
from planner.plan.locked import ToldFact
from planner.plan.outcomes import inner, text

Values = tuple[str, ...]


class Input(StrEnum):
    """A thing that a plan depends on. There is no other: planning is deterministic."""

    REQUEST = "request"
    FACTS = "facts"
    DATE = "date"
    PROGRAM = "mlplan"


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestChange:
    """A setting of the request that differs, with the variants where it does so.

    ``variants`` is empty for a key of the request itself; a ``setting`` of ``variants`` means that
    the variants as a whole came (``old`` is None) or went (``new`` is None).
    """

    setting: str
    variants: tuple[str, ...]
    old: Values | None
    new: Values | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FactChange:
    """A fact that both plans name and that says something else now, or has another standing."""

    id: str
    old: ToldFact
    new: ToldFact


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """What one lock was made from; ``settings`` is by variant, each value by dotted path.

    ``overlay`` names the overlay with the beginning of its digest, "" where there was none.
    """

    date: str
    mlplan: str
    facts_version: str
    facts_sha256: str
    overlay: str
    top: Mapping[str, Values]
    settings: Mapping[str, Mapping[str, Values]]
    facts: Mapping[str, ToldFact]


@dataclass(frozen=True, kw_only=True, slots=True)
class Inputs:
    """Both origins and their differences.

    ``named`` and ``unnamed`` are facts that only the new, or only the old plan names: that a plan
    does not name a fact does not mean that there was none. ``by_variant`` lists the settings that
    differ and could move a variant's jobs.
    """

    old: Origin
    new: Origin
    request: tuple[RequestChange, ...]
    facts: tuple[FactChange, ...]
    named: tuple[str, ...]
    unnamed: tuple[str, ...]
    changed: frozenset[Input]
    by_variant: Mapping[str, tuple[str, ...]]

    def settings_changed(self, variant: str) -> tuple[str, ...]:
        """The settings of a variant that differ and could move its jobs."""
        return self.by_variant.get(variant, ())

    def changed_for(self, variant: str) -> tuple[Input, ...]:
        """The inputs that differ for the jobs of a variant that both requests have."""
        moved = self.settings_changed(variant) or self._is_date_stated_now
        return tuple(
            each
            for each in Input
            if (each in self.changed if each is not Input.REQUEST else bool(moved))
        )

    @property
    def _is_date_stated_now(self) -> bool:
        """Whether one request states its day and the other does not: undated facts then differ."""
        return ("date" in self.old.top) != ("date" in self.new.top)


def origin_of(document: Json, facts: Mapping[str, ToldFact]) -> Origin:
    """What a lock was made from.

    :raises LockError: where the document lacks it.
    """
    request = inner(document, "request", "")
    variants = inner(request, "variants", "request")
    versions = inner(document, "facts", "")
    top = {key: value for key, value in request.items() if key not in ("variants", "sha256")}
    return Origin(
        date=text(document, "date", ""),
        mlplan=text(document, "mlplan", ""),
        facts_version=text(versions, "version", "facts"),
        facts_sha256=text(versions, "sha256", "facts"),
        overlay=_overlay(versions),
        top=dict(_leaves(top, "")),
        settings={
            name: dict(_leaves(inner(variants, name, "request.variants"), "")) for name in variants
        },
        facts=facts,
    )


def _overlay(facts: Json) -> str:
    if "overlay" not in facts:
        return ""
    overlay = inner(facts, "overlay", "facts")
    digest = text(overlay, "sha256", "facts.overlay")[:12]
    return f"{text(overlay, 'file', 'facts.overlay')} ({digest})"


def _leaves(value: object, path: str) -> Iterator[tuple[str, Values]]:
    """Every setting by its dotted path; a list is one value."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _leaves(below, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        yield path, tuple(str(item) for item in value)
    else:
        yield path, (str(value),)


def inputs_of(old: Origin, new: Origin) -> Inputs:
    """The differences between what two locks were made from."""
    request = tuple(_request_changes(old, new))
    has_new_facts = (old.facts_sha256, old.facts_version) != (new.facts_sha256, new.facts_version)
    changed = {
        Input.REQUEST: any(
            change.setting != "date" or None in (change.old, change.new) for change in request
        ),
        Input.FACTS: has_new_facts,
        Input.DATE: old.date != new.date,
        Input.PROGRAM: old.mlplan != new.mlplan,
    }
    return Inputs(
        old=old,
        new=new,
        request=request,
        # With the same facts another sentence is only the program's.
        facts=tuple(_fact_changes(old, new)) if has_new_facts else (),
        named=tuple(id_ for id_ in new.facts if id_ not in old.facts),
        unnamed=tuple(id_ for id_ in old.facts if id_ not in new.facts),
        changed=frozenset(each for each, differs in changed.items() if differs),
        by_variant=_moving_settings(request),
    )


def _moving_settings(request: tuple[RequestChange, ...]) -> dict[str, tuple[str, ...]]:
    """The settings that differ by variant, without how wheels are named: that moves no job."""
    found: dict[str, tuple[str, ...]] = {}
    for change in request:
        if change.setting not in ("naming", "variants"):
            for variant in change.variants:
                found[variant] = (*found.get(variant, ()), change.setting)
    return found


def _request_changes(old: Origin, new: Origin) -> Iterator[RequestChange]:
    """Keys of the request, then variants that came or went, then settings; equal ones once."""
    for key in dict.fromkeys([*old.top, *new.top]):
        if old.top.get(key) != new.top.get(key):
            yield RequestChange(
                setting=key, variants=(), old=old.top.get(key), new=new.top.get(key)
            )
    gone = tuple(name for name in old.settings if name not in new.settings)
    come = tuple(name for name in new.settings if name not in old.settings)
    if gone:
        yield RequestChange(setting="variants", variants=gone, old=gone, new=None)
    if come:
        yield RequestChange(setting="variants", variants=come, old=None, new=come)
    alike: dict[tuple[str, Values | None, Values | None], list[str]] = {}
    for name in (name for name in new.settings if name in old.settings):
        before, after = old.settings[name], new.settings[name]
        for key in dict.fromkeys([*before, *after]):
            if before.get(key) != after.get(key):
                alike.setdefault((key, before.get(key), after.get(key)), []).append(name)
    for (key, was, now), names in alike.items():
        yield RequestChange(setting=key, variants=tuple(names), old=was, new=now)


def _fact_changes(old: Origin, new: Origin) -> Iterator[FactChange]:
    for id_, after in new.facts.items():
        before = old.facts.get(id_)
        if before and (before.says, before.standing) != (after.says, after.standing):
            yield FactChange(id=id_, old=before, new=after)
