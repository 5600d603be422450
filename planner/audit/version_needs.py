"""Proves which symbol versions a vendor's libraries and programs need, and their sonames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from planner.artifacts.elf.head import HeadNeeds, read_head_needs
from planner.artifacts.elf.header import ElfDamageError
from planner.artifacts.elf.read import read_elf
from planner.artifacts.limits import DEFAULT_LIMITS
from planner.artifacts.sources import MemorySource
from planner.audit.claims import Claim, Outcome, compared, listed
from planner.audit.evidence import Evidence, UntoldError, failed, not_provable, vendor_file
from planner.audit.subjects import Pin, Release, Subject
from planner.index.errors import BrokenError, RemoteError
from planner.index.remote_wheel import MOST_MEMBER, RemoteWheel
from planner.model.sources import Fact
from planner.model.versions import is_version, version_key

PREFIXES = {
    "glibc": "GLIBC",
    "glibcxx": "GLIBCXX",
    "cxxabi": "CXXABI",
    "gcc": "GCC",
    "zlib": "ZLIB",
}
"""Beginnings of version names by the field of a fact that holds the highest."""

_MUST_BE_STATED = ("glibcxx", "cxxabi")  # a fact that leaves them out says that none is needed
_HEADS = (96 << 10, 768 << 10, 4 << 20)  # packed bytes that are read of a library, until enough
_WHOLE = 24 << 20  # packed bytes of a library that is read whole where its head does not tell


BEYOND = "nm"  # the method of floors set by imports without a version, which needs do not tell


@dataclass(frozen=True, kw_only=True, slots=True)
class Needs:
    """Highest versions by field; ``sonames`` tells of a name whether it is the library's soname:
    one of these names, or None where only its file name tells."""

    highest: Mapping[str, str]
    sonames: tuple[str, ...] | None = None


def prove_library_needs(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """Claims about each library of the component: highest versions and soname."""
    fact = subject.fact
    if fact.words("tag"):
        yield _tag_claim(fact, evidence)
    for library, stated in fact.table("libraries").items():
        project = stated.get("project") or fact.text("project")
        version = stated.get("version") or fact.text("version")
        if not project or not version:
            yield not_provable("the fact names no wheel", about=library)
            continue
        method = stated.get("method") or fact.text("method")
        try:
            tags = fact.words("tag") if "project" not in stated else ()
            with evidence.vendor.wheel(project, version, fact.text("arch"), tags) as wheel:
                yield from _library_claims(library, {**stated, "method": method}, wheel, evidence)
        except RemoteError as error:
            yield failed(error, about=library)


def _tag_claim(fact: Fact, evidence: Evidence) -> Claim:
    """A claim that each tag is that of a wheel of the version."""
    arch, stated = fact.text("arch"), fact.words("tag")
    project, version = fact.text("project"), fact.text("version")
    try:
        files = [f for f in evidence.vendor.of_version(project, version) if f.is_for(arch)]
        file = evidence.vendor.file(project, version, arch, stated)
    except RemoteError as error:
        return failed(error, about="tag")
    there = {tag for one in files for tag in one.platforms}
    found = stated if set(stated) <= there else sorted(there)
    return compared("tag", listed(stated), listed(found), file=file.name)


def _library_claims(
    library: str, stated: Mapping[str, str], wheel: RemoteWheel, evidence: Evidence
) -> Iterator[Claim]:
    member = library_member(wheel, library, stated.get("soname"))
    file = wheel.file.name
    if member is None:
        yield not_provable(f"{file} holds no {library}.so", about=library)
        return
    if not {*PREFIXES, "soname"} & set(stated):
        yield compared(library, "is there", "is there", file=file, member=member)
        return
    needs = needs_of(wheel, member, evidence, stated.get("soname"))
    for about, said, found in _pairs(stated, needs, member):
        if about == "glibc" and stated["method"].startswith(BEYOND) and not _above(found, said):
            why = f"version needs alone say {found}; an import without a version sets it"
            yield not_provable(why, about=f"{library} glibc")
            continue
        if not found:
            why = f"{member} has another name, and the part of it that was read tells no soname"
            yield not_provable(why, about=f"{library} {about}")
            continue
        yield compared(f"{library} {about}", said, found, file=file, member=member)


def _above(found: str, stated: str) -> bool:
    return is_version(found) and version_key(found) > version_key(stated)


def _pairs(stated: Mapping[str, str], needs: Needs, member: str) -> Iterator[tuple[str, str, str]]:
    """Field, what is stated and what was found, of all that can be compared; nothing is found of a
    soname that the part that was read does not hold."""
    for field in PREFIXES:
        found = needs.highest.get(field, "none")
        if field in stated:
            yield field, stated[field], found
        elif field in _MUST_BE_STATED and "glibc" in stated and found != "none":
            yield field, "none", found
    if "soname" in stated:
        name = member.rpartition("/")[2]
        seen = needs.sonames if needs.sonames is not None else (name,)
        told = stated["soname"] in seen or needs.sonames is not None
        yield "soname", stated["soname"], seen[0] if told else ""


def library_member(wheel: RemoteWheel, library: str, soname: str | None = None) -> str | None:
    """The shared object of this soname, else of this name, whatever its version: ``libcublas`` is
    ``libcublas.so.13``."""
    files = {name.rpartition("/")[2]: name for name in wheel.names}
    if soname is not None and soname in files:
        return files[soname]
    found = [name for file, name in files.items() if file.startswith(f"{library}.so")]
    return min(found, key=len) if found else None


def needs_of(
    wheel: RemoteWheel, member: str, evidence: Evidence, soname: str | None = None
) -> Needs:
    """What a member needs, from as few of its first bytes as tell. ``soname`` is a name to look
    for.

    :raises BrokenError: where they do not tell, or it is no library.
    """
    for packed in _HEADS:
        data = wheel.head(member, packed)
        if packed >= wheel.packed_size(member):
            return _exact(member, data)
        found = _of_head(member, data, evidence)
        if found is not None:
            if not _tells(found, member, soname) and _may_be_whole(wheel, member, evidence):
                break
            if found.unnamed:
                what = f"{found.unnamed} of the versions that {member} needs"
                raise UntoldError(f"{what} have no known name; --whole reads it")
            versions = [version for _, names in found.versions for version in names]
            seen = (soname,) if soname and found.has_string(soname) else None
            return Needs(highest=highest_versions(versions), sonames=seen)
    if not _may_be_whole(wheel, member, evidence):
        raise UntoldError(f"the first bytes of {member} hold no version needs; --whole reads it")
    return _exact(member, wheel.read(member))


def _tells(found: HeadNeeds, member: str, soname: str | None) -> bool:
    """Whether a head tells all: every version's name, and the soname that is looked for."""
    is_named = soname in (None, member.rpartition("/")[2]) or bool(found.has_string(soname or ""))
    return not found.unnamed and is_named


def _may_be_whole(wheel: RemoteWheel, member: str, evidence: Evidence) -> bool:
    most = MOST_MEMBER if evidence.may_read_whole else _WHOLE
    return wheel.packed_size(member) <= most


def _of_head(member: str, data: bytes, evidence: Evidence) -> HeadNeeds | None:
    try:
        return read_head_needs(data, evidence.names)
    except ElfDamageError as error:
        raise BrokenError(f"{member} is no library that is understood: {error}") from None


def _exact(member: str, data: bytes) -> Needs:
    """What a library needs, of which every byte is at hand."""
    reading = read_elf(MemorySource(data), member, DEFAULT_LIMITS)
    if reading.file.is_partial or reading.file.kind == "unknown":
        raise BrokenError(f"{member} is damaged: {'; '.join(reading.damage)}")
    versions = [name for names in reading.file.version_needs.values() for name in names]
    name = reading.file.soname
    return Needs(highest=highest_versions(versions), sonames=(name,) if name else None)


def highest_versions(names: Iterable[str]) -> dict[str, str]:
    """The highest version by field; names without a number (``GLIBC_PRIVATE``) do not count."""
    highest: dict[str, str] = {}
    fields = {prefix: field for field, prefix in PREFIXES.items()}
    for name in names:
        prefix, _, version = name.rpartition("_")
        field = fields.get(prefix)
        if field is None or not is_version(version):
            continue
        known = highest.get(field)
        if known is None or version_key(known) < version_key(version):
            highest[field] = version
    return highest


def prove_build_glibc(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """Claims about the highest glibc that the programs of the compiler need."""
    fact, where = subject.fact, vendor_file(subject)
    if where is None or where.format != "version-needs":
        yield not_provable("the family names no wheels that hold its compiler")
        return
    for release in subject.releases:
        pins = [release.pins[name] for name in where.components if name in release.pins]
        try:
            found = program_needs(pins, fact.text("arch"), fact.words("programs"), evidence)
        except RemoteError as error:
            yield failed(error, release=release.version)
            continue
        yield _program_claim(subject, release, found)


def program_needs(
    pins: list[Pin], arch: str, programs: tuple[str, ...], evidence: Evidence
) -> dict[str, tuple[str, str]]:
    """The glibc that each program needs and the wheel that it is in.

    :raises RemoteError: where a wheel cannot be read.
    """
    found: dict[str, tuple[str, str]] = {}
    for pin in pins:
        with evidence.vendor.wheel(pin.project, pin.version, arch) as wheel:
            for program in programs:
                member = _program_member(wheel, program)
                if member is not None:
                    glibc = needs_of(wheel, member, evidence).highest.get("glibc", "none")
                    found[program] = (glibc, wheel.file.name)
    return found


def _program_member(wheel: RemoteWheel, program: str) -> str | None:
    return next(
        (
            name
            for name in wheel.names
            if name.endswith(f"/bin/{program}") or f"/{program}.so" in name
        ),
        None,
    )


def _program_claim(subject: Subject, release: Release, found: dict[str, tuple[str, str]]) -> Claim:
    fact = subject.fact
    missing = [program for program in fact.words("programs") if program not in found]
    if missing or not found:
        why = f"no wheel of it holds {', '.join(missing) or 'a program'}"
        return not_provable(why, release=release.version)
    known = [glibc for glibc, _ in found.values() if is_version(glibc)]
    program, (_, file) = max(found.items(), key=lambda item: _order(item[1][0]))
    return Claim(
        about="glibc",
        outcome=Outcome.CONFIRMED
        if fact.text("glibc") == max(known, key=version_key, default="none")
        else Outcome.CONTRADICTED,
        stated=fact.text("glibc"),
        found=max(known, key=version_key, default="none"),
        release=release.version,
        file=file,
        member=program,
    )


def _order(glibc: str) -> tuple[int, object]:
    return (1, version_key(glibc)) if is_version(glibc) else (0, "")
