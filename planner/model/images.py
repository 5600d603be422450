"""Build images and installers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.model.sources import Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageArchitecture:
    """An image on one architecture: its base, first day, and the newest digest that is known."""

    arch: str
    base: str
    since: str | None
    digest: str | None
    pinned: str | None
    level: str | None
    fact: Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageToolset:
    """A toolset that an image held from a day on, on some architectures."""

    toolset: str
    since: str | None
    architectures: tuple[str, ...]
    fact: Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """A build image; ``status`` is supported, alpha, ended or unpublished.

    ``toolkits`` maps a family to the minor release that the image ships; such an image serves only
    jobs with that release.
    """

    name: str
    publisher: str
    repository: str
    policy: str
    libc_version: str
    cxx11_abi: str | None
    status: str
    ended: str | None
    architectures: Mapping[str, ImageArchitecture]
    toolsets: tuple[ImageToolset, ...]
    toolkits: Mapping[str, str]
    interpreters: str
    fact: Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class InstallerRule:
    """The oldest pip that installs a spelling of a tag, an architecture's tags or an ABI's."""

    what: str
    of: tuple[str, ...]
    pip: str
    fact: Fact
