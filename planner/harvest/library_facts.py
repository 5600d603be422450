"""Finds what a release's libraries need, and their sonames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from packaging.utils import canonicalize_name

from planner.audit.evidence import Evidence
from planner.audit.version_needs import BEYOND, library_member, needs_of
from planner.harvest.found import Found, Ground, OutdatedError, UnprovedError, told
from planner.index.errors import MissingError
from planner.index.listing import IndexFile
from planner.index.remote_wheel import RemoteWheel
from planner.load.documents import Document, inner, text
from planner.model.accelerators import Family
from planner.model.sources import Standing
from planner.model.versions import range_contains, version_key

STATED = ("glibc", "glibcxx", "cxxabi")
"""Highest versions that a plan is made by, in the order in which a fact states them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Held:
    """A library in a wheel, and the highest versions that it needs by field."""

    member: str
    soname: str | None = None
    highest: Mapping[str, str] = field(default_factory=dict)


def find_needs(row: Document, ground: Ground) -> Found:
    """What each library of a component needs on one architecture: those that the older release has,
    and others that the component may have. Those that are gone are left out."""
    arch, component = text(row, "arch"), text(row, "component")
    project, version = _project(row, component, ground)
    main = _file(project, version, arch, ground.evidence)
    stated = inner(row, "libraries")
    family = ground.family.components.get(component)
    names = dict.fromkeys((*stated, *(family.libraries if family is not None else ())))
    libraries: Document = {}
    read: list[tuple[str, str]] = []
    for library in names:
        known = inner(stated, library) if library in stated else None
        file = _file_of(library, known, main, arch, ground)
        held = None if file is None else _held(library, known, file, arch, ground.evidence)
        if file is not None and held is not None:
            read.append((held.member, file.name))
            libraries[library] = _entry(held, None if file is main else file)
    if not libraries:
        raise OutdatedError(f"{main.name} holds none of its libraries")
    gone = [library for library in stated if library not in libraries]
    notes = [f"no longer there: {', '.join(gone)}"] if gone else []
    is_bound = _has_unversioned_imports(component, ground.family)
    if is_bound:
        notes.append("version needs alone; imports without a version may need a newer glibc")
    return Found(
        payload={
            "arch": arch,
            "component": component,
            "project": project,
            "version": version,
            "tag": [*main.platforms],
            "libraries": libraries,
            "method": "verneed",
        },
        evidence=told(read),
        note="; ".join(notes),
        is_partial=bool(notes),
        standing=Standing.UNCONFIRMED if is_bound else None,
    )


def _has_unversioned_imports(component: str, family: Family) -> bool:
    """Whether a release is known whose floor is set by imports without a version, which version
    needs do not tell."""
    return any(
        fact.kind == "library-needs"
        and fact.text("component") == component
        and fact.text("method").startswith(BEYOND)
        for minor in family.minors.values()
        for version in minor.releases
        for fact in minor.facts_of(version).values()
    )


def _entry(held: _Held, other: IndexFile | None) -> Document:
    entry: Document = {}
    for key in STATED:
        if key in held.highest:
            entry[key] = held.highest[key]
    if held.soname is not None:
        entry["soname"] = held.soname
    if other is not None:
        entry.update(project=_name(other), version=str(other.version))
    return entry


def _name(file: IndexFile) -> str:
    """The project of a wheel, by its file name."""
    return canonicalize_name(file.name.partition("-")[0])


def _project(row: Document, component: str, ground: Ground) -> tuple[str, str]:
    """Project and version of the component's wheel."""
    project = text(row, "project")
    version = ground.versions.get(project)
    if version is not None:
        return project, version
    pin = ground.release.pins.get(component)
    if pin is None:
        raise UnprovedError(f"the release pins no {project or component}")
    return pin.project, pin.version


def _file(project: str, version: str, arch: str, evidence: Evidence) -> IndexFile:
    """The wheel of a version for an architecture.

    :raises OutdatedError: where the version has wheels, and none for this architecture.
    :raises MissingError: where it is not on the index.
    """
    try:
        return evidence.vendor.file(project, version, arch)
    except MissingError as error:
        wanted = version_key(version)
        if any(file.version == wanted for file in evidence.vendor.wheels(project)):
            raise OutdatedError(str(error)) from None
        raise


def _file_of(
    library: str, stated: Document | None, main: IndexFile, arch: str, ground: Ground
) -> IndexFile | None:
    """The wheel that holds a library: that of another project where the fact says so, or where the
    component's own lacks it."""
    other = text(stated or {}, "project")
    if not other or other == _name(main):
        with ground.evidence.vendor.wheel(_name(main), str(main.version), arch) as wheel:
            if library_member(wheel, library) is not None:
                return main
        major = ground.release.version.partition(".")[0]
        holders = projects_holding((library,), ground.family, major)
        other = next((project for project in holders if project != _name(main)), "")
    return _newest_beside(other, arch, ground) if other else None


def projects_holding(libraries: Sequence[str], family: Family, major: str) -> Iterator[str]:
    """Projects that follow a major release, or none, and whose wheels are known to hold one of
    these libraries."""
    for fact in family.facts.values():
        if fact.kind == "provides" and fact.text("major", major) == major:
            held = " ".join(fact.mapping("wheels").values()).split()
            if any(soname.partition(".so")[0] in libraries for soname in held):
                yield fact.text("project")


def _newest_beside(project: str, arch: str, ground: Ground) -> IndexFile | None:
    """The wheel of another project that was there on the day of the release: of its own version,
    else the newest that the release's range of versions admits."""
    vendor = ground.evidence.vendor
    files = [file for file in vendor.wheels(project) if file.is_for(arch) and not file.yanked]
    same = [file for file in files if file.version == version_key(ground.listed)]
    if same:
        return same[0]
    day = max(f.uploaded for f in vendor.wheels(ground.project) if str(f.version) == ground.listed)
    fitting = [
        file
        for file in files
        if not file.version.is_prerelease
        and (not day or file.uploaded <= day)
        and range_contains(ground.ranges.get(project, ""), str(file.version))
    ]
    return fitting[-1] if fitting else None


def _held(
    library: str, stated: Document | None, file: IndexFile, arch: str, evidence: Evidence
) -> _Held | None:
    """A library as a wheel holds it; of several names the one that is its soname. Of one of which
    nothing is stated only that it is there is looked at."""
    with evidence.vendor.wheel(_name(file), str(file.version), arch) as wheel:
        names = _names(library, wheel)
        if not names:
            return None
        if stated is not None and not {*STATED, "soname"} & set(stated):
            return _Held(member=next(iter(names.values())))
        for name, member in names.items():
            needs = needs_of(wheel, member, evidence, name)
            if needs.sonames is not None:
                return _Held(member=member, soname=needs.sonames[0], highest=needs.highest)
        told = "soname" in stated if stated is not None else not name.endswith(".so")
        soname = name if told and len(names) == 1 else None  # its file is named after it
        return _Held(member=member, soname=soname, highest=needs.highest)


def _names(library: str, wheel: RemoteWheel) -> dict[str, str]:
    """Members of a library's name by their file names, the plain name last."""
    found = {
        name.rpartition("/")[2]: name
        for name in wheel.names
        if name.rpartition("/")[2].startswith(f"{library}.so")
    }
    return dict(sorted(found.items(), key=lambda item: (not item[0].partition(".so")[2], item[0])))


def find_sonames(row: Document, ground: Ground) -> Found:
    """The soname of each component's main library, under which it lies in the component's wheel."""
    libraries: Document = {}
    read: list[tuple[str, str]] = []
    for component, soname in inner(row, "libraries").items():
        pin = ground.release.pins.get(component)
        if pin is None:
            continue
        arch = next(iter(ground.architectures), "")
        stem = str(soname).partition(".so")[0]
        with ground.evidence.vendor.wheel(pin.project, pin.version, arch) as wheel:
            names = _names(stem, wheel)
            if names:
                libraries[component] = next(iter(names))
                read.append((names[next(iter(names))], wheel.file.name))
    if not libraries:
        raise UnprovedError("no wheel of its components holds them")
    return Found(payload={"libraries": libraries}, evidence=told(read))
