"""A harvest for readers: each release with what was read of it, what was not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.harvest.records import FATES, Fate, Harvest, HarvestedFact, HarvestedRelease, Unread
from planner.report.lines import labelled

_COLUMN = 10
_MOST_VERSIONS = 12
_TOLD = (Fate.CARRIED, Fate.UNPROVED)
"""Fates of which every fact is named."""


def harvest_text(
    harvest: Harvest, *, is_written: bool, width: int = 100, verbose: bool = False
) -> str:
    """The whole report; it ends with a line break."""
    lines: list[str] = []
    for release in harvest.releases:
        lines += [*_release(harvest.family, release, width, verbose=verbose), ""]
    parts = (
        _summary(harvest, width),
        _unread(harvest.unread, width),
        _passed(harvest, width),
        _files(harvest, is_written=is_written),
    )
    for part in parts:
        told = list(part)
        lines += [*told, ""] if told else []
    return "\n".join(lines).rstrip("\n") + "\n"


def _release(family: str, release: HarvestedRelease, width: int, *, verbose: bool) -> Iterator[str]:
    if not release.is_written:
        yield f"{family} {release.release}: not written"
        yield from labelled("why", release.why, indent=2, width=width, column=_COLUMN)
        yield from labelled("file", release.file, indent=2, width=width, column=_COLUMN)
        return
    yield f"{family} {release.release}: {release.file}, after {release.template}"
    for fate, meaning in FATES.items():
        facts = [fact for fact in release.facts if fact.fate is fate]
        if facts:
            yield f"  {len(facts):3} {meaning}"
            if verbose:
                yield from _facts(facts, width)
            else:
                yield from _shortly(facts, fate, width)


def _facts(facts: Iterable[HarvestedFact], width: int) -> Iterator[str]:
    for fact in facts:
        standing = f"  {fact.standing}" if fact.standing else ""
        yield f"      {fact.id}{standing}"
        if fact.evidence:
            yield from labelled("by", fact.evidence, indent=8, width=width, column=5)
        yield from _reason(fact, width)


def _reason(fact: HarvestedFact, width: int) -> list[str]:
    """Why a fact was not read, or what was not read of it."""
    label = "but" if fact.fate is Fate.READ else "why"
    return labelled(label, fact.why, indent=8, width=width, column=5) if fact.why else []


def _shortly(facts: list[HarvestedFact], fate: Fate, width: int) -> Iterator[str]:
    """The names of facts without a reason to tell, and those with one, each with it."""
    reasons = [fact for fact in facts if fact.why and fate is not Fate.LEFT_OUT]
    plain = [fact.id for fact in facts if fact not in reasons]
    if plain and fate in _TOLD:
        yield from labelled("", ", ".join(plain), indent=5, width=width)
    for fact in reasons:
        yield f"      {fact.id}"
        yield from _reason(fact, width)


def _summary(harvest: Harvest, width: int) -> Iterator[str]:
    if harvest.why:
        looked = (
            "new releases could not be looked for" if harvest.project else "no releases to find"
        )
        yield f"{harvest.family}: {looked}"
        yield from labelled("why", harvest.why, indent=2, width=width, column=_COLUMN)
    elif not harvest.releases:
        yield f"{harvest.family}: the facts have every release that {harvest.project} lists"


def _unread(unread: tuple[Unread, ...], width: int) -> Iterator[str]:
    """Wheels that could be read for a release by hand."""
    if not unread:
        return
    yield "Wheels on the index, built for its releases, of versions that no fact names"
    for one in unread:
        newer = f"newer than {one.read}: {_shown(one.newer)}" if one.newer else ""
        older = f"{len(one.older)} older than {one.read}" if one.older else ""
        told = "; ".join(part for part in (newer, older) if part) or "none"
        yield from labelled("-", f"{one.project}: {told}", indent=2, width=width)


def _shown(versions: tuple[str, ...]) -> str:
    more = f" and {len(versions) - _MOST_VERSIONS} more" if len(versions) > _MOST_VERSIONS else ""
    return ", ".join(versions[-_MOST_VERSIONS:]) + more


def _passed(harvest: Harvest, width: int) -> Iterator[str]:
    """Versions that were passed over, by reason."""
    reasons: dict[str, list[str]] = {}
    for one in harvest.passed:
        reasons.setdefault(one.why, []).append(one.version)
    if reasons:
        yield "Passed over"
    for why, versions in reasons.items():
        yield from labelled("-", f"{', '.join(versions)}: {why}", indent=2, width=width)


def _files(harvest: Harvest, *, is_written: bool) -> Iterator[str]:
    if not harvest.changes:
        return
    yield "Wrote" if is_written else "Would write"
    for change in harvest.changes:
        yield f"  {change.file}" + (" (new)" if change.before is None else "")
