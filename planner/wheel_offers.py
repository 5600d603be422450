"""Finished wheels as offers: the wheels of a project, as an installer finds them side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from planner.coverage.jobs import job_offer
from planner.coverage.results import HeldCode, Offer, OfferedWheel, SymbolNeed
from planner.coverage.tags import is_older_driver
from planner.model.gpus import ReleaseDriver
from planner.model.wheel_facts import original_name
from planner.model.wheels import ElfFile
from planner.verifier.catalogue import Rule
from planner.verifier.context import Context
from planner.verifier.findings import Severity
from planner.verifier.floor import needs_of
from planner.verifier.gpu_code import held_targets, parts
from planner.verifier.judge import Judged
from planner.verifier.requirements import normalised

_NOBODY_BRINGS = frozenset(
    {Rule.LIBRARY_OUTSIDE_POLICY, Rule.UNDECLARED_LIBRARY, Rule.OTHER_MAJOR_DECLARED}
)
_MAY_BE_BROUGHT = _NOBODY_BRINGS | {Rule.LIBRARY_OF_UNKNOWN_PROJECT}
_OF_THE_SYSTEM = frozenset({Rule.SYSTEM_LIBRARY})
_RUNTIME = "cudart"  # the component whose soname tells the major release of CUDA


def wheel_offers(judged: Iterable[Judged]) -> tuple[Offer, ...]:
    """Wheels by project, version, architecture and GPU code, in the order given.

    Wheels that differ in their Python only are one offer: pip chooses among them. Which offer of a
    project pip prefers where it sees several is told with the installation.
    """
    groups: dict[_Key, list[Judged]] = {}
    for row in judged:
        context = row.context
        name = normalised(row.wheel.name) if row.wheel.name else row.wheel.file
        key = _Key(name, row.wheel.version, context.arch, _held(context))
        groups.setdefault(key, []).append(row)
    ids = [_offer_id(key) for key in groups]
    named = zip(groups.items(), _told_apart(ids), strict=True)
    return tuple(_offer(id_, key, rows) for (key, rows), id_ in named)


class _Key(NamedTuple):
    """What the wheels of one offer share."""

    project: str
    version: str
    arch: str | None
    code: HeldCode


def _offer_id(key: _Key) -> str:
    return "-".join(part for part in (key.project, key.version, key.arch) if part)


def _told_apart(ids: list[str]) -> Iterator[str]:
    """The ids with a number behind those that others have too."""
    seen: dict[str, int] = {}
    for id_ in ids:
        seen[id_] = seen.get(id_, 0) + 1
        yield id_ if seen[id_] == 1 else f"{id_} ({seen[id_]})"


def _offer(id_: str, key: _Key, rows: list[Judged]) -> Offer:
    context, held = rows[0].context, key.code
    offer = Offer(
        id=id_,
        job=context.job.id if context.job else None,
        project=key.project,
        arch=context.arch,
        wheels=tuple(_wheel(row) for row in rows),
        accelerators=_accelerators(context),
        code=held,
    )
    if not (held.real or held.virtual):
        return offer
    if context.job is not None and context.job.driver_floor is not None:
        planned = job_offer(context.job, context.facts)
        return replace(
            offer,
            driver=planned.driver,
            jit_driver=planned.jit_driver,
            facts=planned.facts,
            jit_facts=planned.jit_facts,
        )
    driver = _runtime_driver(context)
    if driver is None:
        return offer
    return replace(offer, driver=driver.runtime, facts=(driver.runtime_fact,))


def _wheel(row: Judged) -> OfferedWheel:
    wheel, context = row.wheel, row.context
    nobody = tuple(_libraries(row, _NOBODY_BRINGS))
    somebody = tuple(_libraries(row, _MAY_BE_BROUGHT, perhaps=True))
    everywhere = needed_everywhere(context)
    return OfferedWheel(
        file=wheel.file,
        tags=wheel.filename_tags,
        arch=context.arch,
        version=wheel.version,
        build=wheel.build,
        needs=tuple(_needs(context)),
        missing=tuple(library for library in nobody if library in everywhere),
        partly_missing=(*(name for name in nobody if name not in everywhere), *somebody),
        system=(*_libraries(row, _OF_THE_SYSTEM), *_of_the_driver(context)),
        is_unread=wheel.is_unreadable or any(file.is_partial for file in context.native),
    )


def needed_everywhere(context: Context) -> frozenset[str]:
    """The libraries from outside without which no file of the wheel loads.

    Every file that no other one asks for may be what a program loads first; a library that only
    some of them lead to may be wanted by a part that is never loaded.
    """
    by_name = {name: file for file in context.native for name in _names_of(file)}
    asked = {name for file in context.native for name in file.needed}
    first = [file for file in context.native if not asked & _names_of(file)]
    outside = [_reached(file, by_name) for file in first or context.native]
    return frozenset.intersection(*outside) if outside else frozenset()


def _names_of(file: ElfFile) -> set[str]:
    """The names by which other files may ask for a file."""
    return {file.path.rpartition("/")[2]} | ({file.soname} if file.soname else set())


def _reached(file: ElfFile, by_name: Mapping[str, ElfFile]) -> frozenset[str]:
    """Every library that a file asks for, itself or through others of the wheel."""
    found: set[str] = set()
    waiting = [file]
    while waiting:
        for name in set(waiting.pop().needed) - found:
            found.add(name)
            if name in by_name:
                waiting.append(by_name[name])
    return frozenset(found)


def _needs(context: Context) -> Iterator[SymbolNeed]:
    """The symbol versions that the wheel asks of libraries outside it, each once."""
    seen = set()
    for file in context.native:
        for need in needs_of(file, context.held):
            if need.symbol not in seen:
                seen.add(need.symbol)
                yield SymbolNeed(
                    prefix=need.prefix,
                    version=need.version,
                    library=need.library,
                    file=file.path,
                )


def _libraries(row: Judged, rules: frozenset[Rule], *, perhaps: bool = False) -> Iterator[str]:
    """The libraries that findings of some rules are about, each once; ``perhaps`` takes those that
    are warned of only, for a project that is not known may bring them."""
    seen = set()
    for found in row.findings:
        if found.rule in rules and (found.severity is Severity.WARNING) == perhaps:
            text = str(found.data.get("library") or found.data.get("libraries") or "")
            for library in re.split(r",\s*", text):
                if library and library not in seen:
                    seen.add(library)
                    yield library


def _of_the_driver(context: Context) -> Iterator[str]:
    """The libraries of a driver that the wheel asks for, each once."""
    names = dict.fromkeys(name for file in context.native for name in context.external(file))
    return (name for name in names if context.facts.drivers_of(name))


def _held(context: Context) -> HeldCode:
    held = held_targets(context)
    return HeldCode(
        real=held[("cuda", "real")],
        virtual=held[("cuda", "virtual")],
        hip=held[("hip", "targets")],
        unread=tuple(dict.fromkeys(_unread(context))),
    )


def _unread(context: Context) -> Iterator[str]:
    """What of the GPU code could not be read, each in a few words."""
    for _, code in parts(context):
        yield from (oddity.what for oddity in code.oddities)
        if code.hip_unread:
            yield "unread-bundle"
        if code.kpack:
            yield "kpack"


def _accelerators(context: Context) -> dict[str, str]:
    """Families by the libraries that the wheel needs or holds, with the release as far as known."""
    found: dict[str, str] = {}
    for soname in _sonames(context):
        family = context.facts.family_of(soname)
        if family is not None:
            found.setdefault(family, "")
    major = _cuda_major(context)
    return found | ({"cuda": major} if major else {})


def _sonames(context: Context) -> Iterator[str]:
    for file in context.native:
        yield from file.needed
    yield from (original_name(name) for name in sorted(context.held))


def _cuda_major(context: Context) -> str | None:
    """The major release of CUDA, by the soname of its runtime; None for a static runtime."""
    for soname in _sonames(context):
        rows = context.facts.releases_of(soname)
        minors = [m for row in rows if row.component == _RUNTIME for m in row.minors]
        if minors:
            return minors[0].partition(".")[0]
    return None


def _runtime_driver(context: Context) -> ReleaseDriver | None:
    """The oldest driver that runs what some release of the wheel's CUDA major builds."""
    major = _cuda_major(context)
    oldest: ReleaseDriver | None = None
    for row in context.facts.gpus.releases:
        if row.family != "cuda" or row.version.partition(".")[0] != major or not row.runtime:
            continue
        if oldest is None or is_older_driver(row.runtime, oldest.runtime or ""):
            oldest = row
    return oldest
