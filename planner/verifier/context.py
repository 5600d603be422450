"""One wheel with everything that the checks ask of it, computed once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from planner.model.platforms import ARCHITECTURES, LEGACY_TAGS
from planner.model.policies import Policy
from planner.model.wheel_facts import WheelFacts
from planner.model.wheels import ElfFile, Wheel
from planner.verifier.floor import Floor, floor_of
from planner.verifier.requirements import Declared, declared_projects, marker_applies

if TYPE_CHECKING:
    from planner.plan.locked import LockedJob
    from planner.plan.naming import WheelName

_EXACT_PYTHON = re.compile(r"[a-z]{2}\d\d+")
_PYTHONS = tuple(f"3.{minor}" for minor in range(8, 16))
"""Stand for any Python where a wheel is for a major or the stable ABI."""

_OLD_NAMES = {old: new for new, old in LEGACY_TAGS.items()}


class Options(NamedTuple):
    """What the caller wants judged beside the wheel's own tags. ``policy`` replaces the tags,
    ``max_policy`` bounds them; ``max_size`` is in bytes."""

    policy: str | None = None
    max_policy: str | None = None
    max_size: int | None = None
    strict: bool = False
    ignore: frozenset[str] = frozenset()


class PlatformTag(NamedTuple):
    """A platform tag taken apart; ``policy`` is None for ``any`` and ``linux``, and the PEP 600
    name for the older spellings."""

    text: str
    policy: str | None
    arch: str | None


def split_platform(text: str) -> PlatformTag:
    """The policy and architecture that a platform tag names."""
    for arch in sorted(ARCHITECTURES, key=len, reverse=True):
        if text.endswith(f"_{arch}"):
            policy = text.removesuffix(f"_{arch}")
            known = policy.startswith(("manylinux", "musllinux"))
            return PlatformTag(text, _OLD_NAMES.get(policy, policy) if known else None, arch)
    return PlatformTag(text, None, None)


class Given(NamedTuple):
    """A wheel, the facts, and the job that it is for (None without a plan).

    ``level`` is the x86-64 level that the job's request allows, ``planned_name`` what it calls the
    job's wheels.
    """

    wheel: Wheel
    facts: WheelFacts
    options: Options
    job: LockedJob | None = None
    level: int = 1
    naming: str = "none"
    planned_name: WheelName | None = None


class Context(Given):
    """What is given, and what follows from it."""

    @cached_property
    def platforms(self) -> tuple[PlatformTag, ...]:
        """The platform tags of the file name, each once, in order."""
        texts = dict.fromkeys(tag.split("-", 2)[2] for tag in self.wheel.filename_tags)
        return tuple(split_platform(text) for text in texts)

    @cached_property
    def arch(self) -> str | None:
        """The architecture that the wheel is for: its tags', else that of most of its files."""
        named = {tag.arch for tag in self.platforms if tag.arch}
        if len(named) == 1:
            return named.pop()
        machines = Counter(f.machine for f in self.wheel.elf if f.machine in ARCHITECTURES)
        return machines.most_common(1)[0][0] if machines else None

    @cached_property
    def held(self) -> frozenset[str]:
        """Sonames and file names of the wheel's own libraries."""
        names = {file.path.rpartition("/")[2] for file in self.wheel.elf}
        return frozenset(names | {file.soname for file in self.wheel.elf if file.soname})

    @cached_property
    def native(self) -> tuple[ElfFile, ...]:
        """The libraries and programs for the wheel's architecture that a loader would load."""
        return tuple(
            file
            for file in self.wheel.elf
            if file.machine == self.arch and file.kind in ("shared", "program")
        )

    @cached_property
    def floor(self) -> Floor | None:
        """The oldest policy that the symbols allow; None without ELF files."""
        if not self.wheel.elf:
            return None
        arch = self.arch
        files = tuple(file for file in self.wheel.elf if file.machine == arch)
        return floor_of(files, arch or "unknown", self.held, self.facts.policies)

    @cached_property
    def judged(self) -> tuple[tuple[PlatformTag, Policy], ...]:
        """The policies that the wheel is held to, with the tag: its own, or ``--policy``."""
        if self.options.policy is not None:
            asked = self.options.policy
            tags = [PlatformTag(f"{asked}_{self.arch}", asked, self.arch)] if self.arch else []
        else:
            tags = list(self.platforms)
        found: dict[str, tuple[PlatformTag, Policy]] = {}
        for tag in tags:
            policy = self._policy_for(tag)
            if policy is not None:
                found.setdefault(policy.name, (tag, policy))
        return tuple(found.values())

    def _policy_for(self, tag: PlatformTag) -> Policy | None:
        """The policy of a tag; of one between known ones the next newer, which allows no less."""
        if tag.policy is None or tag.arch is None:
            return None
        version = version_key(policy_version(tag.policy))
        kind = tag.policy.partition("_")[0]
        rows = [
            row
            for row in self.facts.policies.values()
            if row.name.partition("_")[0] == kind
            and tag.arch in row.symbols
            and version_key(row.version) >= version
        ]
        return min(rows, key=lambda row: version_key(row.version), default=None)

    @cached_property
    def strictest(self) -> tuple[PlatformTag, Policy] | None:
        """The oldest of the policies that the wheel is held to: it allows least."""
        return min(self.judged, key=lambda pair: version_key(pair[1].version), default=None)

    @cached_property
    def declared(self) -> Declared:
        """The projects that Requires-Dist names, extras expanded."""
        return declared_projects(
            self.wheel.requires,
            self.facts,
            lambda marker: marker_applies(marker, self.arch, self.pythons),
        )

    @cached_property
    def pythons(self) -> tuple[str, ...]:
        """The Pythons that the tags name (``3.12``), or all where they name a major only."""
        tags = dict.fromkeys(tag.split("-")[0] for tag in self.wheel.filename_tags)
        exact = [f"{t[2]}.{t[3:]}" for t in tags if _EXACT_PYTHON.fullmatch(t)]
        is_open = any("abi3" in tag for tag in self.wheel.filename_tags)
        return tuple(exact) if exact and not is_open else (*exact, *_PYTHONS)

    def external(self, file: ElfFile) -> Iterator[str]:
        """The libraries that a file needs and the wheel does not hold, in order."""
        return (name for name in file.needed if name not in self.held)


def policy_version(name: str) -> str:
    """``2.28`` of ``manylinux_2_28`` (PEP 600, PEP 656), known or not."""
    return ".".join(name.split("_")[1:])


def version_key(version: str) -> tuple[int, ...]:
    """Order of dotted versions of numbers; other parts count as zero."""
    return tuple(int(part) if part.isdecimal() else 0 for part in version.split("."))
