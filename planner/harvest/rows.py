"""One fact of an older release, read anew for another: the row that is written, and its fate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.audit.host_config import HeaderShapeError
from planner.harvest.compiler_facts import (
    find_build_glibc,
    find_host_compiler,
    find_packages,
    find_standards,
    find_targets,
)
from planner.harvest.found import Finder, Found, Ground, OutdatedError, UnprovedError, unproved
from planner.harvest.library_facts import STATED, find_needs, find_sonames
from planner.harvest.records import Fate, HarvestedFact
from planner.harvest.release_facts import find_architectures, find_components, find_released
from planner.index.errors import RemoteError
from planner.load.documents import Document, inner, text, words
from planner.model.sources import Standing
from planner.model.versions import newest

FINDERS: dict[str, Finder] = {
    "architectures": find_architectures,
    "build-glibc": find_build_glibc,
    "components": find_components,
    "cxx-standards": find_standards,
    "gpu-targets": find_targets,
    "host-compiler": find_host_compiler,
    "library-needs": find_needs,
    "python-packages": find_packages,
    "released": find_released,
    "sonames": find_sonames,
}
"""The reader of each kind of fact that the vendor's files prove."""

_STANDING = {"host-compiler": Standing.ENFORCED}  # what is read is what the tool refuses by
_DOCUMENTED = (
    "compiler-breakage",
    "cxx-host-compiler",
    "documented-compiler",
    "documented-glibc",
    "driver",
    "gpu-targets-built",
)
"""Kinds that plans rest on and no file of the vendor proves."""

_OWN = ("released", "components")  # what another release says of itself says nothing of this one
_HEAD = ("standing", "source", "read", "evidence", "note", "overruled-by")
_CARRIED = "carried over from "


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where rows come from: the older release, and the source that new values get."""

    release: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """A row as it is written (None: it is not), and what became of the fact."""

    fact: HarvestedFact
    row: Document | None = None


def read_row(fact_id: str, row: Document, ground: Ground, origin: Origin, *, carry: bool) -> Read:
    """A fact of an older release as it holds for the release that is read.

    ``carry``: whether it is carried over where no file of the vendor proves it.
    """
    kind = text(row, "kind")
    finder = FINDERS.get(kind)
    if finder is None:
        return _unread(fact_id, row, origin, carry=carry)
    if "overruled-by" in row:
        return _left_out(fact_id, kind, "it is overruled")
    try:
        found = finder(row, ground)
    except OutdatedError as error:
        return _left_out(fact_id, kind, str(error))
    except (UnprovedError, RemoteError, HeaderShapeError) as error:
        why = error if isinstance(error, UnprovedError) else unproved(error)
        return _unproved(fact_id, row, origin, why)
    standing = found.standing or _STANDING.get(kind, Standing.MEASURED)
    fact = HarvestedFact(
        id=fact_id,
        kind=kind,
        fate=Fate.READ,
        standing=standing,
        evidence=found.evidence,
        why=found.note if found.is_partial else "",
        is_lacking=found.is_lacking,
    )
    return Read(fact=fact, row=_written(row, found, standing, origin.source))


def _unread(fact_id: str, row: Document, origin: Origin, *, carry: bool) -> Read:
    """A fact that no file of the vendor proves."""
    kind = text(row, "kind")
    if kind not in _DOCUMENTED:
        return _left_out(fact_id, kind, "no plan rests on it")
    if not carry:
        return _left_out(fact_id, kind, "it is about one release only")
    fact = HarvestedFact(
        id=fact_id,
        kind=kind,
        fate=Fate.CARRIED,
        standing=Standing.UNCONFIRMED,
        evidence=text(row, "evidence"),
    )
    return Read(fact=fact, row=carried_row(row, origin))


def _unproved(fact_id: str, row: Document, origin: Origin, why: UnprovedError) -> Read:
    """A fact that a file of the vendor should prove."""
    kind = text(row, "kind")
    carried = None if kind in _OWN else carried_row(row, origin, str(why))
    fact = HarvestedFact(
        id=fact_id,
        kind=kind,
        fate=Fate.UNPROVED,
        standing="" if carried is None else Standing.UNCONFIRMED,
        evidence="" if carried is None else text(row, "evidence"),
        why=str(why),
        is_lacking=True,
        is_unreadable=why.unreadable,
    )
    return Read(fact=fact, row=carried)


def _written(row: Document, found: Found, standing: Standing, source: str) -> Document:
    """The row, its fields in the order of the older one."""
    written: Document = {"kind": row["kind"]}
    for key in (*row, *found.payload):
        if key in found.payload:
            written[key] = found.payload[key]
    written.update(standing=standing.value, source=[source], evidence=found.evidence)
    if found.note:
        written["note"] = found.note
    return written


def _left_out(fact_id: str, kind: str, why: str) -> Read:
    return Read(fact=HarvestedFact(id=fact_id, kind=kind, fate=Fate.LEFT_OUT, why=why))


def carried_row(row: Document, origin: Origin, why: str = "") -> Document:
    """A row of an older release as it is taken over: unconfirmed, with a note that says so."""
    written: Document = {key: value for key, value in row.items() if key not in _HEAD}
    written["standing"] = Standing.UNCONFIRMED.value
    for key in _HEAD[1:]:
        if key in row:
            written[key] = row[key]
    written["note"] = _carried_note(text(row, "note"), origin, why)
    return written


def _carried_note(note: str, origin: Origin, why: str) -> str:
    parts = [] if note.startswith(_CARRIED) else [f"{_CARRIED}{origin.release}"]
    parts += [f"could not be read anew: {why}"] if why else []
    return "; ".join([*parts, *([note] if note else [])])


def says_the_same(row: Document, other: Document) -> bool:
    """Whether a fact holds for the release of which another one of its kind was read; wheels,
    versions and tags apart, and libraries of which it says nothing and that need no more."""
    kind = text(row, "kind")
    if kind == "library-needs":
        return _need_the_same(inner(row, "libraries"), inner(other, "libraries"))
    if kind == "sonames":
        stated, found = inner(row, "libraries"), inner(other, "libraries")
        return all(stated.get(name) in (None, soname) for name, soname in found.items())
    return _essence(row) == _essence(other)


def _need_the_same(stated: Document, found: Document) -> bool:
    same = all(_needs(inner(found, name)) == _needs(inner(stated, name)) for name in stated)
    return same and _most_glibc(found) == _most_glibc(stated)


def _needs(entry: Document) -> Mapping[str, str]:
    return {key: text(entry, key) for key in STATED}


def _most_glibc(libraries: Document) -> str:
    return newest("0", *(text(inner(libraries, name), "glibc") or "0" for name in libraries))


def _essence(row: Document) -> Mapping[str, object]:
    """What a fact says, lists without their order."""
    skipped = (*_HEAD, "qualifier", "programs", "deprecated")
    return {
        key: frozenset(words(row, key)) if isinstance(value, list) else value
        for key, value in row.items()
        if key not in skipped
    }
