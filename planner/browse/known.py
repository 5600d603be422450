"""All facts with what is derived from them once, and how subjects are put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from planner.browse.disagreements import disagreements
from planner.browse.records import Disagreement, Row, Section, Subject
from planner.model.accelerators import MinorRelease
from planner.model.facts import FactBase
from planner.model.sources import Fact

Maker = Callable[[], Subject]
"""Makes a subject when it is asked for: a catalogue of all names makes none of them."""


class Known:
    """The facts of a data folder, with every fact by id and where they disagree."""

    def __init__(self, facts: FactBase) -> None:
        self.base = facts

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """Every fact by id."""
        return self.base.facts()

    @cached_property
    def disagreements(self) -> list[Disagreement]:
        """Every disagreement between facts."""
        return disagreements(self.base)

    @cached_property
    def minors(self) -> list[MinorRelease]:
        """Every minor release, family by family, newest first."""
        families = self.base.families.values()
        return [minor for f in families for minor in reversed(list(f.minors.values()))]

    @cached_property
    def waived(self) -> frozenset[str]:
        """The facts that a project's overlay waives: they warn, and refuse nothing."""
        overlaid = self.base.overlaid
        return frozenset() if overlaid is None else frozenset(overlaid.overlay.waived)

    def of_kind(self, *kinds: str) -> list[Fact]:
        """The facts of some kinds, in the order of the data."""
        return [fact for fact in self.facts.values() if fact.kind in kinds]

    def subject(
        self,
        kind: str,
        name: str,
        sections: Iterable[Section],
        *,
        title: str = "",
        summary: Sequence[tuple[str, str]] = (),
    ) -> Subject:
        """A subject with the disagreements that its facts take part in."""
        full = tuple(section for section in sections if not section.is_empty)
        ids = {fact.id for section in full for fact in section.facts}
        ids |= {id_ for section in full for row in section.rows for id_ in row.facts}
        return Subject(
            kind=kind,
            name=name,
            title=title or f"{kind} {name}",
            summary=tuple((label, text) for label, text in summary if text),
            sections=full,
            disagreements=tuple(
                each for each in self.disagreements if any(s.fact.id in ids for s in each.sides)
            ),
        )


def in_force(facts: Iterable[Fact]) -> list[Fact]:
    """The facts that no other one overrules."""
    return [fact for fact in facts if fact.overruled_by is None]


def table(title: str, columns: Sequence[str], rows: Iterable[Row]) -> Section:
    """A table under a title."""
    return Section(title=title, columns=tuple(columns), rows=tuple(rows))


def row(*cells: str, facts: Iterable[str] = ()) -> Row:
    """A row of a table; an empty cell says that nothing is known."""
    return Row(cells=tuple(cell or "unknown" for cell in cells), facts=tuple(facts))
