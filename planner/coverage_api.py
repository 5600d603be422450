"""What Python programs call for coverage: which machines a plan or finished wheels serve."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.api import Progress, verify
from planner.artifacts.limits import DEFAULT_LIMITS, Limits
from planner.coverage.jobs import plan_offers
from planner.coverage.profiles import machine_host, parse_host
from planner.coverage.results import Coverage, Host, Offer
from planner.coverage.simulate import Asked, simulate
from planner.errors import UsageError
from planner.load.locate import data_root
from planner.load.this_machine import read_machine
from planner.load.wheel_facts import load_wheel_facts
from planner.model.wheel_facts import WheelFacts
from planner.plan.lock import read_lock
from planner.plan.locked import LockedPlan, locked_plan
from planner.wheel_offers import wheel_offers


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverageReport:
    """Which machines are served, the wheels that could not be read, and what else to say."""

    coverage: Coverage
    unreadable: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def coverage(
    wheels: Sequence[str | Path] = (),
    *,
    plan: str | Path | None = None,
    hosts: Iterable[str] = (),
    this_machine: bool = False,
    require: Iterable[str] = (),
    with_ended: bool = False,
    jobs: int = 1,
    limits: Limits = DEFAULT_LIMITS,
    data: str | None = None,
    overlay: Path | None = None,
    progress: Progress | None = None,
) -> CoverageReport:
    """Which machines a plan's jobs or finished wheels serve: installed, loaded, with GPU code.

    With wheels, ``plan`` names the lock that they were built by, which tells the drivers that they
    need; without wheels, its jobs are simulated as planned. ``hosts`` and ``require`` are machines
    in words (``rhel-8 + H100 + driver 550``). Without ``hosts`` and ``this_machine`` every known
    distribution is tried; ``with_ended`` adds those without any support. The other arguments are
    those of :func:`planner.api.verify`.

    :raises UsageError: for a machine that is not known, and where neither wheel nor plan is named.
    :raises LockError: where the lock cannot be read.
    :raises DataError: where the facts break their own rules.
    """
    facts = load_wheel_facts(data_root(data), overlay=overlay)
    locked = None if plan is None else locked_plan(read_lock(Path(plan)))
    unreadable: tuple[str, ...] = ()
    unplanned: tuple[str, ...] = ()
    if wheels:
        offers, unreadable = _finished(wheels, plan, jobs, limits, data, overlay, progress)
    elif locked is not None:
        offers = plan_offers(locked, facts)
        unplanned = tuple(failure.id for failure in locked.failures)
    else:
        raise UsageError("no wheel and no plan is named", hint="mlplan coverage --plan mlplan.lock")
    archs = tuple(dict.fromkeys(offer.arch for offer in offers if offer.arch))
    named, notes = _named(hosts, facts, archs, this_machine=this_machine)
    asked = Asked(
        hosts=named,
        required={text: _parsed(text, "--require", facts, archs) for text in require},
        with_profiles=not named,
        with_ended=with_ended,
    )
    return CoverageReport(
        coverage=simulate(offers, facts, _day(locked), asked),
        unreadable=unreadable,
        notes=(
            *(f"{name} could not be read in full" for name in unreadable),
            *(f"{name} has no plan, so it serves nobody" for name in unplanned),
            *notes,
        ),
    )


def _finished(
    wheels: Sequence[str | Path],
    plan: str | Path | None,
    jobs: int,
    limits: Limits,
    data: str | None,
    overlay: Path | None,
    progress: Progress | None,
) -> tuple[tuple[Offer, ...], tuple[str, ...]]:
    """The offers of wheels as they were read, and the names of those that are unreadable."""
    report = verify(
        wheels,
        plan=plan,
        jobs=jobs,
        limits=limits,
        data=data,
        overlay=overlay,
        progress=progress,
        file_digest=False,
    )
    unreadable = tuple(row.wheel.file for row in report.wheels if row.wheel.is_unreadable)
    return wheel_offers(row for row in report.wheels if row.wheel.entries), unreadable


def _named(
    texts: Iterable[str], facts: WheelFacts, archs: tuple[str, ...], *, this_machine: bool
) -> tuple[tuple[Host, ...], tuple[str, ...]]:
    """The hosts that the caller names, this machine last, and what could not be read of it."""
    found = [host for text in texts for host in _parsed(text, "--host", facts, archs)]
    if not this_machine:
        return tuple(found), ()
    machine = read_machine()
    found.append(machine_host(machine, facts.hosts, facts.gpus))
    return tuple(found), tuple(f"this machine: {note}" for note in machine.notes)


def _parsed(text: str, option: str, facts: WheelFacts, archs: tuple[str, ...]) -> tuple[Host, ...]:
    return parse_host(text, option, facts.hosts, facts.gpus, archs)


def _day(locked: LockedPlan | None) -> str:
    """The day that counts for ends of support: the plan's, else today."""
    return locked.date if locked else datetime.date.today().isoformat()
