"""Reports of plans for tests, and what an HTML reader makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from html.parser import HTMLParser

from planner.cli.report import surroundings_of
from planner.load.wheel_facts import load_wheel_facts
from planner.model.gpus import GpuFacts
from planner.model.wheel_facts import MachineFacts
from planner.plan.locked import LockedPlan
from planner.report.html.inputs import PageInputs, Surroundings
from planner.report.html.page import report_html
from planner.verifier.judge import Report
from tests.plan.locks import ROOT, tables_of

VOID = frozenset({"meta", "br", "input", "link", "img", "hr"})
VERSION = "2026.11.21"


@cache
def around() -> Surroundings:
    """What the real facts say around a plan."""
    return surroundings_of(tables_of(ROOT), load_wheel_facts(ROOT))


@cache
def nothing_around() -> Surroundings:
    """As if nothing were known of ends, distributions and GPUs: a small page."""
    hosts = around().gpus.hosts
    gpus = around().gpus._replace(machines=MachineFacts(lambda: (GpuFacts(), hosts)))
    return replace(around(), distributions={}, promised={}, ends=(), facts={}, gpus=gpus)


def inputs_of(
    plan: LockedPlan, verified: Report | None = None, known: Surroundings | None = None
) -> PageInputs:
    """The inputs of a page that tells a plan with the real facts, or with others."""
    return PageInputs(
        plan=plan,
        lock="mlplan.lock",
        facts_version=VERSION,
        around=known or around(),
        verified=verified,
    )


def page_of(plan: LockedPlan, verified: Report | None = None) -> str:
    """The page of a plan."""
    return report_html(inputs_of(plan, verified))


def small_page_of(plan: LockedPlan, verified: Report | None = None) -> str:
    """The page of a plan, without what is known around it."""
    return report_html(inputs_of(plan, verified, nothing_around()))


@dataclass(slots=True)
class Element:
    """An element with its attributes, what is in it, and where it is."""

    tag: str
    attributes: dict[str, str | None]
    parent: Element | None
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words in it, spaces folded."""
        return " ".join("".join(self.pieces).split())

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """The elements in it with a tag and attributes (``class_`` for class), in order."""
        wanted = {name.rstrip("_").replace("_", "-"): v for name, v in attributes.items()}
        found = []
        for child in self.children:
            fits = all(
                value in (child.attributes.get(n) or "").split() for n, value in wanted.items()
            )
            if (not tag or child.tag == tag) and fits:
                found.append(child)
            found += child.all(tag, **attributes)
        return found

    def one(self, tag: str = "", **attributes: str) -> Element:
        """The only such element."""
        (found,) = self.all(tag, **attributes)
        return found


class _Reader(HTMLParser):
    """Builds the tree; a tag that closes another than the open one is an error."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {}, None)
        self.open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} has an attribute twice: {names}"
        element = Element(tag, dict(attrs), self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.tag == tag, f"</{tag}> closes <{self.open.tag}>"
        assert self.open.parent is not None
        self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        element: Element | None = self.open
        while element is not None:
            element.pieces.append(data)
            element = element.parent


def read(page: str) -> Element:
    """The elements of a page; an unbalanced one fails."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.open is reader.root, f"<{reader.open.tag}> is never closed"
    return reader.root


def section(page: str, id_: str) -> Element:
    """A part of a page by its id."""
    return read(page).one("section", id=id_)


def table_rows(element: Element) -> list[list[str]]:
    """The cells of the rows of a table's bodies, as text."""
    bodies = element.all("tbody")
    return [[cell.text for cell in row.children] for body in bodies for row in body.all("tr")]
