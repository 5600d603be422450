"""The facts about wheels, picked from all facts: what ``wheel_facts`` compiles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from planner.load.gpu_records import gpu_fact_ids, gpu_facts_of, host_facts_of
from planner.load.kinds import KINDS, LIBRARY_KINDS
from planner.load.wheel_sentences import wheel_sentence
from planner.model.accelerators import Family, MinorRelease
from planner.model.facts import FactBase
from planner.model.sources import Fact, Source
from planner.model.wheel_facts import (
    SITE_PACKAGES,
    BundleCompression,
    Citation,
    Dependencies,
    DriverLibrary,
    FamilyNames,
    LibraryProvider,
    LibraryStem,
    MachineFacts,
    ReleaseLibrary,
    ReleaseTargets,
    ThreadingRuntime,
    WheelFacts,
    stem_of,
)

_Row = TypeVar("_Row", LibraryProvider, ReleaseLibrary)
_FORMS = ("real", "virtual", "specific", "family", "generic")


def wheel_facts_of(facts: FactBase) -> WheelFacts:
    """What is known about the libraries and GPU targets of wheels."""
    families = tuple(facts.families.values())
    providers = [row for family in families for row in _providers(family)]
    libraries = [row for family in families for row in _release_libraries(family)]
    releases = {(row.family, row.version): row for f in families for row in _releases(f)}
    of_kind = {kind: _of_kind(families, kind) for kind in LIBRARY_KINDS}
    policies = facts.policies.policies
    by_id = facts.facts()
    cited = [policy.fact for policy in policies.values()]
    cited += [f for kind, rows in of_kind.items() if kind not in KINDS for _, f in rows]
    cited += [by_id[group.fact] for group in facts.policies.externals]
    ids = {id_ for row in libraries for id_ in row.facts}
    ids |= {id_ for row in releases.values() for id_ in row.facts}
    gpus, hosts = gpu_facts_of(facts), host_facts_of(facts)
    ids |= {*gpu_fact_ids(gpus), *(system.fact for system in hosts.systems.values())}
    ids |= {limit.fact for limit in hosts.installers}
    cited += [by_id[id_] for id_ in sorted(ids)]
    overlay = facts.overlaid.overlay if facts.overlaid is not None else None
    cited += [] if overlay is None else [by_id[waiver] for waiver in overlay.waived.values()]
    sources = facts.sources()
    return WheelFacts(
        policies=policies,
        providers=_grouped(providers),
        release_libraries=_grouped(libraries),
        stems=_stems(families, providers, libraries),
        dependencies=_dependencies([fact for _, fact in of_kind["extras"] + of_kind["requires"]]),
        externals=facts.policies.externals,
        drivers=tuple(r for name, fact in of_kind["driver-library"] for r in _drivers(name, fact)),
        releases=releases,
        compression=tuple(_compression(n, fact) for n, fact in of_kind["bundle-compression"]),
        threading={
            (name, fact.text("component")): _threading(name, fact)
            for name, fact in of_kind["threading-runtime"]
        },
        cited={fact.id: _citation(fact, sources) for fact in cited},
        version=facts.version,
        sha256=facts.sha256,
        overlay=overlay,
        spelled=tuple(FamilyNames(n, f.words("words"), f.id) for n, f in of_kind["spelled"]),
        made_for=tuple(FamilyNames(n, f.words("projects"), f.id) for n, f in of_kind["made-for"]),
        machines=MachineFacts(lambda: (gpus, hosts)),
    )


def _of_kind(families: Iterable[Family], kind: str) -> list[tuple[str, Fact]]:
    """The family's own facts of one kind that are believed, with the family's name."""
    return [
        (family.name, fact)
        for family in families
        for fact in family.facts.values()
        if fact.kind == kind and fact.overruled_by is None
    ]


def _providers(family: Family) -> Iterator[LibraryProvider]:
    components = _components(family)
    for _, fact in _of_kind([family], "provides"):
        for soname, versions in _spans(fact.mapping("wheels")):
            yield LibraryProvider(
                soname=soname,
                family=family.name,
                component=components.get(stem_of(soname)),
                project=fact.text("project"),
                major=fact.text("major") or None,
                versions=versions,
                directory=fact.text("directory"),
                below=fact.text("below") or SITE_PACKAGES,
                architectures=fact.words("architectures"),
                fact=fact.id,
            )


def _spans(wheels: Mapping[str, str]) -> list[tuple[str, str]]:
    """Every library with a range of versions that hold it; neighbouring ranges become one."""
    found: list[tuple[str, str]] = []
    open_: dict[str, str] = {}
    for versions, libraries in wheels.items():
        words = libraries.split()
        found += [(soname, span) for soname, span in open_.items() if soname not in words]
        open_ = {soname: _joined(open_.get(soname), versions) for soname in words}
    return [*found, *open_.items()]


def _joined(earlier: str | None, later: str) -> str:
    """The range from the start of one to the end of the other, in the order of the file."""
    if earlier is None:
        return later
    first = earlier.partition(",")[0].lstrip("=>")
    last = later.rpartition(",")[2].lstrip("=<")
    return f">={first},<={last}"


def _components(family: Family) -> dict[str, str]:
    """Component by stem of its libraries."""
    return {
        library: component.name
        for component in family.components.values()
        for library in component.libraries
    }


def _release_libraries(family: Family) -> list[ReleaseLibrary]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for minor in family.minors.values():
        facts = [f for own in (minor.facts, *minor.releases.values()) for f in own.values()]
        facts.sort(key=lambda fact: fact.kind != "sonames")  # one of these speaks for many
        for fact in facts:
            for soname, component in _sonames(fact):
                found.setdefault((soname, component), {}).setdefault(minor.minor, fact.id)
    return [
        ReleaseLibrary(
            soname=soname,
            family=family.name,
            component=component,
            minors=tuple(minors),
            facts=tuple(minors.values()),
        )
        for (soname, component), minors in found.items()
    ]


def _sonames(fact: Fact) -> Iterator[tuple[str, str]]:
    if fact.overruled_by is None and fact.kind == "sonames":
        for component, soname in fact.mapping("libraries").items():
            yield soname, component
    if fact.overruled_by is None and fact.kind == "library-needs":
        for needs in fact.table("libraries").values():
            if "soname" in needs:
                yield needs["soname"], fact.text("component")


def _grouped(rows: Iterable[_Row]) -> dict[str, tuple[_Row, ...]]:
    """Rows by soname, in the order of the alphabet."""
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.soname, []).append(row)
    return {soname: tuple(found[soname]) for soname in sorted(found)}


def _stems(
    families: Iterable[Family],
    providers: Iterable[LibraryProvider],
    libraries: Iterable[ReleaseLibrary],
) -> dict[str, tuple[LibraryStem, ...]]:
    """The libraries of the families without version.

    Names that other makers use too stand only where the family calls them a component's.
    """
    found: dict[tuple[str, str], tuple[str | None, set[str]]] = {}
    shared = {f.id for _, f in _of_kind(families, "provides") if f.payload.get("shared-names")}
    for family in families:
        for stem, component in _components(family).items():
            found[family.name, stem] = (component, set())
    rows: list[tuple[str, str | None, str, bool]]
    rows = [(r.family, r.component, r.soname, False) for r in libraries]
    rows += [(r.family, r.component, r.soname, r.fact in shared) for r in providers]
    for name, component_name, soname, is_shared in rows:
        key = (name, stem_of(soname))
        if key in found:
            found[key][1].add(soname)
        elif not is_shared:
            found[key] = (component_name, {soname})
    stems: dict[str, list[LibraryStem]] = {}
    for (name, stem), (owner, sonames) in found.items():
        record = LibraryStem(
            stem=stem, family=name, component=owner, sonames=tuple(sorted(sonames))
        )
        stems.setdefault(stem, []).append(record)
    return {stem: tuple(stems[stem]) for stem in sorted(stems)}


def _releases(family: Family) -> Iterator[ReleaseTargets]:
    for minor in family.minors.values():
        for version in minor.releases:
            yield _targets(family, minor, version)


def _targets(family: Family, minor: MinorRelease, version: str) -> ReleaseTargets:
    facts = [f for f in minor.facts_of(version).values() if f.overruled_by is None]
    targets = [fact for fact in facts if fact.kind == "gpu-targets"]
    built = [fact for fact in facts if fact.kind == "gpu-targets-built"]
    covers = [fact for fact in facts if fact.kind == "architectures"]
    words = {form: _words(targets, form) for form in (*_FORMS, "deprecated")}
    only_on = {
        target: fact.words("architectures")
        for fact in targets
        if fact.words("architectures")
        for form in _FORMS
        for target in fact.words(form)
    }
    return ReleaseTargets(
        family=family.name,
        version=version,
        minor=minor.minor,
        is_preview=minor.stream == "preview" or any(map(_says_preview, facts)),
        covers=_words(covers, "covers"),
        real=words["real"],
        virtual=words["virtual"],
        specific=words["specific"],
        family_specific=words["family"],
        generic=words["generic"],
        deprecated=words["deprecated"],
        built=_words(built, "real"),
        only_on=only_on,
        facts=tuple(fact.id for fact in (*targets, *built)),
    )


def _words(facts: Iterable[Fact], key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for fact in facts for word in fact.words(key)))


def _says_preview(fact: Fact) -> bool:
    named = fact.kind == "trait" and fact.text("name") == "stream"
    return named and fact.text("value") == "preview"


def _dependencies(facts: Iterable[Fact]) -> dict[str, tuple[Dependencies, ...]]:
    found: dict[str, list[Dependencies]] = {}
    for fact in facts:
        extras = {name: tuple(text.split()) for name, text in fact.mapping("extras").items()}
        record = Dependencies(
            project=fact.text("project"),
            major=fact.text("major") or None,
            versions=fact.text("versions"),
            always=fact.words("projects"),
            extras=extras,
            fact=fact.id,
        )
        found.setdefault(record.project, []).append(record)
    return {project: tuple(rows) for project, rows in found.items()}


def _drivers(family: str, fact: Fact) -> Iterator[DriverLibrary]:
    for pattern in fact.words("patterns"):
        yield DriverLibrary(
            family=family,
            pattern=pattern,
            why=fact.text("why"),
            standing=fact.standing,
            fact=fact.id,
        )


def _compression(family: str, fact: Fact) -> BundleCompression:
    return BundleCompression(
        family=family,
        format=fact.text("format"),
        version=fact.text("version"),
        role=fact.text("role"),
        releases=fact.text("releases"),
        standing=fact.standing,
        fact=fact.id,
    )


def _threading(family: str, fact: Fact) -> ThreadingRuntime:
    return ThreadingRuntime(
        family=family,
        component=fact.text("component"),
        libraries=fact.words("libraries"),
        fact=fact.id,
    )


def _citation(fact: Fact, sources: Mapping[str, Source]) -> Citation:
    titles = tuple(sources[id_].title for id_ in fact.sources if id_ in sources)
    return Citation(
        says=wheel_sentence(fact), standing=fact.standing, sources=titles, read=fact.read
    )
