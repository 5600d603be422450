"""Which distributions the wheels of a plan run on, and what keeps the others out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from planner.model.versions import is_version, last_day, version_key
from planner.plan.lifecycle import Fate, LastDay, LifeLine, distribution_lives
from planner.plan.locked import LockedJob, LockedPlan
from planner.report.html.inputs import Surroundings
from planner.solve.rows import Distribution


class Service(StrEnum):
    """Whether wheels with a tag run on a distribution; elsewhere: not on that architecture."""

    SERVED = "served"
    LEFT_OUT = "left out"
    ELSEWHERE = "not on this architecture"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A platform tag of the plan: the jobs that carry it, and how many distributions it serves."""

    tag: str
    policy: str
    arch: str
    jobs: tuple[str, ...]
    serves: int
    excludes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A distribution under a tag; ``why`` says what it lacks."""

    service: Service
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A distribution under every tag of the plan, with its support after the release.

    ``until`` is the last day of any support that is known, ``facts`` the ids behind the row.
    """

    name: str
    glibc: str
    glibcxx: str
    cells: tuple[Cell, ...]
    fate: Fate
    standard: str
    until: LastDay | None
    facts: tuple[str, ...]

    @property
    def is_left_out(self) -> bool:
        """Whether any tag leaves it out."""
        return any(cell.service is Service.LEFT_OUT for cell in self.cells)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """The table: one column per tag, one row per distribution, those left out first."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def served(self) -> int:
        """How many distributions run wheels of at least one tag."""
        return sum(any(c.service is Service.SERVED for c in row.cells) for row in self.rows)

    @property
    def left_out(self) -> tuple[Row, ...]:
        """The distributions that some tag leaves out."""
        return tuple(row for row in self.rows if row.is_left_out)


def reach_of(plan: LockedPlan, around: Surroundings) -> Reach:
    """The distributions that some job serves or leaves out, under each tag.

    Jobs with one tag serve the same; where a lock says otherwise, each kind has its column.
    """
    groups: dict[object, list[LockedJob]] = {}
    for job in plan.jobs:
        groups.setdefault((job.platform_tag, job.serves, job.excludes), []).append(job)
    first = [jobs[0] for jobs in groups.values()]
    names = dict.fromkeys(name for job in first for name in (*job.serves, *job.excludes))
    lives = distribution_lives(names, around.ends)
    day = last_day(plan.date).isoformat()
    rows = [_row(name, first, around, lives[name], day) for name in names]
    return Reach(
        columns=tuple(_column(jobs) for jobs in groups.values()),
        rows=tuple(sorted(rows, key=lambda row: (not row.is_left_out, row.name))),
    )


def _column(jobs: list[LockedJob]) -> Column:
    job = jobs[0]
    return Column(
        tag=job.platform_tag,
        policy=job.policy,
        arch=job.arch,
        jobs=tuple(job.id for job in jobs),
        serves=len(job.serves),
        excludes=len(job.excludes),
    )


def _row(
    name: str,
    jobs: Iterable[LockedJob],
    around: Surroundings,
    life: LifeLine,
    day: str,
) -> Row:
    known = around.distributions.get(name)
    standard = life.standard
    return Row(
        name=name,
        glibc=known.glibc if known else "",
        glibcxx=known.glibcxx if known else "",
        cells=tuple(_cell(name, job, known, around.promised) for job in jobs),
        fate=life.fate(day),
        standard=standard.written if standard else "",
        until=life.ends[-1] if life.ends else None,
        facts=tuple(_facts(known, life.ends)),
    )


def _facts(known: Distribution | None, ends: Iterable[LastDay]) -> Iterator[str]:
    if known:
        yield known.fact
    yield from (end.fact.id for end in ends)


def _cell(
    name: str,
    job: LockedJob,
    known: Distribution | None,
    promised: Mapping[tuple[str, str], str],
) -> Cell:
    if name in job.serves:
        return Cell(service=Service.SERVED)
    if name not in job.excludes:
        return Cell(service=Service.ELSEWHERE)
    return Cell(
        service=Service.LEFT_OUT,
        why=_lacks(job, known, promised.get((job.policy, job.arch), "")),
    )


def _lacks(job: LockedJob, known: Distribution | None, glibcxx: str) -> str:
    """What a distribution that is left out lacks, as far as the facts of today show it."""
    if known is None or not known.glibc:
        return "the facts of today do not show why"
    if is_version(job.glibc) and version_key(known.glibc) < version_key(job.glibc):
        return f"glibc {known.glibc}, needs {job.glibc}"
    if known.glibcxx and glibcxx and version_key(known.glibcxx) < version_key(glibcxx):
        return f"GLIBCXX {known.glibcxx}, needs {glibcxx}"
    return "the facts of today do not show why"
