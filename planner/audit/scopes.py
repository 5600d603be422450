"""What an audit may be asked for: a family, one of its releases, or a part of ``policies/``."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from planner.audit.evidence import Evidence
from planner.audit.policy_subjects import PolicySubject, policy_notices, policy_subjects
from planner.audit.subjects import Subject, subjects_of
from planner.errors import Problem, UsageError
from planner.model.facts import FactBase
from planner.model.nearest import nearest
from planner.model.vendor_files import POLICY_SCOPES

_HINT = "mlplan facts audit cuda 13.5"


def subjects(
    facts: FactBase, what: str | None, release: str | None = None
) -> list[Subject | PolicySubject]:
    """The facts to audit; all of them where nothing is named.

    :raises UsageError: for a name or release that the facts do not have.
    """
    if what is None:
        every: list[Subject | PolicySubject] = []
        for name in facts.families:
            every += subjects(facts, name)
        for name in POLICY_SCOPES:
            every += subjects(facts, name)
        return every
    if what in facts.families:
        return list(_of_family(facts, what, release))
    known = (*facts.families, *POLICY_SCOPES)
    if what not in POLICY_SCOPES:
        raise _unknown("nothing of this name can be audited", what, known)
    if release is not None:
        raise _unknown(f"{what} has no releases", release, facts.families)
    return list(policy_subjects(facts, what))


def notices(facts: FactBase, what: str | None) -> Callable[[Evidence], tuple[str, ...]]:
    """What asks the vendors' newest files for things that no fact states."""
    wanted = POLICY_SCOPES if what is None else [what] if what in POLICY_SCOPES else []

    def ask(evidence: Evidence) -> tuple[str, ...]:
        return tuple(text for name in wanted for text in policy_notices(facts, name, evidence))

    return ask


def _of_family(facts: FactBase, name: str, release: str | None) -> list[Subject]:
    family = facts.families[name]
    versions = [v for minor in family.minors.values() for v in minor.releases]
    if release is not None and release not in (*family.minors, *versions):
        raise _unknown(f"{name} has no such release", release, (*family.minors, *versions))
    return subjects_of(family, release)


def _unknown(message: str, found: str, known: Iterable[str]) -> UsageError:
    names = list(known)
    problem = Problem(
        message=message, found=found, allowed=", ".join(names), nearest=nearest(found, names)
    )
    return UsageError([problem], hint=_HINT)
