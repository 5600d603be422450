"""Accelerator families, their releases, components, packages and GPU targets as subjects."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from planner.browse.known import Known, Maker, in_force, row, table
from planner.browse.records import Section, Subject
from planner.browse.topics import highest_need, sections_of
from planner.model.accelerators import Component, Family, MinorRelease
from planner.model.gpu_targets import target_key
from planner.model.sources import Fact

_FORMS = ("real", "virtual", "specific", "family", "generic")


def family_names(known: Known) -> Iterator[tuple[str, Maker]]:
    """Every name that belongs to a family, with what it names."""
    for family in known.base.families.values():
        yield family.name, partial(_family, known, family)
        for minor in family.minors.values():
            name = f"{family.name} {minor.minor}"
            yield name, partial(_minor, known, family, minor)
            for version in minor.releases:
                own = f"{family.name} {version}"
                if own != name:
                    yield own, partial(_release, known, family, minor, version)
    yield from _parts(known)


def _parts(known: Known) -> Iterator[tuple[str, Maker]]:
    names: dict[str, list[tuple[Family, Component]]] = {}
    for family in known.base.families.values():
        for component in family.components.values():
            names.setdefault(component.name, []).append((family, component))
    for name, parts in names.items():
        yield name, partial(_component, known, name, parts)
    for target in sorted(_targets(known), key=target_key):
        yield target, partial(_target, known, target)
    for project in dict.fromkeys(_projects(known)):
        yield project, partial(_project, known, project)


def _family(known: Known, family: Family) -> Subject:
    releases = [v for minor in family.minors.values() for v in minor.releases]
    rows = [
        row(
            minor.minor,
            _day(minor, next(iter(minor.releases), "")),
            minor.stream,
            " ".join(minor.releases),
            facts=[f.id for own in minor.releases.values() for f in own.values() if _dated(f)],
        )
        for minor in reversed(list(family.minors.values()))
    ]
    columns = ("minor", "released", "stream", "full versions")
    parts = [name for name, part in family.components.items() if part.default]
    others = [name for name, part in family.components.items() if not part.default]
    return known.subject(
        "family",
        family.name,
        [table("releases, newest first", columns, rows), *sections_of(family.facts.values())],
        title=f"{family.name}: {family.title}",
        summary=(
            ("releases", f"{len(family.minors)} minor, {len(releases)} full versions"),
            ("components", " ".join(parts)),
            ("when named", " ".join(others)),
        ),
    )


def _dated(fact: Fact) -> bool:
    return fact.kind == "released"


def _day(minor: MinorRelease, version: str) -> str:
    """The day of a release; "" where it is not known."""
    if version not in minor.releases:
        return ""
    days = [fact.text("date") for fact in minor.facts_of(version).values() if _dated(fact)]
    return days[0] if days else ""


def _minor(known: Known, family: Family, minor: MinorRelease) -> Subject:
    only = next(iter(minor.releases), "") if len(minor.releases) == 1 else ""
    own = [] if only == minor.minor else _own_sections(minor)
    shared = {**minor.facts, **(minor.releases[only] if only == minor.minor else {})}
    return known.subject(
        "release",
        f"{family.name} {minor.minor}",
        [*sections_of(shared.values()), *own, _images(known, family, minor)],
        title=f"{family.name} {minor.minor}: a minor release of {family.title}",
        summary=(
            ("full versions", _dated_versions(minor)),
            ("stream", minor.stream),
            ("file", minor.file),
        ),
    )


def _dated_versions(minor: MinorRelease) -> str:
    return ", ".join(f"{v} ({_day(minor, v) or 'day unknown'})" for v in minor.releases)


def _own_sections(minor: MinorRelease) -> list[Section]:
    return [
        Section(title=f"only in {version}", facts=tuple(own.values()))
        for version, own in minor.releases.items()
        if own
    ]


def _release(known: Known, family: Family, minor: MinorRelease, version: str) -> Subject:
    return known.subject(
        "release",
        f"{family.name} {version}",
        [*sections_of(minor.facts_of(version).values()), _images(known, family, minor)],
        title=f"{family.name} {version}: a full version of {family.name} {minor.minor}",
        summary=(
            ("released", _day(minor, version) or "unknown"),
            ("stream", minor.stream),
            ("its own", " ".join(minor.releases[version]) or "nothing"),
            ("file", minor.file),
        ),
    )


def _images(known: Known, family: Family, minor: MinorRelease) -> Section:
    images = known.base.policies.images.values()
    rows = [
        row(image.name, image.policy, image.status, facts=[image.fact.id])
        for image in images
        if image.toolkits.get(family.name) == minor.minor
    ]
    return table("images that hold this toolkit", ("image", "policy", "status"), rows)


def _component(known: Known, name: str, parts: list[tuple[Family, Component]]) -> Subject:
    sections: list[Section] = []
    summary = []
    for family, part in parts:
        linked = "linked by default" if part.default else "linked when named"
        apart = ", versions of its own" if part.separate else ""
        summary.append((family.name, f"{linked}{apart}; libraries {' '.join(part.libraries)}"))
        sections += [
            _component_table(known, family, name),
            Section(
                title=f"measured apart from releases of {family.name}",
                facts=tuple(
                    fact for fact in family.facts.values() if fact.text("component") == name
                ),
            ),
        ]
    return known.subject("component", name, sections, summary=summary)


def _component_table(known: Known, family: Family, name: str) -> Section:
    rows = []
    for minor in reversed(list(family.minors.values())):
        for version in reversed(list(minor.releases)):
            facts = in_force(minor.facts_of(version).values())
            used = [fact for fact in facts if _speaks_of(fact, name)]
            if used:
                pins = [fact.table("pins").get(name, {}) for fact in used]
                package = next((f"{p['project']} {p.get('version', '')}" for p in pins if p), "")
                sonames = [fact.mapping("libraries").get(name, "") for fact in used]
                needs = {f.text("arch"): highest_need(f)[0] for f in used if f.text("arch")}
                floors = " ".join(f"{arch} {glibc}" for arch, glibc in needs.items())
                soname = next(filter(None, sonames), "")
                ids = [fact.id for fact in used]
                rows.append(row(version, package.strip(), soname, floors, facts=ids))
    columns = ("release", "package", "soname", "glibc that it needs")
    return table(f"in releases of {family.name}, newest first", columns, rows)


def _speaks_of(fact: Fact, component: str) -> bool:
    if fact.kind == "components":
        return component in fact.table("pins")
    if fact.kind == "sonames":
        return component in fact.mapping("libraries")
    return fact.kind == "library-needs" and fact.text("component") == component


def _projects(known: Known) -> Iterator[str]:
    for fact in known.facts.values():
        if fact.text("project"):
            yield fact.text("project")
        if fact.kind == "components":
            yield from (pin["project"] for pin in fact.table("pins").values() if "project" in pin)


def _project(known: Known, project: str) -> Subject:
    own = [fact for fact in known.facts.values() if fact.text("project") == project]
    rows = [
        row(fact.id.partition("/")[0].replace("-", " ", 1), name, pin.get("version", ""))
        for fact in known.of_kind("components")
        for name, pin in fact.table("pins").items()
        if pin.get("project") == project and fact.overruled_by is None
    ]
    columns = ("release", "component", "version")
    pinned = table("pinned by releases", columns, rows)
    return known.subject("package", project, [pinned, *sections_of(own)])


def _targets(known: Known) -> set[str]:
    facts = known.of_kind("gpu-targets", "gpu-targets-built")
    return {target for fact in facts for form in _FORMS for target in fact.words(form)}


def _target(known: Known, target: str) -> Subject:
    rows = []
    for minor in known.minors:
        for fact in in_force(minor.facts.values()):
            forms = [form for form in _FORMS if target in fact.words(form)]
            if fact.kind in ("gpu-targets", "gpu-targets-built") and forms:
                built = "built, not listed" if fact.kind == "gpu-targets-built" else "listed"
                old = ", deprecated" if target in fact.words("deprecated") else ""
                name = f"{minor.family} {minor.minor}"
                how = f"{built}{old}"
                rows.append(row(name, forms[0], how, fact.standing.value, facts=[fact.id]))
    others = [
        fact
        for fact in known.of_kind("target-life", "target-rename")
        if target in (fact.text("target"), fact.text("old"), fact.text("new"))
    ]
    columns = ("release", "form", "how", "standing")
    releases = table("releases that know it, newest first", columns, rows)
    return known.subject("GPU target", target, [*sections_of(others), releases])
