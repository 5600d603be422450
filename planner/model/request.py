"""What a release engineer asks for, after reading: every value still knows its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.model.gpu_targets import GpuTargets


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One value of the request: its dotted path, what was written, and where.

    ``number`` counts from one; it and ``file`` are None where the value has no line (an option).
    """

    path: str
    value: str
    file: str | None = None
    number: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """One kind of wheel of the project, every setting resolved.

    A setting that the request does not make is None (or empty), and then no rule looks at it.
    ``families`` maps each family to the specifiers that give one job each. ``lines`` holds, by
    setting, the request lines of its values in canonical order (``gpu`` one line per target).
    """

    name: str
    families: Mapping[str, tuple[str, ...]]
    prefer: str
    toolchain: str
    naming: str
    python: str | tuple[str, ...] | None
    architectures: tuple[str, ...] | None
    cxx: str | None
    cxx11_abi: str | None
    runs_on: tuple[str, ...]
    glibc: str | None
    pip: str | None
    x86_64_level: str | None
    features: Mapping[str, tuple[str, ...]]
    gpu: GpuTargets | None
    links: tuple[str, ...] | None
    driver: str | None
    allow: frozenset[str]
    lines: Mapping[str, tuple[Line, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A whole request: variants by name and the day of release (None: not stated).

    ``document`` is the normalised request that goes into the plan; ``file`` is where it was read.
    """

    project: str | None
    date: str | None
    variants: Mapping[str, Variant]
    document: Mapping[str, object]
    file: str | None = None
