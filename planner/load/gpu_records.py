"""The facts about GPUs and hosts, picked from all facts: what ``coverage`` simulates with."""

from __future__ import annotations

from collections.abc import Iterator

from planner.model.accelerators import Family, MinorRelease
from planner.model.facts import FactBase, Policies
from planner.model.gpus import (
    CodeForm,
    CodeRule,
    CodeVariant,
    GpuClass,
    GpuFacts,
    ProductGroup,
    ReleaseDriver,
    RenamedTarget,
    RunsOn,
    TargetDriver,
    TargetMembers,
    TargetMode,
)
from planner.model.hosts import HostFacts, HostSystem, InstallerLimit
from planner.model.sources import Fact
from planner.model.toolchains import Distribution
from planner.model.versions import last_day, version_key

_SYMBOLS = {"GLIBCXX": "glibcxx", "CXXABI": "cxxabi", "GCC": "gcc-symbols", "ZLIB": "zlib"}
"""Symbol prefixes of a system's libraries, and the key under which a distribution has them."""
_RUNTIME, _TOOLKIT = "runtime", "toolkit"


def gpu_facts_of(facts: FactBase) -> GpuFacts:
    """Products, rules and drivers of all families."""
    families = tuple(facts.families.values())
    members = [row for family in families for row in _members(family)]
    drivers = [row for family in families for row in _target_drivers(family)]
    words = [f for family in families for f in _of_kind(family, "name-words")]
    return GpuFacts(
        groups=tuple(_group(family.name, f) for family, f in _each(families, "products")),
        rules=tuple(_rule(family.name, f) for family, f in _each(families, "runs-on")),
        members={row.target: row for row in members},
        modes=tuple(_mode(family.name, f) for family, f in _each(families, "target-mode")),
        drivers={row.target: row for row in drivers},
        releases=tuple(row for family in families for row in _release_drivers(family)),
        renamed=tuple(
            RenamedTarget(family.name, f.text("old"), f.text("new"), f.id)
            for family, f in _each(families, "target-rename")
        ),
        left_out=tuple(dict.fromkeys(word for f in words for word in f.words("left-out"))),
        kinds={family.name: family.gpu for family in families if family.gpu in ("cuda", "hip")},
    )


def gpu_fact_ids(gpus: GpuFacts) -> tuple[str, ...]:
    """Every fact that these records rest on."""
    found = [group.fact for group in gpus.groups] + [rule.fact for rule in gpus.rules]
    found += [row.fact for row in gpus.members.values()] + [mode.fact for mode in gpus.modes]
    found += [row.fact for row in gpus.renamed]
    found += [id_ for driver in gpus.drivers.values() for id_ in driver.facts]
    found += [id_ for row in gpus.releases for id_ in (row.runtime_fact, row.toolkit_fact) if id_]
    return tuple(dict.fromkeys(found))


def _of_kind(family: Family, kind: str) -> list[Fact]:
    """The family's own facts of one kind that are believed."""
    return [f for f in family.facts.values() if f.kind == kind and f.overruled_by is None]


def _each(families: tuple[Family, ...], kind: str) -> Iterator[tuple[Family, Fact]]:
    for family in families:
        for fact in _of_kind(family, kind):
            yield family, fact


def _group(family: str, fact: Fact) -> ProductGroup:
    return ProductGroup(
        family=family,
        target=fact.text("target"),
        gpu_class=GpuClass(fact.text("class")),
        names=fact.words("names"),
        short=fact.text("short"),
        standing=fact.standing,
        fact=fact.id,
        aliases=fact.mapping("aliases"),
        architectures=fact.words("architectures"),
    )


def _rule(family: str, fact: Fact) -> CodeRule:
    return CodeRule(
        family=family,
        form=CodeForm(fact.text("code")),
        variant=CodeVariant(fact.text("variant")),
        runs_on=RunsOn(fact.text("runs")),
        standing=fact.standing,
        fact=fact.id,
        targets=fact.words("targets"),
    )


def _members(family: Family) -> Iterator[TargetMembers]:
    for fact in _of_kind(family, "members"):
        yield TargetMembers(
            family=family.name,
            target=fact.text("target"),
            members=fact.words("members"),
            standing=fact.standing,
            fact=fact.id,
            code_object=fact.text("code-object"),
        )


def _mode(family: str, fact: Fact) -> TargetMode:
    return TargetMode(
        family=family,
        mode=fact.text("mode"),
        processors=fact.words("processors"),
        standing=fact.standing,
        fact=fact.id,
    )


def _target_drivers(family: Family) -> Iterator[TargetDriver]:
    """The drivers that know a target; the first is that of the first toolkit's first release."""
    for fact in _of_kind(family, "target-driver"):
        minor = family.minors.get(fact.text("first-toolkit"))
        first = None if minor is None else _lowest_toolkit_driver(minor)
        for target in fact.words("targets"):
            yield TargetDriver(
                family=family.name,
                target=target,
                first=None if first is None else first.text("minimum"),
                last=fact.text("last-branch") or None,
                standing=fact.standing,
                facts=(fact.id,) if first is None else (fact.id, first.id),
            )


def _lowest_toolkit_driver(minor: MinorRelease) -> Fact | None:
    found = [_driver(minor, version, _TOOLKIT) for version in minor.releases]
    known = [fact for fact in found if fact is not None]
    return min(known, key=lambda fact: version_key(fact.text("minimum")), default=None)


def _driver(minor: MinorRelease, version: str, role: str) -> Fact | None:
    for fact in minor.facts_of(version).values():
        if fact.kind == "driver" and fact.text("role") == role and fact.overruled_by is None:
            return fact
    return None


def _release_drivers(family: Family) -> Iterator[ReleaseDriver]:
    for minor in family.minors.values():
        for version in minor.releases:
            runtime, toolkit = (_driver(minor, version, role) for role in (_RUNTIME, _TOOLKIT))
            if runtime is not None or toolkit is not None:
                yield ReleaseDriver(
                    family=family.name,
                    version=version,
                    runtime=None if runtime is None else runtime.text("minimum"),
                    toolkit=None if toolkit is None else toolkit.text("minimum"),
                    runtime_fact="" if runtime is None else runtime.id,
                    toolkit_fact="" if toolkit is None else toolkit.id,
                )


def host_facts_of(facts: FactBase) -> HostFacts:
    """The systems that wheels are installed on, with what pip and Python add."""
    policies = facts.policies
    ends = _last_ends(policies)
    return HostFacts(
        systems={d.id: _system(d, ends.get(d.id, "")) for d in policies.distributions.values()},
        installers=tuple(
            InstallerLimit(rule.what, rule.of, rule.pip, rule.fact.id)
            for rule in policies.installers
        ),
        pythons=tuple(policies.interpreters),
    )


def _last_ends(policies: Policies) -> dict[str, str]:
    """The last day of any support by distribution, of ends that are believed."""
    found: dict[str, str] = {}
    for end in policies.ends:
        if end.of == "distribution" and not end.overruled:
            day = last_day(end.date).isoformat()
            found[end.id] = max(day, found.get(end.id, ""))
    return found


def _system(distribution: Distribution, end: str) -> HostSystem:
    fact = distribution.fact
    musl = fact.text("musl")
    symbols = {prefix: fact.text(key) for prefix, key in _SYMBOLS.items() if fact.text(key)}
    return HostSystem(
        id=distribution.id,
        name=distribution.name,
        version=distribution.version,
        libc="musl" if musl else "glibc",
        libc_version=musl or distribution.glibc or "",
        symbols=symbols,
        markers=distribution.markers,
        architectures=distribution.architectures,
        python=distribution.python,
        pip=distribution.pip,
        end=end,
        unconfirmed=distribution.unconfirmed,
        standing=fact.standing,
        fact=fact.id,
    )
