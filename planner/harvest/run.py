"""Runs a harvest: finds what the index has and the facts lack, reads it, and says what to write."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from planner.artifacts.elf.head import Names, names_by_hash
from planner.audit.evidence import Evidence
from planner.audit.vendor import Vendor
from planner.audit.version_names import version_names
from planner.errors import Problem
from planner.harvest.found import Ground
from planner.harvest.libraries import brought_up
from planner.harvest.minor_files import (
    Composed,
    Tasks,
    Template,
    new_minor,
    one_more,
    projects_of,
    template_of,
)
from planner.harvest.offers import Offer, offers
from planner.harvest.plugin_wheels import unread_wheels
from planner.harvest.records import Fate, Harvest, HarvestedFact, HarvestedRelease
from planner.harvest.release_facts import survey
from planner.harvest.rows import Read
from planner.harvest.workspace import FAMILY, LIBRARIES, Workspace
from planner.index.errors import MissingError, RemoteError
from planner.load.documents import Document, inner, text, words
from planner.model.accelerators import Family
from planner.model.vendor_files import RELEASES
from planner.model.versions import version_key

_NUMBERED = re.compile(r"(.+\.so\.)(\d{1,4})", re.ASCII)
_TITLE = (
    "Wheels of the vendor on the package index, read by mlplan facts harvest; each fact's evidence "
    "names the file and its member"
)

Progress = Callable[[str, int, int], None]
"""Called with the fact that was read, how many are, and how many there are of the release."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """How to read: ``day`` is today (YYYY-MM-DD); ``may_run``: the vendor's programs may be run;
    ``may_read_whole``: members may be read whole, however large they are."""

    day: str
    threads: int = 1
    may_run: bool = True
    may_read_whole: bool = False
    progress: Progress | None = None


def harvest(root: Path, family: str, vendor: Vendor, settings: Settings) -> Harvest:
    """What a family's data folder would gain; nothing is written (see ``write_changes``).

    :raises UsageError: where there is no such family.
    :raises DataError: where the facts of the folder are not in order.
    """
    start = replace(vendor.traffic)
    with tempfile.TemporaryDirectory(prefix="mlplan-") as copy:
        found = _Run(Workspace(root, family, Path(copy)), family, vendor, settings).harvested()
    after = vendor.traffic
    return replace(
        found,
        received=after.received - start.received,
        cached=after.cached - start.cached,
        requests=after.requests - start.requests,
    )


class _Run:
    """One family in a workspace."""

    def __init__(self, space: Workspace, family: str, vendor: Vendor, settings: Settings) -> None:
        self._space = space
        self._family: Family = space.facts.families[family]
        self._evidence = Evidence(
            vendor=vendor,
            names=with_successors(version_names(space.facts)),
            may_run=settings.may_run,
            may_read_whole=settings.may_read_whole,
        )
        self._settings = settings
        self._source = f"harvest-{settings.day}"

    def harvested(self) -> Harvest:
        """The family's new releases, or why none could be looked for."""
        family, where = self._family, self._family.vendor_files.get(RELEASES)
        project = "" if where is None else where.project or ""
        try:
            if not project:
                return self._without_list()
            files = self._evidence.vendor.wheels(project)
        except RemoteError as error:
            unreadable = not isinstance(error, MissingError)
            asked = f"the index was asked for {project or 'wheels of partners'}"
            why = f"{asked}: {error}"
            return Harvest(family=family.name, project=project, why=why, is_unreadable=unreadable)
        known = {minor.minor: tuple(minor.releases) for minor in family.minors.values()}
        wanted, passed = offers(files, known)
        releases = [
            release
            for minor, group in groupby(wanted, key=lambda offer: offer.minor)
            for release in self._minor(minor, list(group), project)
        ]
        releases += self._lost(releases)
        changes = self._space.changes() if any(one.is_written for one in releases) else ()
        return Harvest(
            family=family.name,
            project=project,
            releases=tuple(releases),
            passed=tuple(passed),
            changes=changes,
        )

    def _without_list(self) -> Harvest:
        """What can be said of a family whose releases no project lists."""
        return Harvest(
            family=self._family.name,
            why=f"no project on the index has a version for each release of {self._family.title}; "
            "new ones are written by hand",
            unread=unread_wheels(self._family, self._evidence.vendor),
        )

    def _lost(self, releases: Sequence[HarvestedRelease]) -> list[HarvestedRelease]:
        """Minor releases that ``order`` names, without a file and without a release found."""
        named = {release.file for release in releases}
        return [
            HarvestedRelease(
                release=minor,
                file=self._space.name(f"{minor}.yaml"),
                why="order names it, it has no file, and the index has no release of it",
            )
            for minor in self._space.lost
            if self._space.name(f"{minor}.yaml") not in named
        ]

    def _minor(self, minor: str, group: list[Offer], project: str) -> list[HarvestedRelease]:
        """The releases of one minor release, each read; written where the facts stay in order."""
        name = f"{minor}.yaml"
        template = self._template(minor)
        if template is None:
            why = "the facts have no older release to go by"
            return [self._failed(offer, why) for offer in group]
        projects = projects_of(template, self._family)
        grounds, results = [], []
        for offer in group:
            try:
                grounds.append(survey(self._family, offer, project, projects, self._evidence))
            except RemoteError as error:
                unreadable = not isinstance(error, MissingError)
                results.append(self._failed(offer, str(error), is_unreadable=unreadable))
        if self._space.has(name):
            results += [one for ground in grounds for one in self._written([ground], template)]
        elif grounds:
            results += self._written(grounds, template)
        return sorted(results, key=lambda release: version_key(release.release))

    def _failed(self, offer: Offer, why: str, *, is_unreadable: bool = False) -> HarvestedRelease:
        file = self._space.name(f"{offer.minor}.yaml")
        return HarvestedRelease(
            release=offer.release, file=file, why=why, is_unreadable=is_unreadable
        )

    def _template(self, minor: str) -> Template | None:
        """The newest release that is not newer than a minor release."""
        older = [m for m in self._space.minors() if version_key(m) <= version_key(minor)]
        if not older:
            return None
        return template_of(self._space.document(f"{max(older, key=version_key)}.yaml"))

    def _written(self, grounds: list[Ground], template: Template) -> list[HarvestedRelease]:
        """Releases of one minor release, written in the workspace; put back where they break it."""
        release = grounds[-1].release.version
        minor = ".".join(release.split(".")[:2])
        name, before = f"{minor}.yaml", self._space.snapshot()
        composed = self._composed(minor, name, grounds, template)
        self._space.put(name, composed.document)
        self._put_family(minor)
        problems = [_shown(problem) for problem in self._space.problems()]
        lost: list[HarvestedFact] = []
        if problems:
            self._space.restore(before)
        else:
            lost = self._put_libraries(grounds, composed)
        origin = template.release if name in before else template.minor
        return [
            HarvestedRelease(
                release=version,
                file=self._space.name(name),
                template=origin,
                facts=(*composed.facts[version], *(lost if version == release else ())),
                why="; ".join(problems),
            )
            for version in (ground.release.version for ground in grounds)
        ]

    def _composed(
        self, minor: str, name: str, grounds: list[Ground], template: Template
    ) -> Composed:
        if self._space.has(name):
            return one_more(self._space.document(name), grounds[0], self._source, self._run)
        return new_minor(minor, template, grounds, self._source, self._run)

    def _run(self, tasks: Tasks) -> list[Read]:
        done, progress = 0, self._settings.progress

        def read(task: Callable[[], Read]) -> Read:
            nonlocal done
            found = task()
            done += 1
            if progress is not None:
                progress(found.fact.id, done, len(tasks))
            return found

        with ThreadPoolExecutor(self._settings.threads) as pool:
            return list(pool.map(read, tasks))

    def _put_family(self, minor: str) -> None:
        """``family.yaml`` with the minor release in its order and the source of what was read."""
        document = self._space.document(FAMILY)
        order = list(words(document, "order"))
        if minor not in order:
            newer = [m for m in order if version_key(m) > version_key(minor)]
            order.insert(order.index(newer[0]) if newer else len(order), minor)
        sources = inner(document, "sources")
        row: Document = {"title": _TITLE, "kind": "measured", "read": self._settings.day}
        document.update(order=[*order], sources={**sources, self._source: row})
        self._space.put(FAMILY, document)

    def _put_libraries(self, grounds: list[Ground], composed: Composed) -> list[HarvestedFact]:
        """Bring ``libraries.yaml`` up to these releases, unless that breaks a rule; the facts that
        could not be brought up."""
        if not self._space.has(LIBRARIES):
            return []
        before, lost = self._space.snapshot(), []
        has_changed = False
        for ground in grounds:
            document = self._space.document(LIBRARIES)
            versions = _versions_read(composed.document, ground.release.version)
            brought = brought_up(inner(document, "facts"), ground, versions, self._source)
            lost += [self._unread(*one) for one in brought.unread.items()]
            if brought.changed:
                has_changed = True
                self._space.put(LIBRARIES, {**document, "facts": brought.facts})
        problems = self._space.problems() if has_changed else []
        if problems:
            self._space.restore(before)
        return [*lost, *(self._broken(problem) for problem in problems)]

    def _unread(self, local_id: str, error: RemoteError) -> HarvestedFact:
        return HarvestedFact(
            id=f"{self._family.name}/{local_id}",
            kind=text(inner(inner(self._space.document(LIBRARIES), "facts"), local_id), "kind"),
            fate=Fate.UNPROVED,
            why=str(error),
            is_lacking=True,
            is_unreadable=not isinstance(error, MissingError),
        )

    def _broken(self, problem: Problem) -> HarvestedFact:
        return HarvestedFact(
            id=problem.path or f"{self._family.name}/{LIBRARIES}",
            kind=LIBRARIES.partition(".")[0],
            fate=Fate.UNPROVED,
            why=f"{LIBRARIES} was left as it is: {_shown(problem)}",
            is_lacking=True,
        )


def with_successors(names: Names) -> Names:
    """Known version names by hash, and those that end in the next number: vendors use sonames as
    versions, and a new major release counts them up."""
    matches = filter(None, map(_NUMBERED.fullmatch, names.values()))
    return {**names_by_hash(f"{match[1]}{int(match[2]) + 1}" for match in matches), **names}


def _versions_read(document: Document, release: str) -> Mapping[str, str]:
    """Versions of the projects in which a release's libraries were read."""
    own = inner(inner(document, "releases"), release)
    found: dict[str, str] = {}
    for fact in own.values():
        for row in inner(fact, "libraries").values() if isinstance(fact, dict) else ():
            if isinstance(row, dict) and text(row, "project"):
                found[text(row, "project")] = text(row, "version")
    return found


def _shown(problem: Problem) -> str:
    """A problem on one line."""
    return " ".join(str(problem).split())
