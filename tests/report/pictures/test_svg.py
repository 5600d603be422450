from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree

import pytest

from planner.report.pictures.look import DARK, LIGHT, Theme
from planner.report.pictures.records import Mark, Node
from planner.report.pictures.svg import picture_svg
from tests.report.pictures.made import CONFLICT, HOSTILE, edge, node, picture, random_picture

SVG = "{http://www.w3.org/2000/svg}"


def _root(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def _groups(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [g for g in root.iter(f"{SVG}g") if g.attrib["class"].split()[0] == name]


def _says(group: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in group.iter(f"{SVG}text")]


def test_a_conflict() -> None:
    root = _root(picture_svg(CONFLICT))
    assert root.find(f"{SVG}title").text == "A title"  # type: ignore[union-attr]
    assert root.find(f"{SVG}desc").text == "What it shows."  # type: ignore[union-attr]
    ask, fact, clash = _groups(root, "node")
    assert {k: v for k, v in fact.attrib.items() if k != "role"} == {
        "id": "node-cuda-life-sm_70",
        "class": "node fact standing-documented",
        "data-id": "cuda/life-sm_70",
        "data-kind": "fact",
        "data-mark": "fact",
        "data-standing": "documented",
    }
    assert _says(ask) == ["YOU ASK", "gpu: sm_70"]
    assert _says(fact) == ["FACT · DOCUMENTED", "sm_70 was removed in 13.0"]
    assert ask.find(f"{SVG}title").text == "you ask: gpu: sm_70 (line 4)"  # type: ignore[union-attr]
    assert clash.find(f"{SVG}path[@class='sign']") is not None
    assert clash.find(f"{SVG}rect") is None
    asks, says = _groups(root, "edge")
    assert asks.attrib == {
        "class": "edge",
        "data-id": "ask--asks--clash",
        "data-source": "ask",
        "data-target": "clash",
        "data-kind": "asks",
    }
    assert (_says(asks), _says(says)) == (["asks"], [])
    assert says.attrib["class"] == "edge weak"


def test_every_mark_has_an_outline_and_its_own_look() -> None:
    marks = picture(*(node(mark, mark=mark) for mark in Mark))
    groups = _groups(_root(picture_svg(marks)), "node")
    looks = {
        (
            tuple(child.tag for child in group),
            tuple(child.attrib.get("rx") for child in group),
            tuple(child.attrib["d"] for child in group if child.attrib.get("class") == "sign"),
        )
        for group in groups
    }
    # Plain and focus differ in the width of their outline.
    assert len(looks) == len(Mark) - 1
    assert all(group.find("*[@class='outline']") is not None for group in groups)


def test_hostile_text_stays_text() -> None:
    bad = Node(id=HOSTILE, kind=HOSTILE, lines=(HOSTILE,), standing=HOSTILE, detail=HOSTILE)
    whole = picture(bad, node("b"), edges=(edge(HOSTILE, "b", HOSTILE, HOSTILE),))
    root = _root(picture_svg(whole, prefix="p-"))
    assert [element.tag for element in root.iter() if "script" in element.tag] == []
    shown = HOSTILE.replace("\n", " ").replace("\x1b", "\ufffd").replace("\u202e", "\ufffd")
    assert _groups(root, "node")[0].attrib["data-id"] == shown


def test_ids_are_unique_and_prefixed() -> None:
    whole = picture(node("gcc:<15"), node("gcc:>15"), node("gcc:=15"))
    root = _root(picture_svg(whole, prefix="one-"))
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert ids == [
        "one-title",
        "one-description",
        "one-head",
        "one-node-gcc-15",
        "one-node-gcc-15-2",
        "one-node-gcc-15-3",
    ]


def test_nothing_is_fetched_and_the_style_can_be_left_out() -> None:
    text = picture_svg(random_picture(3))
    assert set(re.findall(r"https?:[^\"<\s]*", text)) == {"http://www.w3.org/2000/svg"}
    assert set(re.findall(r"url\([^)]*\)", text)) <= {"url(#head)"}
    assert "<style>" in text
    assert "<style>" not in picture_svg(CONFLICT, with_style=False)


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: str, b: str) -> float:
    low, high = sorted((_luminance(a), _luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast(theme: Theme) -> None:
    """Text 7:1 (WCAG 1.4.6), lines and outlines 3:1 (1.4.11)."""
    assert set(theme.inks) == set(Mark)
    assert _contrast(theme.label, theme.paper) >= 7
    assert _contrast(theme.line, theme.paper) >= 3
    for ink in theme.inks.values():
        assert _contrast(ink.text, ink.ground) >= 7
        assert min(_contrast(ink.outline, ink.ground), _contrast(ink.outline, theme.paper)) >= 3


def test_the_same_picture_gives_the_same_bytes() -> None:
    for first, second in itertools.pairwise(picture_svg(random_picture(4)) for _ in range(2)):
        assert first == second
