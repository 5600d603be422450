"""The parts of a plan as records; ``plan/document.py`` writes them as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from planner.model.overlay import Overlay, is_overlaid
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
class Explanation:
    """Why a decision is as it is, and what else could have been chosen."""

    because: tuple[Reason, ...]
    wider: Alternative | None
    held_toolset: Alternative | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """Everything about a job but its name: equal questions share one decision.

    ``overlaid`` are the facts of an overlay in what was chosen, without those of its reasons.
    ``explain`` finds the reasons when they are first asked for: a plan of many thousand jobs is
    made without them.
    """

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
    warnings: tuple[Caution, ...]
    unconfirmed: tuple[str, ...]
    unmeasured: tuple[Fact, ...]
    overlaid: tuple[str, ...] = ()
    explain: Callable[[], Explanation] = field(compare=False)

    @property
    def because(self) -> tuple[Reason, ...]:
        """Why each choice, and not the next preferred one."""
        return self.explain().because

    @property
    def overlay(self) -> tuple[str, ...]:
        """Every fact of an overlay that the decision rests on, by id."""
        named = [*self.overlaid, *(id_ for caution in self.warnings for id_ in caution.facts)]
        named += [id_ for reason in self.because for id_ in reason.facts]
        return tuple(sorted({id_ for id_ in named if is_overlaid(id_)}))

    @property
    def wider(self) -> Alternative | None:
        """A tag that reaches more systems, and its cost."""
        return self.explain().wider

    @property
    def held_toolset(self) -> Alternative | None:
        """The best choice that needs no compiler to be set up, where the chosen one does."""
        return self.explain().held_toolset


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


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A planned release: jobs and failures in order, and every fact there is to name.

    ``facts`` and ``sources`` are those that some job or failure rests on.
    """

    date: str
    facts_version: str
    facts_sha256: str
    request: Request
    jobs: tuple[Job, ...]
    failures: tuple[Failure, ...]
    known_facts: Mapping[str, Fact]
    known_sources: Mapping[str, Source]
    overlay: Overlay | None = None

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """Every fact that a job or failure names, by id."""
        found: dict[str, Fact] = {}
        for decision in {id(job.decision): job.decision for job in self.jobs}.values():
            unmeasured = {fact.id: fact for fact in decision.unmeasured}
            named = [id_ for reason in decision.because for id_ in reason.facts]
            named += [id_ for caution in decision.warnings for id_ in caution.facts]
            named += (*decision.unconfirmed, *decision.overlaid)
            found.update({id_: unmeasured.get(id_) or self.known_facts[id_] for id_ in named})
        for failure in self.failures:
            for conflict in failure.conflicts:
                found.update({id_: self.known_facts[id_] for id_ in conflict.facts})
        return dict(sorted(found.items()))

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The sources of :attr:`facts`, by qualified id."""
        ids = {id_ for fact in self.facts.values() for id_ in fact.sources}
        return {id_: self.known_sources[id_] for id_ in sorted(ids)}
