"""The page docs/facts-standing.md: how well the facts are known, and every unconfirmed one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from planner.model.accelerators import Family
from planner.model.facts import FactBase
from planner.model.sources import Fact, Standing

POLICIES = "policies"
WHOLE = "all"
_SOURCES = {
    "measured": "inferred from vendor's files",
    "document": "inferred from documents",
    "secondary": "someone else's word only",
    "none": "no document at hand",
}
"""Why a fact without a note is unconfirmed, by the kind of its best source."""
_HEAD = """# How well the facts are known

<!-- Written by `MLPLAN_REFRESH=1 pytest tests/docs/test_standing_page.py`; do not edit. -->

What the four standings mean, and what counts as evidence, says [facts.md](facts.md#standing). A
plan names every unconfirmed fact that it rests on.
"""
_LIST = """## Unconfirmed facts

The id of a fact is the family, a dash, the release, a slash and the name: `{example}`. Under
releases, `a to b` stands for all in between in the family's order, and `all` for a fact about the
whole family (`{whole}`).
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """The unconfirmed facts of one name and kind; ``places`` are releases, in order."""

    name: str
    kind: str
    places: tuple[str, ...]
    facts: tuple[Fact, ...]

    @property
    def is_remark(self) -> bool:
        """Whether nothing is planned or judged by them."""
        return self.kind == "note" or (
            self.kind == "trait" and all(fact.text("name") != "stream" for fact in self.facts)
        )


def standing_page(facts: FactBase) -> str:
    """The whole page."""
    parts = [_HEAD, _shares(facts)]
    rows = {name: _rows(family) for name, family in facts.families.items()}
    first = next(row for group in rows.values() for row in group if row.places[0] != WHOLE)
    whole = next(row for group in rows.values() for row in group if row.places[0] == WHOLE)
    parts.append(_LIST.format(example=first.facts[0].id, whole=whole.facts[0].id))
    for name, family in facts.families.items():
        parts.append(f"### {name}\n")
        used = [row for row in rows[name] if not row.is_remark]
        remarks = [row for row in rows[name] if row.is_remark]
        parts.append(_table(used, family, facts))
        if remarks:
            parts.append("Traits and notes, by which nothing is planned or judged:\n")
            parts.append(_table(remarks, family, facts))
    parts.append(_policies(facts))
    return "\n".join(parts)


def unconfirmed(facts: FactBase) -> list[Fact]:
    """Every unconfirmed fact, in the order of the data."""
    return [fact for fact in facts.facts().values() if fact.standing is Standing.UNCONFIRMED]


def order_of(family: Family) -> tuple[list[str], list[str]]:
    """The minor releases of a family, and its full versions, in the family's order."""
    minors = list(family.minors)
    return minors, [version for minor in family.minors.values() for version in minor.releases]


def _shares(facts: FactBase) -> str:
    groups: dict[str, list[Fact]] = {name: [] for name in (*facts.families, POLICIES)}
    for fact in facts.facts().values():
        groups[_group(fact)].append(fact)
    groups["together"] = [fact for group in groups.values() for fact in group]
    lines = [f"| | facts | {' | '.join(Standing)} |", "|---|---|" + "---|" * len(Standing)]
    for name, group in groups.items():
        cells = []
        for standing in Standing:
            count = sum(fact.standing is standing for fact in group)
            cells.append(f"{count} ({count / len(group):.0%})".replace("%", " %"))
        lines.append(f"| {name} | {len(group)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _group(fact: Fact) -> str:
    parts = fact.file.split("/")
    return parts[1] if parts[0] == "matrices" else POLICIES


def _rows(family: Family) -> list[Row]:
    """The unconfirmed facts of a family by name and kind, in the order of their names."""
    found: dict[tuple[str, str], list[tuple[str, Fact]]] = {}
    for place, fact in _placed(family):
        if fact.standing is Standing.UNCONFIRMED:
            name = fact.id.partition("/")[2]
            found.setdefault((name, fact.kind), []).append((place, fact))
    return [
        Row(
            name=name,
            kind=kind,
            places=tuple(place for place, _ in group),
            facts=tuple(fact for _, fact in group),
        )
        for (name, kind), group in sorted(found.items())
    ]


def _placed(family: Family) -> Iterator[tuple[str, Fact]]:
    for fact in family.facts.values():
        yield WHOLE, fact
    for minor in family.minors.values():
        for fact in minor.facts.values():
            yield minor.minor, fact
    for minor in family.minors.values():
        for version, own in minor.releases.items():
            for fact in own.values():
                yield version, fact


def _table(rows: Sequence[Row], family: Family, facts: FactBase) -> str:
    lines = ["| Name | Kind | Releases | Why |", "|---|---|---|---|"]
    for row in rows:
        cells = (f"`{row.name}`", row.kind, _spans(row.places, family), _why(row.facts, facts))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _spans(places: Sequence[str], family: Family) -> str:
    """Releases in few words: three or more that follow one another become ``a to b``."""
    minors, versions = order_of(family)
    shown = [place for place in places if place == WHOLE]
    for order in (minors, versions):
        for run in _runs([place for place in places if place in order], order):
            shown += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else run
    return ", ".join(shown)


def _runs(places: Iterable[str], order: Sequence[str]) -> Iterator[list[str]]:
    run: list[str] = []
    for place in places:
        if run and order.index(place) != order.index(run[-1]) + 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _why(group: Sequence[Fact], facts: FactBase) -> str:
    """The note where all facts share one, else what their best sources are."""
    notes = {fact.note for fact in group}
    note = next(iter(notes))
    if len(notes) == 1 and note is not None:
        return note.rstrip(".").replace("|", "\\|")
    sources = facts.sources()
    kinds = {sources[id_].kind for fact in group for id_ in fact.sources}
    return _SOURCES[next(kind for kind in _SOURCES if kind in kinds)]


def _policies(facts: FactBase) -> str:
    found: dict[str, list[str]] = {}
    for fact in unconfirmed(facts):
        if _group(fact) == POLICIES:
            prefix, _, name = fact.id.partition("/")
            found.setdefault(prefix, []).append(f"`{name}`")
    lines = ["### policies", "", "The id is what stands in front, a slash and the name.", ""]
    lines += ["| Id | Names |", "|---|---|"]
    lines += [f"| `{prefix}/` | {', '.join(names)} |" for prefix, names in sorted(found.items())]
    return "\n".join(lines) + "\n"
