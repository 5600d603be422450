"""docs/facts-standing.md is what the facts give today, and leaves no unconfirmed fact out."""

from __future__ import annotations

import re

from planner.model.facts import FactBase
from tests.docs.fenced_blocks import REFRESH, ROOT
from tests.docs.standing_page import order_of, standing_page, unconfirmed

PAGE = ROOT / "docs" / "facts-standing.md"


def _written() -> str:
    return PAGE.read_text(encoding="utf-8")


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def _releases(spans: str, facts: FactBase, family: str) -> list[str]:
    """The releases that a cell of the page stands for; '' for the whole family."""
    found = []
    for span in spans.split(", "):
        first, _, last = span.partition(" to ")
        if span == "all":
            found.append("")
        elif not last:
            found.append(span)
        else:
            (order,) = [o for o in order_of(facts.families[family]) if first in o and last in o]
            found += order[order.index(first) : order.index(last) + 1]
    return found


def _listed(facts: FactBase) -> list[str]:
    """The ids of the page, read from its tables as a reader would."""
    ids, heading = [], ""
    for line in _written().splitlines():
        if line.startswith("### "):
            heading = line.removeprefix("### ")
        elif heading and line.startswith("| `"):
            name, *cells = _cells(line)
            if heading == "policies":
                ids += [name.strip("`") + each.strip("`") for each in cells[0].split(", ")]
                continue
            for release in _releases(cells[1], facts, heading):
                place = f"{heading}-{release}" if release else heading
                ids.append(f"{place}/{name.strip('`')}")
    return ids


def test_page_is_up_to_date(facts: FactBase) -> None:
    wanted = standing_page(facts)
    if REFRESH:
        PAGE.write_text(wanted, encoding="utf-8")
    assert _written() == wanted


def test_page_lists_every_unconfirmed_fact_once(facts: FactBase) -> None:
    assert sorted(_listed(facts)) == sorted(fact.id for fact in unconfirmed(facts))


def test_shares_add_up(facts: FactBase) -> None:
    rows = [_cells(line) for line in _written().splitlines() if re.match(r"\| \w+ \| \d", line)]
    counts = {row[0]: [int(cell.split()[0]) for cell in row[1:]] for row in rows}
    total = counts.pop("together")
    assert list(counts) == [*facts.families, "policies"]
    assert [sum(column) for column in zip(*counts.values(), strict=True)] == total
    assert total[0] == sum(total[1:]) == len(facts.facts())
