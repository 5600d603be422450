"""Every word that can be looked up, and what it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from planner.browse.compilers import compiler_names
from planner.browse.families import family_names
from planner.browse.hosts import host_names
from planner.browse.known import Known, Maker, row, table
from planner.browse.records import Answer, Subject, facts_of
from planner.browse.sentences import shown
from planner.browse.topics import sections_of
from planner.model.facts import FactBase
from planner.model.nearest import nearest
from planner.model.sources import Fact, Payload, Source, Standing

_BETWEEN = re.compile(r"^([a-z+]+)[:\s-]+(?=v?\d)")


class Catalogue:
    """The names of everything in the facts, in lower case; each may name several things."""

    def __init__(self, facts: FactBase) -> None:
        self.known = Known(facts)
        self.makers: dict[str, list[Maker]] = {}
        for name, maker in self._names():
            self.makers.setdefault(name.lower(), []).append(maker)

    def _names(self) -> Iterator[tuple[str, Maker]]:
        yield from family_names(self.known)
        yield from compiler_names(self.known)
        yield from host_names(self.known)
        for id_, fact in self.known.facts.items():
            yield id_, partial(_fact, self.known, fact)
        sources = self.known.base.sources()
        for id_, source in sources.items():
            for name in (id_, id_.partition(":")[2]):
                yield name, partial(_source, self.known, id_, source)

    def find(self, words: Sequence[str]) -> Answer | None:
        """What the words name: as they stand, else the facts that mention them; None for words
        that nothing mentions."""
        word = self._spelled(words)
        makers = self.makers.get(word)
        subjects = [make() for make in makers] if makers else _mentions(self.known, word)
        distinct = tuple({(s.kind, s.name): s for s in subjects}.values())
        return self._answer(distinct) if distinct else None

    def nearest(self, words: Sequence[str]) -> str | None:
        """The known name that is spelled most like the words."""
        return nearest(self._spelled(words), self.makers)

    def _spelled(self, words: Sequence[str]) -> str:
        word = " ".join(" ".join(words).split()).lower()
        if word in self.makers:
            return word
        spaced = _BETWEEN.sub(r"\1 ", word)
        return spaced if spaced in self.makers else word

    def _answer(self, subjects: tuple[Subject, ...]) -> Answer:
        facts: dict[str, Fact] = {}
        for subject in subjects:
            facts |= facts_of(subject)
            for section in subject.sections:
                for each in section.rows:
                    facts |= {id_: self.known.facts[id_] for id_ in each.facts}
        sources = self.known.base.sources()
        used = {id_ for fact in facts.values() for id_ in fact.sources}
        return Answer(
            subjects=subjects,
            facts=facts,
            sources={id_: source for id_, source in sources.items() if id_ in used},
        )


def _fact(known: Known, fact: Fact) -> Subject:
    fields = [row(key, shown(value)) for key, value in _fields(fact.payload)]
    summary = (
        ("kind", fact.kind),
        ("standing", fact.standing.value),
        ("stands in", f"{fact.file}:{fact.line}" if fact.file else ""),
    )
    sections = [*sections_of([fact]), table("its fields", ("field", "value"), fields)]
    return known.subject("fact", fact.id, sections, summary=summary)


def _fields(payload: object, path: str = "") -> Iterator[tuple[str, Payload]]:
    """The fields of a fact by dotted path."""
    if not isinstance(payload, dict):
        return
    for key, value in payload.items():
        name = f"{path}.{key}" if path else str(key)
        if isinstance(value, dict):
            yield from _fields(value, name)
        else:
            yield name, value


def _source(known: Known, id_: str, source: Source) -> Subject:
    rests = [fact for fact in known.facts.values() if id_ in fact.sources]
    places: dict[str, list[Fact]] = {}
    for fact in rests:
        places.setdefault(fact.id.partition("/")[0], []).append(fact)
    rows = [
        row(
            place,
            *(str(sum(fact.standing is each for fact in facts)) for each in Standing),
            facts=[fact.id for fact in facts],
        )
        for place, facts in places.items()
    ]
    return known.subject(
        "source",
        id_,
        [table("facts that rest on it", ("place", *(each.value for each in Standing)), rows)],
        summary=(("title", source.title), ("kind", source.kind), ("read", source.read)),
    )


def _mentions(known: Known, word: str) -> list[Subject]:
    """The facts that hold the word as a value, where it is no name of anything."""
    if not word:
        return []
    found = [fact for fact in known.facts.values() if word in _words(fact.payload)]
    title = f"{word}: named by {len(found)} facts"
    return [known.subject("word", word, sections_of(found), title=title)] if found else []


def _words(payload: object) -> Iterator[str]:
    if isinstance(payload, dict):
        for key, value in payload.items():
            yield str(key).lower()
            yield from _words(value)
    elif isinstance(payload, tuple):
        yield from (str(item).lower() for item in payload)
    elif isinstance(payload, str):
        yield payload.lower()
        yield from payload.lower().split()
