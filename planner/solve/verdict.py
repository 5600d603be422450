"""What a rule says of a candidate.

A predicate returns None where the candidate is fine, and otherwise the facts that are against it
(an empty tuple where nothing but the request is). The search compiles predicates to bit masks, the
explanation asks them again; so both always agree.
"""

from __future__ import annotations

Facts = tuple[str, ...]
Verdict = Facts | None
