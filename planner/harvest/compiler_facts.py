"""Finds what a release's compiler refuses, accepts and needs."""

from __future__ import annotations

from planner.audit.claims import Claim
from planner.audit.evidence import Place, place_of
from planner.audit.host_compilers import read_bounds
from planner.audit.host_config import Bounds
from planner.audit.program_help import Allowed, allowed_values, targets_by_field
from planner.audit.version_needs import program_needs
from planner.harvest.found import Found, Ground, OutdatedError, UnprovedError, told
from planner.index.errors import MissingError
from planner.load.documents import Document, text, words
from planner.load.kinds import STANDARDS
from planner.model.gpu_targets import target_key
from planner.model.vendor_files import VendorFile
from planner.model.versions import is_version, version_key

_SUFFIXES = ("a", "f")
_TARGETS = ("real", "virtual", "specific", "family")


def find_host_compiler(row: Document, ground: Ground) -> Found:
    """One bound of the host compilers that the header accepts."""
    where, compiler = _where(ground, "host-compiler"), text(row, "compiler")
    bounds: dict[Bounds, list[Place]] = {}
    for arch in ground.architectures:
        try:
            place = place_of(ground.release, where, arch, ground.evidence)
        except MissingError:
            if arch == ground.architectures[-1] and not bounds:
                raise
            continue
        if place is not None:
            found = read_bounds(place, compiler, ground.evidence)
            bounds.setdefault(found, []).append(place)
    if not bounds:
        raise UnprovedError("no wheel of it holds the header")
    if len(bounds) > 1:
        raise UnprovedError(f"the headers of {' and '.join(ground.architectures)} differ")
    bound, places = next(iter(bounds.items()))
    if text(row, "range").startswith(">"):
        limit, version = ">=", bound.oldest
    else:
        limit, version = "<", bound.refused_from
    if version is None:
        raise OutdatedError(f"its header has no such bound for {compiler}")
    return Found(
        payload={"compiler": compiler, "range": f"{limit}{version}"},
        evidence=told((place.member, place.file) for place in places),
    )


def find_targets(row: Document, ground: Ground) -> Found:
    """GPU targets of the compiler. Which of them are deprecated is told by no file: those that
    were stay so."""
    asked = _asked(ground, "gpu-targets")
    by_field = targets_by_field(asked.values)
    payload: Document = {name: [*sorted(by_field[name], key=_order)] for name in _TARGETS}
    known = {target for name in _TARGETS for target in by_field[name]}
    if not known:
        raise UnprovedError(f"{asked.member} lists no targets of a known spelling")
    deprecated = [target for target in words(row, "deprecated") if target in known]
    if deprecated:
        payload["deprecated"] = [*deprecated]
    return Found(
        payload={name: value for name, value in payload.items() if value},
        evidence=told([(asked.member, asked.file)]),
        note="which are deprecated is carried over" if deprecated else "",
        is_partial=bool(deprecated),
    )


def _order(target: str) -> tuple[int, object]:
    """Plain targets first, then specific ones by their letter."""
    last = target[-1:]
    return (_SUFFIXES.index(last) + 1 if last in _SUFFIXES else 0, target_key(target))


def find_standards(row: Document, ground: Ground) -> Found:
    """C++ standards of the device compiler."""
    asked = _asked(ground, "cxx-standards")
    found = {value.removeprefix("c++") for value in asked.values}
    if unknown := sorted(found - set(STANDARDS)):
        raise UnprovedError(f"{asked.member} lists standards of no known name: {unknown}")
    return Found(
        payload={"device": [standard for standard in STANDARDS if standard in found]},
        evidence=told([(asked.member, asked.file)]),
    )


def _asked(ground: Ground, kind: str) -> Allowed:
    where = _where(ground, kind)
    if not ground.architectures:
        raise UnprovedError("it is shipped for no architecture whose programs are read")
    found = allowed_values(ground.release, where, ground.evidence)
    if isinstance(found, Claim):
        raise UnprovedError(found.why)
    return found


def find_build_glibc(row: Document, ground: Ground) -> Found:
    """The highest glibc that the compiler's programs need on one architecture."""
    where, arch, programs = _where(ground, "build-glibc"), text(row, "arch"), words(row, "programs")
    pins = [ground.release.pins[name] for name in where.components if name in ground.release.pins]
    found = program_needs(pins, arch, programs, ground.evidence)
    missing = [program for program in programs if program not in found]
    if missing:
        raise UnprovedError(f"no wheel of it holds {', '.join(missing)}")
    known = [glibc for glibc, _ in found.values() if is_version(glibc)]
    if not known:
        raise UnprovedError("its programs need no glibc")
    each = ", ".join(f"{program} {glibc}" for program, (glibc, _) in found.items())
    return Found(
        payload={"arch": arch, "glibc": max(known, key=version_key), "programs": [*programs]},
        evidence=told((program, file) for program, (_, file) in found.items()),
        note=f"per program: {each}",
    )


def find_packages(row: Document, ground: Ground) -> Found:
    """How the vendor's packages are named, whether they exist, and whether the compiler that lists
    C++ standards is among them."""
    if not ground.architectures:
        raise UnprovedError("no component of it has a wheel on the index")
    suffix = text(row, "suffix")
    projects = sorted({pin.project for pin in ground.release.pins.values()})
    if not all(project.endswith(suffix) for project in projects):
        raise UnprovedError(f"not every component's name ends in {suffix}")
    where, arch = _where(ground, "cxx-standards"), ground.architectures[0]
    place = place_of(ground.release, where, arch, ground.evidence)
    read = "METADATA of the metapackage" if place is None else told([(place.member, place.file)])
    return Found(
        payload={"suffix": suffix, "published": True, "compiler-driver": place is not None},
        evidence=read,
    )


def _where(ground: Ground, kind: str) -> VendorFile:
    where = ground.family.vendor_files.get(kind)
    if where is None:
        raise UnprovedError(f"the family names no file that proves a fact of kind {kind}")
    return where
