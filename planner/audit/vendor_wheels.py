"""Proves what was read in the wheels that a vendor or its partners built for a release."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from planner.artifacts.wheel import read_wheel
from planner.audit.claims import Claim, compared, listed
from planner.audit.evidence import Evidence, failed, not_provable
from planner.audit.subjects import Subject
from planner.audit.version_needs import PREFIXES, highest_versions, needs_of
from planner.errors import WheelError
from planner.index.errors import BrokenError, MissingError, RemoteError
from planner.index.listing import IndexFile
from planner.index.remote_wheel import RemoteWheel
from planner.model.gpu_targets import target_key
from planner.model.sources import Fact
from planner.model.versions import newest
from planner.model.wheels import Wheel

MOST_READ = 24 << 20
"""Bytes of a wheel that is read whole without being asked to."""

_KIND = "vendor-wheel"
_MOST_HEADS = 64  # libraries of a wheel whose first bytes are read
_FLOORS = ("glibc", "glibcxx", "cxxabi")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Contents:
    """A wheel as far as facts speak of it."""

    file: str
    floors: dict[str, str]
    needs: frozenset[str]
    targets: frozenset[str]
    compilers: frozenset[str]
    bundles: frozenset[str]


def prove_vendor_wheel(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """Claims about floors, needed libraries, targets, compilers and bundles of the wheel."""
    fact = subject.fact
    contents = _contents(fact.text("wheel"), evidence)
    if isinstance(contents, _TooLarge):
        with evidence.vendor.opened(contents.file) as wheel:
            yield from _floor_claims(fact, wheel, evidence)
        yield not_provable(contents.why, about="what else it holds")
        return
    if isinstance(contents, Claim):
        yield contents
        return
    for field in _FLOORS:
        if fact.text(field):
            found = contents.floors.get(field, "none")
            yield compared(field, fact.text(field), found, file=contents.file)
    yield from _held("needs", fact, contents.needs, contents.file)
    yield from _held("bundles", fact, contents.bundles, contents.file)
    if fact.words("targets"):
        yield compared(
            "targets",
            listed(sorted(fact.words("targets"), key=target_key)),
            listed(sorted(contents.targets, key=target_key)),
            file=contents.file,
        )
    yield from _compilers(fact, contents)


def _held(about: str, fact: Fact, found: frozenset[str], file: str) -> Iterator[Claim]:
    """A claim that all that is stated was found; the wheel may hold more."""
    stated = fact.words(about)
    if stated:
        missing = sorted(set(stated) - found)
        shown = f"without {listed(missing)}" if missing else listed(stated)
        yield compared(about, listed(stated), shown, file=file)


def _compilers(fact: Fact, contents: _Contents) -> Iterator[Claim]:
    """A claim for each compiler; what facts state may be the beginning of what the file says."""
    for stated in fact.words("compilers"):
        same = [found for found in contents.compilers if found.startswith(stated)]
        found = stated if same else listed(sorted(contents.compilers))
        yield compared("compilers", stated, found, file=contents.file)


def prove_compiler_ident(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """A claim for each identification: some wheel built for the release carries it."""
    contents = list(_wheels_of(subject, evidence))
    for stated in subject.fact.words("identifies"):
        words = [word.strip("()") for word in stated.split()]
        for wheel in contents:
            same = [c for c in wheel.compilers if all(word in c for word in _telling(words))]
            if same:
                yield compared("identifies", stated, stated, file=wheel.file)
                break
        else:
            yield not_provable(_WHY_NOT, about=stated)


_WHY_NOT = "no wheel built for the release that is read tells it"


def _telling(words: list[str]) -> list[str]:
    """The words that tell one build from another: those with digits."""
    return [word for word in words if any(letter.isdigit() for letter in word)]


def prove_needed_sonames(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """A claim for each soname that a wheel built for the release needs."""
    contents = list(_wheels_of(subject, evidence))
    for component, soname in subject.fact.mapping("libraries").items():
        file = next((wheel.file for wheel in contents if soname in wheel.needs), None)
        if file is None:
            yield not_provable(_WHY_NOT, about=component)
        else:
            yield compared(component, soname, soname, file=file)


def _wheels_of(subject: Subject, evidence: Evidence) -> Iterator[_Contents]:
    """The wheels that the facts name for the releases of a subject, as far as they can be read."""
    wanted = {release.version for release in subject.releases}
    for minor in subject.family.minors.values():
        for version in wanted & set(minor.releases):
            for fact in minor.facts_of(version).values():
                if fact.kind == _KIND:
                    contents = _contents(fact.text("wheel"), evidence)
                    if isinstance(contents, _Contents):
                        yield contents


def _contents(name: str, evidence: Evidence) -> _Contents | _TooLarge | Claim:
    """What a wheel holds, or why that is not known."""
    try:
        file = _file(name, evidence)
    except RemoteError as error:
        return failed(error, file=name)
    try:
        return evidence.vendor.once(file.url, lambda: _read(file, evidence))
    except RemoteError as error:
        return failed(error, file=name)
    except _TooLargeError as error:
        return _TooLarge(file=file, why=str(error))


class _TooLargeError(Exception):
    """A wheel that is read only when asked to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _TooLarge:
    file: IndexFile
    why: str


def _floor_claims(fact: Fact, wheel: RemoteWheel, evidence: Evidence) -> Iterator[Claim]:
    """Claims about floors by the first bytes of each library, of a wheel that is not read whole."""
    versions: dict[str, str] = {}
    members: dict[str, str] = {}
    libraries = [name for name in wheel.names if ".so" in name.rpartition("/")[2]]
    if len(libraries) > _MOST_HEADS:
        yield not_provable(f"its {len(libraries)} libraries are read with --whole only")
        return
    for name in libraries:
        for field, version in needs_of(wheel, name, evidence).highest.items():
            if newest(versions.get(field, version), version) == version:
                versions[field], members[field] = version, name
    for field in _FLOORS:
        if fact.text(field):
            yield compared(
                field,
                fact.text(field),
                versions.get(field, "none"),
                file=wheel.file.name,
                member=members.get(field, ""),
            )


def _file(name: str, evidence: Evidence) -> IndexFile:
    try:
        project, _, _, _ = parse_wheel_filename(name)
    except InvalidWheelFilename:
        raise MissingError(f"{name} is no name of a wheel") from None
    for file in evidence.vendor.wheels(project):
        if file.name == name:
            return file
    raise MissingError(f"{name} is not on the index")


def _read(file: IndexFile, evidence: Evidence) -> _Contents:
    size = evidence.vendor.size(file)
    if size > MOST_READ and not evidence.may_read_whole:
        raise _TooLargeError(f"{size} bytes would have to be read; --whole does")
    with tempfile.TemporaryDirectory(prefix="mlplan-") as folder:
        path = Path(folder) / file.name
        evidence.vendor.save(file, path)
        try:
            wheel = read_wheel(path, digest=False)
        except WheelError as error:
            raise BrokenError(f"{file.name} cannot be read: {error}") from None
    return _told(file.name, wheel)


def _told(name: str, wheel: Wheel) -> _Contents:
    elf = wheel.elf
    versions = [v for file in elf for names in file.version_needs.values() for v in names]
    codes = [*(file.gpu for file in elf), *wheel.gpu_files.values()]
    images = [image for code in codes for image in code.hip]
    floors = highest_versions(versions)
    return _Contents(
        file=name,
        floors={field: floors[field] for field in PREFIXES if field in floors},
        needs=frozenset(needed for file in elf for needed in file.needed),
        targets=frozenset(image.target.partition(":")[0] for image in images),
        compilers=frozenset(text for file in elf for text in file.compilers),
        bundles=frozenset(_bundles(image.container for image in images)),
    )


def _bundles(containers: Iterable[str]) -> Iterator[str]:
    """Containers in the words of the facts: ``ccob-v3-zstd`` is ``CCOB v3 zstd``."""
    for container in containers:
        if container == "bundle":
            yield "plain"
        elif container.startswith("ccob-"):
            yield " ".join(container.split("-")).replace("ccob", "CCOB")
