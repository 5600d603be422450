"""Runs an audit: every subject by its prover, several at a time, in the order of the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from planner.audit.claims import Audit, Claim, Outcome, Verdict
from planner.audit.evidence import Evidence, failed
from planner.audit.policy_subjects import PolicySubject
from planner.audit.registry import prover_of
from planner.audit.subjects import Subject
from planner.index.errors import RemoteError

Progress = Callable[[str, int, int], None]
"""Called with the fact that was done, how many are, and how many there are."""


def run_audit(
    scope: str,
    subjects: Sequence[Subject | PolicySubject],
    evidence: Evidence,
    *,
    threads: int = 1,
    notices: Callable[[], tuple[str, ...]] = tuple,
    progress: Progress | None = None,
) -> Audit:
    """The verdicts on all subjects; what cannot be read is a claim, no error. ``notices`` gives
    what else the files tell, asked for last."""
    before = evidence.vendor.traffic
    start = (before.received, before.cached, before.requests)
    done = 0

    def verdict(subject: Subject | PolicySubject) -> Verdict:
        nonlocal done
        found = Verdict(fact=subject.fact, claims=tuple(_claims(subject, evidence)))
        done += 1
        if progress is not None:
            progress(subject.fact.id, done, len(subjects))
        return found

    with ThreadPoolExecutor(threads) as pool:
        verdicts = tuple(pool.map(verdict, subjects))
    told = notices()
    after = evidence.vendor.traffic
    return Audit(
        scope=scope,
        verdicts=with_rulings(verdicts),
        notices=told,
        received=after.received - start[0],
        cached=after.cached - start[1],
        requests=after.requests - start[2],
    )


def _claims(subject: Subject | PolicySubject, evidence: Evidence) -> list[Claim]:
    claims: list[Claim] = []
    try:
        claims.extend(_proved(subject, evidence))  # keeps those before an error
    except RemoteError as error:
        claims.append(failed(error))
    return claims


def _proved(subject: Subject | PolicySubject, evidence: Evidence) -> Iterator[Claim]:
    if isinstance(subject, PolicySubject):
        return subject.prove(evidence)
    return prover_of(subject.fact.kind)(subject, evidence)


def with_rulings(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts, those told apart whose disagreement with a file the facts have ruled on."""
    by_id = {verdict.fact.id: verdict for verdict in verdicts}
    rulings: dict[str, str] = {}
    for verdict in verdicts:
        if verdict.fact.overruled_by is None:
            continue
        believed = f"{verdict.fact.id.rpartition('/')[0]}/{verdict.fact.overruled_by}"
        rulings[verdict.fact.id] = believed
        if verdict.outcome is Outcome.CONFIRMED and believed in by_id:
            rulings[believed] = verdict.fact.id
    return tuple(replace(v, ruling=rulings.get(v.fact.id, "")) for v in verdicts)
