"""A project's overlay: one YAML file that is laid over the shipped facts (docs/overlay.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from planner.errors import Problem
from planner.load.externals import read_external
from planner.load.hosts import read_distribution, read_image_interpreters
from planner.load.images import read_image
from planner.load.kinds import read_source_table
from planner.load.matrices import check_schema
from planner.load.nodes import Document, Section, parse_yaml, read_text
from planner.load.overlay_entries import EntryReader
from planner.load.overlay_records import changed_family, changed_policies, overruled
from planner.load.rows import PolicyReader
from planner.load.toolchains import read_obtainable, read_toolsets
from planner.model.facts import FactBase, Policies
from planner.model.images import Image
from planner.model.lifecycle import ImageInterpreter
from planner.model.overlay import OWN_SOURCE, PREFIX, Overlaid, Overlay
from planner.model.sources import Source
from planner.model.toolchains import Distribution, Obtainable, Toolset
from planner.model.wheel_facts import ExternalGroup

SCHEMA = "mlplan-overlay"
_MOST_BYTES = 1 << 20


def lay_over(shipped: FactBase, path: Path, problems: list[Problem], sha256: str) -> FactBase:
    """The shipped facts with those of an overlay over them; problems are added to the list.

    ``sha256`` is that of the overlay's file.
    """
    section = _open(path, problems)
    sources = _sources(section, path)
    reader = row_reader(sources, problems)
    with_rows = replace(shipped, policies=_with_rows(reader, section, shipped.policies))
    entries = EntryReader(
        known=shipped.facts(),
        families=shipped.families,
        sources=sources,
    )
    changes = {change.shipped.id: change for change in entries.changes(section)}
    waivers = list(entries.waivers(section))
    limits = list(entries.limits(section))
    section.finish()
    beside = {id_: overruled(change) for id_, change in changes.items()}
    beside |= {fact.id: fact for fact in waivers}
    overlay = Overlay(path=str(path), sha256=sha256, entries=tuple(entries.entries))
    return replace(
        with_rows,
        policies=changed_policies(with_rows.policies, changes),
        families={
            name: changed_family(family, changes, limits)
            for name, family in shipped.families.items()
        },
        overlaid=Overlaid(overlay=overlay, sources=sources, facts=beside),
    )


def row_reader(sources: Mapping[str, Source], problems: list[Problem]) -> PolicyReader:
    """Reads rows of an overlay: they rest on its own file, and their ids say whose they are."""
    return PolicyReader(
        Path(), problems, sources, namespace="overlay", marker=PREFIX, own=OWN_SOURCE
    )


def _open(path: Path, problems: list[Problem]) -> Section:
    """The overlay's root mapping, its schema number checked."""
    shown = str(path)
    if path.is_file() and path.stat().st_size > _MOST_BYTES:
        problems.append(Problem(file=shown, message=f"is larger than {_MOST_BYTES} bytes"))
        return Document(shown, []).root(None)
    text, unreadable = read_text(path, shown)
    node, unparsable = parse_yaml(text, shown) if not unreadable else (None, [])
    problems += unreadable + unparsable
    section = Document(shown, [] if unreadable or unparsable else problems).root(node)
    if section.keys:
        check_schema(section, SCHEMA)
    return section


def _sources(section: Section, path: Path) -> dict[str, Source]:
    """The overlay's sources, its own file among them."""
    named = read_source_table(section, "sources", required=False)
    if OWN_SOURCE in named:
        text = "is the overlay's own file; name the source otherwise"
        section.report_key("sources", text, found=OWN_SOURCE)
    title = f"{path.name}, this project's overlay"
    return {**named, OWN_SOURCE: Source(id=OWN_SOURCE, title=title, kind="document", read="")}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """The rows that an overlay adds, as they stand in the files of ``policies/``."""

    images: dict[str, Image]
    toolsets: dict[str, Toolset]
    obtainable: tuple[Obtainable, ...]
    distributions: dict[str, Distribution]
    in_images: tuple[ImageInterpreter, ...]
    externals: tuple[ExternalGroup, ...]


def read_rows(reader: PolicyReader, section: Section) -> Rows:
    """The images, toolsets, distributions, Pythons and outside libraries of an overlay."""
    return Rows(
        images={
            name: read_image(reader, row, name)
            for name, row in section.sections("images", required=False)
        },
        toolsets=read_toolsets(reader, section, required=False),
        obtainable=read_obtainable(reader, section, required=False),
        distributions={
            name: read_distribution(reader, row, name)
            for name, row in section.sections("distributions", required=False)
        },
        in_images=read_image_interpreters(reader, section.section("interpreters", required=False)),
        externals=tuple(
            read_external(reader, row, name)
            for name, row in section.sections("libraries", required=False)
        ),
    )


def _with_rows(reader: PolicyReader, section: Section, shipped: Policies) -> Policies:
    """The shipped records of ``policies/`` and the overlay's rows, whose names must be new."""
    own = read_rows(reader, section)
    _report_taken(section, "images", own.images, shipped.images, "image")
    _report_taken(section, "toolsets", own.toolsets, shipped.toolsets, "toolset")
    distributions = shipped.distributions
    _report_taken(section, "distributions", own.distributions, distributions, "distribution")
    sets = [row.images for row in shipped.image_interpreters]
    _report_taken(section, "interpreters", [row.images for row in own.in_images], sets)
    groups = [group.name for group in shipped.externals]
    _report_taken(section, "libraries", [group.name for group in own.externals], groups)
    return replace(
        shipped,
        images={**shipped.images, **own.images},
        toolsets={**shipped.toolsets, **own.toolsets},
        obtainable=(*shipped.obtainable, *own.obtainable),
        distributions={**distributions, **own.distributions},
        image_interpreters=(*shipped.image_interpreters, *own.in_images),
        externals=(*shipped.externals, *own.externals),
        facts={**shipped.facts, **reader.facts},
    )


def _report_taken(
    section: Section, key: str, own: Iterable[str], shipped: Iterable[str], kind: str = ""
) -> None:
    """A problem for every name that a shipped row has; ``kind`` is how ids of such facts start."""
    taken = set(shipped)
    outer = section.section(key, required=False)
    for name in dict.fromkeys(own):
        if name in taken and outer is not None:
            other = f"another name; facts: {{{kind}/{name}: ...}} changes the shipped one"
            outer.report_key(
                name,
                "a shipped row has this name",
                found=name,
                allowed=other if kind else "another name",
            )
