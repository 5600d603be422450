"""The facts about wheels as JSON, read back without building what nobody asks for.

Lists of words are kept once, each as one text, and records name them by number: the 18 policies
have 616 sets of symbol versions, of which 168 differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from planner.model.policies import Policy
from planner.model.sources import Fact, Standing
from planner.model.wheel_facts import (
    BundleCompression,
    Citation,
    Dependencies,
    DriverLibrary,
    ExternalGroup,
    FamilyNames,
    LibraryProvider,
    LibraryStem,
    MachineFacts,
    ReleaseLibrary,
    ReleaseTargets,
    ThreadingRuntime,
    WheelFacts,
)

if TYPE_CHECKING:
    from planner.model.gpus import GpuFacts
    from planner.model.hosts import HostFacts
    from planner.model.overlay import Overlay

_K = TypeVar("_K")
_V = TypeVar("_V")
Row = list[Any]
"""A record as JSON: its fields in a fixed order."""


class OnDemand(Mapping[_K, _V], Generic[_K, _V]):
    """A mapping whose values are made from rows when they are first asked for."""

    __slots__ = ("_made", "_make", "_rows")

    def __init__(self, rows: Mapping[_K, Any], make: Callable[[_K, Any], _V]) -> None:
        self._rows = rows
        self._make = make
        self._made: dict[_K, _V] = {}

    def __getitem__(self, key: _K) -> _V:
        if key not in self._made:
            self._made[key] = self._make(key, self._rows[key])
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[_K]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return repr(dict(self.items()))


class _Writer:
    """Lists of words, and the folders that hold libraries, each kept once."""

    def __init__(self) -> None:
        self.lists: dict[tuple[str, ...], int] = {}
        self.folders: dict[tuple[str | int | None, ...], int] = {}

    def words(self, words: tuple[str, ...]) -> int:
        return self.lists.setdefault(words, len(self.lists))

    def table(self, table: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
        return {name: self.words(words) for name, words in table.items()}


class _Reader:
    """The way back."""

    def __init__(self, lists: list[str], folders: list[Row]) -> None:
        self._lists = lists
        self.folders = folders
        self._read: dict[int, tuple[str, ...]] = {}

    def words(self, number: int) -> tuple[str, ...]:
        if number not in self._read:
            self._read[number] = tuple(self._lists[number].split("\n") if number else ())
        return self._read[number]

    def table(self, table: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
        return {name: self.words(number) for name, number in table.items()}


def wheel_facts_to_json(facts: WheelFacts) -> dict[str, object]:
    """The facts as plain JSON values; :func:`wheel_facts_from_json` gives equal facts back."""
    from planner.load.gpu_rows import gpu_facts_to_json, host_facts_to_json  # noqa: PLC0415
    from planner.model.overlay import overlay_to_json  # noqa: PLC0415

    out = _Writer()
    out.words(())  # number 0
    document: dict[str, object] = {
        "version": facts.version,
        "sha256": facts.sha256,
        "policies": {name: _policy_row(out, p) for name, p in facts.policies.items()},
        "providers": {
            soname: [_provider_row(out, row) for row in rows]
            for soname, rows in facts.providers.items()
        },
        "folders": list(map(list, out.folders)),
        "libraries": {
            soname: [[r.family, r.component, out.words(r.minors), out.words(r.facts)] for r in rows]
            for soname, rows in facts.release_libraries.items()
        },
        "stems": {
            stem: [[row.family, row.component, out.words(row.sonames)] for row in rows]
            for stem, rows in facts.stems.items()
        },
        "dependencies": {
            project: [
                [r.major, r.versions, out.words(r.always), out.table(r.extras), r.fact]
                for r in rows
            ]
            for project, rows in facts.dependencies.items()
        },
        "externals": [
            [g.name, out.words(g.patterns), out.words(g.projects), out.words(g.families), g.fact]
            for g in facts.externals
        ],
        "drivers": [[r.family, r.pattern, r.why, r.standing, r.fact] for r in facts.drivers],
        "releases": [_release_row(out, row) for row in facts.releases.values()],
        "compression": [
            [r.family, r.format, r.version, r.role, r.releases, r.standing, r.fact]
            for r in facts.compression
        ],
        "threading": [
            [row.family, row.component, out.words(row.libraries), row.fact]
            for row in facts.threading.values()
        ],
        "cited": {
            id_: [row.says, row.standing, out.words(row.sources), row.read]
            for id_, row in facts.cited.items()
        },
        **({} if facts.overlay is None else {"overlay": overlay_to_json(facts.overlay)}),
        "spelled": [[row.family, out.words(row.names), row.fact] for row in facts.spelled],
        "made-for": [[row.family, out.words(row.names), row.fact] for row in facts.made_for],
        "gpus": gpu_facts_to_json(facts.gpus),
        "hosts": host_facts_to_json(facts.hosts),
    }
    return {**document, "lists": ["\n".join(words) for words in out.lists]}


def _policy_row(out: _Writer, policy: Policy) -> Row:
    symbols = {arch: out.table(sets) for arch, sets in policy.symbols.items()}
    return [
        policy.libc,
        policy.version,
        out.words(policy.aliases),
        policy.pep,
        policy.priority,
        out.words(policy.libraries),
        symbols,
        out.table(policy.denied),
        _fact_row(policy.fact),
    ]


def _fact_row(fact: Fact) -> Row:
    return [
        fact.id,
        fact.kind,
        fact.standing,
        list(fact.sources),
        fact.read,
        dict(fact.payload),
        fact.evidence,
        fact.note,
        fact.overruled_by,
        fact.file,
        fact.line,
    ]


def _provider_row(out: _Writer, row: LibraryProvider) -> Row:
    folder = (
        row.family,
        row.project,
        row.major,
        row.directory,
        row.below,
        out.words(row.architectures),
        row.fact,
    )
    return [out.folders.setdefault(folder, len(out.folders)), row.component, row.versions]


def _release_row(out: _Writer, row: ReleaseTargets) -> Row:
    return [
        row.family,
        row.version,
        row.minor,
        row.is_preview,
        out.table(row.only_on),
        out.words(row.covers),
        out.words(row.real),
        out.words(row.virtual),
        out.words(row.specific),
        out.words(row.family_specific),
        out.words(row.generic),
        out.words(row.deprecated),
        out.words(row.built),
        out.words(row.facts),
    ]


def wheel_facts_from_json(document: Mapping[str, Any]) -> WheelFacts:
    """The facts that :func:`wheel_facts_to_json` wrote.

    :raises KeyError, TypeError, ValueError: for anything else, as far as it is looked at.
    """
    back = _Reader(document["lists"], document["folders"])
    return WheelFacts(
        policies=OnDemand(document["policies"], lambda name, row: _policy(back, name, row)),
        providers=OnDemand(
            document["providers"],
            lambda soname, rows: tuple(_provider(back, soname, row) for row in rows),
        ),
        release_libraries=OnDemand(
            document["libraries"],
            lambda soname, rows: tuple(_library(back, soname, row) for row in rows),
        ),
        stems=OnDemand(
            document["stems"], lambda stem, rows: tuple(_stem(back, stem, row) for row in rows)
        ),
        dependencies=OnDemand(
            document["dependencies"],
            lambda project, rows: tuple(_dependencies(back, project, row) for row in rows),
        ),
        externals=tuple(_external(back, row) for row in document["externals"]),
        drivers=tuple(_driver(row) for row in document["drivers"]),
        releases=OnDemand(
            {(row[0], row[1]): row for row in document["releases"]},
            lambda _, row: _release(back, row),
        ),
        compression=tuple(_compression(row) for row in document["compression"]),
        threading={(row[0], row[1]): _threading(back, row) for row in document["threading"]},
        cited=OnDemand(document["cited"], lambda _, row: _citation(back, row)),
        version=document["version"],
        sha256=document["sha256"],
        overlay=_overlay(document),
        spelled=tuple(_names(back, row) for row in document["spelled"]),
        made_for=tuple(_names(back, row) for row in document["made-for"]),
        machines=MachineFacts(lambda: _machines(document["gpus"], document["hosts"])),
    )


def _overlay(document: Mapping[str, Any]) -> Overlay | None:
    if "overlay" not in document:
        return None
    from planner.model.overlay import overlay_from_json  # noqa: PLC0415

    return overlay_from_json(document["overlay"])


def _machines(gpus: Mapping[str, Any], hosts: Mapping[str, Any]) -> tuple[GpuFacts, HostFacts]:
    from planner.load.gpu_rows import gpu_facts_from_json, host_facts_from_json  # noqa: PLC0415

    return gpu_facts_from_json(gpus), host_facts_from_json(hosts)


def _policy(back: _Reader, name: str, row: Row) -> Policy:
    libc, version, aliases, pep, priority, libraries, symbols, denied, fact = row
    return Policy(
        name=name,
        libc=libc,
        version=version,
        aliases=back.words(aliases),
        pep=pep,
        priority=priority,
        libraries=back.words(libraries),
        symbols=OnDemand(symbols, lambda _, sets: back.table(sets)),
        denied=back.table(denied),
        fact=_fact(fact),
    )


def _fact(row: Row) -> Fact:
    id_, kind, standing, sources, read, payload, evidence, note, overruled_by, file, line = row
    return Fact(
        id=id_,
        kind=kind,
        standing=Standing(standing),
        sources=tuple(sources),
        read=read,
        payload={k: tuple(v) if isinstance(v, list) else v for k, v in payload.items()},
        evidence=evidence,
        note=note,
        overruled_by=overruled_by,
        file=file,
        line=line,
    )


def _provider(back: _Reader, soname: str, row: Row) -> LibraryProvider:
    folder, component, versions = row
    family, project, major, directory, below, architectures, fact = back.folders[folder]
    return LibraryProvider(
        soname=soname,
        family=family,
        component=component,
        project=project,
        major=major,
        versions=versions,
        directory=directory,
        below=below,
        architectures=back.words(architectures),
        fact=fact,
    )


def _library(back: _Reader, soname: str, row: Row) -> ReleaseLibrary:
    family, component, minors, facts = row
    return ReleaseLibrary(
        soname=soname,
        family=family,
        component=component,
        minors=back.words(minors),
        facts=back.words(facts),
    )


def _stem(back: _Reader, stem: str, row: Row) -> LibraryStem:
    family, component, sonames = row
    return LibraryStem(stem=stem, family=family, component=component, sonames=back.words(sonames))


def _dependencies(back: _Reader, project: str, row: Row) -> Dependencies:
    major, versions, always, extras, fact = row
    return Dependencies(
        project=project,
        major=major,
        versions=versions,
        always=back.words(always),
        extras=back.table(extras),
        fact=fact,
    )


def _external(back: _Reader, row: Row) -> ExternalGroup:
    name, patterns, projects, families, fact = row
    return ExternalGroup(
        name=name,
        patterns=back.words(patterns),
        projects=back.words(projects),
        families=back.words(families),
        fact=fact,
    )


def _driver(row: Row) -> DriverLibrary:
    family, pattern, why, standing, fact = row
    return DriverLibrary(
        family=family, pattern=pattern, why=why, standing=Standing(standing), fact=fact
    )


def _release(back: _Reader, row: Row) -> ReleaseTargets:
    family, version, minor, is_preview, only_on, *numbers = row
    covers, real, virtual, specific, family_specific, generic, deprecated, built, facts = map(
        back.words, numbers
    )
    return ReleaseTargets(
        family=family,
        version=version,
        minor=minor,
        is_preview=is_preview,
        covers=covers,
        real=real,
        virtual=virtual,
        specific=specific,
        family_specific=family_specific,
        generic=generic,
        deprecated=deprecated,
        built=built,
        only_on=back.table(only_on),
        facts=facts,
    )


def _compression(row: Row) -> BundleCompression:
    family, format_, version, role, releases, standing, fact = row
    return BundleCompression(
        family=family,
        format=format_,
        version=version,
        role=role,
        releases=releases,
        standing=Standing(standing),
        fact=fact,
    )


def _threading(back: _Reader, row: Row) -> ThreadingRuntime:
    family, component, libraries, fact = row
    return ThreadingRuntime(
        family=family, component=component, libraries=back.words(libraries), fact=fact
    )


def _names(back: _Reader, row: Row) -> FamilyNames:
    family, names, fact = row
    return FamilyNames(family=family, names=back.words(names), fact=fact)


def _citation(back: _Reader, row: Row) -> Citation:
    says, standing, sources, read = row
    return Citation(says=says, standing=Standing(standing), sources=back.words(sources), read=read)
