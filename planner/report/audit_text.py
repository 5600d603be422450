"""An audit for readers: what is wrong first, then counts by standing, then what is left open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from planner.audit.claims import Audit, Claim, Outcome, Verdict
from planner.model.sources import Standing
from planner.report.lines import labelled

_COLUMN = 9
_SHOWN_IDS = 6
_SHOWN_REASONS = 12
_MEANINGS = {
    Outcome.CONFIRMED: "the vendor's file says the same",
    Outcome.CONTRADICTED: "the vendor's file says something else",
    Outcome.OVERRULED: "the facts record the disagreement already",
    Outcome.UNREADABLE: "a file could not be read",
    Outcome.NOT_PROVABLE: "no file that can be read states it",
}


def audit_text(audit: Audit, *, width: int = 100, verbose: bool = False) -> str:
    """The whole report; it ends with a line break."""
    lines: list[str] = []
    for outcome in (Outcome.CONTRADICTED, Outcome.UNREADABLE):
        found = [verdict for verdict in audit.verdicts if verdict.outcome is outcome]
        if found:
            lines += _section(outcome, found, width)
    if verbose:
        lines += _all_facts(audit, width)
    lines += _counts(audit)
    lines += _promotable(audit, width, verbose=verbose)
    lines += _open_ends(audit, width, verbose=verbose)
    if audit.notices:
        lines += ["", "Not stated by any fact"]
        for notice in audit.notices:
            lines += labelled("-", notice, indent=2, width=width)
    return "\n".join(lines) + "\n"


def _section(outcome: Outcome, verdicts: list[Verdict], width: int) -> Iterator[str]:
    yield str(outcome).capitalize()
    for verdict in verdicts:
        yield from _verdict_lines(verdict, outcome, width)
    yield ""


def _verdict_lines(verdict: Verdict, outcome: Outcome, width: int) -> Iterator[str]:
    fact = verdict.fact
    yield f"  {fact.id}  {fact.standing}"
    yield from labelled("in", f"{fact.file}:{fact.line}", indent=4, width=width, column=_COLUMN)
    for claim, others in _folded(c for c in verdict.claims if c.outcome is outcome):
        yield from _claim_lines(claim, others, width)


def _folded(claims: Iterable[Claim]) -> Iterator[tuple[Claim, int]]:
    """Claims that say the same of several releases or architectures, told once and counted."""
    groups: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in claims:
        groups.setdefault((claim.stated, claim.found, claim.why), []).append(claim)
    for group in groups.values():
        yield group[0], len(group) - 1


def _claim_lines(claim: Claim, others: int, width: int) -> Iterator[str]:
    about = " ".join(word for word in (claim.about, claim.release) if word)
    if about:
        yield from labelled("of", about, indent=4, width=width, column=_COLUMN)
    if claim.why:
        yield from labelled("why", claim.why, indent=4, width=width, column=_COLUMN)
    else:
        yield from labelled("stated", claim.stated, indent=4, width=width, column=_COLUMN)
        yield from labelled("found", claim.found, indent=4, width=width, column=_COLUMN)
    for label, text in (("file", claim.file), ("member", claim.member)):
        if text:
            yield from labelled(label, text, indent=4, width=width, column=_COLUMN)
    if others:
        same = "the same in 1 more place" if others == 1 else f"the same in {others} more places"
        yield from labelled("", same, indent=4, width=width, column=_COLUMN)


def _counts(audit: Audit) -> Iterator[str]:
    """Facts by outcome and standing."""
    claims = sum(len(verdict.claims) for verdict in audit.verdicts)
    yield f"{audit.scope}: {len(audit.verdicts):,} facts, {claims:,} claims"
    heads = [*(str(standing) for standing in Standing), "all"]
    yield "  " + " ".join([" " * 13, *(head.rjust(11) for head in heads)]).rstrip()
    for outcome in Outcome:
        numbers = [audit.count(outcome, standing) for standing in Standing]
        numbers.append(audit.count(outcome))
        if numbers[-1] or outcome in (Outcome.CONFIRMED, Outcome.CONTRADICTED):
            cells = " ".join(f"{number:,}".rjust(11) for number in numbers)
            yield f"  {outcome:13} {cells}"
    yield ""
    for outcome in Outcome:
        if audit.count(outcome):
            yield f"  {outcome:13} {_MEANINGS[outcome]}"


def _promotable(audit: Audit, width: int, *, verbose: bool) -> Iterator[str]:
    """Facts that are better known than their standing says."""
    ids = [
        verdict.fact.id
        for verdict in audit.verdicts
        if verdict.outcome is Outcome.CONFIRMED and verdict.fact.standing is Standing.UNCONFIRMED
    ]
    if ids:
        yield ""
        yield "Unconfirmed facts that a vendor's file confirms: their standing can be raised"
        shown = ids if verbose else ids[:_SHOWN_IDS]
        more = f" and {len(ids) - len(shown)} more (-v)" if len(ids) > len(shown) else ""
        yield from labelled("-", ", ".join(shown) + more, indent=2, width=width)


def _open_ends(audit: Audit, width: int, *, verbose: bool) -> Iterator[str]:
    """Why facts could not be proved, the commonest reason first."""
    reasons: Counter[tuple[str, str]] = Counter()
    for verdict in audit.verdicts:
        if verdict.outcome is Outcome.NOT_PROVABLE:
            why = next((claim.why for claim in verdict.claims if claim.why), "nothing is stated")
            reasons[verdict.fact.kind, why] += 1
    if not reasons:
        return
    yield ""
    yield "Not provable"
    ordered = reasons.most_common()
    shown = ordered if verbose else ordered[:_SHOWN_REASONS]
    for (kind, why), number in shown:
        yield from labelled(f"{number:5,}", f"{kind}: {why}", indent=0, width=width, column=7)
    rest = sum(number for _, number in ordered[len(shown) :])
    if rest:
        yield f"{rest:5,}  for other reasons (-v)"


def _all_facts(audit: Audit, width: int) -> Iterator[str]:
    """Every fact with its outcome and the file that told."""
    for verdict in audit.verdicts:
        files = list(dict.fromkeys(claim.file for claim in verdict.claims if claim.file))
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        told = f"{verdict.fact.id}  {files[0]}{more}" if files else verdict.fact.id
        yield from labelled(f"{verdict.outcome:13}", told, indent=0, width=width, column=14)
    yield ""
