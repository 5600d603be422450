"""The graph, the index read from it and the solver's tables say what the records say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import cache

import networkx as nx
import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from planner.graph.build import build_graph, build_index
from planner.graph.index import Edge, index_from_json, index_to_json
from planner.model.sources import Fact
from planner.solve.rows import Limit, Release
from planner.solve.tables import build_tables
from tests.solve.clones import cloned
from tests.solve.real import real_facts, real_index, real_tables

FAMILIES = ("cuda", "rocm", "mkl")


@cache
def real_graph() -> nx.MultiDiGraph[str]:
    return build_graph(real_facts())


def gccs() -> list[str]:
    return [toolset.gcc for toolset in real_facts().policies.toolsets.values()]


def holds(range_: str, version: str) -> bool:
    return SpecifierSet(range_, prereleases=True).contains(Version(version))


def releases_of(name: str) -> Iterator[tuple[Release, dict[str, list[Fact]]]]:
    """Each row of the solver with the believed facts of its record, by kind."""
    family = real_facts().families[name]
    rows = {release.version: release for release in real_tables().families[name].releases}
    assert len(rows) == sum(len(minor.releases) for minor in family.minors.values())
    for minor in family.minors.values():
        for version in minor.releases:
            facts = [*family.facts.values(), *minor.facts_of(version).values()]
            grouped: dict[str, list[Fact]] = {}
            for fact in facts:
                scope = fact.text("releases")
                if fact.overruled_by is None and (not scope or holds(scope, version)):
                    grouped.setdefault(fact.kind, []).append(fact)
            yield rows[version], grouped


# Graph and index


def edge_key(edge: Edge) -> tuple[object, ...]:
    return (edge.source, edge.target, edge.kind, edge.facts, tuple(sorted(edge.data.items())))


def test_every_edge_of_the_graph_is_in_the_index_and_back() -> None:
    graph = real_graph()
    of_graph = Counter(
        edge_key(Edge(source, target, row["kind"], tuple(row["facts"]), row["data"]))
        for source, target, row in graph.edges(data=True)
    )
    of_index = Counter(edge_key(e) for group in real_index().edges.values() for e in group)
    assert of_graph == of_index
    assert {row["kind"] for _, _, row in graph.edges(data=True)} == set(real_index().edges)


def test_every_node_of_the_graph_is_in_the_index() -> None:
    assert {n: dict(a) for n, a in real_graph().nodes(data=True)} == real_index().nodes


def test_every_stated_edge_names_a_believed_fact_that_the_index_holds() -> None:
    structural = {"accepts", "release-of", "minor-of"}
    for kind, group in real_index().edges.items():
        for edge in group:
            assert bool(edge.facts) == (kind not in structural), edge
            for id_ in edge.facts:
                assert real_index().facts[id_] == real_facts().facts()[id_]
                assert real_index().facts[id_].overruled_by is None


def test_index_read_back_from_json_is_equal() -> None:
    index = real_index()
    text = json.dumps(index_to_json(index), ensure_ascii=False)
    back = index_from_json(json.loads(text))
    assert back.nodes == index.nodes
    assert list(back.nodes) == list(index.nodes)
    assert back.edges == index.edges
    assert list(back.edges) == list(index.edges)
    assert dict(back.facts) == dict(index.facts)
    assert back.sources == index.sources
    assert (back.version, back.sha256) == (index.version, index.sha256)
    assert json.dumps(index_to_json(back), ensure_ascii=False) == text


def test_tables_of_the_compiled_index_are_equal() -> None:
    index = real_index()
    back = index_from_json(json.loads(json.dumps(index_to_json(index))))
    ours, theirs = real_tables(), build_tables(back)
    assert list(theirs.families) == list(ours.families)
    for name, family in ours.families.items():
        assert asdict(theirs.families[name]) == asdict(family)
    assert theirs.environments == ours.environments
    assert theirs.policy_symbols == ours.policy_symbols
    assert theirs.distributions == ours.distributions
    assert theirs.interpreters == ours.interpreters
    assert theirs.pip_rules == ours.pip_rules


def test_accepts_edges_are_exactly_what_the_ranges_hold() -> None:
    index = real_index()
    versions = {kind: index.named(kind) for kind in ("gcc", "binutils")}
    accepted = {(edge.source, edge.target) for edge in index.of("accepts")}
    expected = set()
    for kind, known in versions.items():
        for range_ in index.named(f"{kind}-range"):
            expected |= {
                (f"{kind}-range:{range_}", f"{kind}:{version}")
                for version in known
                if holds(range_, version)
            }
    for floor in index.named("glibc-floor"):
        expected |= {
            (f"glibc-floor:{floor}", f"policy:{policy.name}")
            for policy in real_facts().policies.policies.values()
            if policy.libc == "glibc" and Version(policy.version) >= Version(floor)
        }
    assert accepted == expected


# Tables and records


@pytest.mark.parametrize("family", FAMILIES)
def test_releases_cover_what_their_facts_say(family: str) -> None:
    for release, facts in releases_of(family):
        covers = {arch: f.id for f in facts["architectures"] for arch in f.words("covers")}
        assert release.covers == covers


@pytest.mark.parametrize("family", FAMILIES)
def test_gcc_ranges_accept_what_they_hold(family: str) -> None:
    kinds: dict[str, str] = {
        "host-compiler": "enforced",
        "documented-compiler": "documented",
        "compiler-breakage": "breakages",
        "cxx-host-compiler": "cxx_host",
    }
    for release, facts in releases_of(family):
        for kind, attribute in kinds.items():
            limits: list[Limit] = getattr(release, attribute)
            believed = [f for f in facts.get(kind, ()) if f.text("compiler") == "gcc"]
            assert sorted((x.fact, x.range, x.cxx) for x in limits) == sorted(
                (f.id, f.text("range"), f.text("cxx")) for f in believed
            )
            for limit in limits:
                for gcc in gccs():
                    assert (gcc in limit.accepts) == holds(limit.range, gcc), (limit, gcc)


@pytest.mark.parametrize("family", FAMILIES)
def test_needs_of_every_component_on_every_architecture(family: str) -> None:
    for release, facts in releases_of(family):
        expected = Counter(
            (
                (f.text("arch"), f.text("component"), library),
                (row.get("glibc", "0"), row.get("glibcxx", ""), row.get("cxxabi", "")),
                (
                    row.get("version", f.text("version")),
                    row.get("project", f.text("project")),
                    f.id,
                ),
            )
            for f in facts.get("library-needs", ())
            for library, row in f.table("libraries").items()
        )
        found = Counter(
            (
                (arch, component, need.library),
                (need.glibc, need.glibcxx, need.cxxabi),
                (need.version, need.project, need.fact),
            )
            for (arch, component), needs in release.needs.items()
            for need in needs
        )
        assert found == expected


@pytest.mark.parametrize("family", FAMILIES)
def test_targets_drivers_and_standards(family: str) -> None:
    forms = ("real", "virtual", "specific", "family", "generic")
    for release, facts in releases_of(family):
        listed = {
            target: form
            for f in facts.get("gpu-targets", ())
            for form in forms
            for target in f.words(form)
        }
        assert {name: target.form for name, target in release.gpu.items()} == listed
        deprecated = {t for f in facts.get("gpu-targets", ()) for t in f.words("deprecated")}
        marked = {name for name, target in release.gpu.items() if target.deprecated}
        assert marked == deprecated & set(listed)
        built = {t for f in facts.get("gpu-targets-built", ()) for t in f.words("real")}
        assert set(release.gpu_built) == built
        drivers = {f.text("role"): (f.text("minimum"), f.id) for f in facts.get("driver", ())}
        assert release.driver == drivers
        device = {s for f in facts.get("cxx-standards", ()) for s in f.words("device")}
        assert set(release.device_cxx) == device


@pytest.mark.parametrize("family", FAMILIES)
def test_floors_components_and_days(family: str) -> None:
    for release, facts in releases_of(family):
        for kind, rows in (
            ("build-glibc", {a: [r[0] for r in x] for a, x in release.build_glibc.items()}),
            (
                "documented-glibc",
                {a: [r[0] for r in x] for a, x in release.documented_glibc.items()},
            ),
        ):
            expected: dict[str, list[str]] = {}
            for f in facts.get(kind, ()):
                expected.setdefault(f.text("arch"), []).append(f.text("glibc"))
            assert {a: sorted(x) for a, x in rows.items()} == {
                a: sorted(x) for a, x in expected.items()
            }
        pins = {
            name: row for f in facts.get("components", ()) for name, row in f.table("pins").items()
        }
        assert {n: pin.version for n, pin in release.components.items()} == {
            n: row.get("version", "") for n, row in pins.items()
        }
        sonames = {
            n: s for f in facts.get("sonames", ()) for n, s in f.mapping("libraries").items()
        }
        assert release.sonames == sonames
        days = [f.text("date") for f in facts.get("released", ())]
        assert release.released[:7] == (days[-1][:7] if days else "")


@pytest.mark.parametrize("family", FAMILIES)
def test_releases_stand_newest_first(family: str) -> None:
    record = real_facts().families[family]
    oldest_first = [v for minor in record.minors.values() for v in minor.releases]
    releases = real_tables().families[family].releases
    assert [release.version for release in releases] == oldest_first[::-1]
    assert [release.bit for release in releases] == list(range(len(releases)))


# Growth


@pytest.mark.parametrize("family", FAMILIES)
def test_edges_grow_linearly_with_the_facts(family: str) -> None:
    before = real_graph().number_of_edges()
    own = sum(
        1
        for source, _, _ in real_graph().edges(data=True)
        if source.startswith((f"release:{family}:", f"minor:{family}:"))
    )
    after = build_graph(cloned(real_facts(), 3, [family])).number_of_edges()
    assert after - before == 2 * own
    assert after <= 3 * before


def test_tripled_facts_keep_the_values_of_the_first_copy() -> None:
    grown = build_tables(build_index(cloned(real_facts(), 3, ["cuda"])))
    rows = {release.version: release for release in grown.families["cuda"].releases}
    for release in real_tables().families["cuda"].releases:
        copy = replace(rows[release.version], bit=release.bit)
        assert asdict(copy) == asdict(release)
