"""What a rule says of a candidate.

A predicate returns None where the candidate is fine, and otherwise the facts that are against it
(an empty tuple where nothing but the request is). The search compiles predicates to bit masks, the
explanation asks them again; so both always agree.
"""

from __future__ import annotations

from collections.abc import Mapping

from planner.model.rules import Rule

Facts = tuple[str, ...]
Verdict = Facts | None

_REFUSE_TOGETHER = frozenset(
    {Rule.HOST_CXX_STANDARD, Rule.ASSEMBLER_FEATURE, Rule.COMPILER_FEATURE}
)
"""Rules whose facts are against a candidate together only (a need, and what does not meet it)."""


def unwaived(rule: Rule, verdict: Verdict, waived: Mapping[str, str]) -> Verdict:
    """A verdict without the facts that are waived; None where they alone refused."""
    if not verdict or not waived:
        return verdict
    left = tuple(fact for fact in verdict if fact not in waived)
    if len(left) == len(verdict):
        return verdict
    return None if rule in _REFUSE_TOGETHER else left or None
