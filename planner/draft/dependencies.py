"""What a project's dependencies say: accelerators, their releases, and what is linked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from packaging.requirements import InvalidRequirement, Requirement

from planner.draft.records import Wish, Wishes
from planner.draft.spellings import Speller
from planner.model.projects import Needed, Stated
from planner.model.versions import range_contains
from planner.solve.rows import Release, Tables
from planner.verifier.requirements import marker_applies, normalised

_PYTHONS = tuple(f"3.{minor}" for minor in range(9, 16))
"""Stand for any Python when a marker is asked."""
_NOT_SHIPPED = re.compile(
    r"(all|tests?|testing|dev(el(op(ment)?)?)?|docs?|lint|typing|types|style|qa|ci|bench(marks?)?"
    r"|examples?|notebooks?|build)$"
)
"""Extras that a project's own workshop uses."""


@dataclass(slots=True)
class _Found:
    """What the dependencies of one group say about one family and major ("" for not said)."""

    admitted: list[frozenset[str]] = field(default_factory=list)
    release: str = ""
    links: dict[str, None] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)


class Dependencies:
    """Reads dependencies by the facts: which project belongs to which family and release."""

    def __init__(self, speller: Speller, tables: Tables) -> None:
        self.speller = speller
        self.tables = tables
        pins = [
            (pin.project, release, component, pin)
            for family in tables.families.values()
            for release in family.releases
            for component, pin in release.components.items()
            if not release.preview
        ]
        # What a release takes from others (tbb for MKL) is of use to others, too.
        companions = {project for project, _, _, pin in pins if pin.range}
        self._pins: dict[str, list[tuple[Release, str, str]]] = {}
        for project, release, component, pin in pins:
            if project not in companions:
                self._pins.setdefault(project, []).append((release, component, pin.version))
        self._majors: dict[str, tuple[str, str, str | None]] = {}
        for provider in (row for rows in speller.facts.providers.values() for row in rows):
            is_own = provider.major is not None or provider.project not in companions
            if provider.component is not None and is_own:
                known = (provider.family, provider.major or "", provider.component)
                self._majors.setdefault(provider.project, known)

    def wishes(self, needed: tuple[Needed, ...]) -> Wishes:
        """The kinds of wheels that dependencies speak of, one group of dependencies after the
        other; those of the project's own workshop are passed over and noted."""
        found: dict[str, dict[tuple[str, str], _Found]] = {}
        notes: list[str] = []
        for row in needed:
            try:
                requirement = Requirement(row.text)
            except InvalidRequirement:
                notes.append(f"{row.place}: {row.text!r} is no dependency that can be read")
                continue
            if requirement.marker and not _on_linux(str(requirement.marker)):
                continue
            own = row.group and _NOT_SHIPPED.match(row.group.lower())
            for key, what in self._projects(requirement):
                if own:
                    notes.append(f"{row.place}: {what} is not used: such an extra ships nothing")
                    break
                group = found.setdefault(row.group, {}).setdefault(key, _Found())
                self._add(group, key, requirement, what, row)
        wishes = [wish for group, rows in found.items() for wish in self._group(group, rows)]
        return Wishes(wishes=tuple(wishes), notes=tuple(notes))

    def named(self, name: Stated | None) -> Wishes:
        """The release that the project's own name speaks of: ``mylib-cu12``."""
        if name is None:
            return Wishes()
        return Wishes(
            wishes=tuple(
                Wish(families={family: whole_major(release)}, because=(str(name.place),))
                for family, release in self.speller.releases(name.value)
                if release
            )
        )

    def indexes(self, indexes: tuple[Stated, ...]) -> Wishes:
        """The releases that addresses of package indexes speak of: ``.../whl/cu128``."""
        found = {
            (family, release): Wish(
                families={family: whole_major(release)},
                because=(f"{row.place} {_shown_index(row.value)}",),
            )
            for row in reversed(indexes)
            for family, release in self.speller.releases(row.value.rstrip("/").rpartition("/")[2])
            if release
        }
        return Wishes(wishes=tuple(reversed(found.values())))

    def _projects(self, requirement: Requirement) -> Iterator[tuple[tuple[str, str], str]]:
        """Family and major of a requirement, with the project that says so."""
        name = normalised(requirement.name)
        keys: dict[tuple[str, str], str] = {}
        for family, release in self._of_project(name):
            keys[family, release] = name
        words = [*map(normalised, sorted(requirement.extras)), *_local_versions(requirement)]
        for word in words:
            for family, release in self.speller.releases(word):
                keys[family, release] = f"{name} ({word})"
        said = {family for family, release in keys if release}
        yield from ((key, what) for key, what in keys.items() if key[1] or key[0] not in said)

    def _of_project(self, name: str) -> list[tuple[str, str]]:
        """Families and majors of a project: as releases pin it, as its wheels hold libraries, as
        what it pulls in, as its name says, as the facts name it."""
        if name in self._pins:
            family = self._pins[name][0][0].family
            majors = {row[0].version.partition(".")[0] for row in self._pins[name]}
            return [(family, majors.pop() if len(majors) == 1 else "")]
        if name in self._majors:
            family, major, _ = self._majors[name]
            return [(family, major)]
        found = list(self._of_metapackage(name)) or list(self.speller.releases(name))
        made = self.speller.made_for(name)
        return found or ([(made[0], "")] if made else [])

    def _of_metapackage(self, name: str) -> Iterator[tuple[str, str]]:
        rows = self.speller.facts.dependencies.get(name, ())
        pulled = {p for row in rows for p in (*row.always, *sum(row.extras.values(), ()))}
        families = {self._pins[p][0][0].family for p in pulled if p in self._pins}
        yield from ((family, "") for family in sorted(families))

    def _add(
        self, found: _Found, key: tuple[str, str], requirement: Requirement, what: str, row: Needed
    ) -> None:
        family, release = key
        found.release = release
        name = normalised(requirement.name)
        specifier = re.sub(r"\+[^,]*", "", str(requirement.specifier))
        pins = self._pins.get(name, [])
        if pins:
            admitted = [r for r, _, pin in pins if not specifier or range_contains(specifier, pin)]
            found.admitted.append(frozenset(r.version for r in admitted))
        elif name in self.speller.facts.dependencies and specifier:
            known = self.speller.vocabulary.releases[family]
            rows = frozenset(v for v in known if range_contains(specifier, v))
            found.admitted.append(rows)
        found.links.update(dict.fromkeys(self._links(family, name, requirement.extras)))
        made = self.speller.made_for(name)
        at = f"{row.place.file}:{row.place.line}" if row.place.line else row.place.file
        cited = f"{what} ({made[1]})" if made and what == name else what
        names = found.places.setdefault(row.place.what, [at])
        if cited not in names:
            names.append(cited)

    def _links(self, family: str, name: str, extras: set[str]) -> Iterator[str]:
        """The components that a dependency brings, where each of its libraries is of one."""
        facts, parts = self.speller.facts, self.tables.families[family].parts
        wanted = tuple(extra.lower() for extra in extras)
        for project in sorted(facts.projects_of(name, wanted)) if extras else [name]:
            components = {row[1] for row in self._pins.get(project, ())}
            if not components and project in self._majors:
                components = {self._majors[project][2] or ""}
            if len(components) == 1 and (only := components.pop()) in parts:
                yield only

    def _group(self, group: str, rows: Mapping[tuple[str, str], _Found]) -> Iterator[Wish]:
        """Wishes of one group: one for all its families where each has one release."""
        said = {family for family, release in rows if release}
        kept = {k: f for k, f in rows.items() if k[1] or k[0] not in said}
        wishes = [
            Wish(
                families={family: self._spec(family, found)},
                because=_places(found),
                links=tuple(found.links),
                extra=group,
            )
            for (family, _), found in kept.items()
        ]
        families = [family for family, _ in kept]
        if len(wishes) > 1 and len(set(families)) == len(families):
            yield Wish(
                families={f: spec for wish in wishes for f, spec in wish.families.items()},
                because=tuple(place for wish in wishes for place in wish.because),
                links=() if not all(w.links for w in wishes) else _all_links(wishes),
                extra=group,
            )
            return
        yield from wishes

    def _spec(self, family: str, found: _Found) -> str:
        """The releases that the dependencies admit, as a specifier."""
        sets = [rows for rows in found.admitted if rows]
        admitted = frozenset.intersection(*sets) if sets else frozenset()
        if not admitted:
            return whole_major(found.release)
        known = [r.version for r in self.tables.families[family].releases if not r.preview]
        newest = next(version for version in known if version in admitted)
        major = newest.partition(".")[0]
        own = [version for version in known if version.partition(".")[0] == major]
        if newest != own[0]:
            return _minor(newest)
        listed = {r.version for rows in self._pins.values() for r, _, _ in rows}
        first = _minor([version for version in own if version in listed or not listed][-1])
        oldest = _minor([version for version in own if version in admitted][-1])
        return f"{major}.*" if oldest == first else f">={oldest},<{int(major) + 1}"


def whole_major(release: str) -> str:
    """A major as the specifier for all of its releases: ``12.*`` of ``12``; others as they are."""
    return f"{release}.*" if release.isdigit() else release


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _shown_index(address: str) -> str:
    """The end of an address that names the accelerator; what stands before may hold passwords."""
    return f".../{address.rstrip('/').rpartition('/')[2]}"


def _all_links(wishes: list[Wish]) -> tuple[str, ...]:
    return tuple(link for wish in wishes for link in wish.links)


def _local_versions(requirement: Requirement) -> list[str]:
    """The local parts of the versions that a requirement names: ``cu124`` of ``2.5.1+cu124``."""
    found = [spec.version.partition("+")[2] for spec in requirement.specifier]
    return [word for word in found if word]


def _on_linux(marker: str) -> bool:
    return any(marker_applies(marker, arch, _PYTHONS) for arch in ("x86_64", "aarch64"))


def _places(found: _Found) -> tuple[str, ...]:
    """``pyproject.toml:12: dependencies: a, b`` for each place."""
    return tuple(f"{at}: {what}: {', '.join(names)}" for what, (at, *names) in found.places.items())
