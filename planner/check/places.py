"""Where the stated part of a row could be built: known environments, or made-up ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.check.checks import OwnRule
from planner.check.rows import Atom, Row
from planner.check.spellings import policy_order
from planner.model.platforms import ARCHITECTURES
from planner.model.rules import Rule
from planner.model.versions import version_key
from planner.solve.rows import Environment, Tables

Flaw = tuple[str, tuple[str, ...]]
"""A rule that a place breaks by its making, and the facts that are against it."""


@dataclass(frozen=True, slots=True)
class Place:
    """An environment for a part of a row, and what is wrong with it from the start."""

    environment: Environment
    flaws: tuple[Flaw, ...] = ()


class Places:
    """Makes the places for parts of rows; made-up environments are kept."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        versions = {env.gcc for row in tables.environments.values() for env in row}
        self.compilers = tuple(sorted(versions, key=version_key, reverse=True))
        self._made: dict[tuple[str, str, str, str], Environment] = {}
        self._newest: dict[str, str] = {}

    def of(self, row: Row, parts: frozenset[Atom]) -> Iterator[Place]:
        """Every place that some parts of a row leave, by architecture."""
        for arch, flaws in self._architectures(row, parts):
            for place in self._on(row, parts, arch):
                yield Place(place.environment, (*flaws, *place.flaws)) if flaws else place

    def compilers_like(self, gcc: str) -> tuple[str, ...]:
        """The versions that a stated gcc may mean, known ones first: ``9`` is any 9.x."""
        known = [v for v in self.compilers if v == gcc or v.startswith(f"{gcc}.")]
        if gcc.count(".") >= 2:
            return (gcc,)
        first = 1 if "." not in gcc and int(gcc) >= 5 else 0
        return tuple(dict.fromkeys([*known, *(f"{gcc}.{n}" for n in range(first, 10))]))

    def knows_compiler(self, gcc: str) -> bool:
        """Whether some toolset has this line of gcc."""
        return any(same_line(version, gcc) for version in self.compilers)

    def _architectures(
        self, row: Row, parts: frozenset[Atom]
    ) -> Iterator[tuple[str, tuple[Flaw, ...]]]:
        """The architectures of a row: its own, those that its tag and image name, else all."""
        stated = {
            "": row.arch if ("arch", "") in parts else "",
            OwnRule.TAG_ARCHITECTURE: row.tag_arch if ("platform_tag", "") in parts else "",
            OwnRule.IMAGE_ARCHITECTURE: row.image_arch if ("image", "") in parts else "",
        }
        named = [(rule, arch) for rule, arch in stated.items() if arch]
        if named:
            flaws: list[Flaw] = [(str(r), ()) for r, arch in named[1:] if arch != named[0][1]]
            yield named[0][1], tuple(flaws)
            return
        archs = self._image_archs(row.image) if ("image", "") in parts else ARCHITECTURES
        for arch in archs:
            yield arch, ()

    def _image_archs(self, image: str) -> tuple[str, ...]:
        environments = self.tables.environments
        return tuple(a for a, row in environments.items() if any(e.image == image for e in row))

    def _on(self, row: Row, parts: frozenset[Atom], arch: str) -> Iterator[Place]:
        if ("image", "") in parts:
            yield from self._in_image(row, parts, arch)
            return
        tag = row.tag if ("platform_tag", "") in parts else ()
        policy = tag[0] if tag else self._newest_policy(arch)
        libc = tag[-1] if tag else policy
        gccs = self.compilers_like(row.gcc) if ("gcc", "") in parts else self.compilers
        for gcc in gccs:
            yield Place(self.made(arch, policy, libc, gcc))

    def _newest_policy(self, arch: str) -> str:
        if arch not in self._newest:
            names = [
                name
                for (name, covered) in self.tables.policy_symbols
                if covered == arch and self.tables.policies[name]["libc"] == "glibc"
            ]
            self._newest[arch] = max(names, key=policy_order, default="manylinux_2_99")
        return self._newest[arch]

    def made(self, arch: str, policy: str, libc: str, gcc: str) -> Environment:
        """An environment that no image is behind; only rules on what it has may be asked."""
        key = (arch, policy, libc, gcc)
        env = self._made.get(key)
        if env is None:
            node = self.tables.policies.get(policy, {})
            env = self._made[key] = Environment(
                image="",
                arch=arch,
                toolset="",
                policy=policy,
                policy_version=_glibc(policy),
                libc_version=_glibc(libc),
                publisher="",
                repository="",
                status="supported",
                ended="",
                base="",
                base_end="",
                base_end_fact="",
                since="",
                level="",
                digest="",
                pinned="",
                cxx11_abi="",
                interpreters="",
                gcc=gcc,
                binutils="",
                is_system=False,
                package="",
                facts={
                    "image": "",
                    "architecture": "",
                    "toolset": "",
                    "policy": node.get("fact", ""),
                },
                toolkits={},
                held=[],
                obtainable=[],
            )
        return env

    def _in_image(self, row: Row, parts: frozenset[Atom], arch: str) -> Iterator[Place]:
        found = [e for e in self.tables.environments.get(arch, ()) if e.image == row.image]
        if not found:
            policy = self._newest_policy(arch)
            env = self.made(arch, policy, policy, self.compilers[-1])
            yield Place(env, ((str(Rule.IMAGE_COVERS_ARCHITECTURE), self._facts_of(row.image)),))
            return
        for env in found:
            for place in self._with_compiler(row, parts, env):
                yield _tagged(row, parts, place)

    def _facts_of(self, image: str) -> tuple[str, ...]:
        """The facts that say on which architectures an image exists."""
        return tuple(
            dict.fromkeys(
                env.facts["architecture"]
                for row in self.tables.environments.values()
                for env in row
                if env.image == image
            )
        )

    def _with_compiler(self, row: Row, parts: frozenset[Atom], env: Environment) -> Iterator[Place]:
        if ("gcc", "") not in parts:
            yield Place(env)
        elif same_line(env.gcc, row.gcc):
            for gcc in self.compilers_like(row.gcc):
                yield Place(env if gcc == env.gcc else replace(env, gcc=gcc))
        elif self.knows_compiler(row.gcc):
            yield Place(env, ((str(Rule.TOOLSET_OBTAINABLE), (env.facts["toolset"],)),))
        else:
            for gcc in self.compilers_like(row.gcc):
                yield Place(replace(env, gcc=gcc))


def _tagged(row: Row, parts: frozenset[Atom], place: Place) -> Place:
    """A place in an image under the tag that the row claims for it."""
    env = place.environment
    if ("platform_tag", "") not in parts or row.tag in ((), (env.policy,)):
        return place
    flaws = place.flaws
    if policy_order(row.tag[-1]) < policy_order(env.policy):
        flaws = (*flaws, (str(OwnRule.TAG_OF_IMAGE), (env.facts["image"],)))
    claimed = replace(env, policy=row.tag[0], policy_version=_glibc(row.tag[0]))
    return Place(claimed, flaws)


def _glibc(policy: str) -> str:
    numbers = re.findall(r"\d+", policy)
    return ".".join(numbers)


def release_line(gcc: str) -> str:
    """The release line of a gcc: its first number, before gcc 5 its first two."""
    parts = gcc.split(".")
    return parts[0] if int(parts[0]) >= 5 else ".".join(parts[:2])


def same_line(gcc: str, other: str) -> bool:
    """Whether two versions of gcc are of one release line."""
    return release_line(gcc) == release_line(other)
