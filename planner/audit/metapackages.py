"""Proves what projects require, with their extras and without any, by their METADATA."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from planner.audit.claims import Claim, compared, listed
from planner.audit.evidence import LINUX, Evidence, failed
from planner.audit.pins import requirements
from planner.audit.subjects import Subject
from planner.index.errors import RemoteError
from planner.index.listing import IndexFile
from planner.model.versions import range_contains

_PYTHON = {"python_version": "3.12", "python_full_version": "3.12.0"}


def prove_extras(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """A claim for each extra, for the first and last wheel of the range of versions."""
    fact = subject.fact
    for file in _ends(subject, evidence):
        version = str(file.version)
        try:
            wanted, name, member = requirements(fact.text("project"), version, evidence)
        except RemoteError as error:
            yield failed(error, about=version)
            continue
        for extra, stated in fact.mapping("extras").items():
            found = _projects(wanted, extra)
            yield compared(
                f"{extra} of {version}",
                listed(sorted(stated.split())),
                listed(sorted(found)),
                file=name,
                member=member,
            )


def prove_requires(subject: Subject, evidence: Evidence) -> Iterator[Claim]:
    """A claim about what is required without any extra, for the first and last such wheel."""
    fact = subject.fact
    for file in _ends(subject, evidence):
        version = str(file.version)
        try:
            wanted, name, member = requirements(fact.text("project"), version, evidence)
        except RemoteError as error:
            yield failed(error, about=version)
            continue
        missing = sorted(set(fact.words("projects")) - _projects(wanted, ""))
        yield compared(
            version,
            listed(fact.words("projects")),
            f"without {listed(missing)}" if missing else listed(fact.words("projects")),
            file=name,
            member=member,
        )


def _ends(subject: Subject, evidence: Evidence) -> Iterator[IndexFile]:
    """The first and last wheel of the fact's range; none that is only a release candidate."""
    fact = subject.fact
    within = [
        file
        for file in evidence.vendor.wheels(fact.text("project"))
        if range_contains(fact.text("versions"), str(file.version)) and file.is_for(LINUX[0])
    ]
    yield from dict.fromkeys((*within[:1], *within[-1:]))


def _projects(wanted: dict[str, list[Requirement]], extra: str) -> set[str]:
    """The projects that an extra pulls in on some Linux architecture."""
    return {
        canonicalize_name(one.name)
        for every in wanted.values()
        for one in every
        if any(_applies(one, extra, arch) for arch in LINUX)
    }


def _applies(one: Requirement, extra: str, arch: str) -> bool:
    if one.marker is None:
        return not extra
    place = {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": arch}
    holds = one.marker.evaluate({**_PYTHON, **place, "os_name": "posix", "extra": extra})
    without = one.marker.evaluate({**_PYTHON, **place, "os_name": "posix", "extra": ""})
    return holds and (not without or not extra)
