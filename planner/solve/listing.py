"""The names that requests may use, as rows to look through (``mlplan facts list``)."""

from __future__ import annotations

from collections.abc import Callable

from planner.model.gpu_targets import target_key
from planner.model.rules import WAIVERS
from planner.model.versions import version_key
from planner.solve.rows import Tables

Row = dict[str, str]


def _releases(tables: Tables) -> list[Row]:
    return [
        {
            "family": family.name,
            "release": release.version,
            "released": release.released or "unknown",
            "stream": "preview" if release.preview else "production",
            "architectures": " ".join(release.covers),
        }
        for family in tables.families.values()
        for release in family.releases
    ]


def _distributions(tables: Tables) -> list[Row]:
    return [
        {
            "distribution": distro.id,
            "glibc": distro.glibc or "none",
            "glibcxx": distro.glibcxx or "unknown",
            "pip": distro.pip or "unknown",
            "ends": distro.end or "unknown",
            "architectures": " ".join(sorted(distro.architectures)),
        }
        for distro in tables.distributions.values()
    ]


def _targets(tables: Tables) -> list[Row]:
    rows = []
    for family in tables.families.values():
        known: dict[str, list[str]] = {}
        for release in reversed(family.releases):
            for target in {**release.gpu, **release.gpu_built}:
                known.setdefault(target, []).append(release.version)
        for target in sorted(known, key=target_key):
            first, last = known[target][0], known[target][-1]
            rows.append({"family": family.name, "target": target, "from": first, "to": last})
    return rows


def _components(tables: Tables) -> list[Row]:
    return [
        {
            "family": family.name,
            "component": part.name,
            "linked": "by default" if part.default else "when named",
            "libraries": " ".join(part.libraries),
        }
        for family in tables.families.values()
        for part in family.parts.values()
    ]


def _images(tables: Tables) -> list[Row]:
    rows: dict[str, Row] = {}
    for environments in tables.environments.values():
        for env in environments:
            row = rows.setdefault(
                env.image,
                {
                    "image": env.image,
                    "policy": env.policy,
                    "status": env.status,
                    "base": env.base,
                    "base ends": env.base_end or "unknown",
                    "architectures": "",
                },
            )
            if env.arch not in row["architectures"].split():
                row["architectures"] = f"{row['architectures']} {env.arch}".strip()
    return list(rows.values())


def _toolsets(tables: Tables) -> list[Row]:
    rows: dict[str, Row] = {}
    for environments in tables.environments.values():
        for env in environments:
            row = rows.setdefault(
                env.toolset,
                {
                    "toolset": env.toolset,
                    "gcc": env.gcc,
                    "binutils": env.binutils or "unknown",
                    "kind": "base compiler" if env.is_system else "toolset",
                },
            )
            row.setdefault("images", "")
            if env.image not in row["images"].split():
                row["images"] = f"{row['images']} {env.image}".strip()
    return list(rows.values())


def _pythons(tables: Tables) -> list[Row]:
    return [
        {
            "images": images,
            "tag": row.tag,
            "python": row.python,
            "released": row.released or "unknown",
            "ends": row.end or "unknown",
            "in images since": row.since or "unknown",
            "until": row.until,
        }
        for images, rows in tables.interpreters.items()
        for row in rows
    ]


def _features(tables: Tables) -> list[Row]:
    rows = []
    for name, archs in tables.feature_archs.items():
        needs = [
            f"{tool} {_lowest(versions)}" for tool, versions, _ in tables.features.get(name, [])
        ]
        rows.append(
            {
                "feature": name,
                "architectures": " ".join(sorted(archs)),
                "oldest known here": ", ".join(needs),
            }
        )
    return rows


def _lowest(versions: frozenset[str]) -> str:
    return min(versions, key=version_key) if versions else "none"


def _waivers(tables: Tables) -> list[Row]:
    return [
        {"waiver": word, "lifts": " ".join(rule.value for rule in rules)}
        for word, rules in WAIVERS.items()
    ]


LISTS: dict[str, Callable[[Tables], list[Row]]] = {
    "releases": _releases,
    "distros": _distributions,
    "targets": _targets,
    "components": _components,
    "images": _images,
    "toolsets": _toolsets,
    "pythons": _pythons,
    "features": _features,
    "waivers": _waivers,
}
"""What can be listed; each gives rows with the same keys."""
