"""The entries of an overlay that are about shipped facts: changes, waivers, further limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from planner.load.kinds import (
    KINDS,
    STANDINGS,
    FactContext,
    qualified_sources,
    read_fact,
    read_sources,
)
from planner.load.nodes import Section
from planner.load.overlay_fields import ADDABLE, CHANGEABLE, WAIVABLE, Field, as_strong
from planner.load.overlay_records import Changed, Limit, places_of
from planner.model.accelerators import Family
from planner.model.nearest import nearest
from planner.model.overlay import OWN_SOURCE, PREFIX, Act, Entry, is_overlaid
from planner.model.sources import Fact, Payload, Source, Standing

WAIVER = "waiver"
"""The kind of the fact that a waiver is."""
_MOST_GUESSES = 20  # unknown facts for which a known one is looked up: each takes a while
_LAST_DAY = 'expires: "YYYY-MM-DD", the last day on which it holds'


@dataclass
class EntryReader:
    """Reads the entries of one overlay; ``known`` are the shipped facts by id."""

    known: Mapping[str, Fact]
    families: Mapping[str, Family]
    sources: Mapping[str, Source]
    entries: list[Entry] = field(default_factory=list)
    _line: int = 0
    _unknown: int = 0

    def changes(self, section: Section) -> Iterator[Changed]:
        """The changes of shipped facts under ``facts``."""
        for fact_id, row in self._rows(section, "facts"):
            shipped = self._shipped(row, fact_id)
            if shipped is None:
                continue
            if shipped.kind in CHANGEABLE:
                changed = self._changed(row, shipped)
                if changed is not None:
                    yield changed
            else:
                kinds = ", ".join(sorted(CHANGEABLE))
                text = "facts of this kind cannot be changed by an overlay"
                row.report(None, text, found=shipped.kind, allowed=kinds)

    def waivers(self, section: Section) -> Iterator[Fact]:
        """The waivers under ``waive``, as facts."""
        for fact_id, row in self._rows(section, "waive"):
            shipped = self._shipped(row, fact_id)
            if shipped is None:
                continue
            if not _is_waivable(shipped):
                text = "refuses nothing by itself, so it cannot be waived"
                if shipped.kind in CHANGEABLE:
                    text += "; it can be changed under facts"
                found = f"{shipped.text('of')} {shipped.kind}".strip()
                row.report(None, text, found=found, allowed=", ".join(WAIVABLE))
            elif any(entry.fact == f"{PREFIX}{fact_id}" for entry in self.entries):
                row.report(None, "is changed under facts and waived: one of the two")
            else:
                yield self._waiver(row, shipped)

    def limits(self, section: Section) -> Iterator[Limit]:
        """The facts under ``add``."""
        places = places_of(self.families)
        for fact_id, row in self._rows(section, "add"):
            start, _, local_id = fact_id.partition("/")
            place = places.get(start)
            if place is None or not local_id:
                text = "is no id of a fact about a family or release"
                allowed = "such as cuda-12.9/own-limit"
                near = nearest(start, places) if place is None else None
                row.report(None, text, found=fact_id, allowed=allowed, near=near)
            elif local_id in place.taken:
                text = "a shipped fact has this id; facts changes a shipped fact"
                row.report(None, text, found=fact_id)
            else:
                fact = self._limit(row, start, local_id)
                if fact is not None:
                    yield Limit(place=place, local_id=local_id, fact=fact)

    def _rows(self, section: Section, key: str) -> Iterator[tuple[str, Section]]:
        """The entries of a section by fact id."""
        outer = section.section(key, required=False)
        for fact_id in () if outer is None else outer.keys:
            assert outer is not None
            row = outer.section(fact_id)
            if row is not None:
                self._line = outer.line_of(fact_id)
                yield fact_id, row

    def _shipped(self, row: Section, fact_id: str) -> Fact | None:
        """The fact that an entry is about; None, with a problem, where there is none to change."""
        shipped = self.known.get(fact_id)
        if shipped is None:
            own = is_overlaid(fact_id)
            text = "is this overlay's own: change it where it stands" if own else "unknown fact"
            self._unknown += 1
            near = None if own or self._unknown > _MOST_GUESSES else nearest(fact_id, self.known)
            row.report(None, text, found=fact_id, near=near)
        elif shipped.overruled_by is not None:
            text = "is not used anyway: another fact overrules it"
            near = f"{fact_id.rpartition('/')[0]}/{shipped.overruled_by}"
            believed = near if near in self.known else shipped.overruled_by
            row.report(None, text, found=fact_id, near=believed)
            return None
        return shipped

    def _changed(self, row: Section, shipped: Fact) -> Changed | None:
        fields = CHANGEABLE[shipped.kind]
        met = len(row.document.problems)
        values = _values(row, fields)
        standing = row.word("standing", STANDINGS, required=False, what="standing")
        note, evidence = row.text("note", required=False), row.text("evidence", required=False)
        sources = self._sources(row)
        loosens = _loosened(values, fields, shipped, standing)
        entry = self._entry(row, Act.CHANGES, shipped.id)
        row.finish()
        if len(row.document.problems) > met:
            return None
        if not values and standing is None:
            row.report(None, "changes nothing", allowed=", ".join(fields))
            return None
        if loosens and not entry.expires:
            text = "lets in more than the shipped fact, so it needs an end"
            row.report_key(
                loosens, text, found=_compared(values, shipped, loosens), allowed=_LAST_DAY
            )
            return None
        self.entries.append(entry)
        attributes = {name.replace("-", "_"): value for name, value in values.items()}
        fact = Fact(
            id=entry.fact,
            kind=shipped.kind,
            standing=Standing(standing) if standing else shipped.standing,
            sources=sources,
            read="",
            payload={**shipped.payload, **attributes},
            evidence=evidence,
            note=note or entry.reason,
            file=row.document.file,
            line=row.line,
        )
        return Changed(shipped=shipped, fact=fact, attributes=attributes)

    def _waiver(self, row: Section, shipped: Fact) -> Fact:
        sources = self._sources(row)
        note = row.text("note", required=False)
        entry = self._entry(row, Act.WAIVES, shipped.id)
        row.finish()
        self.entries.append(entry)
        return Fact(
            id=entry.fact,
            kind=WAIVER,
            standing=Standing.DOCUMENTED,
            sources=sources,
            read="",
            payload={"fact": shipped.id, "reason": entry.reason, "expires": entry.expires},
            note=note,
            file=row.document.file,
            line=row.line,
        )

    def _limit(self, row: Section, place: str, local_id: str) -> Fact | None:
        met = len(row.document.problems)
        entry = self._entry(row, Act.ADDS, f"{place}/{local_id}")
        context = limit_context(self._context(), place, is_family=place in self.families)
        fact = read_fact(row, local_id, context)
        if fact is None or len(row.document.problems) > met:
            return None
        if fact.overruled_by is not None:
            row.report_key("overruled-by", "an overlay's own fact is overruled by nothing")
            return None
        self.entries.append(entry)
        return fact._replace(note=fact.note or entry.reason)

    def _entry(self, row: Section, act: Act, fact_id: str) -> Entry:
        reason, expires = read_decision(row, must_expire=act is Act.WAIVES)
        return Entry(
            fact=f"{PREFIX}{fact_id}",
            act=act,
            reason=reason,
            expires=expires,
            line=self._line,
        )

    def _sources(self, row: Section) -> tuple[str, ...]:
        context = self._context()
        return qualified_sources(read_sources(row, context, required=False), context)

    def _context(self) -> FactContext:
        return FactContext(prefix="", namespace="overlay", sources=self.sources, own=OWN_SOURCE)


def read_decision(row: Section, *, must_expire: bool) -> tuple[str, str]:
    """Why an entry was made, on one line, and its last day; "" where it has none."""
    told = row.text("reason")
    reason = " ".join((told or "").split())
    if told is not None and not (reason and reason.isprintable()):
        row.report_key("reason", "must say why, in printable characters", found=told)
    return reason, row.day("expires", required=must_expire) or ""


def limit_context(context: FactContext, place: str, *, is_family: bool) -> FactContext:
    """What is needed to read a further limit on a family or release."""
    kinds = {kind: KINDS[kind] for kind in ADDABLE}
    return replace(context, prefix=f"{PREFIX}{place}", with_releases=is_family, kinds=kinds)


def _is_waivable(fact: Fact) -> bool:
    if fact.kind == "end":
        return (fact.text("of"), fact.text("what")) == ("distribution", "standard")
    return fact.kind in WAIVABLE


def _values(row: Section, fields: Mapping[str, Field]) -> dict[str, Payload]:
    """The fields that an entry gives; all others become known ones, for the message about typos."""
    found: dict[str, Payload] = {}
    for name, field_ in fields.items():
        if row.has(name):
            value = field_.get(row, name)
            if value is not None:
                found[name] = value
    return found


def _loosened(
    values: Mapping[str, Payload],
    fields: Mapping[str, Field],
    shipped: Fact,
    standing: str | None,
) -> str:
    """The first field that lets in more than the shipped fact does; "" where none does."""
    for name, value in values.items():
        if not fields[name].tightens(shipped.payload.get(name.replace("-", "_")), value):
            return name
    if standing is not None and not as_strong(shipped.standing, Standing(standing)):
        return "standing"
    return ""


def _compared(values: Mapping[str, Payload], shipped: Fact, name: str) -> str:
    """What an entry says in a field, beside what the shipped fact says."""
    if name == "standing":
        return f"weaker than the shipped {shipped.standing}"
    old = shipped.payload.get(name.replace("-", "_"))
    return f"{_words(values[name])} (shipped: {'nothing' if old is None else _words(old)})"


def _words(value: object) -> str:
    return " ".join(value) if isinstance(value, tuple | Mapping) else str(value)
