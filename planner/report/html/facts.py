"""The facts at the end of the page: each once, and everything else points at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.plan.locked import ToldFact
from planner.report.html.names import element_ids


@dataclass(frozen=True, kw_only=True, slots=True)
class FactRow:
    """A fact and the id of its element."""

    anchor: str
    fact: ToldFact


class FactBook:
    """Every fact that the page names, in order of id."""

    def __init__(self, facts: Mapping[str, ToldFact]) -> None:
        anchors = element_ids(sorted(facts), "fact")
        self._rows = {id_: FactRow(anchor=anchors[id_], fact=facts[id_]) for id_ in anchors}

    @property
    def rows(self) -> tuple[FactRow, ...]:
        """All facts."""
        return tuple(self._rows.values())

    def named(self, ids: Iterable[str]) -> tuple[FactRow, ...]:
        """The facts of some ids, each once; ids that the page does not hold are left out."""
        return tuple(self._rows[id_] for id_ in dict.fromkeys(ids) if id_ in self._rows)
