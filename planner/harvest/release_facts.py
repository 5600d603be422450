"""Finds the day of a release, what it is shipped for, and the versions of its components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.audit.evidence import Evidence
from planner.audit.subjects import Pin, Release
from planner.audit.uploads import first_upload, shipped_for
from planner.harvest.found import Found, Ground, UnprovedError, told
from planner.harvest.offers import Offer
from planner.harvest.requirements import Resolved, required_by, resolved
from planner.index.errors import MissingError
from planner.load.documents import Document, text
from planner.model.accelerators import Family
from planner.model.platforms import ARCHITECTURES
from planner.model.sources import Standing


def find_released(row: Document, ground: Ground) -> Found:
    """The day of the first upload of the vendor's own project."""
    day = first_upload(ground.project, ground.listed, ground.evidence)
    if not day:
        raise UnprovedError("the index states no upload days")
    payload: Document = {"date": day}
    if "qualifier" in row or text(row, "standing") != Standing.MEASURED:
        payload["qualifier"] = "by"
    evidence = f"first upload of {ground.project} {ground.listed} for Linux"
    return Found(payload=payload, evidence=evidence)


def find_architectures(row: Document, ground: Ground) -> Found:
    """The architectures for which components of the release have wheels."""
    if not ground.shipped:
        raise UnprovedError("no component of it has a wheel on the index")
    covers = [arch for arch in ARCHITECTURES if arch in ground.shipped]
    evidence = "; ".join(ground.shipped[arch] for arch in covers)
    return Found(payload={"covers": [*covers]}, evidence=evidence)


def find_components(row: Document, ground: Ground) -> Found:
    """The pins of the release."""
    if ground.components is None:
        raise UnprovedError("the versions of its components are stated nowhere")
    return ground.components


@dataclass(frozen=True, kw_only=True, slots=True)
class Projects:
    """The project of each component: of those that an older release pins, and of others."""

    pinned: Mapping[str, str]
    others: Mapping[str, str]

    @property
    def all(self) -> dict[str, str]:
        """Both together."""
        return {**self.pinned, **self.others}


def survey(
    family: Family, offer: Offer, project: str, projects: Projects, evidence: Evidence
) -> Ground:
    """The release that an offer names, with its components and what it is shipped for.

    A component counts that the metapackage requires, that it is itself, or whose own wheel of the
    same version requires the metapackage.

    :raises RemoteError: where the metapackage, or a list of wheels, cannot be read.
    """
    required = required_by(project, offer.listed, evidence)
    versions: dict[str, Resolved] = {}
    unstated: dict[str, str] = {}
    read = [(required.member, required.file)]
    for name in dict.fromkeys((*projects.all.values(), *required.by_project)):
        try:
            if name in required.by_project:
                versions[name] = resolved(name, required.specifiers(name), evidence)
                continue
            if name != project:
                read.append(_states_the_same(name, project, offer, evidence))
            versions[name] = Resolved(version=offer.listed)
        except (MissingError, UnprovedError) as error:
            unstated[name] = str(error)
    pins = {
        component: Pin(project=name, version=versions[name].version)
        for component, name in projects.all.items()
        if name in versions
    }
    release = Release(version=offer.release, pins=pins)
    ranges = {name: one.range for name, one in versions.items() if one.range}
    return Ground(
        family=family,
        project=project,
        release=release,
        listed=offer.listed,
        evidence=evidence,
        components=_components(projects.pinned, pins, ranges, unstated, read),
        shipped=shipped_for(release, evidence),
        ranges=ranges,
        versions={name: one.version for name, one in versions.items() if one.is_listed},
    )


def _states_the_same(name: str, project: str, offer: Offer, evidence: Evidence) -> tuple[str, str]:
    """Where a project of the release's own version requires the vendor's own project of it."""
    required = required_by(name, offer.listed, evidence)
    for one in required.by_project.get(project, []):
        if str(one.specifier) in (f"=={offer.listed}", f"=={offer.release}"):
            return required.member, required.file
    raise UnprovedError(f"neither {project} nor {name} requires the other")


def _components(
    projects: Mapping[str, str],
    pins: Mapping[str, Pin],
    ranges: Mapping[str, str],
    unstated: Mapping[str, str],
    read: Sequence[tuple[str, str]],
) -> Found | None:
    """The fact of the pins, of the components that an older release pins, too."""
    rows: Document = {}
    for component in projects:
        pin = pins.get(component)
        if pin is None:
            continue
        row: Document = {"project": pin.project, "version": pin.version}
        if pin.project in ranges:
            row["range"] = ranges[pin.project]
        rows[component] = row
    if not rows:
        return None
    lost = [f"{name} ({unstated[p]})" for name, p in projects.items() if p in unstated]
    return Found(
        payload={"pins": rows},
        evidence=told(read),
        note=f"left out: {', '.join(lost)}" if lost else "",
        is_partial=bool(lost),
        is_lacking=bool(lost),
    )
