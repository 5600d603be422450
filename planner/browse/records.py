"""What is found in the facts, as records for any output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.model.sources import Fact, Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row of a table, one cell per column, and the ids of the facts that it is made from."""

    cells: tuple[str, ...]
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Something about a subject under a title: facts told one by one, or a table."""

    title: str
    facts: tuple[Fact, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing under the title."""
        return not self.facts and not self.rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One side of a disagreement: what a fact says about it, and whether the solver goes by it."""

    fact: Fact
    value: str
    is_used: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """Facts that say different things about one thing, those first that the solver goes by."""

    about: str
    sides: tuple[Side, ...]
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """All that is known of something that has a name.

    ``kind`` is what it is (``release``, ``gcc``, ``image``); ``summary`` holds pairs of a label and
    a text.
    """

    kind: str
    name: str
    title: str
    summary: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    disagreements: tuple[Disagreement, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The subjects that a word names, with every fact and source that they rest on."""

    subjects: tuple[Subject, ...]
    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]


def facts_of(subject: Subject) -> dict[str, Fact]:
    """The facts that a subject tells, by id; not those that only stand behind its tables."""
    found = {fact.id: fact for section in subject.sections for fact in section.facts}
    found |= {side.fact.id: side.fact for each in subject.disagreements for side in each.sides}
    return found
