"""Declared projects whose libraries the facts do not know: which of them may bring a library."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from planner.model.wheel_facts import SITE_PACKAGES, WheelFacts, stem_of
from planner.model.wheels import ElfFile
from planner.verifier.context import Context
from planner.verifier.requirements import normalised

_SEPARATORS = re.compile(r"[-_.+]+")
_PREFIX = re.compile(r"^(?:py|lib)+(?=[a-z])")
_ORIGIN = re.compile(r"^\$(?:ORIGIN|\{ORIGIN\})(?:/|$)")
_EMPTY = frozenset({"bin", "lib", "lib64", "libs", "py", "python"})
_SHORTEST = 3  # letters that two names must share; fewer are chance
_KEY = 2  # first letters by which projects are looked up
_MOST = 256  # projects that are looked at; nobody declares more and means it
_MANY = 5  # projects of one first word, releases aside: more than parts of one


class Unknown(NamedTuple):
    """The declared projects of a wheel of which no fact says what they hold.

    ``akin`` are those named like the wheel itself: parts of one project, cut into several.
    ``known`` are projects and folders that the facts know, ``words`` tell no project from another,
    ``own`` are the wheel's folders, ``by_start`` the projects by the first letters of their words.
    """

    projects: tuple[str, ...]
    akin: tuple[str, ...]
    known: frozenset[str]
    words: frozenset[str]
    own: frozenset[str]
    by_start: Mapping[str, tuple[str, ...]]

    def named_like(self, library: str) -> tuple[str, ...]:
        """The projects that are named like a library."""
        wanted = _words(stem_of(library), frozenset())
        starts = {wanted[0][:_KEY], "".join(wanted)[:_KEY]} if wanted else set()
        near = {project for start in starts for project in self.by_start.get(start, ())}
        named = {project for project in near if is_named_like(library, project, self.words)}
        return tuple(project for project in self.projects if project in named) if named else ()

    def may_bring(self, file: ElfFile, library: str) -> tuple[str, ...]:
        """The projects that may bring a library to a file; none where nothing points to one.

        A name like the library's points to a project, then the folder that the file looks in, then
        a name like the wheel's.
        """
        return self.named_like(library) or self._looked_for(file) or self.akin

    def _looked_for(self, file: ElfFile) -> tuple[str, ...]:
        """The projects whose folders a file's search paths name; all where none is named so."""
        folders = foreign_folders(file, self.own) - self.known if self.projects else frozenset()
        named = tuple(p for p in self.projects if any(are_akin(p, f, self.words) for f in folders))
        return named or (self.projects if folders else ())


def unknown_projects(context: Context) -> Unknown:
    """The declared projects that the facts know nothing of, in order."""
    facts = context.facts
    known = known_projects(facts) | {normalised(context.wheel.name)}
    declared = (*context.declared.versions, *context.declared.brought)
    projects = tuple(project for project in dict.fromkeys(declared) if project not in known)[:_MOST]
    words = release_words(facts)
    words |= vendor_words(known, words)
    akin = tuple(project for project in projects if are_akin(project, context.wheel.name, words))
    own = frozenset(_installed(entry.path).partition("/")[0] for entry in context.wheel.entries)
    by_start = _by_start(projects, words)
    return Unknown(projects, akin, known | known_folders(facts), words, own, by_start)


def _by_start(projects: tuple[str, ...], words: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for project in projects:
        parts = _words(project, words)
        for part in (*parts, "".join(parts)):
            found.setdefault(part[:_KEY], {})[project] = None
    return {start: tuple(named) for start, named in found.items()}


def known_projects(facts: WheelFacts) -> frozenset[str]:
    """The projects of which some fact says what they hold or bring."""
    found = {row.project for rows in facts.providers.values() for row in rows}
    found.update(facts.dependencies)
    found.update(project for group in facts.externals for project in group.projects)
    return frozenset(found)


def known_folders(facts: WheelFacts) -> frozenset[str]:
    """The folders below site-packages that projects of the facts share (``nvidia``)."""
    rows = (row for rows in facts.providers.values() for row in rows)
    return frozenset(
        normalised(row.directory.partition("/")[0]) for row in rows if row.below == SITE_PACKAGES
    )


def foreign_folders(file: ElfFile, own: frozenset[str]) -> frozenset[str]:
    """The folders of other projects that a file's search paths name, as project names."""
    start = posixpath.dirname(_installed(file.path))
    found = set()
    for path in file.search_path:
        if match := _ORIGIN.match(path):
            folder = posixpath.normpath(posixpath.join(start, path[match.end() :]))
            found.add(folder.partition("/")[0])
    others = (normalised(name) for name in found - own if not name.endswith((".", ".libs")))
    return frozenset(name for name in others if name not in _EMPTY)


def _installed(path: str) -> str:
    """Where a file of a wheel lies below site-packages, in whatever scheme it is packed."""
    first, _, rest = path.partition("/")
    scheme, _, below = rest.partition("/")
    return below if first.endswith(".data") and scheme in ("purelib", "platlib") else path


def release_words(facts: WheelFacts) -> frozenset[str]:
    """The words that names of projects have before a release (``cu`` of ``cu12``)."""
    return frozenset(word for row in facts.spelled for word in row.names)


def vendor_words(projects: Iterable[str], words: frozenset[str]) -> frozenset[str]:
    """The words that names of many projects begin with, as ``intel``: those have no more in common
    than their vendor."""
    names = {_words(project, words) for project in projects}
    first = Counter(name[0] for name in names if name)
    return frozenset(word for word, count in first.items() if count >= _MANY)


def is_named_like(library: str, project: str, words: frozenset[str]) -> bool:
    """Whether a project is named like a library: ``librmm-cu12`` like ``librmm.so``."""
    wanted = _words(stem_of(library), frozenset())
    parts = _words(project, words)
    if not wanted or not parts:
        return False
    name, whole = "".join(wanted), "".join(parts)
    if set(wanted) <= set(parts) or _begins(name, whole):
        return True
    return any(_begins(part, name) and len(part) < 2 * len(name) for part in (*parts, whole))


def are_akin(project: str, other: str, words: frozenset[str]) -> bool:
    """Whether two projects are named like parts of one: ``pylibraft-cu12`` and ``libraft-cu12``."""
    one, two = _words(project, words), _words(other, words)
    if not one or not two:
        return False
    return _begins(one[0], two[0]) or _begins(two[0], one[0])


def _begins(name: str, start: str) -> bool:
    return len(start) >= _SHORTEST and name.startswith(start)


@lru_cache(maxsize=4096)
def _words(name: str, left_out: frozenset[str]) -> tuple[str, ...]:
    """The words of a name that tell it from others, each once: ``raft`` of ``pylibraft-cu12``."""
    releases = _releases(left_out)
    parts = (part for part in _SEPARATORS.split(name.lower()) if part not in _EMPTY)
    kept = (_PREFIX.sub("", part) for part in parts if not releases.fullmatch(part))
    return tuple(dict.fromkeys(part for part in kept if part))


@cache
def _releases(words: frozenset[str]) -> re.Pattern[str]:
    """Parts of a name that tell a release only: ``cu12``, ``cuda12x``, ``7``."""
    return re.compile(rf"(?:{'|'.join(map(re.escape, sorted(words))) or '(?!)'})?\d*x?")
