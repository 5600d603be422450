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
    """Reads rows that are facts themselves and keeps every fact by id."""

    root: Path
    problems: list[Problem]
    sources: Mapping[str, Source]
    facts: dict[str, Fact] = field(default_factory=dict)

    def open(self, name: str, schema: str) -> Section:
        """The root mapping of a file of ``policies/``, its schema number checked."""
        section = open_document(self.root / "policies" / name, self.root, self.problems)
        if section.keys:
            check_schema(section, schema)
        return section

    def fact(self, row: Section, fact_id: str, kind: str, payload: Mapping[str, Payload]) -> Fact:
        """The fact that a row is, kept by id; call it after every other key was asked for."""
        prefix, _, local = fact_id.partition("/")
        context = FactContext(prefix=prefix, namespace="policies", sources=self.sources)
        said = {key: value for key, value in payload.items() if value not in ("", ())}
        fact = read_head(row, f"{prefix}/{local}", kind, context, said)
        row.finish()
        if fact_id in self.facts:
            row.report(None, "a fact with this id stands elsewhere too", found=fact_id)
        self.facts[fact_id] = fact
        return fact

    def derived(
        self, fact_id: str, kind: str, parent: Fact, payload: Mapping[str, Payload]
    ) -> Fact:
        """A row of a fact that is named on its own (an image on one architecture)."""
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

    def check_sources(self, row: Section) -> None:
        """Report the unknown sources of a row that is no fact of its own."""
        read_sources(row, FactContext(prefix="", namespace="policies", sources=self.sources))

    def notes(self, section: Section, prefix: str) -> None:
        """The ``notes`` of a file: facts that no rule uses yet."""
        context = FactContext(prefix=prefix, namespace="policies", sources=self.sources)
        for local_id, row in section.sections("notes", required=False):
            fact = read_fact(row, local_id, context)
            if fact is not None:
                self.facts[fact.id] = fact
