"""Rules on a release of a family: version, day, targets, standards, driver."""

from __future__ import annotations

from planner.model.specs import spec_admits
from planner.model.versions import version_key
from planner.solve.day import Day
from planner.solve.rows import FamilyTable, Release, Tables
from planner.solve.verdict import Verdict


def release_matches(release: Release, spec: str, family: FamilyTable, tables: Tables) -> Verdict:
    """The request's specifier admits the version."""
    return None if spec_admits(spec, release.version) else ()


def release_covers(release: Release, arch: str, family: FamilyTable, tables: Tables) -> Verdict:
    """The vendor ships the release for the architecture."""
    if arch in release.covers:
        return None
    if arch in family.never_covers:
        return (family.never_covers[arch],)
    return tuple(dict.fromkeys(release.covers.values()))


def released_by_date(release: Release, day: Day, family: FamilyTable, tables: Tables) -> Verdict:
    """The release was out on the day."""
    if day.reached(release.released):
        return None
    return (release.released_fact,) if release.released_fact else ()


def release_not_preview(release: Release, _: None, family: FamilyTable, tables: Tables) -> Verdict:
    """The release is no preview."""
    return () if release.preview else None


def component_in_release(
    release: Release, component: str, family: FamilyTable, tables: Tables
) -> Verdict:
    """The release has the component, as far as its parts are known."""
    part = family.parts.get(component)
    if part is None or part.separate or not release.components:
        return None
    if component in release.components or component in release.sonames:
        return None
    if any(name == component for _, name in release.needs):
        return None
    others = any(component in other.components for other in family.releases)
    pins = tuple({pin.fact for pin in release.components.values()})
    return pins if others else None


def gpu_target_known(
    release: Release, wanted: tuple[str, str], family: FamilyTable, tables: Tables
) -> Verdict:
    """The release's compiler knows the target (``wanted``: target, architecture)."""
    target, arch = wanted
    base = target.partition(":")[0]
    known = release.gpu.get(base)
    if known is not None and (not known.architectures or arch in known.architectures):
        return None
    if known is None and base in release.gpu_built:
        return None
    renamed = (tables.renames[base][1],) if base in tables.renames else ()
    first, removed, life = family.target_life.get(base, ("", "", ""))
    if life and _outside(release.version, first, removed):
        return (life, *renamed)
    lists = {t.fact for t in release.gpu.values()} | set(release.gpu_built.values())
    return (*sorted(lists), *renamed)


def _outside(version: str, first: str, removed: str) -> bool:
    key = version_key(version)
    return key < version_key(first) or bool(removed and key >= version_key(removed))


def device_cxx(release: Release, standard: str, family: FamilyTable, tables: Tables) -> Verdict:
    """The device compiler has the C++ standard; families without such facts do not bind."""
    if standard in release.device_cxx or not release.device_cxx:
        return None
    return tuple(dict.fromkeys(release.device_cxx.values()))


def driver_floor(release: Release, oldest: str, family: FamilyTable, tables: Tables) -> Verdict:
    """The oldest promised driver runs what the release builds.

    A promise such as ``580`` names the whole branch, so floors are compared to its precision.
    """
    if "runtime" not in release.driver:
        return None
    floor, fact = release.driver["runtime"]
    precision = oldest.count(".") + 1
    shortened = ".".join(floor.split(".")[:precision])
    return None if version_key(shortened) <= version_key(oldest) else (fact,)
