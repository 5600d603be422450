"""Facts, sources and disagreements as JSON values."""

from __future__ import annotations

from collections.abc import Mapping

from planner.browse.records import Answer, Disagreement, Section, Subject
from planner.browse.sentences import statement
from planner.harmless import json_text
from planner.model.sources import Fact, Payload, Source

Json = dict[str, object]


def document(schema: str, **content: object) -> str:
    """The text of a document."""
    return json_text({"schema": schema, **content})


def answer_json(answer: Answer) -> str:
    """The document ``mlplan-facts-show/1``: subjects, and every fact and source behind them."""
    return document(
        "mlplan-facts-show/1",
        subjects=[_subject(subject) for subject in answer.subjects],
        facts={id_: fact_json(fact) for id_, fact in answer.facts.items()},
        sources={id_: source_json(source) for id_, source in answer.sources.items()},
    )


def _subject(subject: Subject) -> Json:
    return {
        "kind": subject.kind,
        "name": subject.name,
        "title": subject.title,
        "summary": dict(subject.summary),
        "sections": [_section(section) for section in subject.sections],
        "disagreements": [disagreement_json(each) for each in subject.disagreements],
    }


def _section(section: Section) -> Json:
    rows = [
        {"cells": dict(zip(section.columns, row.cells, strict=True)), "facts": list(row.facts)}
        for row in section.rows
    ]
    facts = [fact.id for fact in section.facts]
    return {"title": section.title, "facts": facts, "rows": rows}


def disagreement_json(each: Disagreement) -> Json:
    """A disagreement with its sides, those first that the solver goes by."""
    return {
        "about": each.about,
        "why": each.why,
        "sides": [
            {
                "fact": side.fact.id,
                "says": side.value,
                "standing": side.fact.standing.value,
                "used": side.is_used,
            }
            for side in each.sides
        ],
    }


def fact_json(fact: Fact) -> Json:
    """Everything about a fact."""
    return {
        "kind": fact.kind,
        "says": statement(fact),
        "standing": fact.standing.value,
        "sources": list(fact.sources),
        "read": fact.read,
        "evidence": fact.evidence,
        "note": fact.note,
        "overruled_by": fact.overruled_by,
        "fields": {key: payload_json(value) for key, value in fact.payload.items()},
        "file": fact.file,
        "line": fact.line,
    }


def payload_json(value: Payload | str) -> object:
    """A value of a fact: a text, a truth, a list of words, or names with values."""
    if isinstance(value, Mapping):
        return {key: payload_json(inner) for key, inner in value.items()}
    return list(value) if isinstance(value, tuple) else value


def source_json(source: Source) -> Json:
    """A source of facts."""
    return {"title": source.title, "kind": source.kind, "read": source.read}
