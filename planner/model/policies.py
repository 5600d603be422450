"""Platform policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from planner.model.sources import Fact


class Policy(NamedTuple):
    """A manylinux or musllinux policy: what a wheel with this tag may need (PEP 600, PEP 656).

    ``symbols`` maps architecture, then symbol prefix, to the full set of allowed versions.
    """

    name: str
    libc: str
    version: str
    aliases: tuple[str, ...]
    pep: str
    priority: int
    libraries: tuple[str, ...]
    symbols: Mapping[str, Mapping[str, tuple[str, ...]]]
    denied: Mapping[str, tuple[str, ...]]
    fact: Fact
