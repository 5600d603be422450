"""The file of a minor release: written new after an older one, or with one more update in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from planner.harvest.found import Ground
from planner.harvest.library_facts import projects_holding
from planner.harvest.records import Fate, HarvestedFact
from planner.harvest.release_facts import Projects
from planner.harvest.rows import FINDERS, Origin, Read, carried_row, read_row, says_the_same
from planner.load.documents import Document, inner, text
from planner.model.accelerators import Family
from planner.model.versions import version_key

Tasks = Sequence[Callable[[], Read]]
Runner = Callable[[Tasks], list[Read]]
"""Runs tasks, perhaps several at a time, and gives what they read in their order."""

_NEEDS = "library-needs"


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """What an older release says: facts of its minor release and of itself alone, by local id."""

    minor: str
    release: str
    shared: Mapping[str, Document]
    own: Mapping[str, Document]
    stream: str = "production"


def template_of(document: Document, release: str | None = None) -> Template:
    """A release of a file as a template, the newest where none is named."""
    releases = inner(document, "releases")
    newest = release or next(reversed(releases), "")
    facts, own = _rows(inner(document, "facts")), _rows(inner(releases, newest))
    return Template(
        minor=text(document, "minor"),
        release=newest,
        shared={local_id: own.get(local_id, row) for local_id, row in facts.items()},
        own={local_id: row for local_id, row in own.items() if local_id not in facts},
        stream=text(document, "stream"),
    )


def _rows(facts: Document) -> dict[str, Document]:
    return {local_id: row for local_id, row in facts.items() if isinstance(row, dict)}


def projects_of(template: Template, family: Family) -> Projects:
    """The project of each component: as the template pins it; else the one whose wheels hold a
    library of the component."""
    pinned: dict[str, str] = {}
    for row in template.own.values():
        if row.get("kind") == "components" and "overruled-by" not in row:
            pins = inner(row, "pins")
            pinned.update({name: text(inner(pins, name), "project") for name in pins})
    major = template.minor.partition(".")[0]
    others: dict[str, str] = {}
    for component in family.components.values():
        if component.name not in pinned and not component.separate:
            project = next(projects_holding(component.libraries, family, major), None)
            if project is not None:
                others[component.name] = project
    return Projects(pinned=pinned, others=others)


@dataclass(frozen=True, kw_only=True, slots=True)
class Composed:
    """A file as it will be, and what became of the facts, by full version."""

    document: Document
    facts: Mapping[str, tuple[HarvestedFact, ...]]


def new_minor(
    minor: str, template: Template, grounds: list[Ground], source: str, run: Runner
) -> Composed:
    """The file of a minor release that has none, with all its releases, oldest first.

    What holds for the whole minor release is read in the newest; where another one differs, it
    gets a fact of its own.
    """
    origin = Origin(release=template.minor, source=source)
    newest = grounds[-1]
    prefix = f"{newest.family.name}-{minor}"
    shared = _all(template.shared, newest, origin, prefix, run, carry=True)
    own, beyond = {}, {}
    for ground in grounds:
        name = f"{ground.family.name}-{ground.release.version}"
        own[ground.release.version] = _all(template.own, ground, origin, name, run, carry=False)
    if any(row.get("kind") == _NEEDS for row in template.shared.values()):
        wanted = _further_needs(template, newest)
        beyond = _all(wanted, newest, origin, prefix, run, carry=False)
    shared = {**shared, **_without_templates(beyond)}
    for ground in grounds[:-1]:
        mine = own[ground.release.version]
        mine.update(_differing(_written(shared), template.shared, ground, origin, run, minor))
    document: Document = {
        "mlplan-release": 1,
        "family": newest.family.name,
        "minor": minor,
        "stream": template.stream,
        "releases": {version: dict(_written(rows)) for version, rows in own.items()},
        "facts": dict(_written(shared)),
    }
    facts = {version: [one.fact for one in rows.values()] for version, rows in own.items()}
    facts[newest.release.version] += [one.fact for one in shared.values()]
    return Composed(document=document, facts={v: tuple(told) for v, told in facts.items()})


def one_more(document: Document, ground: Ground, source: str, run: Runner) -> Composed:
    """A file with one more release in it; facts of the minor release stay, and where the release
    differs from them it gets facts of its own."""
    releases, version = inner(document, "releases"), ground.release.version
    older = [v for v in releases if version_key(v) < version_key(version)]
    template = template_of(document, older[-1] if older else next(iter(releases), None))
    origin = Origin(release=template.release, source=source)
    prefix = f"{ground.family.name}-{version}"
    own = _all(template.own, ground, origin, prefix, run, carry=True)
    shared = _rows(inner(document, "facts"))
    own.update(_differing(shared, shared, ground, origin, run, template.minor))
    rows: Document = {**releases, version: dict(_written(own))}
    ordered: Document = {v: rows[v] for v in sorted(rows, key=version_key)}
    return Composed(
        document={**document, "releases": ordered},
        facts={version: tuple(one.fact for one in own.values())},
    )


def _all(
    rows: Mapping[str, Document],
    ground: Ground,
    origin: Origin,
    prefix: str,
    run: Runner,
    *,
    carry: bool,
) -> dict[str, Read]:
    def task(local_id: str, row: Document) -> Callable[[], Read]:
        return lambda: read_row(f"{prefix}/{local_id}", row, ground, origin, carry=carry)

    found = run([task(local_id, row) for local_id, row in rows.items()])
    return dict(zip(rows, found, strict=True))


def _written(found: Mapping[str, Read]) -> dict[str, Document]:
    rows = {local_id: one.row for local_id, one in found.items() if one.row is not None}
    return {
        local_id: row for local_id, row in rows.items() if text(row, "overruled-by") in ("", *rows)
    }


def _differing(
    shared: Mapping[str, Document],
    templates: Mapping[str, Document],
    ground: Ground,
    origin: Origin,
    run: Runner,
    minor: str,
) -> dict[str, Read]:
    """Facts of a minor release, read for one of its releases: a row only where it differs, or where
    it could not be read."""
    provable = {
        local_id: templates.get(local_id, row)
        for local_id, row in shared.items()
        if row.get("kind") in FINDERS and "overruled-by" not in row
    }
    prefix = f"{ground.family.name}-{ground.release.version}"
    found = _all(provable, ground, origin, prefix, run, carry=False)
    of_minor = replace(origin, release=minor)
    return {local_id: _beside(one, shared[local_id], of_minor) for local_id, one in found.items()}


def _beside(one: Read, row: Document, origin: Origin) -> Read:
    """What was read beside the minor release's own row."""
    if one.fact.fate is Fate.UNPROVED:
        return replace(one, row=carried_row(row, origin, one.fact.why))
    if one.fact.fate is Fate.READ and one.row is not None and says_the_same(row, one.row):
        return Read(fact=replace(one.fact, fate=Fate.SAME))
    return one


def _without_templates(found: Mapping[str, Read]) -> dict[str, Read]:
    """Facts that no older release has: there is nothing to carry over or to leave out."""
    return {
        local_id: one if one.fact.fate is Fate.READ else replace(one, row=None)
        for local_id, one in found.items()
        if one.fact.fate is not Fate.LEFT_OUT
    }


def _further_needs(template: Template, ground: Ground) -> dict[str, Document]:
    """Rows to be filled for components of which the template says nothing."""
    told = {
        (text(row, "component"), text(row, "arch"))
        for row in template.shared.values()
        if row.get("kind") == _NEEDS
    }
    rows: dict[str, Document] = {}
    for component in ground.family.components.values():
        pin = ground.release.pins.get(component.name)
        for arch in ground.architectures if pin is not None else ():
            if (component.name, arch) in told or pin is None:
                continue
            rows[f"needs-{component.name}-{arch}"] = {
                "kind": _NEEDS,
                "arch": arch,
                "component": component.name,
                "project": pin.project,
                "version": pin.version,
                "tag": [],
                "libraries": {},
            }
    return rows
