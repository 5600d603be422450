"""One wheel with everything that the checks ask of it, computed once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from planner.model.platforms import ARCHITECTURES, LEGACY_TAGS
from planner.model.policies import Policy
from planner.model.wheel_facts import WheelFacts
from planner.model.wheels import ElfFile, Wheel
from planner.verifier.floor import Floor, floor_of, is_musl, libc_of, own_policy
from planner.verifier.requirements import Declared, declared_projects, marker_applies

if TYPE_CHECKING:
    from planner.plan.locked import LockedJob
    from planner.plan.naming import WheelName

_EXACT_PYTHON = re.compile(r"[a-z]{2}\d\d+")
_PYTHONS = tuple(f"3.{minor}" for minor in range(8, 16))
"""Stand for any Python where a wheel is for a major or the stable ABI."""

_OWN_NUMBER = re.compile(r"manylinux_\d+_\d+")
_LONGEST = 300  # digits of a number; Python refuses those of thousands, which a lock may hold

_OLD_NAMES = {old: new for new, old in LEGACY_TAGS.items()}


class Options(NamedTuple):
    """What the caller wants judged beside the wheel's own tags. ``policy`` replaces the tags,
    ``max_policy`` bounds them; ``max_size`` is in bytes."""

    policy: str | None = None
    max_policy: str | None = None
    max_size: int | None = None
    strict: bool = False
    ignore: frozenset[str] = frozenset()


T = TypeVar("T")


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

    def once(self, make: Callable[..., T], *arguments: str) -> T:
        """What a function gives of this wheel, worked out when it is first asked for."""
        key = (make, *arguments)
        if key not in self._made:
            self._made[key] = make(self, *arguments)
        found: T = self._made[key]
        return found

    @cached_property
    def _made(self) -> dict[tuple[object, ...], Any]:
        return {}

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
    def asked_for(self) -> frozenset[str]:
        """Every library that one of the wheel's own asks for."""
        return frozenset(name for file in self.wheel.elf for name in file.needed)

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
        return floor_of(files, arch or "unknown", self.held, self.policies)

    @cached_property
    def is_for_musl(self) -> bool:
        """Whether the wheel is tagged for musl, or its code is built against it."""
        tagged = any((tag.policy or "").startswith("musllinux") for tag in self.platforms)
        return tagged or libc_of(self.native) == "musl"

    @cached_property
    def policies(self) -> Mapping[str, Policy]:
        """The known policies by name, with those that the wheel's own tags between them make."""
        known = self.facts.policies
        own = {
            policy.name: policy
            for _, policy in self.judged
            if policy.name not in known or self.arch not in known[policy.name].symbols
        }
        return {**known, **own}

    @cached_property
    def promises(self) -> tuple[PlatformTag, ...]:
        """The tags that the wheel is held to: its own, or one made of ``--policy``."""
        asked = self.options.policy
        if asked is None:
            return self.platforms
        return (PlatformTag(f"{asked}_{self.arch}", asked, self.arch),) if self.arch else ()

    @cached_property
    def judged(self) -> tuple[tuple[PlatformTag, Policy], ...]:
        """The policies that the wheel is held to, with the tag: its own, or ``--policy``."""
        found: dict[str, tuple[PlatformTag, Policy]] = {}
        for tag in self.promises:
            policy = self._policy_for(tag)
            if policy is not None:
                found.setdefault(policy.name, (tag, policy))
        return tuple(found.values())

    def _policy_for(self, tag: PlatformTag) -> Policy | None:
        """The policy of a tag; one between known ones has the sets of the next newer, which allows
        no less, and of glibc what its own number says."""
        newer = self.nearest(tag)[1]
        if newer is None or newer.name == tag.policy or not own_number(tag):
            return newer
        return own_policy(tag.policy or "", own_number(tag), tag.arch or "", newer)

    def nearest(self, tag: PlatformTag) -> tuple[Policy | None, Policy | None]:
        """The newest known policy that is older than a tag, and the oldest that is not."""
        kind, _, _ = (tag.policy or "").partition("_")
        version = version_key(policy_version(tag.policy or ""))
        rows = sorted(
            (
                row
                for row in self.facts.policies.values()
                if row.name.partition("_")[0] == kind and tag.arch in row.symbols
            ),
            key=lambda row: version_key(row.version),
        )
        older = [row for row in rows if version_key(row.version) < version]
        return (older[-1] if older else None), next(iter(rows[len(older) :]), None)

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
        """The libraries that a file needs and the wheel does not hold, in order.

        musl is none of them: whether the tag is for it is judged for itself.
        """
        return (name for name in file.needed if name not in self.held and not is_musl(name))


def policy_version(name: str) -> str:
    """``2.28`` of ``manylinux_2_28`` (PEP 600, PEP 656), known or not."""
    return ".".join(name.split("_")[1:])


def own_number(tag: PlatformTag) -> str:
    """The glibc version that a manylinux tag names, policy or not; "" of other tags."""
    policy = tag.policy or ""
    return policy_version(policy) if _OWN_NUMBER.fullmatch(policy) else ""


def version_key(version: str) -> tuple[int, ...]:
    """Order of dotted versions of numbers; other parts count as zero."""
    return tuple(
        int(part) if part.isdecimal() and len(part) <= _LONGEST else 0
        for part in version.split(".")
    )
