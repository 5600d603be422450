"""Proves what interpreters are, and that images hold them, by what cibuildwheel builds for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from planner.audit.build_platforms import BuildPlatforms, build_platforms
from planner.audit.claims import Claim, Outcome, listed
from planner.audit.evidence import Evidence, not_provable
from planner.audit.newest import finals, named_files, out_by
from planner.index.errors import MissingError
from planner.index.listing import IndexFile
from planner.model.facts import Policies
from planner.model.lifecycle import ImageInterpreter, Interpreter
from planner.model.vendor_files import VendorFile

_KINDS = {"glibc": "manylinux", "musl": "musllinux"}


def prove_interpreter(
    interpreter: Interpreter, where: VendorFile, evidence: Evidence
) -> Iterator[Claim]:
    """Claims about Python version, implementation, threading and the day of release."""
    files = finals(where, evidence)
    platforms = _first_with(interpreter.tag, files, where, evidence)
    if platforms is None:
        yield not_provable(f"no {where.project} that was read builds for {interpreter.tag}")
    else:
        rows, read = platforms.of(interpreter.tag), platforms.read
        pythons = sorted({row.python for row in rows})
        yield read.compared("python", interpreter.python, listed(pythons))
        implementations = sorted({row.implementation for row in rows})
        yield read.compared("implementation", interpreter.implementation, listed(implementations))
        free = sorted({_yes(row.free_threaded) for row in rows})
        yield read.compared("free-threaded", _yes(interpreter.free_threaded), listed(free))
    if interpreter.released is not None:
        yield _release_claim(interpreter, interpreter.released, files, where, evidence)


def _first_with(
    tag: str, files: list[IndexFile], where: VendorFile, evidence: Evidence
) -> BuildPlatforms | None:
    """The newest release, or else the first of those that the data name, that builds for it."""
    for file in (files[0], *named_files(where, evidence)):
        platforms = build_platforms(file, where, evidence)
        if platforms.of(tag):
            return platforms
    return None


def _release_claim(
    interpreter: Interpreter,
    day: str,
    files: list[IndexFile],
    where: VendorFile,
    evidence: Evidence,
) -> Claim:
    """A day is an upper bound (``by``) or exact: that a file names the final release proves the
    one, and refutes the other where the file is older than the day."""
    is_bound = interpreter.fact.text("qualifier") == "by"
    file = out_by(files, day, before=not is_bound)
    if file is None:
        return not_provable(f"no {where.project} of that time is on the index", about="released")
    try:
        platforms = build_platforms(file, where, evidence)
    except MissingError as error:
        return not_provable(str(error), about="released", release=str(file.version))
    named = platforms.released.get(interpreter.tag)
    found = f"{named or 'no release'} on {file.uploaded}"
    if named is None or named.is_prerelease:
        why = f"the day stands in no wheel; {file.name} names {found}"
        return not_provable(why, about="released", release=str(file.version))
    if is_bound:
        return platforms.read.claim("released", Outcome.CONFIRMED, f"by {day}", found)
    return platforms.read.claim("released", Outcome.CONTRADICTED, day, found)


def prove_image_interpreter(
    row: ImageInterpreter, policies: Policies, where: VendorFile, evidence: Evidence
) -> Iterator[Claim]:
    """Claims that the images hold it: the newest release builds for it there, or for one that was
    taken out the last release before that day.

    That an older release built for it before it came refutes the first day.
    """
    files = finals(where, evidence)
    file = files[0] if row.until is None else out_by(files, row.until, before=True)
    if file is None:
        yield not_provable(f"no {where.project} of that time is on the index")
    else:
        yield from _held(row, policies, build_platforms(file, where, evidence))
    if row.since is not None:
        yield _since_claim(row, row.since, files, where, evidence)
    if row.until is not None:
        yield not_provable("the day on which it was taken out stands in no wheel", about="until")


def _held(row: ImageInterpreter, policies: Policies, platforms: BuildPlatforms) -> Iterator[Claim]:
    """A claim for each architecture. That nothing is built for it on one contradicts a fact only
    where the fact names that architecture."""
    places = _places(row, policies)
    kinds = set(places.values())
    builds = dict.fromkeys(b.arch for b in platforms.of(row.tag) if b.kind in kinds)
    for arch in row.architectures or places:
        if arch in builds:
            yield platforms.read.compared("architecture", arch, arch)
        elif row.architectures and builds:
            yield platforms.read.compared("architecture", arch, f"only {listed(builds)}")
        else:
            why = f"{platforms.read.file} builds nothing for {row.tag} on {arch}"
            yield not_provable(why, about="architecture", release=platforms.read.release)


def _places(row: ImageInterpreter, policies: Policies) -> Mapping[str, str]:
    """Architectures of the images that the row is about, each with the kind of its tags; those
    that were published before the interpreter was taken out."""
    found: dict[str, str] = {}
    for image in policies.images.values():
        policy = policies.policies.get(image.policy)
        if image.interpreters != row.images or image.status == "unpublished" or policy is None:
            continue
        for arch in image.architectures.values():
            if row.until is None or (arch.since or "") < row.until:
                found.setdefault(arch.arch, _KINDS.get(policy.libc, ""))
    return found


def _since_claim(
    row: ImageInterpreter,
    since: str,
    files: list[IndexFile],
    where: VendorFile,
    evidence: Evidence,
) -> Claim:
    file = out_by(files, since, before=True)
    why = "the day on which it came stands in no wheel"
    if file is None:
        return not_provable(why, about="since")
    try:
        platforms = build_platforms(file, where, evidence)
    except MissingError:
        return not_provable(why, about="since")
    if not platforms.of(row.tag):
        return not_provable(f"{why}; {file.name} did not build for it", about="since")
    found = f"built for on {file.uploaded}"
    return platforms.read.claim("since", Outcome.CONTRADICTED, since, found)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def unstated_interpreters(
    known: Mapping[str, Interpreter], where: VendorFile, evidence: Evidence
) -> Iterator[str]:
    """Sentences about interpreters that the newest release builds for and that are no fact."""
    platforms = build_platforms(finals(where, evidence)[0], where, evidence)
    for tag in dict.fromkeys(row.tag for row in platforms.linux):
        if tag not in known:
            yield f"{platforms.read.file} builds for {tag} ({platforms.read.member}): no fact"
