"""Compilers, assemblers, toolsets, C++ standards and CPU features as subjects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import partial

from planner.browse.known import Known, Maker, in_force, row, table
from planner.browse.records import Row, Section, Subject
from planner.browse.topics import sections_of
from planner.model.accelerators import MinorRelease
from planner.model.sources import Fact, Standing
from planner.model.versions import range_contains, version_key

_LIMITS = ("host-compiler", "documented-compiler", "compiler-breakage")


def compiler_names(known: Known) -> Iterator[tuple[str, Maker]]:
    """Every name of a compiler, toolset, standard or feature, with what it names."""
    policies = known.base.policies
    yield "gcc", partial(_gcc, known)
    yield "binutils", partial(_binutils, known)
    for version in _prefixes([*policies.gcc, *(t.gcc for t in policies.toolsets.values())]):
        yield f"gcc {version}", partial(_gcc_version, known, version)
    for name in policies.toolsets:
        yield name, partial(_toolset, known, name)
    for name in policies.cxx:
        for spelling in (f"c++{name}", f"c++ {name}", f"cxx {name}", f"cxx{name}"):
            yield spelling, partial(_standard, known, name)
    for name in policies.features:
        yield name, partial(_feature, known, name)


def _prefixes(versions: Iterable[str]) -> list[str]:
    """Versions and their beginnings: 14, 14.2 and 14.2.1."""
    found: dict[str, None] = {}
    for version in versions:
        parts = version.split(".")
        found.update({".".join(parts[:n]): None for n in range(1, len(parts) + 1)})
    return list(found)


def _matches(version: str, prefix: str) -> bool:
    return version == prefix or version.startswith(f"{prefix}.")


def _gcc(known: Known) -> Subject:
    return known.subject(
        "compiler",
        "gcc",
        [
            table(
                "what accelerator releases say about it, newest first",
                ("release", "their tool", "their documents", "known to break", "C++ that needs it"),
                _limit_rows(known),
            ),
            _obtainable_versions(known),
            Section(title="C++ standards", facts=tuple(known.of_kind("cxx-standard"))),
            _runtime(known, known.of_kind("gcc")),
        ],
        title="gcc, the host compiler of every plan",
    )


def _limit_rows(known: Known) -> Iterator[Row]:
    for minor in known.minors:
        for name, facts in _different_limits(known, minor):
            ranges = {kind: _ranges(facts, kind) for kind in (*_LIMITS, "cxx-host-compiler")}
            if any(ranges.values()):
                used = [fact.id for fact in facts if fact.kind in ranges and _is_gcc(fact)]
                cells = [ranges[kind] or "nothing" for kind in ranges]
                yield row(f"{minor.family} {name}", *cells, facts=used)


def _different_limits(known: Known, minor: MinorRelease) -> Iterator[tuple[str, list[Fact]]]:
    """The limits of a minor release, and of each full version that has other ones.

    Those that a family states for several releases are among them.
    """
    shared = in_force(minor.facts.values())
    newest = next(reversed(list(minor.releases)), "")
    yield minor.minor, [*shared, *_of_family(known, minor.family, newest)]
    for version in minor.releases:
        own = in_force(minor.facts_of(version).values())
        if any(_is_gcc(fact) for fact in own if fact not in shared):
            yield version, [*own, *_of_family(known, minor.family, version)]


def _of_family(known: Known, family: str, version: str) -> list[Fact]:
    """The facts that a family states for some releases, one of which is this version."""
    facts = in_force(known.base.families[family].facts.values())
    ranges = [(fact, fact.text("releases")) for fact in facts if _is_gcc(fact)]
    return [
        f for f, range_ in ranges if not range_ or (version and range_contains(range_, version))
    ]


def _is_gcc(fact: Fact) -> bool:
    return fact.text("compiler") == "gcc"


def _ranges(facts: Iterable[Fact], kind: str) -> str:
    found = []
    for fact in (fact for fact in facts if fact.kind == kind and _is_gcc(fact)):
        cxx = f"C++{fact.text('cxx')} " if kind == "cxx-host-compiler" else ""
        found.append(f"{cxx}{fact.text('range')}")
    return ", ".join(dict.fromkeys(found))


def _obtainable_versions(known: Known, prefix: str | None = None) -> Section:
    policies = known.base.policies
    rows = []
    for toolset in sorted(policies.toolsets.values(), key=lambda t: version_key(t.gcc)):
        if prefix is not None and not _matches(toolset.gcc, prefix):
            continue
        held = [
            i for i in policies.images.values() if toolset.name in {t.toolset for t in i.toolsets}
        ]
        on = [o for o in policies.obtainable if o.toolset == toolset.name]
        facts = [toolset.fact.id, *(image.fact.id for image in held), *(o.fact.id for o in on)]
        bases = [toolset.base] if toolset.base else [o.base for o in on]
        images = " ".join(image.name for image in held) or "none"
        where = " ".join(dict.fromkeys(bases)) or "none"
        rows.append(
            row(toolset.gcc, toolset.name, toolset.binutils or "", images, where, facts=facts)
        )
    columns = ("gcc", "toolset", "binutils", "in images", "on distributions")
    return table("how it can be had", columns, reversed(rows))


def _runtime(known: Known, facts: Iterable[Fact]) -> Section:
    rows = [
        row(
            fact.id.partition("/")[2],
            fact.text("released"),
            fact.text("glibcxx"),
            fact.text("cxxabi"),
            fact.text("cxx_default"),
            facts=[fact.id],
        )
        for fact in facts
    ]
    columns = ("gcc", "released", "GLIBCXX", "CXXABI", "default C++")
    return table("releases, and the newest symbols of their libraries", columns, reversed(rows))


def _gcc_version(known: Known, prefix: str) -> Subject:
    policies = known.base.policies
    versions = [t.gcc for t in policies.toolsets.values() if _matches(t.gcc, prefix)]
    versions += [version for version in policies.gcc if _matches(version, prefix)]
    newest = max(versions, key=version_key)
    runtimes = [f for f in known.of_kind("gcc") if _matches(f.id.partition("/")[2], prefix)]
    return known.subject(
        "compiler",
        f"gcc {prefix}",
        [
            table(
                f"whether accelerator releases take gcc {newest}, newest first",
                ("release", "verdict", "because"),
                _verdict_rows(known, newest),
            ),
            _obtainable_versions(known, prefix),
            table(
                f"C++ standards in gcc {newest}", ("C++", "state"), _standard_rows(known, newest)
            ),
            _runtime(known, runtimes),
        ],
        title=f"gcc {prefix}, judged as gcc {newest}",
    )


def _verdict_rows(known: Known, version: str) -> Iterator[Row]:
    waived = known.waived
    for minor in known.minors:
        for name, facts in _different_limits(known, minor):
            limits = [fact for fact in facts if fact.kind in _LIMITS and _is_gcc(fact)]
            if limits:
                verdict, because = _verdict(limits, version, waived)
                says = ", ".join(f"{_WORDS[f.kind]} {f.text('range')}" for f in because)
                used = [fact.id for fact in because]
                yield row(f"{minor.family} {name}", verdict, says, facts=used)


_WORDS = {
    "host-compiler": "their tool takes",
    "documented-compiler": "documented for",
    "compiler-breakage": "breaks with",
}


def _verdict(limits: list[Fact], version: str, waived: Collection[str]) -> tuple[str, list[Fact]]:
    """Whether plans take a gcc with a release, and the limits that say so.

    The same as the solver's rules (docs/model.md): a document refuses only where the tool states no
    limit on that side, a breakage that is not measured only where it states no newest gcc.
    """
    tool = [fact for fact in limits if fact.kind == "host-compiler"]
    bounded = {_is_upper(fact) for fact in tool}
    against = [
        fact
        for fact in limits
        if range_contains(fact.text("range"), version) is (fact.kind == "compiler-breakage")
    ]
    refusing = [
        fact
        for fact in against
        if fact.id not in waived
        and (
            fact.kind == "host-compiler"
            or (fact.kind == "documented-compiler" and _is_upper(fact) not in bounded)
            or (fact.kind == "compiler-breakage" and (_is_firm(fact) or True not in bounded))
        )
    ]
    if refusing:
        return "refused", refusing
    return ("with a warning", against) if against else ("taken", tool or limits)


def _is_upper(fact: Fact) -> bool:
    return fact.text("range").lstrip().startswith("<")


def _is_firm(fact: Fact) -> bool:
    return fact.standing in (Standing.ENFORCED, Standing.MEASURED)


def _standard_rows(known: Known, version: str) -> Iterator[Row]:
    for standard in known.base.policies.cxx.values():
        complete = standard.gcc is not None and range_contains(standard.gcc, version)
        tried = standard.experimental and range_contains(standard.experimental, version)
        state = "complete" if complete else "experimental" if tried else "no"
        yield row(standard.name, state, facts=[standard.fact.id])


def _toolset(known: Known, name: str) -> Subject:
    toolset = known.base.policies.toolsets[name]
    facts = [toolset.fact]
    facts += [row.fact for row in known.base.policies.obtainable if row.toolset == name]
    images = known.base.policies.images.values()
    facts += [held.fact for image in images for held in image.toolsets if held.toolset == name]
    return known.subject(
        "toolset",
        name,
        sections_of(facts),
        summary=(
            ("gcc", toolset.gcc),
            ("binutils", toolset.binutils or "unknown"),
            ("package", toolset.package or ""),
            ("of", toolset.base or ""),
        ),
    )


def _binutils(known: Known) -> Subject:
    policies = known.base.policies
    rows = [
        row(toolset.binutils, toolset.name, toolset.gcc, facts=[toolset.fact.id])
        for toolset in policies.toolsets.values()
        if toolset.binutils
    ]
    rows.sort(key=lambda each: version_key(each.cells[0]), reverse=True)
    had = table("how it can be had", ("binutils", "toolset", "gcc"), rows)
    facts = [fact for fact in known.of_kind("feature") if fact.text("binutils")]
    news = [*known.of_kind("linker")]
    return known.subject(
        "compiler",
        "binutils",
        [
            had,
            Section(title="CPU features that need it", facts=tuple(facts)),
            Section(title="what came with which version", facts=tuple(news)),
        ],
        title="binutils, the assembler and linker",
    )


def _standard(known: Known, name: str) -> Subject:
    standard = known.base.policies.cxx[name]
    rows = [
        row(f"{minor.family} {minor.minor}", facts=[fact.id])
        for minor in known.minors
        for fact in in_force(minor.facts.values())
        if fact.kind == "cxx-standards" and name in fact.words("device")
    ]
    hosts = [f for f in known.of_kind("cxx-host-compiler") if f.text("cxx") == name]
    return known.subject(
        "C++ standard",
        f"C++{name}",
        [
            Section(title="in host compilers", facts=(standard.fact,)),
            table("device compilers that know it, newest first", ("release",), rows),
            Section(title="host compilers that releases ask for with it", facts=tuple(hosts)),
        ],
        title=f"C++{name}",
    )


def _feature(known: Known, name: str) -> Subject:
    feature = known.base.policies.features[name]
    toolsets = known.base.policies.toolsets.values()
    rows = [
        row(toolset.name, toolset.gcc, toolset.binutils or "", facts=[toolset.fact.id])
        for toolset in toolsets
        if (feature.gcc is None or range_contains(feature.gcc, toolset.gcc))
        and (
            feature.binutils is None
            or (toolset.binutils and range_contains(feature.binutils, toolset.binutils))
        )
    ]
    return known.subject(
        "CPU feature",
        name,
        [
            Section(title="what it needs", facts=(feature.fact,)),
            table("toolsets that know it", ("toolset", "gcc", "binutils"), rows),
        ],
        summary=(("on", " ".join(feature.architectures)),),
    )
