"""Rules on a release together with an environment: host compiler and glibc."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from planner.model.versions import range_contains, version_key
from planner.solve.day import Day
from planner.solve.environment_rules import highest
from planner.solve.rows import Environment, Limit, Need, Release, Tables
from planner.solve.verdict import Verdict


def host_compiler(release: Release, env: Environment, _: None, tables: Tables) -> Verdict:
    """The vendor's header accepts the host gcc."""
    return _refusing(release.enforced, env)


def documented_compiler(release: Release, env: Environment, _: None, tables: Tables) -> Verdict:
    """The vendor's documents admit the host gcc, where nothing enforces a limit on that side."""
    enforced = {limit.is_upper for limit in release.enforced}
    return _refusing([d for d in release.documented if d.is_upper not in enforced], env)


def _refusing(limits: list[Limit], env: Environment) -> Verdict:
    facts = tuple(limit.fact for limit in limits if not limit.admits(env.gcc))
    return facts or None


def compiler_breakage(
    release: Release, env: Environment, standard: str | None, tables: Tables
) -> Verdict:
    """No known breakage of the release with this gcc (some only from a C++ standard on).

    A breakage that is only documented refuses where the vendor enforces no newest gcc; where its
    header accepts this gcc it is a caution.
    """
    bounded = any(limit.is_upper for limit in release.enforced)
    refusing = [x for x in broken_by(release, env, standard) if not (x.is_weak and bounded)]
    return tuple(limit.fact for limit in refusing) or None


def broken_by(release: Release, env: Environment, standard: str | None) -> list[Limit]:
    """The known breakages of a release that this gcc and C++ standard meet."""
    return [
        limit
        for limit in release.breakages
        if limit.admits(env.gcc)
        and (not limit.cxx or (standard is not None and range_contains(limit.cxx, standard)))
    ]


def cxx_host_compiler(release: Release, env: Environment, standard: str, tables: Tables) -> Verdict:
    """The vendor accepts this gcc for device code of the C++ standard."""
    return _refusing([limit for limit in release.cxx_host if limit.cxx == standard], env)


def build_glibc(release: Release, env: Environment, arch: str, tables: Tables) -> Verdict:
    """The vendor's build programs run in the image."""
    facts = tuple(
        fact
        for floor, fact in release.build_glibc.get(arch, ())
        if version_key(floor) > version_key(env.libc_version)
    )
    return facts or None


@lru_cache(maxsize=16384)
def linked_needs(
    release: Release, links: tuple[str, ...], arch: str, day: Day
) -> tuple[tuple[Need, ...], tuple[str, ...]]:
    """What the linked components need (the newest measured version of each by the day), and
    the names of those that were not measured."""
    needs: list[Need] = []
    unmeasured = []
    for component in links:
        rows = release.needs.get((arch, component), [])
        dated = [row for row in rows if not row.uploaded or row.uploaded <= day.iso]
        if not dated:
            unmeasured.append(component)
            continue
        newest = max(dated, key=lambda row: version_key(row.version or "0")).version
        needs += [row for row in dated if row.version == newest or not row.uploaded]
    return tuple(needs), tuple(unmeasured)


def linked_library_floor(
    release: Release, env: Environment, wanted: tuple[tuple[str, ...], Day], tables: Tables
) -> Verdict:
    """The policy offers every symbol version that the linked vendor libraries need."""
    links, day = wanted
    needs, _ = linked_needs(release, links, env.arch, day)
    symbols = tables.policy_symbols.get((env.policy, env.arch), {})
    facts = tuple(dict.fromkeys(need.fact for need in needs if exceeds_policy(need, env, symbols)))
    return facts or None


def exceeds_policy(need: Need, env: Environment, symbols: Mapping[str, frozenset[str]]) -> bool:
    """Whether a vendor library needs more than a policy promises."""
    if version_key(need.glibc) > version_key(env.policy_version):
        return True
    return any(
        bool(version) and version_key(version) > version_key(highest(symbols[prefix]) or "0")
        for prefix, version in (("GLIBCXX", need.glibcxx), ("CXXABI", need.cxxabi))
        if prefix in symbols
    )


def documented_glibc(
    release: Release, env: Environment, wanted: tuple[tuple[str, ...], Day], tables: Tables
) -> Verdict:
    """The vendor's documented glibc floor, where a linked library was not measured."""
    links, day = wanted
    if not links:
        return None
    _, unmeasured = linked_needs(release, links, env.arch, day)
    return exceeded_documented_glibc(release, env) if unmeasured else None


def exceeded_documented_glibc(release: Release, env: Environment) -> Verdict:
    """The documented floors that a policy lies below, or None."""
    facts = tuple(
        fact
        for floor, _, fact in release.documented_glibc.get(env.arch, ())
        if version_key(floor) > version_key(env.policy_version)
    )
    return facts or None


def image_toolkit(release: Release, env: Environment, _: None, tables: Tables) -> Verdict:
    """An image that ships a toolkit serves only jobs with that release."""
    shipped = env.toolkits.get(release.family)
    return None if shipped in (None, release.minor) else (env.facts["image"],)
