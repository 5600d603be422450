"""Compilers, assemblers, toolsets and the distributions they come from."""

from __future__ import annotations

from dataclasses import dataclass

from planner.model.sources import Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class Toolset:
    """A gcc and binutils pair. ``kind`` is toolset (installed beside) or system (the base's own).

    ``base`` names the distribution whose own compiler a system toolset is. ``package`` is what its
    package manager calls it.
    """

    name: str
    gcc: str
    binutils: str | None
    kind: str
    base: str | None
    package: str | None
    fact: Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class Obtainable:
    """From ``since`` on, ``toolset`` can be installed on a distribution on some architectures."""

    toolset: str
    base: str
    architectures: tuple[str, ...]
    since: str
    fact: Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class CxxStandard:
    """The host gcc that has a C++ standard: fully (``gcc``) or as an experiment."""

    name: str
    gcc: str | None
    experimental: str | None
    fact: Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class Feature:
    """An instruction-set feature and the assembler and compiler that know it."""

    name: str
    architectures: tuple[str, ...]
    binutils: str | None
    gcc: str | None
    fact: Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class GccRelease:
    """A gcc release and the newest symbols that its runtime libraries offer."""

    version: str
    released: str
    glibcxx: str | None
    cxxabi: str | None
    symbols: str | None
    cxx_default: str | None
    fact: Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class Distribution:
    """A Linux distribution that wheels are installed on, or that an image is based on.

    ``glibc`` is None for distributions without it (musl). ``unconfirmed`` names the fields that no
    source confirms.
    """

    id: str
    name: str
    version: str
    released: str | None
    glibc: str | None
    glibcxx: str | None
    cxxabi: str | None
    markers: tuple[str, ...]
    architectures: tuple[str, ...]
    gcc: str | None
    binutils: str | None
    python: str | None
    pip: str | None
    level: str | None
    unconfirmed: tuple[str, ...]
    fact: Fact
