"""``libraries.yaml`` brought up to a release: which libraries its projects hold, and what they
require. A range that ends before the new version is extended where nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from planner.audit.evidence import LINUX
from planner.audit.sonames import folder_of, is_below_prefix
from planner.harvest.found import Ground
from planner.harvest.requirements import Required, required_by
from planner.index.errors import MissingError, RemoteError
from planner.load.documents import Document, Plain, inner, text, words
from planner.model.versions import range_contains, version_key


@dataclass(frozen=True, kw_only=True, slots=True)
class Brought:
    """The facts of the file as they are now, which changed, and which could not be brought up."""

    facts: Document
    changed: tuple[str, ...]
    unread: Mapping[str, RemoteError]


class _Libraries:
    """The facts of a file under way; ``versions`` are those of the projects by name."""

    def __init__(
        self, facts: Document, ground: Ground, versions: Mapping[str, str], source: str
    ) -> None:
        self.facts = dict(facts)
        self.ground = ground
        self.versions = versions
        self.source = source
        self.changed: list[str] = []
        self.unread: dict[str, RemoteError] = {}

    def of_kind(self, kind: str) -> Iterator[tuple[str, Document]]:
        """Facts of a kind that hold for the release's major version."""
        major = self.ground.release.version.partition(".")[0]
        for local_id, fact in list(self.facts.items()):
            if (
                isinstance(fact, dict)
                and fact.get("kind") == kind
                and text(fact, "major") in ("", major)
            ):
                yield local_id, fact

    def replace(self, local_id: str, **fields: Plain) -> None:
        """Change a fact, which rests on what was read now, too."""
        fact = {**inner(self.facts, local_id), **fields}
        known = words(fact, "source")
        fact["source"] = [*known, *([self.source] if self.source not in known else [])]
        self.facts[local_id] = fact
        self.changed.append(local_id)

    def insert(self, behind: str, local_id: str, fact: Document) -> None:
        """A new fact behind another one."""
        rows = list(self.facts.items())
        place = list(self.facts).index(behind) + 1
        self.facts = dict([*rows[:place], (local_id, fact), *rows[place:]])
        self.changed.append(local_id)


def brought_up(
    facts: Document, ground: Ground, versions: Mapping[str, str], source: str
) -> Brought:
    """The facts of ``libraries.yaml`` with what the wheels of a release say; ``versions`` are those
    of the projects that were read for it. A wheel that cannot be read leaves its facts as they are.
    """
    versions = {**ground.versions, **versions, ground.project: ground.listed}
    libraries = _Libraries(facts, ground, versions, source)
    for local_id, fact in libraries.of_kind("provides"):
        try:
            _bring_wheels(libraries, local_id, fact)
        except RemoteError as error:
            libraries.unread[local_id] = error
    for kind in ("extras", "requires"):
        _bring_requirements(libraries, kind)
    return Brought(facts=libraries.facts, changed=tuple(libraries.changed), unread=libraries.unread)


def _bring_wheels(libraries: _Libraries, local_id: str, fact: Document) -> None:
    """Extend the last range before the new version, or add one."""
    project, ranges = text(fact, "project"), inner(fact, "wheels")
    version = libraries.versions.get(project)
    before = None if version is None else _nearest_before(ranges, version)
    if version is None or before is None or _is_told(ranges, version):
        return
    vendor = libraries.ground.evidence.vendor
    arch = next(iter(words(fact, "architectures")), LINUX[0])
    try:
        vendor.file(project, version, arch)
    except MissingError:
        return  # no wheel for this architecture
    with vendor.wheel(project, version, arch) as wheel:
        held = _libraries_in(wheel.names, text(fact, "directory"), text(fact, "below"))
    others = {
        stem
        for other_id, other in libraries.of_kind("provides")
        if other_id != local_id and text(other, "project") == project
        for stem in _stems(inner(other, "wheels"))
    }
    last = words(ranges, before)
    now = _sonames(last, held, others, is_first="architectures" not in fact)
    if now:
        same = now == sorted(last)
        libraries.replace(local_id, wheels=_with_version(ranges, before, version, same, now))


def _is_told(ranges: Iterable[str], version: str) -> bool:
    return any(range_contains(span, version) for span in ranges)


def _start(span: str) -> Version:
    """The lowest version of a range of wheels."""
    return min(Version(one.version) for one in SpecifierSet(span) if one.operator in ("==", ">="))


def _nearest_before(ranges: Iterable[str], version: str) -> str | None:
    """The newest range that begins before a version."""
    older = [span for span in ranges if _start(span) < version_key(version)]
    return max(older, key=_start) if older else None


def _stems(wheels: Document) -> set[str]:
    return {name.partition(".so")[0] for span in wheels for name in words(wheels, span)}


def _libraries_in(names: tuple[str, ...], folder: str, below: str) -> set[str]:
    """File names of the shared libraries in a folder of a wheel."""
    return {
        name.rpartition("/")[2]
        for name in names
        if folder_of(name) == folder
        and is_below_prefix(name) == (below == "prefix")
        and ".so" in name.rpartition("/")[2]
    }


def _sonames(
    last: tuple[str, ...], held: set[str], others: set[str], *, is_first: bool
) -> list[str]:
    """The sonames among the files of a folder: of the libraries that an older wheel held, and of
    new ones, unless they belong to another fact."""
    stems = {name.partition(".so")[0]: name for name in last}
    found = []
    for stem in sorted({name.partition(".so")[0] for name in held}):
        files = sorted((name for name in held if name.partition(".so")[0] == stem), key=len)
        if stem in stems:
            found.append(stems[stem] if stems[stem] in held else _versioned(files))
        elif is_first and stem.startswith("lib") and stem not in others:
            found.append(_versioned(files))
    return sorted(found)


def _versioned(files: list[str]) -> str:
    """The shortest name with a version, by which libraries are loaded; else the plain one."""
    return next((name for name in files if not name.endswith(".so")), files[0])


def _with_version(
    ranges: Document, before: str, version: str, is_same: bool, now: list[str]
) -> Document:
    """Ranges with one more version, oldest first."""
    found: Document = {}
    for span, libraries in ranges.items():
        if span != before:
            found[span] = libraries
        elif is_same:
            found[f">={_first_version(span)},<={version}"] = libraries
        else:
            found.update({span: libraries, f"=={version}": [*now]})
    return found


def _first_version(span: str) -> str:
    """The lowest version of a range, as it is written."""
    return next(one.version for one in SpecifierSet(span) if Version(one.version) == _start(span))


def _bring_requirements(libraries: _Libraries, kind: str) -> None:
    """Extend the facts of what projects require, or of what their extras pull in, or add some."""
    spans: dict[str, dict[str, str]] = {}
    for local_id, fact in libraries.of_kind(kind):
        spans.setdefault(text(fact, "project"), {})[text(fact, "versions")] = local_id
    for project, of_project in spans.items():
        version = libraries.versions.get(project)
        before = None if version is None else _nearest_before(of_project, version)
        if version is None or before is None or _is_told(of_project, version):
            continue
        try:
            required = required_by(project, version, libraries.ground.evidence)
        except RemoteError as error:
            libraries.unread[of_project[before]] = error
            continue
        _tell(libraries, kind, of_project[before], version, required)


def _tell(libraries: _Libraries, kind: str, older: str, version: str, required: Required) -> None:
    """Say of a version what an older fact says of others; in a fact of its own where it differs."""
    field = "extras" if kind == "extras" else "projects"
    fact = inner(libraries.facts, older)
    now = _extras(required) if kind == "extras" else _holders(libraries, required)
    if fact.get(field) == now:
        first = _first_version(text(fact, "versions"))
        libraries.replace(older, versions=f">={first},<={version}")
    elif now:
        row: Document = {"kind": kind, "project": fact["project"]}
        if "major" in fact:
            row["major"] = fact["major"]
        row.update({"versions": f"=={version}", field: now, "standing": "measured"})
        row.update(source=[libraries.source], evidence=f"{required.member} in {required.file}")
        libraries.insert(older, f"{kind}-{text(fact, 'project')}-{version}", row)


def _extras(required: Required) -> Plain:
    return {extra: [*names] for extra, names in required.by_extra().items()}


def _holders(libraries: _Libraries, required: Required) -> Plain:
    """Required projects that are known to hold libraries: what the fact is about."""
    known = {
        text(fact, "project")
        for fact in libraries.facts.values()
        if isinstance(fact, dict) and fact.get("kind") == "provides"
    }
    return [project for project in required.always() if project in known]
