"""Facts as edges: one small function for each kind of fact that a rule uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from planner.graph.index import Edge
from planner.model.facts import FactBase, Policies
from planner.model.sources import Fact, Standing

Emit = Callable[[Fact, str], Iterator[Edge]]


def _covers(fact: Fact, source: str) -> Iterator[Edge]:
    for arch in fact.words("covers"):
        yield Edge(source, f"arch:{arch}", "covers", (fact.id,))


def _never_covers(fact: Fact, source: str) -> Iterator[Edge]:
    for arch in fact.words("architectures"):
        yield Edge(source, f"arch:{arch}", "never-covers", (fact.id,))


def _compiler(kind: str) -> Emit:
    def emit(fact: Fact, source: str) -> Iterator[Edge]:
        if fact.text("compiler") == "gcc":
            data = {"cxx": fact.text("cxx")} if fact.text("cxx") else {}
            if fact.standing not in (Standing.ENFORCED, Standing.MEASURED):
                data["weak"] = "yes"
            yield Edge(source, f"gcc-range:{fact.text('range')}", kind, (fact.id,), data)

    return emit


def _build_glibc(fact: Fact, source: str) -> Iterator[Edge]:
    data = {"arch": fact.text("arch")}
    yield Edge(source, f"glibc-floor:{fact.text('glibc')}", "build-glibc", (fact.id,), data)


def _documented_glibc(fact: Fact, source: str) -> Iterator[Edge]:
    data = {"arch": fact.text("arch"), "distribution": fact.text("distribution")}
    yield Edge(source, f"glibc-floor:{fact.text('glibc')}", "documented-glibc", (fact.id,), data)


def _library_needs(fact: Fact, source: str) -> Iterator[Edge]:
    common = {"arch": fact.text("arch"), "component": fact.text("component")}
    for key in ("project", "version", "releases", "uploaded"):
        if fact.text(key):
            common[key] = fact.text(key)
    if fact.words("tag"):
        common["tag"] = " ".join(fact.words("tag"))
    for library, needs in fact.table("libraries").items():
        data = {**common, "library": library, **needs}
        if "project" in needs:
            data.pop("tag", None)  # the tag is that of the fact's own wheel
        floor = data.pop("glibc", "0")
        yield Edge(source, f"glibc-floor:{floor}", "library-needs", (fact.id,), data)


def _gpu_targets(fact: Fact, source: str) -> Iterator[Edge]:
    deprecated = set(fact.words("deprecated"))
    for form in ("real", "virtual", "specific", "family", "generic"):
        for target in fact.words(form):
            data = {"form": form}
            if target in deprecated:
                data["deprecated"] = "yes"
            if fact.words("architectures"):
                data["architectures"] = " ".join(fact.words("architectures"))
            yield Edge(source, f"gpu:{target}", "gpu-target", (fact.id,), data)


def _gpu_targets_built(fact: Fact, source: str) -> Iterator[Edge]:
    for target in fact.words("real"):
        yield Edge(source, f"gpu:{target}", "gpu-target-built", (fact.id,))


def _target_rename(fact: Fact, source: str) -> Iterator[Edge]:
    data = {"at": fact.text("at")}
    yield Edge(f"gpu:{fact.text('old')}", f"gpu:{fact.text('new')}", "renamed", (fact.id,), data)


def _target_life(fact: Fact, source: str) -> Iterator[Edge]:
    data = {"first": fact.text("first")}
    if fact.text("removed"):
        data["removed"] = fact.text("removed")
    yield Edge(source, f"gpu:{fact.text('target')}", "target-life", (fact.id,), data)


def _target_mode(fact: Fact, source: str) -> Iterator[Edge]:
    for processor in fact.words("processors"):
        data = {"mode": fact.text("mode")}
        yield Edge(source, f"gpu:{processor}", "target-mode", (fact.id,), data)


def _cxx_standards(fact: Fact, source: str) -> Iterator[Edge]:
    for standard in fact.words("device"):
        yield Edge(source, f"cxx:{standard}", "device-cxx", (fact.id,))


def _cxx_host(fact: Fact, source: str) -> Iterator[Edge]:
    if fact.text("compiler") == "gcc":
        data = {"cxx": fact.text("cxx")}
        yield Edge(source, f"gcc-range:{fact.text('range')}", "cxx-host", (fact.id,), data)


def _driver(fact: Fact, source: str) -> Iterator[Edge]:
    data = {"role": fact.text("role")}
    yield Edge(source, f"driver:{fact.text('minimum')}", "driver", (fact.id,), data)


def _components(fact: Fact, source: str) -> Iterator[Edge]:
    for component, pin in fact.table("pins").items():
        yield Edge(source, f"component:{component}", "component", (fact.id,), pin)


def _sonames(fact: Fact, source: str) -> Iterator[Edge]:
    for component, soname in fact.mapping("libraries").items():
        data = {"soname": soname}
        yield Edge(source, f"component:{component}", "soname", (fact.id,), data)


def _released(fact: Fact, source: str) -> Iterator[Edge]:
    yield Edge(source, f"day:{fact.text('date')}", "released", (fact.id,))


def _supports(fact: Fact, source: str) -> Iterator[Edge]:
    for distribution in fact.table("supports"):
        data = {"arch": fact.text("arch")}
        yield Edge(source, f"distribution:{distribution}", "supports", (fact.id,), data)


def _doubt(fact: Fact, source: str) -> Iterator[Edge]:
    if source.startswith("release:") and fact.standing is Standing.UNCONFIRMED:
        yield Edge(source, source, "doubt", (fact.id,))


FAMILY_EDGES: dict[str, Emit] = {
    "architectures": _covers,
    "never-covers": _never_covers,
    "host-compiler": _compiler("host-compiler"),
    "documented-compiler": _compiler("documented-compiler"),
    "compiler-breakage": _compiler("compiler-breakage"),
    "build-glibc": _build_glibc,
    "documented-glibc": _documented_glibc,
    "library-needs": _library_needs,
    "gpu-targets": _gpu_targets,
    "gpu-targets-built": _gpu_targets_built,
    "target-rename": _target_rename,
    "target-life": _target_life,
    "target-mode": _target_mode,
    "cxx-standards": _cxx_standards,
    "cxx-host-compiler": _cxx_host,
    "driver": _driver,
    "components": _components,
    "sonames": _sonames,
    "released": _released,
    "distributions": _supports,
    "note": _doubt,
}
"""The edges of each kind of family fact; kinds that no rule uses are left out."""


def family_edges(facts: FactBase) -> Iterator[Edge]:
    """The edges of every family: of its own facts, its minor releases and their full versions."""
    for family in facts.families.values():
        yield from _emit_all(family.facts, f"family:{family.name}")
        for minor in family.minors.values():
            node = f"minor:{family.name}:{minor.minor}"
            yield Edge(node, f"family:{family.name}", "minor-of")
            replaced = _replaced(minor.releases)
            shared = {k: f for k, f in minor.facts.items() if k not in replaced}
            yield from _emit_all(shared, node)
            for version, own in minor.releases.items():
                release = f"release:{family.name}:{version}"
                yield Edge(release, node, "release-of")
                inherited = {k: f for k, f in minor.facts.items() if k in replaced and k not in own}
                yield from _emit_all({**inherited, **own}, release)


def _replaced(releases: Mapping[str, Mapping[str, Fact]]) -> set[str]:
    return {local_id for own in releases.values() for local_id in own}


def _emit_all(facts: Mapping[str, Fact], source: str) -> Iterator[Edge]:
    for fact in facts.values():
        emit = FAMILY_EDGES.get(fact.kind)
        if emit is not None and fact.overruled_by is None:
            only = {"releases": fact.text("releases")} if fact.text("releases") else {}
            for edge in emit(fact, source):
                yield replace(edge, data={**edge.data, **only}) if only else edge


def policy_edges(policies: Policies) -> Iterator[Edge]:
    """The edges of platform policies, images, toolsets, distributions and interpreters."""
    for policy in policies.policies.values():
        for arch, symbols in policy.symbols.items():
            data = {prefix: " ".join(versions) for prefix, versions in symbols.items()}
            data = {k: v for k, v in data.items() if k in ("GLIBCXX", "CXXABI")}
            node = f"policy:{policy.name}"
            yield Edge(node, f"arch:{arch}", "policy-covers", (policy.fact.id,), data)
    yield from _image_edges(policies)
    for row in policies.obtainable:
        for arch in row.architectures:
            data = {"arch": arch, "since": row.since}
            source = f"distribution:{row.base}"
            yield Edge(source, f"toolset:{row.toolset}", "obtainable", (row.fact.id,), data)
    for toolset in policies.toolsets.values():
        node = f"toolset:{toolset.name}"
        yield Edge(node, f"gcc:{toolset.gcc}", "toolset-gcc", (toolset.fact.id,))
        if toolset.binutils is not None:
            yield Edge(node, f"binutils:{toolset.binutils}", "toolset-binutils", (toolset.fact.id,))
        if toolset.kind == "system":
            source = f"distribution:{toolset.base}"
            yield Edge(source, node, "system-compiler", (toolset.fact.id,))
    yield from _standard_edges(policies)
    yield from _host_edges(policies)


def _image_edges(policies: Policies) -> Iterator[Edge]:
    for image in policies.images.values():
        node = f"image:{image.name}"
        yield Edge(node, f"policy:{image.policy}", "image-policy", (image.fact.id,))
        for entry in image.architectures.values():
            known = (
                ("since", entry.since),
                ("digest", entry.digest),
                ("pinned", entry.pinned),
                ("level", entry.level),
            )
            data = {"base": entry.base} | {key: value for key, value in known if value}
            yield Edge(node, f"arch:{entry.arch}", "image-covers", (entry.fact.id,), data)
        for held in image.toolsets:
            data = {"architectures": " ".join(held.architectures), "since": held.since or ""}
            yield Edge(node, f"toolset:{held.toolset}", "image-toolset", (held.fact.id,), data)
        for family, minor in image.toolkits.items():
            yield Edge(node, f"minor:{family}:{minor}", "image-toolkit", (image.fact.id,))
    for row in policies.image_interpreters:
        data = {"since": row.since or "", "until": row.until or ""}
        data["architectures"] = " ".join(row.architectures)
        yield Edge(
            f"images:{row.images}", f"python:{row.tag}", "image-interpreter", (row.fact.id,), data
        )


def _standard_edges(policies: Policies) -> Iterator[Edge]:
    for standard in policies.cxx.values():
        range_ = standard.gcc or standard.experimental
        if range_ is not None:
            data = {} if standard.gcc else {"experimental": "yes"}
            node = f"cxx:{standard.name}"
            yield Edge(node, f"gcc-range:{range_}", "host-cxx", (standard.fact.id,), data)
    for feature in policies.features.values():
        node = f"feature:{feature.name}"
        for arch in feature.architectures:
            yield Edge(node, f"arch:{arch}", "feature-of", (feature.fact.id,))
        if feature.binutils:
            target = f"binutils-range:{feature.binutils}"
            yield Edge(node, target, "feature-binutils", (feature.fact.id,))
        if feature.gcc:
            yield Edge(node, f"gcc-range:{feature.gcc}", "feature-gcc", (feature.fact.id,))


def _host_edges(policies: Policies) -> Iterator[Edge]:
    for distro in policies.distributions.values():
        node = f"distribution:{distro.id}"
        for arch in distro.architectures:
            yield Edge(node, f"arch:{arch}", "distribution-covers", (distro.fact.id,))
        if distro.glibc is not None:
            data = {k: v for k, v in (("glibcxx", distro.glibcxx), ("pip", distro.pip)) if v}
            yield Edge(node, f"glibc:{distro.glibc}", "distribution-glibc", (distro.fact.id,), data)
    for end in policies.ends:
        if not end.overruled:
            kind = "distribution" if end.of == "distribution" else "python"
            data = {"what": end.what}
            yield Edge(f"{kind}:{end.id}", f"day:{end.date}", "ends", (end.fact.id,), data)
    for interpreter in policies.interpreters.values():
        if interpreter.released:
            yield Edge(
                f"python:{interpreter.tag}",
                f"day:{interpreter.released}",
                "interpreter-released",
                (interpreter.fact.id,),
            )
    for rule in policies.installers:
        for subject in rule.of:
            data = {"what": rule.what}
            yield Edge(f"tag:{subject}", f"pip:{rule.pip}", "pip", (rule.fact.id,), data)
