"""Ways out of a row's conflicts: changes of its own values, each tried before it is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from planner.check.judge import Judge
from planner.check.places import release_line
from planner.check.rows import Atom, Row
from planner.check.spellings import policy_order
from planner.load.variants import STANDARDS
from planner.model.request import Line
from planner.model.specs import spec_admits
from planner.model.versions import version_key
from planner.plan.records import Change, WayOut
from planner.solve.violation_table import hitting_sets

_TRIES = 150
_SETS = 8
_PARTIAL = 128


@dataclass(frozen=True, slots=True)
class Edit:
    """A changed row and the change."""

    row: Row
    change: Change


def ways_out(judge: Judge, row: Row, conflicts: Sequence[tuple[Atom, ...]]) -> tuple[WayOut, ...]:
    """For each smallest set of parts that meets every conflict, the nearest change that helps."""
    atoms = row.atoms()
    sets = [frozenset(atoms.index(part) for part in parts) for parts in conflicts]
    found = []
    for hit in hitting_sets(sets, _PARTIAL)[:_SETS]:
        parts = tuple(atoms[number] for number in sorted(hit))
        for edits in islice(_combined(judge, row, parts), _TRIES):
            if judge.is_possible(edits[-1].row):
                found.append(_told(edits))
                break
    return tuple(found)


def _combined(judge: Judge, row: Row, parts: tuple[Atom, ...]) -> Iterator[list[Edit]]:
    """Every combination of one edit per part, each made on top of the one before."""
    for edit in edits_of(judge, row, parts[0]):
        if len(parts) == 1:
            yield [edit]
            continue
        for rest in _combined(judge, edit.row, parts[1:]):
            yield [edit, *rest]


def _told(edits: list[Edit]) -> WayOut:
    row = edits[-1].row
    tag = ".".join(f"{policy}_{row.any_arch}".rstrip("_") for policy in row.tag)
    return WayOut(
        change=tuple(edit.change for edit in edits),
        set=(),
        platform_tag=tag,
        accelerators=dict(row.families),
    )


def edits_of(judge: Judge, row: Row, part: Atom) -> Iterator[Edit]:
    """Changes of one part of a row, nearest first; none for an architecture."""
    field, item = part
    line = row.lines[part]
    if field in row.families:
        return _release_edits(judge, row, field, line)
    makers = {
        "gcc": _gcc_edits,
        "platform_tag": _tag_edits,
        "image": _image_edits,
        "cxx": _cxx_edits,
        "date": _date_edits,
    }
    if field in makers:
        return makers[field](judge, row, line)
    if field == "gpu":
        return _gpu_edits(judge, row, item, line)
    if field == "links":
        return _dropped(row, "links", item, line)
    return _python_edits(judge, row, item, line) if field == "python" else iter(())


def _edit(row: Row, line: Line, to: str | None) -> Edit:
    return Edit(row, Change(path=line.path, old=line.value, to=to))


def _release_edits(judge: Judge, row: Row, family: str, line: Line) -> Iterator[Edit]:
    """Minor releases by their distance in the family's own order, newer ones first."""
    releases = judge.tables.families[family].releases
    minors = list(dict.fromkeys(release.minor for release in releases if not release.preview))
    spec = row.families[family]
    own = [r.minor for r in releases if spec_admits(spec, r.version)]
    place = minors.index(own[0]) if own and own[0] in minors else 0
    for minor in sorted(minors, key=lambda m: (abs(minors.index(m) - place), minors.index(m))):
        if minor not in own:
            yield _edit(replace(row, families={**row.families, family: minor}), line, minor)


def _gcc_edits(judge: Judge, row: Row, line: Line) -> Iterator[Edit]:
    lines = list(dict.fromkeys(release_line(version) for version in judge.places.compilers))
    own = version_key(row.gcc)
    order = sorted(lines, key=version_key)
    place = sum(version_key(one) < own for one in order)
    older = [one for one in order[:place] if one != release_line(row.gcc)][::-1]
    newer = [one for one in order[place:] if one != release_line(row.gcc)]
    for gcc in [*older[:3], *newer, *older[3:]]:
        yield _edit(replace(row, gcc=gcc), line, gcc)


def _tag_edits(judge: Judge, row: Row, line: Line) -> Iterator[Edit]:
    """The tag for the row's own architecture, then newer and older policies with live images."""
    arch = row.any_arch
    suffix = f"_{row.tag_arch}" if row.tag_arch else ""
    if row.tag_arch and row.tag_arch != arch:
        text = ".".join(f"{policy}_{arch}" for policy in row.tag) or f"linux_{arch}"
        yield _edit(replace(row, tag_arch=arch), line, text)
    if not row.tag:
        return
    known = {env.policy for env in judge.tables.environments.get(arch or "x86_64", ())}
    order = sorted(known, key=policy_order)
    newer = [p for p in order if policy_order(p) > policy_order(row.tag[-1])]
    older = [p for p in reversed(order) if policy_order(p) < policy_order(row.tag[0])]
    for policy in [*newer, *older]:
        yield _edit(replace(row, tag=(policy,)), line, f"{policy}{suffix}")


def _image_edits(judge: Judge, row: Row, line: Line) -> Iterator[Edit]:
    arch = row.any_arch or "x86_64"
    images = [
        (env.image, env.policy)
        for env in judge.tables.environments.get(arch, ())
        if env.status == "supported" and set(env.toolkits) <= set(row.families)
    ]
    asked = policy_order(row.image)
    for image, policy in sorted(
        dict.fromkeys(images), key=lambda pair: (policy_order(pair[1]) < asked[:2], len(pair[0]))
    ):
        if image != row.image:
            changed = replace(row, image=image, image_arch="")
            yield _edit(changed, line, image)
            if row.tag and row.tag != (policy,):
                continue


def _cxx_edits(judge: Judge, row: Row, line: Line) -> Iterator[Edit]:
    for standard in sorted(STANDARDS, reverse=True):
        if int(standard) < int(row.cxx):
            yield _edit(replace(row, cxx=standard), line, standard)


def _date_edits(judge: Judge, row: Row, line: Line) -> Iterator[Edit]:
    """Later days on which something that the row names came out."""
    days = {r.released for family in row.families for r in judge.releases(row, family)}
    tags = {wish.removeprefix("abi3-") for wish in row.pythons}
    for held in judge.tables.interpreters.values():
        days |= {r.released for r in held if r.tag in tags} | {
            r.since for r in held if r.tag in tags
        }
    if row.image:
        for env in judge.tables.environments.get(row.any_arch or "x86_64", ()):
            if env.image == row.image:
                days |= {env.since, *(since for since, _ in env.obtainable)}
    for day in sorted(day for day in days if day > row.date):
        yield _edit(replace(row, date=day), line, day)


def _gpu_edits(judge: Judge, row: Row, item: str, line: Line) -> Iterator[Edit]:
    left = tuple(target for target in row.gpu if target != item)
    base, number = re.sub(r"^compute_", "sm_", item), item
    if base in judge.tables.renames:
        new = judge.tables.renames[base][0]
        number = new if item.startswith("sm_") else new.replace("sm_", "compute_")
        if number not in left:
            yield _edit(replace(row, gpu=(*left, number)), line, number)
    yield _edit(replace(row, gpu=left), line, None)


def _dropped(row: Row, field: str, item: str, line: Line) -> Iterator[Edit]:
    left = tuple(link for link in row.links if link != item)
    yield _edit(replace(row, links=left), line, None)


def _python_edits(judge: Judge, row: Row, item: str, line: Line) -> Iterator[Edit]:
    left = tuple(wish for wish in row.pythons if wish != item)
    if left:
        yield _edit(replace(row, pythons=left), line, None)
        return
    tags = {
        (version_key(r.python), r.tag): r.python
        for held in judge.tables.interpreters.values()
        for r in held
        if r.implementation == "cpython" and not r.free_threaded
    }
    for (_, tag), python in sorted(tags.items(), reverse=True):
        if tag != item:
            written = python if re.match(r"\d", line.value) else tag
            yield _edit(replace(row, pythons=(tag,)), line, written)
