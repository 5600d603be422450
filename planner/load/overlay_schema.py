"""The JSON Schema of overlays, recorded from the readers like those of the fact files."""

from __future__ import annotations

from collections.abc import Callable

from planner.load.kinds import STANDINGS, FactContext, read_fact, read_source_table, read_sources
from planner.load.matrices import check_schema
from planner.load.nodes import Section
from planner.load.overlay import SCHEMA, read_rows, row_reader
from planner.load.overlay_entries import limit_context, read_decision
from planner.load.overlay_fields import CHANGEABLE
from planner.load.recording import Json, recorded_schema
from planner.model.overlay import OWN_SOURCE

_CONTEXT = FactContext(prefix="", namespace="overlay", sources={}, own=OWN_SOURCE)


def overlay_schema() -> Json:
    """The JSON Schema (draft 2020-12) of an overlay.

    Which fields a change may have depends on the fact, so the schema allows those of all kinds.
    """
    schema = recorded_schema(_read)
    shared, properties = schema["$defs"], schema["properties"]
    assert isinstance(shared, dict)
    assert isinstance(properties, dict)
    change = recorded_schema(_read_change)
    own = change["properties"]
    assert isinstance(own, dict)
    fields = {name: _any_of(found) for name, found in _fields(shared).items()}
    shared.update(_shared(change))
    properties["facts"] = {
        "type": "object",
        "additionalProperties": {**change, "properties": {**own, **fields}},
    }
    del properties["facts"]["additionalProperties"]["$defs"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:mlplan:schemas:overlay.schema.json",
        "title": "An overlay: a project's own facts over the shipped ones (--overlay)",
        **schema,
        "$defs": {name: shared[name] for name in sorted(shared)},
    }


def _read(section: Section) -> None:
    check_schema(section, SCHEMA)
    read_source_table(section, "sources", required=False)
    read_rows(row_reader({}, []), section)
    for _, row in section.sections("add", required=False):
        read_decision(row, must_expire=False)
        read_fact(row, "", limit_context(_CONTEXT, "", is_family=True))
    section.section("facts", required=False)
    for _, row in section.sections("waive", required=False):
        read_decision(row, must_expire=True)
        row.text("note", required=False)
        read_sources(row, _CONTEXT, required=False)
        row.finish()
    section.finish()


def _read_change(row: Section) -> None:
    """What every change may say beside its fields."""
    read_decision(row, must_expire=False)
    row.word("standing", STANDINGS, required=False, what="standing")
    for name in ("note", "evidence"):
        row.text(name, required=False)
    read_sources(row, _CONTEXT, required=False)
    row.finish()


def _fields(shared: dict[str, Json]) -> dict[str, list[Json]]:
    """The different schemas of the fields of all kinds, by name; what they share is added."""
    found: dict[str, list[Json]] = {}
    for fields in CHANGEABLE.values():
        recorded = recorded_schema(_getting({name: f.get for name, f in fields.items()}))
        shared.update(_shared(recorded))
        properties = recorded["properties"]
        assert isinstance(properties, dict)
        for name, schema in properties.items():
            kept = found.setdefault(name, [])
            if schema not in kept:
                kept.append(schema)
    return found


def _getting(getters: dict[str, Callable[[Section, str], object]]) -> Callable[[Section], object]:
    return lambda section: [get(section, name) for name, get in getters.items()]


def _shared(schema: Json) -> dict[str, Json]:
    shared = schema["$defs"]
    assert isinstance(shared, dict)
    return shared


def _any_of(schemas: list[Json]) -> Json:
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
