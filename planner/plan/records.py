"""The parts of a plan as records; ``plan/document.py`` writes them as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.model.request import Line, Request
from planner.model.sources import Fact, Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a value was chosen and not the next preferred one: the rule and facts against that."""

    chose: str
    value: str
    instead_of: str
    rule: str
    facts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Caution:
    """Something that a plan rests on and its reader should know; ``data`` fills the sentence."""

    rule: str
    data: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedImage:
    """The build image of a job; ``digest`` is the newest known one, ``end_of_life`` its base's."""

    name: str
    reference: str
    base: str
    status: str
    end_of_life: str | None
    digest: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedComponent:
    """A vendor component of the planned release: PyPI project, version (and range), soname."""

    project: str
    version: str
    range: str | None
    soname: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Alternative:
    """Another choice and what it costs; ``cost`` is empty where it costs nothing that is known."""

    value: str
    cost: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """Everything about a job but its name: equal questions share one decision."""

    arch: str
    accelerators: Mapping[str, str]
    policy: str
    glibc: str
    tags: tuple[str, ...]
    image: PlannedImage
    gcc: str
    binutils: str | None
    toolset: str
    in_image: bool
    setup: tuple[str, ...]
    cxx11_abi: str | None
    pythons: tuple[str, ...]
    gpu: Mapping[str, Mapping[str, tuple[str, ...]]]
    components: Mapping[str, PlannedComponent]
    pip_floor: str
    driver_floor: str | None
    jit_driver_floor: str | None
    serves: tuple[str, ...]
    excludes: tuple[str, ...]
    wider: Alternative | None
    held_toolset: Alternative | None
    because: tuple[Reason, ...]
    warnings: tuple[Caution, ...]
    unconfirmed: tuple[str, ...]
    unmeasured: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One wheel build: a variant with one release per family on one architecture."""

    id: str
    variant: str
    decision: Decision


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """Request lines and facts that cannot hold together; without any one of them they can."""

    request: tuple[Line, ...]
    rules: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A change of one request value; ``to`` is None where it is dropped."""

    path: str
    old: str
    to: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class WayOut:
    """Changes that, applied, give a plan with this tag and these releases.

    ``set`` holds the same as arguments of ``--set``. ``second`` is the tag and release of the other
    wheel where the way out makes two.
    """

    change: tuple[Change, ...]
    set: tuple[str, ...]
    platform_tag: str
    accelerators: Mapping[str, str]
    second: tuple[str, str] | None = None

    def __hash__(self) -> int:
        return hash((self.change, self.set, self.platform_tag))


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A job that no plan satisfies; ``accelerators`` holds the specifiers that were asked for."""

    id: str
    variant: str
    arch: str
    accelerators: Mapping[str, str]
    conflicts: tuple[Conflict, ...]
    ways_out: tuple[WayOut, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A planned release: jobs and failures in order of their ids, and the facts behind them."""

    date: str
    facts_version: str
    facts_sha256: str
    request: Request
    jobs: tuple[Job, ...]
    failures: tuple[Failure, ...]
    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]
