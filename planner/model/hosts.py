"""Systems that wheels are installed on, and what their installers know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from planner.model.sources import Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class HostSystem:
    """A distribution as a wheel meets it.

    ``libc`` is glibc or musl. ``symbols`` maps a prefix (``GLIBCXX``, ``CXXABI``, ``GCC``) to the
    highest version that the system's libraries offer, where it is known; ``markers`` are symbol
    versions of glibc that are no numbers. ``python`` and ``pip`` are the system's own. ``end`` is
    the last known day of any support, ISO text, "" where not known.
    """

    id: str
    name: str
    version: str
    libc: str
    libc_version: str
    symbols: Mapping[str, str]
    markers: tuple[str, ...]
    architectures: tuple[str, ...]
    python: str | None
    pip: str | None
    end: str
    unconfirmed: tuple[str, ...]
    standing: Standing
    fact: str


class InstallerLimit(NamedTuple):
    """The oldest pip that takes a spelling of a platform tag, an architecture or an ABI."""

    what: str
    of: tuple[str, ...]
    pip: str
    fact: str


class MachineGpu(NamedTuple):
    """A GPU as the machine's own tools name it; ``target`` is "" where they do not tell."""

    name: str
    target: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """What was read of a machine; "" and None where it could not be read.

    ``os_id`` and ``os_version`` are those of ``/etc/os-release``, ``python`` is the tag of the
    running interpreter. ``notes`` say what could not be read, and why.
    """

    arch: str
    libc: str
    libc_version: str
    os_id: str
    os_version: str
    python: str
    pip: str | None
    driver: str | None
    gpus: tuple[MachineGpu, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class HostFacts:
    """The systems by id, the limits of pip, and the tags of the Pythons that there are."""

    systems: Mapping[str, HostSystem] = field(default_factory=dict)
    installers: tuple[InstallerLimit, ...] = ()
    pythons: tuple[str, ...] = ()
