"""Records to one networkx graph, and the graph to the index that the solver reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import networkx as nx

from planner.graph.edges import family_edges, policy_edges
from planner.graph.index import Edge, Index, group_edges
from planner.model.facts import FactBase
from planner.model.sources import Fact
from planner.model.versions import range_contains, version_key


def build_graph(facts: FactBase) -> nx.MultiDiGraph[str]:
    """The constraint graph: every relation that a rule uses is an edge with the facts behind it.

    Ranges and floors are nodes: a release points at its range (a stated edge), the range at the
    versions that it accepts (derived edges). Edges stay linear in the facts.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for name, attributes in _nodes(facts):
        graph.add_node(name, **attributes)
    for number, edge in enumerate([*family_edges(facts), *policy_edges(facts.policies)]):
        _add(graph, edge, number)
    start = graph.number_of_edges()
    for number, edge in enumerate(_derived(graph, facts)):
        _add(graph, edge, start + number)
    return graph


def _add(graph: nx.MultiDiGraph[str], edge: Edge, number: int) -> None:
    stated = bool(edge.facts)
    graph.add_edge(
        edge.source,
        edge.target,
        kind=edge.kind,
        facts=edge.facts,
        data=dict(edge.data),
        stated=stated,
        number=number,
    )


def _nodes(facts: FactBase) -> Iterator[tuple[str, dict[str, str]]]:
    for family in facts.families.values():
        attributes = {"title": family.title, "rank": str(family.rank), "gpu": family.gpu}
        yield f"family:{family.name}", attributes
        for component in family.components.values():
            yield (
                f"part:{family.name}:{component.name}",
                {
                    "default": "yes" if component.default else "no",
                    "separate": "yes" if component.separate else "no",
                    "libraries": " ".join(component.libraries),
                },
            )
        for minor in family.minors.values():
            yield f"minor:{family.name}:{minor.minor}", {"stream": minor.stream}
            for version, own in minor.releases.items():
                preview = minor.stream == "preview" or _is_preview(own)
                stream = "preview" if preview else "production"
                yield f"release:{family.name}:{version}", {"stream": stream}
    yield from _policy_nodes(facts)


def _is_preview(own: Mapping[str, Fact]) -> bool:
    return any(
        fact.kind == "trait" and fact.text("name") == "stream" and fact.text("value") == "preview"
        for fact in own.values()
    )


def _policy_nodes(facts: FactBase) -> Iterator[tuple[str, dict[str, str]]]:
    policies = facts.policies
    for policy in policies.policies.values():
        attributes = {"libc": policy.libc, "version": policy.version, "fact": policy.fact.id}
        yield f"policy:{policy.name}", {**attributes, "aliases": " ".join(policy.aliases)}
    for image in policies.images.values():
        yield (
            f"image:{image.name}",
            {
                "publisher": image.publisher,
                "repository": image.repository,
                "policy": image.policy,
                "libc_version": image.libc_version,
                "cxx11_abi": image.cxx11_abi or "",
                "status": image.status,
                "ended": image.ended or "",
                "interpreters": image.interpreters,
                "fact": image.fact.id,
            },
        )
    for toolset in policies.toolsets.values():
        yield (
            f"toolset:{toolset.name}",
            {"kind": toolset.kind, "package": toolset.package or "", "fact": toolset.fact.id},
        )
    for distro in policies.distributions.values():
        yield (
            f"distribution:{distro.id}",
            {"name": distro.name, "version": distro.version, "fact": distro.fact.id}
            | {"unconfirmed": " ".join(distro.unconfirmed)},
        )
    for interpreter in policies.interpreters.values():
        yield (
            f"python:{interpreter.tag}",
            {
                "python": interpreter.python,
                "implementation": interpreter.implementation,
                "free_threaded": "yes" if interpreter.free_threaded else "no",
                "fact": interpreter.fact.id,
            },
        )


def _derived(graph: nx.MultiDiGraph[str], facts: FactBase) -> Iterator[Edge]:
    """What ranges and floors mean: the versions that they accept."""
    gccs = _keys(graph, "gcc")
    binutils = _keys(graph, "binutils")
    policies = [p for p in facts.policies.policies.values() if p.libc == "glibc"]
    for range_ in _keys(graph, "gcc-range"):
        for gcc in gccs:
            if range_contains(range_, gcc):
                yield Edge(f"gcc-range:{range_}", f"gcc:{gcc}", "accepts")
    for range_ in _keys(graph, "binutils-range"):
        for version in binutils:
            if range_contains(range_, version):
                yield Edge(f"binutils-range:{range_}", f"binutils:{version}", "accepts")
    for floor in _keys(graph, "glibc-floor"):
        for policy in policies:
            if version_key(policy.version) >= version_key(floor):
                yield Edge(f"glibc-floor:{floor}", f"policy:{policy.name}", "accepts")


def _keys(graph: nx.MultiDiGraph[str], kind: str) -> list[str]:
    prefix = f"{kind}:"
    return [name[len(prefix) :] for name in graph if name.startswith(prefix)]


def build_index(facts: FactBase, graph: nx.MultiDiGraph[str] | None = None) -> Index:
    """The index read back from the graph's nodes and edges, with the facts that they rest on."""
    graph = build_graph(facts) if graph is None else graph
    rows = sorted(graph.edges(data=True), key=lambda row: row[2]["number"])
    edges = (
        Edge(source, target, row["kind"], tuple(row["facts"]), row["data"])
        for source, target, row in rows
    )
    nodes = {name: dict(attributes) for name, attributes in graph.nodes(data=True)}
    grouped = group_edges(edges)
    used = {id_ for group in grouped.values() for edge in group for id_ in edge.facts}
    used |= {node["fact"] for node in nodes.values() if "fact" in node}
    overlay = facts.overlaid.overlay if facts.overlaid is not None else None
    if overlay is not None:
        used |= {id_ for entry in overlay.entries for id_ in (entry.fact, entry.shipped)}
    return Index(
        nodes=nodes,
        edges=grouped,
        facts={id_: fact for id_, fact in facts.facts().items() if id_ in used},
        sources=facts.sources(),
        version=facts.version,
        sha256=facts.sha256,
        overlay=overlay,
    )
