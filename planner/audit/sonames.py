"""Proves sonames of a release's components, and which libraries the wheels of projects hold."""

from __future__ import annotations

from collections.abc import Iterator

from planner.audit.claims import Claim, Outcome, compared, listed
from planner.audit.evidence import LINUX, Evidence, failed, not_provable
from planner.audit.subjects import Subject
from planner.index.errors import RemoteError
from planner.index.listing import IndexFile
from planner.model.versions import range_contains

_DATA = ".data/data/"  # files of a wheel that go below the environment (binary distribution format)


def prove_sonames(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """A claim for each component whose wheel of the newest release can be looked into: libraries
    lie in wheels under their soname."""
    for release in subject.releases[:1]:
        for component, soname in subject.fact.mapping("libraries").items():
            pin = release.pins.get(component)
            if pin is None:
                why = "the release pins no wheel of it"
                yield not_provable(why, about=component, release=release.version)
                continue
            try:
                with evidence.vendor.wheel(pin.project, pin.version, LINUX[0]) as wheel:
                    held = {name.rpartition("/")[2]: name for name in wheel.names}
                    yield _held(component, soname, held, release.version, wheel.file.name)
            except RemoteError as error:
                yield failed(error, about=component, release=release.version)


def _held(about: str, soname: str, held: dict[str, str], release: str, file: str) -> Claim:
    stem = soname.partition(".so")[0]
    like = sorted(name for name in held if name.startswith(f"{stem}.so"))
    return compared(
        about,
        soname,
        soname if soname in held else listed(like),
        release=release,
        file=file,
        member=held.get(soname) or (held[like[0]] if like else ""),
    )


def prove_provides(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """Claims about the first and last wheel of each range of versions, and one about versions on
    the index that no range names."""
    fact = subject.fact
    arch = next(iter(fact.words("architectures")), LINUX[0])
    files = [
        file
        for file in evidence.vendor.wheels(fact.text("project"))
        if file.is_for(arch) and not file.version.is_prerelease
    ]
    for versions, libraries in fact.mapping("wheels").items():
        within = [file for file in files if range_contains(versions, str(file.version))]
        if not within:
            yield not_provable(f"no wheel of {versions} is on the index", about=versions)
        for file in dict.fromkeys((*within[:1], *within[-1:])):
            yield _directory_claim(subject, file, arch, libraries, evidence)
    yield from _unnamed(subject, files)


def _unnamed(subject: Subject, files: list[IndexFile]) -> Iterator[Claim]:
    """Versions of the project, newer than every range, of which nothing is said."""
    ranges = subject.fact.mapping("wheels")
    known = [f.version for f in files if any(range_contains(r, str(f.version)) for r in ranges)]
    newer = [f for f in files if known and f.version > max(known)]
    if newer:
        shown = ", ".join(str(file.version) for file in newer[-3:])
        yield not_provable(f"newer versions are on the index: {shown}", about="wheels")


def _directory_claim(
    subject: Subject, file: IndexFile, arch: str, libraries: str, evidence: Evidence
) -> Claim:
    fact = subject.fact
    folder = fact.text("directory")
    try:
        with evidence.vendor.wheel(fact.text("project"), str(file.version), arch) as wheel:
            names = wheel.names
    except RemoteError as error:
        return failed(error, about=str(file.version), file=file.name)
    inside = {
        name.rpartition("/")[2]
        for name in names
        if folder_of(name) == folder and is_below_prefix(name) == (fact.text("below") == "prefix")
    }
    stated = set(libraries.split())
    missing = sorted(stated - inside)
    return Claim(
        about=str(file.version),
        outcome=Outcome.CONTRADICTED if missing else Outcome.CONFIRMED,
        stated=listed(sorted(stated)),
        found=f"without {listed(missing)}" if missing else listed(sorted(stated)),
        file=file.name,
        member=f"{folder}/",
    )


def is_below_prefix(name: str) -> bool:
    """Whether a member goes below the environment, not below site-packages."""
    return _DATA in name


def folder_of(name: str) -> str:
    """The folder of a member, below site-packages or the environment."""
    head, found, rest = name.partition(_DATA)
    path = rest if found else head
    if not found and (".data/purelib/" in path or ".data/platlib/" in path):
        path = path.split("/", 2)[2]
    return path.rpartition("/")[0]
