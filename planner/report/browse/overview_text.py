"""How much is known, as text and JSON: places, lists, sources, and what is old."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planner.browse.overview import Place, Rests, Stale
from planner.browse.records import Disagreement
from planner.model.sources import Standing
from planner.report.browse.facts_json import document, source_json
from planner.report.browse.tables import labelled, source_told, table_lines
from planner.report.lines import folded_ids

_STANDINGS = tuple(standing.value for standing in Standing)
_LISTS = {
    "releases": "full versions of every family, with the day and what they cover",
    "distros": "distributions: glibc, libstdc++, pip, end of support",
    "targets": "GPU targets, and the releases that know them",
    "components": "vendor libraries that a wheel may link",
    "images": "build images with their policies and bases",
    "toolsets": "gcc and binutils, and the images that hold them",
    "pythons": "interpreters in the images",
    "features": "CPU features, and the tools that know them",
    "waivers": "rules that a request may lift",
    "disagreements": "where sources disagree, which one is used, and why",
}
_OWN_FACTS = 12
_UNBOUND = 10_000


def overview_text(
    version: str, places: Sequence[Place], lists: Mapping[str, int], width: int
) -> str:
    """What there is, and the lists to look further."""
    total = sum(place.facts for place in places)
    sources = sum(place.sources for place in places)
    columns = ("place", "releases", "facts", *_STANDINGS, "sources")
    rows = [
        (
            place.name,
            _releases(place),
            str(place.facts),
            *(str(place.standings[standing]) for standing in Standing),
            str(place.sources),
        )
        for place in places
    ]
    lines = [f"{total} facts from {sources} sources, of {version}", ""]
    lines += table_lines(columns, rows, width=width)
    lines += ["", "lists, each by mlplan facts list NAME"]
    names = [(name, str(count), _LISTS.get(name, "")) for name, count in lists.items()]
    lines += table_lines(("name", "rows", "holds"), names, width=width)
    lines += [
        "",
        "one thing: mlplan facts show cuda 12.9, gcc 14, manylinux_2_28, sm_90, a fact's id",
    ]
    return "\n".join(lines) + "\n"


def _releases(place: Place) -> str:
    if not place.minors:
        return "none"
    return f"{place.first} to {place.last} ({place.minors} minor, {place.releases} full)"


def overview_json(version: str, places: Sequence[Place], lists: Mapping[str, int]) -> str:
    """The document ``mlplan-facts-overview/1``."""
    return document(
        "mlplan-facts-overview/1",
        version=version,
        places=[
            {
                "name": place.name,
                "title": place.title,
                "minors": place.minors,
                "releases": place.releases,
                "first": place.first or None,
                "last": place.last or None,
                "facts": place.facts,
                "standings": {s.value: count for s, count in place.standings.items()},
                "sources": place.sources,
            }
            for place in places
        ],
        lists=dict(lists),
    )


def disagreement_rows(found: Sequence[Disagreement]) -> list[dict[str, str]]:
    """Disagreements as rows of ``mlplan-facts-list/1``."""

    def told(each: Disagreement, *, is_used: bool) -> str:
        sides = [side for side in each.sides if side.is_used is is_used]
        return ", ".join(f"{s.value} ({s.fact.standing.value}, {s.fact.id})" for s in sides)

    return [
        {
            "about": each.about,
            "used": told(each, is_used=True),
            "not used": told(each, is_used=False),
            "why": each.why,
        }
        for each in found
    ]


def sources_text(found: Sequence[Rests], width: int) -> str:
    """A row for each source: what rests on it; below what it is and when it was read."""
    if not found:
        return "none\n"
    columns = ("source", "facts", *_STANDINGS)
    rows = [
        (each.id, str(len(each.facts)), *(str(each.standings[s]) for s in Standing))
        for each in found
    ]
    head, *body = table_lines(columns, rows, width=_UNBOUND, indent=0)
    lines = [head]
    for line, each in zip(body, found, strict=True):
        lines += [line, *labelled("", source_told(each.source), indent=4, width=width)]
    return "\n".join(lines) + "\n"


def sources_json(found: Sequence[Rests]) -> str:
    """The document ``mlplan-facts-sources/1``."""
    return document(
        "mlplan-facts-sources/1",
        sources=[
            {
                "id": each.id,
                **source_json(each.source),
                "standings": {s.value: each.standings[s] for s in Standing},
                "facts": [fact.id for fact in each.facts],
            }
            for each in found
        ],
    )


def stale_text(found: Stale, width: int) -> str:
    """The old sources with what rests on them, and facts that were read on a day of their own."""
    if found.is_empty:
        return f"every source was read within {found.days} days before {found.day}\n"
    lines = [
        f"read more than {found.days} days before {found.day}: "
        f"{len(found.sources)} sources, {len(found.facts)} facts"
    ]
    rows = [
        (each.id, each.source.read, str(age), str(len(each.facts)), each.source.title)
        for each, age in found.sources
    ]
    if rows:
        lines += ["", "sources"]
        lines += table_lines(("source", "read", "days", "facts", "title"), rows, width=width)
    listed = {fact.id for each, _ in found.sources for fact in each.facts}
    own = [fact.id for fact, _ in found.facts if fact.id not in listed]
    if own:
        lines += ["", "facts read on a day of their own"]
        lines += labelled("", folded_ids(own, _OWN_FACTS), indent=2, width=width)
    return "\n".join(lines) + "\n"


def stale_json(found: Stale) -> str:
    """The document ``mlplan-facts-stale/1``."""
    return document(
        "mlplan-facts-stale/1",
        date=found.day,
        days=found.days,
        sources=[
            {
                "id": each.id,
                **source_json(each.source),
                "age": age,
                "facts": [fact.id for fact in each.facts],
            }
            for each, age in found.sources
        ],
        facts=[{"id": fact.id, "read": fact.read, "age": age} for fact, age in found.facts],
    )
