"""Rules that span several records of the facts; each is one small function (docs/facts.md)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from planner.errors import Problem
from planner.load.fact_problems import all_facts, fact_problem, unknown
from planner.load.gpu_invariants import FAMILY_GPU_CHECKS
from planner.load.library_invariants import FAMILY_LIBRARY_CHECKS, LIBRARY_CHECKS
from planner.model.accelerators import Family
from planner.model.facts import FactBase
from planner.model.overlay import is_overlaid
from planner.model.sources import Fact, Standing
from planner.model.versions import last_day, range_contains, version_key

_EVIDENCE = {
    Standing.ENFORCED: {"measured", "document"},
    Standing.MEASURED: {"measured"},
    Standing.DOCUMENTED: {"measured", "document", "secondary"},
}
"""The kinds of source of which one at least must stand behind a standing."""


def broken_invariants(facts: FactBase) -> list[Problem]:
    """Every rule between records that the facts break."""
    found = [problem for check in _CHECKS for problem in check(facts)]
    for family in facts.families.values():
        found += [problem for check in _FAMILY_CHECKS for problem in check(family, facts)]
    return found


def policies_grow(facts: FactBase) -> Iterator[Problem]:
    """A policy allows everything that the next older one of its libc allows (PEP 600)."""
    for libc in ("glibc", "musl"):
        rows = [p for p in facts.policies.policies.values() if p.libc == libc]
        rows.sort(key=lambda policy: version_key(policy.version))
        for older, newer in pairwise(rows):
            lost = set(older.libraries) - set(newer.libraries)
            if lost:
                text = f"allows fewer libraries than {older.name}"
                yield fact_problem(newer.fact, text, " ".join(sorted(lost)))
            for arch in older.symbols.keys() & newer.symbols.keys():
                for prefix, versions in older.symbols[arch].items():
                    missing = set(versions) - set(newer.symbols[arch].get(prefix, ()))
                    if missing:
                        shown = " ".join(f"{prefix}_{v}" for v in sorted(missing))
                        text = f"allows fewer symbols on {arch} than {older.name}"
                        yield fact_problem(newer.fact, text, shown)


def images_name_known_things(facts: FactBase) -> Iterator[Problem]:
    """Every policy, base, toolset and set of interpreters that an image names exists."""
    policies = facts.policies
    sets = {row.images for row in policies.image_interpreters}
    for image in policies.images.values():
        yield from unknown(image.fact, "policy", image.policy, policies.policies)
        if image.interpreters:
            yield from unknown(image.fact, "set of interpreters", image.interpreters, sets)
        for entry in image.architectures.values():
            yield from unknown(entry.fact, "distribution", entry.base, policies.distributions)
        for held in image.toolsets:
            yield from unknown(held.fact, "toolset", held.toolset, policies.toolsets)
        for family, minor in image.toolkits.items():
            yield from unknown(image.fact, "family", family, facts.families)
            if family in facts.families:
                minors = facts.families[family].minors
                yield from unknown(image.fact, f"{family} release", minor, minors)


def toolsets_name_known_things(facts: FactBase) -> Iterator[Problem]:
    """Toolsets and distributions of obtainable rows and base compilers exist."""
    policies = facts.policies
    for row in policies.obtainable:
        yield from unknown(row.fact, "toolset", row.toolset, policies.toolsets)
        yield from unknown(row.fact, "distribution", row.base, policies.distributions)
    for toolset in policies.toolsets.values():
        if toolset.base is not None:
            yield from unknown(toolset.fact, "distribution", toolset.base, policies.distributions)


def overruling_facts_exist(facts: FactBase) -> Iterator[Problem]:
    """A fact of the policies is overruled by a fact that exists."""
    for fact in facts.policies.facts.values():
        if fact.overruled_by is not None:
            yield from unknown(fact, "overruling fact", fact.overruled_by, facts.policies.facts)


def subjects_exist(facts: FactBase) -> Iterator[Problem]:
    """Ends of life and image interpreters name known distributions and interpreters."""
    policies = facts.policies
    for end in policies.ends:
        known = policies.distributions if end.of == "distribution" else policies.interpreters
        yield from unknown(end.fact, end.of, end.id, known)
    for row in policies.image_interpreters:
        yield from unknown(row.fact, "interpreter", row.tag, policies.interpreters)
        if row.since and row.until and row.since > row.until:
            yield fact_problem(row.fact, "ends before it starts", f"{row.since} to {row.until}")


def one_end_each(facts: FactBase) -> Iterator[Problem]:
    """Of several dates for the same end only one is believed."""
    seen: dict[tuple[str, str], Fact] = {}
    for end in facts.policies.ends:
        if end.overruled:
            continue
        key = (end.id, end.what)
        if key in seen:
            yield fact_problem(end.fact, f"contradicts {seen[key].id}: mark one as overruled")
        seen[key] = end.fact


def image_dates_in_order(facts: FactBase) -> Iterator[Problem]:
    """The toolset history of an image stands oldest first."""
    for image in facts.policies.images.values():
        days = [held.since for held in image.toolsets if held.since]
        if days != sorted(days):
            yield fact_problem(image.fact, "toolsets must stand oldest first", " ".join(days))


def facts_are_sourced(facts: FactBase) -> Iterator[Problem]:
    """Every fact names a source and the day on which it was read; an overlay's own need no day."""
    for fact in facts.facts().values():
        if not fact.sources:
            yield fact_problem(fact, "names no source")
        if not fact.read and not is_overlaid(fact.id):
            yield fact_problem(fact, "names no day on which it was read")


def standings_have_evidence(facts: FactBase) -> Iterator[Problem]:
    """No shipped fact is better known than the best of its sources allows."""
    sources = facts.sources()
    for fact in facts.facts().values():
        kinds = {sources[id_].kind for id_ in fact.sources if id_ in sources}
        wanted = _EVIDENCE.get(fact.standing, kinds)
        if kinds and not kinds & wanted and not is_overlaid(fact.id):
            yield fact_problem(
                fact,
                f"is {fact.standing}, but no source of it allows that",
                " ".join(sorted(kinds)),
                allowed=" ".join(sorted(wanted)),
            )


def targets_are_spelled(family: Family, facts: FactBase) -> Iterator[Problem]:
    """GPU targets follow the syntax of the family's GPU code."""
    prefixes = {"cuda": ("sm_", "compute_"), "hip": ("gfx",)}.get(family.gpu)
    for fact in all_facts(family):
        if fact.kind not in ("gpu-targets", "gpu-targets-built") or prefixes is None:
            continue
        for form in ("real", "virtual", "specific", "family", "generic", "deprecated"):
            for target in fact.words(form):
                if not target.startswith(prefixes):
                    yield fact_problem(fact, "not a GPU target of this family", target)


def deprecated_targets_exist(family: Family, facts: FactBase) -> Iterator[Problem]:
    """A release calls only targets deprecated that it knows."""
    for fact in all_facts(family):
        if fact.kind == "gpu-targets":
            known = {t for form in ("real", "specific", "family") for t in fact.words(form)}
            for target in fact.words("deprecated"):
                if target not in known:
                    yield fact_problem(fact, "deprecates a target that it does not list", target)


def enforced_ranges_meet(family: Family, facts: FactBase) -> Iterator[Problem]:
    """Some toolset's gcc lies in all enforced gcc ranges of a release."""
    gccs = {toolset.gcc for toolset in facts.policies.toolsets.values()}
    for minor in family.minors.values():
        for version in minor.releases:
            limits = [
                fact
                for fact in minor.facts_of(version).values()
                if fact.kind == "host-compiler"
                and fact.overruled_by is None
                and fact.text("compiler") == "gcc"
            ]
            if limits and not any(
                all(range_contains(fact.text("range"), gcc) for fact in limits) for gcc in gccs
            ):
                own = [fact for fact in limits if is_overlaid(fact.id)]
                yield fact_problem(
                    (own or limits)[0], f"no toolset has a gcc for release {version}"
                )


def one_bound_each(family: Family, facts: FactBase) -> Iterator[Problem]:
    """A limit on a compiler has one side, so that each side can be judged on its own."""
    for fact in all_facts(family):
        if fact.kind in ("host-compiler", "documented-compiler") and "," in fact.text("range"):
            yield fact_problem(fact, "must have one bound; split it", fact.text("range"))


def distributions_exist(family: Family, facts: FactBase) -> Iterator[Problem]:
    """Distributions that a vendor's table names have a row of their own."""
    known = facts.policies.distributions
    for fact in all_facts(family):
        if fact.kind == "distributions":
            for name in fact.table("supports"):
                yield from unknown(fact, "distribution", name, known)
        if fact.kind == "documented-glibc" and fact.text("distribution"):
            yield from unknown(fact, "distribution", fact.text("distribution"), known)


def covered_is_not_never(family: Family, facts: FactBase) -> Iterator[Problem]:
    """No release covers an architecture that the family is said never to cover."""
    never = {
        arch
        for fact in family.facts.values()
        if fact.kind == "never-covers"
        for arch in fact.words("architectures")
    }
    for fact in all_facts(family):
        for arch in never & set(fact.words("covers")):
            yield fact_problem(fact, "covers an architecture that the family never covers", arch)


def releases_say_the_least(family: Family, facts: FactBase) -> Iterator[Problem]:
    """Every release says which architectures it covers; a family with GPU code, which targets."""
    for minor in family.minors.values():
        for version in minor.releases:
            kinds = {fact.kind for fact in minor.facts_of(version).values()}
            wanted = {"architectures"}
            if family.gpu != "none" and not kinds & {"gpu-targets", "gpu-targets-built"}:
                wanted.add("gpu-targets")
            for kind in sorted(wanted - kinds):
                yield Problem(
                    file=minor.file, path=f"releases.{version}", message=f"has no fact {kind!r}"
                )


def releases_in_time(family: Family, facts: FactBase) -> Iterator[Problem]:
    """Within a minor release a later update is not dated before an earlier one."""
    for minor in family.minors.values():
        dated = [
            (fact.text("date"), fact)
            for own in minor.releases.values()
            for fact in own.values()
            if fact.kind == "released"
        ]
        for (older, _), (newer, fact) in pairwise(dated):
            if last_day(newer) < last_day(older):
                yield fact_problem(fact, "is dated before the update before it", newer)


_CHECKS = (
    policies_grow,
    images_name_known_things,
    toolsets_name_known_things,
    overruling_facts_exist,
    subjects_exist,
    one_end_each,
    image_dates_in_order,
    facts_are_sourced,
    standings_have_evidence,
    *LIBRARY_CHECKS,
)
_FAMILY_CHECKS = (
    targets_are_spelled,
    deprecated_targets_exist,
    enforced_ranges_meet,
    one_bound_each,
    distributions_exist,
    covered_is_not_never,
    releases_say_the_least,
    releases_in_time,
    *FAMILY_LIBRARY_CHECKS,
    *FAMILY_GPU_CHECKS,
)
