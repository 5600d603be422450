"""Everything that a draft is decided by besides the project: facts, tables, names."""

from __future__ import annotations

from functools import cached_property

from planner.check.rows import Names
from planner.draft.spellings import Speller
from planner.load.vocabulary import Vocabulary
from planner.model.wheel_facts import WheelFacts
from planner.solve.rows import Tables
from planner.solve.vocabulary import vocabulary_of


class Known:
    """The facts in the forms in which drafting asks for them."""

    def __init__(self, tables: Tables, facts: WheelFacts) -> None:
        self.tables = tables
        self.facts = facts
        self.vocabulary: Vocabulary = vocabulary_of(tables)
        self.speller = Speller(facts, self.vocabulary)

    @cached_property
    def names(self) -> Names:
        """The names that rows of matrices may use."""
        return Names(self.tables, self.vocabulary)

    def families_of_gpu(self, kind: str) -> list[str]:
        """The families whose GPU code is of a kind (``cuda``, ``hip``)."""
        return [name for name, family in self.tables.families.items() if family.gpu == kind]

    def admits_alike(self, family: str, one: str, other: str) -> bool:
        """Whether two specifiers admit a common release; "" admits all."""
        return bool(self.admitted(family, one) & self.admitted(family, other))

    def admitted(self, family: str, spec: str) -> frozenset[str]:
        """The releases that a specifier admits; all for ""."""
        return frozenset(self.vocabulary.admitted(family, spec or "newest"))

    def newest_major(self, family: str) -> str:
        """The specifier for the newest major of a family."""
        releases = self.tables.families[family].releases
        newest = next((r.version for r in releases if not r.preview), releases[0].version)
        return f"{newest.partition('.')[0]}.*"
