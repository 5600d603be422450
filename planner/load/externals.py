"""``policies/external_libraries.yaml``: libraries that a wheel may expect from other projects."""

from __future__ import annotations

from planner.load.forms import PROJECT
from planner.load.nodes import Section
from planner.load.rows import PolicyReader
from planner.model.sources import Payload
from planner.model.wheel_facts import ExternalGroup


def read_externals(reader: PolicyReader) -> tuple[ExternalGroup, ...]:
    """The groups of libraries that come from outside, in the order of the file."""
    section = reader.open("external_libraries.yaml", "mlplan-external-libraries")
    groups = tuple(read_external(reader, row, name) for name, row in section.sections("libraries"))
    reader.notes(section, "external")
    section.finish()
    return groups


def read_external(reader: PolicyReader, row: Section, name: str) -> ExternalGroup:
    """One group of libraries."""
    patterns = row.words("patterns")
    projects = row.words("projects", required=False, form=PROJECT)
    families = row.words("families", required=False)
    payload: dict[str, Payload] = {
        "patterns": patterns,
        "projects": projects,
        "families": families,
    }
    fact = reader.fact(row, f"external/{name}", "external-library", payload)
    return ExternalGroup(
        name=name, patterns=patterns, projects=projects, families=families, fact=fact.id
    )
