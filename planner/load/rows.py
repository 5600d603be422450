"""Rows of ``policies/`` that are facts themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from planner.errors import Problem
from planner.load.kinds import FactContext, read_fact, read_head, read_sources
from planner.load.matrices import check_schema, open_document
from planner.load.nodes import Section
from planner.model.sources import Fact, Payload, Source


@dataclass
class PolicyReader:
    """Reads rows that are facts themselves and keeps every fact by id.

    ``marker`` is put in front of every id; ``own`` is a source as in :class:`FactContext`.
    """

    root: Path
    problems: list[Problem]
    sources: Mapping[str, Source]
    namespace: str = "policies"
    marker: str = ""
    own: str | None = None
    facts: dict[str, Fact] = field(default_factory=dict)

    def open(self, name: str, schema: str) -> Section:
        """The root mapping of a file of ``policies/``, its schema number checked."""
        section = open_document(self.root / "policies" / name, self.root, self.problems)
        if section.keys:
            check_schema(section, schema)
        return section

    def fact(self, row: Section, fact_id: str, kind: str, payload: Mapping[str, Payload]) -> Fact:
        """The fact that a row is, kept by id; call it after every other key was asked for."""
        fact_id = f"{self.marker}{fact_id}"
        said = {key: value for key, value in payload.items() if value not in ("", ())}
        fact = read_head(row, fact_id, kind, self._context(""), said)
        row.finish()
        if fact_id in self.facts:
            row.report(None, "a fact with this id stands elsewhere too", found=fact_id)
        self.facts[fact_id] = fact
        return fact

    def derived(
        self, fact_id: str, kind: str, parent: Fact, payload: Mapping[str, Payload]
    ) -> Fact:
        """A row of a fact that is named on its own (an image on one architecture)."""
        fact_id = f"{self.marker}{fact_id}"
        said = {key: value for key, value in payload.items() if value not in ("", ())}
        fact = Fact(
            id=fact_id,
            kind=kind,
            standing=parent.standing,
            sources=parent.sources,
            read=parent.read,
            payload=said,
            file=parent.file,
            line=parent.line,
        )
        self.facts[fact_id] = fact
        return fact

    def check_sources(self, row: Section, *, required: bool) -> None:
        """Report the unknown sources of a row that is no fact of its own."""
        read_sources(row, self._context(""), required=required and self.own is None)

    def notes(self, section: Section, prefix: str) -> None:
        """The ``notes`` of a file: facts that no rule uses yet."""
        context = self._context(prefix)
        for local_id, row in section.sections("notes", required=False):
            fact = read_fact(row, local_id, context)
            if fact is not None:
                self.facts[fact.id] = fact

    def _context(self, prefix: str) -> FactContext:
        return FactContext(
            prefix=prefix, namespace=self.namespace, sources=self.sources, own=self.own
        )
