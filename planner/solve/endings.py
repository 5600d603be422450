"""What ends, and cautions about what a job rests on that ends soon after the release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.graph.index import Index
from planner.model.lifecycle import EndOfLife, year_after
from planner.plan.records import Caution
from planner.solve.day import Day
from planner.solve.rows import Environment, Interpreter, Tables


def known_ends(index: Index) -> tuple[EndOfLife, ...]:
    """The last days of support of distributions, interpreters and images that the facts know."""
    found = []
    for edge in index.of("ends"):
        fact = index.facts[edge.facts[0]]
        row = EndOfLife(
            of=fact.text("of"),
            id=fact.text("id"),
            what=fact.text("what"),
            date=fact.text("date"),
            overruled=False,
            fact=fact,
        )
        found.append(row)
    for name in index.named("image"):
        node = index.nodes[f"image:{name}"]
        if node.get("ended"):
            fact = index.facts[node["fact"]]
            row = EndOfLife(
                of="image",
                id=name,
                what="standard",
                date=node["ended"],
                overruled=False,
                fact=fact,
            )
            found.append(row)
    return tuple(found)


def ending_cautions(
    tables: Tables, env: Environment, pythons: Iterable[str], day: Day
) -> Iterator[Caution]:
    """One caution for the image, its base and each Python whose support ends within a year.

    A Python that is past its end is told, too; an image or base that is past it has a caution of
    its own. What has no known end gets none.
    """
    if _is_near(env.ended, day):
        data = {"image": env.image, "end": env.ended}
        yield Caution(rule="ending-image", data=data, facts=(env.facts["image"],))
    if _is_near(env.base_end, day):
        data = {"base": env.base, "image": env.image, "end": env.base_end}
        yield Caution(rule="ending-base", data=data, facts=(env.base_end_fact,))
    known = {row.tag: row for row in tables.interpreters.get(env.interpreters, ())}
    for tag in dict.fromkeys(tag.removeprefix("abi3-") for tag in pythons):
        yield from _python_cautions(known[tag], day)


def _python_cautions(python: Interpreter, day: Day) -> Iterator[Caution]:
    data = {"python": python.python, "tag": python.tag, "end": python.end}
    if python.end and python.end < day.iso:
        yield Caution(rule="ended-python", data=data, facts=(python.end_fact,))
    elif _is_near(python.end, day):
        yield Caution(rule="ending-python", data=data, facts=(python.end_fact,))


def _is_near(end: str, day: Day) -> bool:
    """Whether a last day of support lies within the year after a day."""
    return bool(end) and day.iso <= end <= year_after(day.iso)
