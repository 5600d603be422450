"""The facts about GPUs and hosts as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

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
from planner.model.sources import Standing

Row = list[Any]
_T = TypeVar("_T")
_WORDS = {
    "gpu_class": GpuClass,
    "standing": Standing,
    "form": CodeForm,
    "variant": CodeVariant,
    "runs_on": RunsOn,
}
"""Fields that hold one of some words."""


def gpu_facts_to_json(gpus: GpuFacts) -> dict[str, object]:
    """The facts about GPUs as plain JSON values."""
    return {
        "groups": list(map(list, gpus.groups)),
        "rules": list(map(list, gpus.rules)),
        "members": list(map(list, gpus.members.values())),
        "modes": list(map(list, gpus.modes)),
        "drivers": list(map(list, gpus.drivers.values())),
        "releases": list(map(list, gpus.releases)),
        "renamed": list(map(list, gpus.renamed)),
        "left_out": list(gpus.left_out),
        "kinds": dict(gpus.kinds),
    }


def gpu_facts_from_json(document: Mapping[str, Any]) -> GpuFacts:
    """The facts that :func:`gpu_facts_to_json` wrote."""
    members = _records(TargetMembers, document["members"])
    drivers = _records(TargetDriver, document["drivers"])
    return GpuFacts(
        groups=_records(ProductGroup, document["groups"]),
        rules=_records(CodeRule, document["rules"]),
        members={row.target: row for row in members},
        modes=_records(TargetMode, document["modes"]),
        drivers={row.target: row for row in drivers},
        releases=_records(ReleaseDriver, document["releases"]),
        renamed=_records(RenamedTarget, document["renamed"]),
        left_out=tuple(document["left_out"]),
        kinds=document["kinds"],
    )


def host_facts_to_json(hosts: HostFacts) -> dict[str, object]:
    """The facts about hosts as plain JSON values."""
    names = [field.name for field in fields(HostSystem)]
    return {
        "systems": [
            [_plain(getattr(system, name)) for name in names] for system in hosts.systems.values()
        ],
        "installers": list(map(list, hosts.installers)),
        "pythons": list(hosts.pythons),
    }


def host_facts_from_json(document: Mapping[str, Any]) -> HostFacts:
    """The facts that :func:`host_facts_to_json` wrote."""
    names = [field.name for field in fields(HostSystem)]
    systems = [
        HostSystem(**{name: _value(name, value) for name, value in zip(names, row, strict=True)})
        for row in document["systems"]
    ]
    return HostFacts(
        systems={system.id: system for system in systems},
        installers=_records(InstallerLimit, document["installers"]),
        pythons=tuple(document["pythons"]),
    )


def _records(kind: type[_T], rows: list[Row]) -> tuple[_T, ...]:
    names: tuple[str, ...] = getattr(kind, "_fields")  # noqa: B009
    return tuple(
        kind(**{name: _value(name, value) for name, value in zip(names, row, strict=True)})
        for row in rows
    )


def _value(name: str, value: Any) -> Any:
    if name in _WORDS:
        return _WORDS[name](value)
    return tuple(value) if isinstance(value, list) else value


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else value
