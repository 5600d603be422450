"""The index as rows: one per release, one per image x architecture x toolset."""

from __future__ import annotations

from collections.abc import Mapping

from planner.graph.index import Edge, Index
from planner.model.versions import last_day, range_contains, version_key
from planner.solve.rows import (
    Distribution,
    Environment,
    FamilyTable,
    Interpreter,
    Limit,
    Need,
    Part,
    Pin,
    Release,
    Tables,
    Target,
)

__all__ = ["Tables", "build_tables"]


def build_tables(index: Index) -> Tables:
    """The rows of an index."""
    accepts = _accepts(index)
    symbols = {
        (edge.source[7:], edge.target[5:]): {
            prefix: frozenset(versions.split()) for prefix, versions in edge.data.items()
        }
        for edge in index.of("policy-covers")
    }
    return Tables(
        families={name: _family(index, name, accepts) for name in index.named("family")},
        environments=_environments(index),
        policies={name: index.nodes[f"policy:{name}"] for name in index.named("policy")},
        policy_symbols=symbols,
        distributions=_distributions(index),
        interpreters=_interpreters(index),
        host_cxx={
            edge.source[4:]: (_limit(edge, accepts), "experimental" in edge.data)
            for edge in index.of("host-cxx")
        },
        features=_features(index, accepts),
        feature_archs=_feature_archs(index),
        pip_rules={
            (edge.data["what"], edge.source[4:]): (edge.target[4:], edge.facts[0])
            for edge in index.of("pip")
        },
        renames={edge.source[4:]: (edge.target[4:], edge.facts[0]) for edge in index.of("renamed")},
        index=index,
        waived={} if index.overlay is None else index.overlay.waived,
    )


def _accepts(index: Index) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for edge in index.of("accepts"):
        found.setdefault(edge.source, set()).add(edge.target.partition(":")[2])
    return {node: frozenset(versions) for node, versions in found.items()}


def _limit(edge: Edge, accepts: Mapping[str, frozenset[str]]) -> Limit:
    return Limit(
        range=edge.target.partition(":")[2],
        accepts=accepts.get(edge.target, frozenset()),
        fact=edge.facts[0],
        cxx=edge.data.get("cxx", ""),
        is_weak="weak" in edge.data,
    )


def _iso(day: str) -> str:
    return last_day(day).isoformat() if day else ""


def _family(index: Index, name: str, accepts: Mapping[str, frozenset[str]]) -> FamilyTable:
    node = index.nodes[f"family:{name}"]
    minor_of = {e.source: e.target for e in index.of("release-of")}
    releases: list[Release] = []
    by_node: dict[str, list[Release]] = {}
    for key in index.named("release"):
        if key.partition(":")[0] != name:
            continue
        release_node = f"release:{key}"
        minor_node = minor_of[release_node]
        release = Release(
            family=name,
            version=key.partition(":")[2],
            minor=minor_node.rpartition(":")[2],
            preview=index.nodes[release_node]["stream"] == "preview",
        )
        releases.append(release)
        for reached in (release_node, minor_node, f"family:{name}"):
            by_node.setdefault(reached, []).append(release)
    releases.reverse()
    for bit, release in enumerate(releases):
        release.bit = bit
    _fill(index, by_node, accepts)
    return FamilyTable(
        name=name,
        title=node["title"],
        rank=int(node["rank"]),
        gpu=node["gpu"],
        releases=releases,
        parts=_parts(index, name),
        never_covers={
            e.target[5:]: e.facts[0]
            for e in index.of("never-covers")
            if e.source == f"family:{name}"
        },
        target_life={
            e.target[4:]: (e.data["first"], e.data.get("removed", ""), e.facts[0])
            for e in index.of("target-life")
            if e.source == f"family:{name}"
        },
        modes=_modes(index, name),
    )


def _modes(index: Index, family: str) -> dict[str, set[str]]:
    """The processors of a family that have a mode, by mode."""
    found: dict[str, set[str]] = {}
    for edge in index.of("target-mode"):
        if edge.source == f"family:{family}":
            found.setdefault(edge.data["mode"], set()).add(edge.target.removeprefix("gpu:"))
    return found


def _parts(index: Index, family: str) -> dict[str, Part]:
    parts = {}
    for key in index.named("part"):
        owner, _, name = key.partition(":")
        if owner == family:
            node = index.nodes[f"part:{key}"]
            parts[name] = Part(
                name=name,
                default=node["default"] == "yes",
                separate=node["separate"] == "yes",
                libraries=tuple(node["libraries"].split()),
            )
    return parts


def _fill(
    index: Index, by_node: Mapping[str, list[Release]], accepts: Mapping[str, frozenset[str]]
) -> None:
    for kind, fill in _FILLERS.items():
        for edge in index.of(kind):
            for release in by_node.get(edge.source, ()):
                range_ = edge.data.get("releases")
                if range_ is None or range_contains(range_, release.version):
                    fill(release, edge, accepts)


def _fill_limit(attribute: str):  # type: ignore[no-untyped-def]
    def fill(release: Release, edge: Edge, accepts: Mapping[str, frozenset[str]]) -> None:
        getattr(release, attribute).append(_limit(edge, accepts))

    return fill


def _fill_covers(release: Release, edge: Edge, _: object) -> None:
    release.covers[edge.target[5:]] = edge.facts[0]


def _fill_released(release: Release, edge: Edge, _: object) -> None:
    release.released, release.released_fact = _iso(edge.target[4:]), edge.facts[0]


def _fill_build_glibc(release: Release, edge: Edge, _: object) -> None:
    row = (edge.target.partition(":")[2], edge.facts[0])
    release.build_glibc.setdefault(edge.data["arch"], []).append(row)


def _fill_documented_glibc(release: Release, edge: Edge, _: object) -> None:
    row = (edge.target.partition(":")[2], edge.data["distribution"], edge.facts[0])
    release.documented_glibc.setdefault(edge.data["arch"], []).append(row)


def _fill_need(release: Release, edge: Edge, _: object) -> None:
    data = edge.data
    need = Need(
        library=data["library"],
        glibc=edge.target.partition(":")[2],
        glibcxx=data.get("glibcxx", ""),
        cxxabi=data.get("cxxabi", ""),
        tags=tuple(data.get("tag", "").split()),
        project=data.get("project", ""),
        version=data.get("version", ""),
        uploaded=_iso(data.get("uploaded", "")),
        soname=data.get("soname", ""),
        fact=edge.facts[0],
    )
    release.needs.setdefault((data["arch"], data["component"]), []).append(need)


def _fill_target(release: Release, edge: Edge, _: object) -> None:
    release.gpu[edge.target[4:]] = Target(
        form=edge.data["form"],
        deprecated="deprecated" in edge.data,
        architectures=frozenset(edge.data.get("architectures", "").split()),
        fact=edge.facts[0],
    )


def _fill_built_target(release: Release, edge: Edge, _: object) -> None:
    release.gpu_built[edge.target[4:]] = edge.facts[0]


def _fill_device_cxx(release: Release, edge: Edge, _: object) -> None:
    release.device_cxx[edge.target[4:]] = edge.facts[0]


def _fill_driver(release: Release, edge: Edge, _: object) -> None:
    release.driver[edge.data["role"]] = (edge.target[7:], edge.facts[0])


def _fill_component(release: Release, edge: Edge, _: object) -> None:
    release.components[edge.target[10:]] = Pin(
        edge.data["project"],
        edge.data.get("version", ""),
        edge.data.get("range", ""),
        edge.facts[0],
    )


def _fill_soname(release: Release, edge: Edge, _: object) -> None:
    release.sonames[edge.target[10:]] = edge.data["soname"]


def _fill_doubt(release: Release, edge: Edge, _: object) -> None:
    release.doubts.append(edge.facts[0])


_FILLERS = {
    "covers": _fill_covers,
    "released": _fill_released,
    "host-compiler": _fill_limit("enforced"),
    "documented-compiler": _fill_limit("documented"),
    "compiler-breakage": _fill_limit("breakages"),
    "cxx-host": _fill_limit("cxx_host"),
    "build-glibc": _fill_build_glibc,
    "documented-glibc": _fill_documented_glibc,
    "library-needs": _fill_need,
    "gpu-target": _fill_target,
    "gpu-target-built": _fill_built_target,
    "device-cxx": _fill_device_cxx,
    "driver": _fill_driver,
    "component": _fill_component,
    "soname": _fill_soname,
    "doubt": _fill_doubt,
}


def _environments(index: Index) -> dict[str, list[Environment]]:
    """Every image x architecture x toolset by architecture, in the order of the facts."""
    makers = _EnvironmentMaker(index)
    found: dict[str, list[Environment]] = {}
    for edge in index.of("image-covers"):
        image, arch = edge.source[6:], edge.target[5:]
        policy = index.nodes.get(f"policy:{index.nodes[edge.source]['policy']}", {})
        if policy.get("libc") == "glibc":
            found.setdefault(arch, []).extend(makers.make(image, arch, edge))
    return found


class _EnvironmentMaker:
    def __init__(self, index: Index) -> None:
        self.index = index
        self.overlay = index.overlay
        self.held = index.from_node("image-toolset")
        self.obtainable = index.from_node("obtainable")
        self.system = index.from_node("system-compiler")
        self.gcc = {e.source: e.target[4:] for e in index.of("toolset-gcc")}
        self.binutils = {e.source: e.target[9:] for e in index.of("toolset-binutils")}
        self.toolkits = index.from_node("image-toolkit")
        self.ends = {
            e.source: (_iso(e.target[4:]), e.facts[0])
            for e in index.of("ends")
            if e.data["what"] == "standard"
        }

    def make(self, image: str, arch: str, edge: Edge) -> list[Environment]:
        base = f"distribution:{edge.data['base']}"
        held = self._held(image, arch)
        offered: dict[str, list[tuple[str, str]]] = {}
        for row in self.obtainable.get(base, ()):
            if row.data["arch"] == arch:
                day = (_iso(row.data["since"]), row.facts[0])
                offered.setdefault(row.target[8:], []).append(day)
        system = [row.target[8:] for row in self.system.get(base, ())]
        names = dict.fromkeys([*held, *offered, *system])
        return [
            self._environment(image, arch, edge, name, held.get(name, []), offered.get(name, []))
            for name in names
        ]

    def _held(self, image: str, arch: str) -> dict[str, list[tuple[str, str, str]]]:
        rows = sorted(
            (_iso(row.data["since"]), row.target[8:], row.facts[0])
            for row in self.held.get(f"image:{image}", ())
            if arch in row.data["architectures"].split()
        )
        held: dict[str, list[tuple[str, str, str]]] = {}
        for number, (since, toolset, fact) in enumerate(rows):
            until = rows[number + 1][0] if number + 1 < len(rows) else ""
            held.setdefault(toolset, []).append((since, until, fact))
        return held

    def _environment(
        self,
        image: str,
        arch: str,
        edge: Edge,
        toolset: str,
        held: list[tuple[str, str, str]],
        offered: list[tuple[str, str]],
    ) -> Environment:
        node = self.index.nodes[f"image:{image}"]
        tool = self.index.nodes[f"toolset:{toolset}"]
        base = edge.data["base"]
        base_end, base_end_fact = self.ends.get(f"distribution:{base}", ("", ""))
        return Environment(
            image=image,
            arch=arch,
            toolset=toolset,
            policy=node["policy"],
            policy_version=self.index.nodes[f"policy:{node['policy']}"]["version"],
            libc_version=node["libc_version"],
            publisher=node["publisher"],
            repository=node["repository"].replace("{arch}", arch),
            status=node["status"],
            ended=_iso(node["ended"]),
            base=base,
            base_end=base_end,
            base_end_fact=base_end_fact,
            since=_iso(edge.data.get("since", "")),
            level=edge.data.get("level", ""),
            digest=edge.data.get("digest", ""),
            pinned=edge.data.get("pinned", ""),
            cxx11_abi=node["cxx11_abi"],
            interpreters=node["interpreters"],
            gcc=self.gcc[f"toolset:{toolset}"],
            binutils=self.binutils.get(f"toolset:{toolset}", ""),
            is_system=tool["kind"] == "system",
            package=tool["package"],
            facts={
                "image": node["fact"],
                "architecture": edge.facts[0],
                "toolset": tool["fact"],
                "policy": self.index.nodes[f"policy:{node['policy']}"]["fact"],
            },
            toolkits={
                row.target.split(":")[1]: row.target.split(":")[2]
                for row in self.toolkits.get(f"image:{image}", ())
            },
            held=held,
            obtainable=sorted(offered),
            is_own=self.overlay is not None and self.overlay.adds(node["fact"]),
        )


def _distributions(index: Index) -> dict[str, Distribution]:
    archs: dict[str, set[str]] = {}
    for edge in index.of("distribution-covers"):
        archs.setdefault(edge.source, set()).add(edge.target[5:])
    ends: dict[str, str] = {}
    for edge in index.of("ends"):
        ends[edge.source] = max(ends.get(edge.source, ""), _iso(edge.target[4:]))
    glibc = {edge.source: edge for edge in index.of("distribution-glibc")}
    found = {}
    for name in index.named("distribution"):
        node = f"distribution:{name}"
        row = glibc.get(node)
        attributes = index.nodes[node]
        if "fact" not in attributes:
            continue
        found[name] = Distribution(
            id=name,
            glibc=row.target[6:] if row else "",
            glibcxx=row.data.get("glibcxx", "") if row else "",
            pip=row.data.get("pip", "") if row else "",
            architectures=frozenset(archs.get(node, ())),
            end=ends.get(node, ""),
            unconfirmed=frozenset(attributes["unconfirmed"].split()),
            fact=attributes["fact"],
        )
    return found


def _interpreters(index: Index) -> dict[str, list[Interpreter]]:
    released = {
        e.source: (_iso(e.target[4:]), e.facts[0]) for e in index.of("interpreter-released")
    }
    ends = {e.source: (_iso(e.target[4:]), e.facts[0]) for e in index.of("ends")}
    found: dict[str, list[Interpreter]] = {}
    for edge in index.of("image-interpreter"):
        node = index.nodes.get(edge.target, {})
        if "fact" not in node:
            continue
        day, _ = released.get(edge.target, ("", ""))
        base = f"python:{edge.target[7:].removesuffix('t')}"
        end, end_fact = ends.get(edge.target) or ends.get(base, ("", ""))
        interpreter = Interpreter(
            tag=edge.target[7:],
            python=node["python"],
            implementation=node["implementation"],
            free_threaded=node["free_threaded"] == "yes",
            released=day,
            end=end,
            end_fact=end_fact,
            since=_iso(edge.data["since"]),
            until=_iso(edge.data["until"]),
            architectures=frozenset(edge.data["architectures"].split()),
            facts=(node["fact"], edge.facts[0]),
        )
        found.setdefault(edge.source[7:], []).append(interpreter)
    for rows in found.values():
        rows.sort(key=lambda row: (version_key(row.python), row.tag))
    return found


def _features(
    index: Index, accepts: Mapping[str, frozenset[str]]
) -> dict[str, list[tuple[str, frozenset[str], str]]]:
    """By feature: which tool must be new enough, the versions that are, and the fact."""
    found: dict[str, list[tuple[str, frozenset[str], str]]] = {}
    for kind, tool in (("feature-binutils", "binutils"), ("feature-gcc", "gcc")):
        for edge in index.of(kind):
            row = (tool, accepts.get(edge.target, frozenset()), edge.facts[0])
            found.setdefault(edge.source[8:], []).append(row)
    return found


def _feature_archs(index: Index) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for edge in index.of("feature-of"):
        found.setdefault(edge.source[8:], set()).add(edge.target[5:])
    return {name: frozenset(archs) for name, archs in found.items()}
