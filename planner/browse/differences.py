"""Two states of the facts compared: what came, what went, what changed field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.browse.sentences import shown, statement
from planner.explain.facts import fact_sentence
from planner.model.facts import FactBase
from planner.model.sources import Fact
from planner.plan.locked import ToldFact

_NOT_SHOWN = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A field with its two values, on one line each; "none" where there is none."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """A fact, or another part of the data, that is there before and after but differs.

    ``says`` is what it says now; "" for what is no fact.
    """

    id: str
    says: str
    fields: tuple[Field, ...]

    @property
    def has_new_standing(self) -> bool:
        """Whether it is known better or worse than before."""
        return any(field.name == "standing" for field in self.fields)


@dataclass(frozen=True, kw_only=True, slots=True)
class FactsDiff:
    """All that differs between two states of the facts, in the order of the data."""

    added: tuple[Fact, ...]
    removed: tuple[Fact, ...]
    changed: tuple[Changed, ...]
    other: tuple[Changed, ...]

    @property
    def is_empty(self) -> bool:
        """Whether both say the same."""
        return not (self.added or self.removed or self.changed or self.other)


def facts_diff(old: FactBase, new: FactBase) -> FactsDiff:
    """What differs between two states of the facts.

    ``other`` holds what stands in no fact: components and order of families, and the libraries and
    symbols of policies.
    """
    before, after = old.facts(), new.facts()
    both = [id_ for id_ in after if id_ in before]
    changed = (_changed(id_, before[id_], after[id_]) for id_ in both)
    return FactsDiff(
        added=tuple(fact for id_, fact in after.items() if id_ not in before),
        removed=tuple(fact for id_, fact in before.items() if id_ not in after),
        changed=tuple(each for each in changed if each.fields),
        other=tuple(_others(old, new)),
    )


def _changed(id_: str, old: Fact, new: Fact) -> Changed:
    return Changed(id=id_, says=statement(new), fields=_fields(_values(old), _values(new)))


def _fields(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Field, ...]:
    names = dict.fromkeys([*old, *new])
    return tuple(
        Field(name=name, old=old.get(name, _NOT_SHOWN), new=new.get(name, _NOT_SHOWN))
        for name in names
        if old.get(name) != new.get(name)
    )


def _values(fact: Fact) -> dict[str, str]:
    """Everything that a fact says, by field; where it stands in a file is no part of that."""
    found = dict(leaves(fact.payload))
    found |= {
        "kind": fact.kind,
        "standing": fact.standing.value,
        "sources": " ".join(fact.sources),
        "read": fact.read,
    }
    remarks = {
        "evidence": fact.evidence,
        "note": fact.note,
        "overruled-by": fact.overruled_by,
    }
    return found | {name: text for name, text in remarks.items() if text is not None}


def leaves(payload: object, path: str = "") -> Iterator[tuple[str, str]]:
    """The values of a fact by dotted path, each on one line."""
    if isinstance(payload, Mapping):
        for key, value in payload.items():
            yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(payload, str | bool | tuple):
        yield path, shown(payload)


def _others(old: FactBase, new: FactBase) -> Iterator[Changed]:
    before, after = dict(_parts(old)), dict(_parts(new))
    for name in dict.fromkeys([*before, *after]):
        fields = _fields(before.get(name, {}), after.get(name, {}))
        if fields:
            yield Changed(id=name, says="", fields=fields)


def _parts(facts: FactBase) -> Iterator[tuple[str, dict[str, str]]]:
    for family in facts.families.values():
        values = {
            "title": family.title,
            "rank": str(family.rank),
            "gpu": family.gpu,
            "order": " ".join(family.minors),
        }
        for part in family.components.values():
            linked = "by default" if part.default else "when named"
            apart = ", apart" if part.separate else ""
            values[f"components.{part.name}"] = f"{linked}{apart}: {' '.join(part.libraries)}"
        for minor in family.minors.values():
            values[f"{minor.minor}.stream"] = minor.stream
            values[f"{minor.minor}.releases"] = " ".join(minor.releases)
        yield f"family {family.name}", values
    for policy in facts.policies.policies.values():
        values = {"libraries": " ".join(policy.libraries), "priority": str(policy.priority)}
        for arch, symbols in policy.symbols.items():
            values |= {f"{arch}.{prefix}": " ".join(vs) for prefix, vs in symbols.items()}
        yield f"policy {policy.name}", values
    for id_, source in facts.sources().items():
        yield f"source {id_}", {"title": source.title, "kind": source.kind, "read": source.read}


def told_diff(told: Mapping[str, ToldFact], facts: FactBase) -> FactsDiff:
    """What a lock tells of the facts that its plan rests on, against the facts there are.

    A lock holds sentences, not fields: those are compared, with standing and day.
    """
    known = facts.facts()
    changed, other = [], []
    for id_, was in told.items():
        now = known.get(id_)
        if now is not None:
            fields = _fields(_told_values(was), _now_values(now))
            changed += [Changed(id=id_, says=fact_sentence(now), fields=fields)] if fields else []
        elif was.read:  # what nobody measured stands in the plan only, without a day
            gone = Field(name="fact", old=was.says, new=_NOT_SHOWN)
            other.append(Changed(id=id_, says="", fields=(gone,)))
    return FactsDiff(added=(), removed=(), changed=tuple(changed), other=tuple(other))


def _told_values(fact: ToldFact) -> dict[str, str]:
    return {"says": fact.says, "standing": fact.standing, "read": fact.read}


def _now_values(fact: Fact) -> dict[str, str]:
    return {"says": fact_sentence(fact), "standing": fact.standing.value, "read": fact.read}
