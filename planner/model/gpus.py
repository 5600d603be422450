"""GPUs by name and target, and on which of them code for another target runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from planner.model.gpu_targets import base_processor, target_key
from planner.model.sources import Standing

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


class GpuClass(StrEnum):
    """What a GPU is sold for."""

    DATA_CENTER = "data-center"
    WORKSTATION = "workstation"
    CONSUMER = "consumer"
    EMBEDDED = "embedded"
    APU = "apu"


class CodeForm(StrEnum):
    """How GPU code is stored: for one target, or to be compiled by the driver."""

    MACHINE_CODE = "machine-code"
    PTX = "ptx"


class CodeVariant(StrEnum):
    """What the name of the code's target promises: ``sm_90``, ``sm_90a``, ``sm_100f``,
    ``gfx11-generic``."""

    PLAIN = "plain"
    ARCHITECTURE_SPECIFIC = "a"
    FAMILY_SPECIFIC = "f"
    GENERIC = "generic"


class RunsOn(StrEnum):
    """The GPUs that code runs on, seen from its target."""

    EXACT = "exact"  # the target itself
    SAME_MAJOR = "same-major"  # the same major number, and no lower minor number
    NOT_LOWER = "not-lower"  # the same number or a higher one
    MEMBERS = "members"  # the targets that a list names


class ProductGroup(NamedTuple):
    """Products of one target and class. ``aliases`` maps another name to one of ``names``.

    ``short`` names the group where there is little room. ``architectures`` are those of the
    machines that these products are in; empty where that may be any.
    """

    family: str
    target: str
    gpu_class: GpuClass
    names: tuple[str, ...]
    short: str
    standing: Standing
    fact: str
    aliases: Mapping[str, str] = _NO_NAMES
    architectures: tuple[str, ...] = ()


class CodeRule(NamedTuple):
    """Where code of a form and variant runs; ``targets`` is empty for the rule of all others.

    A rule with ``targets`` holds where the code or the GPU is one of them.
    """

    family: str
    form: CodeForm
    variant: CodeVariant
    runs_on: RunsOn
    standing: Standing
    fact: str
    targets: tuple[str, ...] = ()


class TargetMembers(NamedTuple):
    """The targets on which code for a family-specific or generic target runs.

    ``code_object`` is the oldest code object version that has such code, "" where none is named.
    """

    family: str
    target: str
    members: tuple[str, ...]
    standing: Standing
    fact: str
    code_object: str = ""


class TargetMode(NamedTuple):
    """A mode of the machine (xnack, sramecc) that code may be built for, on some processors."""

    family: str
    mode: str
    processors: tuple[str, ...]
    standing: Standing
    fact: str


class TargetDriver(NamedTuple):
    """The drivers that know a target: from the version ``first`` on, up to the branch ``last``."""

    family: str
    target: str
    first: str | None
    last: str | None
    standing: Standing
    facts: tuple[str, ...]


class ReleaseDriver(NamedTuple):
    """The oldest driver that runs what a release builds, and the oldest that compiles its PTX."""

    family: str
    version: str
    runtime: str | None
    toolkit: str | None
    runtime_fact: str
    toolkit_fact: str


class RenamedTarget(NamedTuple):
    """A target that has another name from a release on."""

    family: str
    old: str
    new: str
    fact: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GpuFacts:
    """Everything that is known of GPUs. ``left_out`` are the words of a name that people leave out.

    ``kinds`` maps a family to its kind of GPU code (``cuda``, ``hip``).
    """

    groups: tuple[ProductGroup, ...] = ()
    rules: tuple[CodeRule, ...] = ()
    members: Mapping[str, TargetMembers] = field(default_factory=dict)
    modes: tuple[TargetMode, ...] = ()
    drivers: Mapping[str, TargetDriver] = field(default_factory=dict)
    releases: tuple[ReleaseDriver, ...] = ()
    renamed: tuple[RenamedTarget, ...] = ()
    left_out: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)

    def targets(self, kind: str) -> tuple[str, ...]:
        """The targets of all products with one kind of GPU code, lowest first."""
        found = {g.target for g in self.groups if self.kinds.get(g.family) == kind}
        return tuple(sorted(found, key=target_key))

    def groups_of(self, target: str) -> tuple[ProductGroup, ...]:
        """The products of a target, the best known first; feature modes do not matter."""
        plain = base_processor(target)
        return tuple(group for group in self.groups if group.target == plain)

    def short(self, target: str) -> str:
        """Products of a target in few words: ``T4, RTX 20``; "" where none is known."""
        return ", ".join(g.short for g in self.groups_of(target) if g.short)

    def architectures_of(self, target: str) -> tuple[str, ...]:
        """The architectures of the machines that a target's products are in; empty for any."""
        groups = self.groups_of(target)
        if not all(group.architectures for group in groups):
            return ()
        return tuple(dict.fromkeys(arch for group in groups for arch in group.architectures))

    def knows(self, target: str) -> bool:
        """Whether any fact speaks of a target: products, drivers, rules, families, other names."""
        return (
            bool(self.groups_of(target))
            or target in self.drivers
            or any(target in rule.targets for rule in self.rules)
            or any(target in row.members for row in self.members.values())
            or any(target in (row.old, row.new) for row in self.renamed)
        )

    def is_unconfirmed(self, target: str) -> bool:
        """Whether no source confirms what the products of a target are."""
        groups = self.groups_of(target)
        return bool(groups) and all(g.standing is Standing.UNCONFIRMED for g in groups)
