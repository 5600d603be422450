"""Two lock documents compared: every change as a record, equal ones of many jobs once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.plan.causes import (
    Cause,
    Difference,
    cause_of_difference,
    cause_of_failure,
    cause_of_job,
    reasons_for,
)
from planner.plan.document import Json
from planner.plan.inputs import Inputs, Origin, inputs_of, origin_of
from planner.plan.locked import locked_plan
from planner.plan.matching import Pair, matched
from planner.plan.outcomes import Outcome, Subject, failed_outcome, planned_outcome, rows
from planner.plan.records import Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class JobName:
    """A job under the name that it has in the new plan, or had in the old one if it is gone."""

    id: str
    variant: str
    arch: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One difference and the jobs that share it.

    ``old`` and ``new`` are single values, ``added`` and ``removed`` items of a list. ``glibc`` is
    that of the old and new floor. ``reasons`` are the new plan's own for the new value.
    """

    subject: Subject
    item: str
    old: str | None
    new: str | None
    added: tuple[str, ...]
    removed: tuple[str, ...]
    glibc: tuple[str, str] | None
    cause: Cause
    jobs: tuple[JobName, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanDiff:
    """All that differs between two plans.

    ``is_same`` means that the locks hold the same values; ``jobs`` are all jobs of both, ``moved``
    the ids of those whose id changed with a release.
    """

    is_same: bool
    inputs: Inputs
    changes: tuple[Change, ...]
    jobs: tuple[JobName, ...]
    moved: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One lock, read for a comparison: its document, what it was made from, and every outcome."""

    document: Json
    origin: Origin
    outcomes: tuple[Outcome, ...]


def read_side(document: Json) -> Side:
    """A lock document, read for a comparison.

    :raises LockError: where it lacks something or holds another type.
    """
    plan = locked_plan(document)
    jobs = [
        planned_outcome(row, job.because, path)
        for (row, path), job in zip(rows(document, "jobs", ""), plan.jobs, strict=True)
    ]
    failures = [
        failed_outcome(row, failure.conflicts, path)
        for (row, path), failure in zip(rows(document, "failures", ""), plan.failures, strict=True)
    ]
    return Side(
        document=document,
        origin=origin_of(document, plan.facts),
        outcomes=(*jobs, *failures),
    )


def diff_of(old: Side, new: Side) -> PlanDiff:
    """What differs between two locks, the most important first."""
    inputs = inputs_of(old.origin, new.origin)
    pairs = matched(old.outcomes, new.outcomes)
    return PlanDiff(
        is_same=old.document == new.document,
        inputs=inputs,
        changes=_grouped(pairs, inputs),
        jobs=tuple(_name(*pair) for pair in pairs),
        moved=tuple((a.id, b.id) for a, b in pairs if a and b and a.id != b.id),
    )


def _name(old: Outcome | None, new: Outcome | None) -> JobName:
    known = new or old
    assert known is not None
    return JobName(id=known.id, variant=known.variant, arch=known.arch)


_Entry = tuple[Difference, Cause, tuple[str, str] | None]


def _grouped(pairs: Sequence[Pair], inputs: Inputs) -> tuple[Change, ...]:
    """Every change once, by subject, then in order of the jobs."""
    names: dict[_Entry, list[JobName]] = {}
    reasons: dict[_Entry, dict[Reason, None]] = {}
    peers = tuple(
        frozenset((side.variant, side.arch) for pair in pairs if (side := pair[which]))
        for which in (0, 1)
    )
    for old, new in pairs:
        other = peers[0 if old is None else 1]
        for what, cause in _caused(old, new, inputs, other):
            is_floor = what.subject is Subject.FLOOR and old is not None and new is not None
            glibc = (old.glibc, new.glibc) if is_floor and old and new else None
            entry = (what, cause, glibc)
            names.setdefault(entry, []).append(_name(old, new))
            given = reasons_for(what.subject, what.item, new) if new else ()
            reasons.setdefault(entry, {}).update(dict.fromkeys(given))
    order = list(Subject)
    entries = sorted(names, key=lambda entry: order.index(entry[0].subject))
    return tuple(
        Change(
            subject=what.subject,
            item=what.item,
            old=what.old,
            new=what.new,
            added=what.added,
            removed=what.removed,
            glibc=glibc,
            cause=cause,
            jobs=tuple(names[what, cause, glibc]),
            reasons=tuple(reasons[what, cause, glibc]),
        )
        for what, cause, glibc in entries
    )


def _caused(
    old: Outcome | None,
    new: Outcome | None,
    inputs: Inputs,
    peers: frozenset[tuple[str, str]],
) -> Iterator[tuple[Difference, Cause]]:
    """The differences of one job with their causes."""
    if old is None or new is None:
        known = new or old
        assert known is not None
        is_new = old is None
        cause = cause_of_job(known, inputs, peers, is_new=is_new)
        yield _came_or_went(known, is_new=is_new), cause
    elif old.is_planned and new.is_planned:
        found = list(_differences(old, new))
        moved = frozenset(
            w.subject for w in found if w.subject is not Subject.IMAGE or w.item == "name"
        )
        for what in found:
            yield what, cause_of_difference(what, old, new, inputs, moved)
    else:
        for what in _failure_differences(old, new):
            yield what, cause_of_failure(old, new, inputs)


def _came_or_went(known: Outcome, *, is_new: bool) -> Difference:
    item = "added" if is_new else "removed"
    says = tuple(says for _, says in known.conflicts)
    return Difference(
        subject=Subject.JOB,
        item=item if known.is_planned else f"{item} without a plan",
        added=says if is_new else (),
        removed=() if is_new else says,
    )


def _failure_differences(old: Outcome, new: Outcome) -> Iterator[Difference]:
    """A job that fails in one plan or in both."""
    was = tuple(says for _, says in old.conflicts)
    now = tuple(says for _, says in new.conflicts)
    if old.is_planned or new.is_planned:
        item = "appeared" if old.is_planned else "gone"
        yield Difference(subject=Subject.FAILURE, item=item, added=now, removed=was)
    elif (was, old.remainder["conflicts"]) != (now, new.remainder["conflicts"]):
        yield Difference(subject=Subject.FAILURE, item="changed", added=now, removed=was)
    elif old.remainder != new.remainder:
        yield Difference(subject=Subject.OTHER, item="ways_out")


def _differences(old: Outcome, new: Outcome) -> Iterator[Difference]:
    """Everything that differs between two plans of a job."""
    found = [*_value_differences(old, new), *_list_differences(old, new)]
    yield from found
    if old.remainder["rest"] != new.remainder["rest"]:
        yield Difference(subject=Subject.OTHER, item="rest")
    silent = (old.excludes ^ new.excludes) - {*_serves(old), *_serves(new)}
    if silent:
        yield Difference(subject=Subject.OTHER, item="excludes")
    if not found:
        # Where something moved, its reasons and alternatives have moved with it.
        for item in ("because", "alternatives"):
            if old.remainder[item] != new.remainder[item]:
                yield Difference(subject=Subject.OTHER, item=item)


def _value_differences(old: Outcome, new: Outcome) -> Iterator[Difference]:
    for key in dict.fromkeys([*old.values, *new.values]):
        before, after = old.values.get(key), new.values.get(key)
        if before != after:
            yield Difference(subject=key[0], item=key[1], old=before, new=after)


def _list_differences(old: Outcome, new: Outcome) -> Iterator[Difference]:
    for subject, item in dict.fromkeys([*old.lists, *new.lists]):
        before, after = old.lists.get((subject, item), ()), new.lists.get((subject, item), ())
        if subject is Subject.REACH:
            yield from _reach_differences(old, new)
        elif before != after:
            held, kept = frozenset(before), frozenset(after)
            added = tuple(value for value in after if value not in held)
            removed = tuple(value for value in before if value not in kept)
            if added or removed:
                yield Difference(subject=subject, item=item, added=added, removed=removed)


def _serves(outcome: Outcome) -> tuple[str, ...]:
    return outcome.lists[Subject.REACH, ""]


def _reach_differences(old: Outcome, new: Outcome) -> Iterator[Difference]:
    """Distributions that the wheel gains or loses; then those that only one plan knows at all."""
    was, now = frozenset(_serves(old)), frozenset(_serves(new))
    added = [name for name in _serves(new) if name not in was]
    removed = [name for name in _serves(old) if name not in now]
    for item in ("", "listed"):
        gained = tuple(name for name in added if (name in old.excludes) is (item == ""))
        lost = tuple(name for name in removed if (name in new.excludes) is (item == ""))
        if gained or lost:
            yield Difference(subject=Subject.REACH, item=item, added=gained, removed=lost)
