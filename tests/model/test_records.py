from __future__ import annotations

import pytest

from planner.errors import DataError, MlplanError, Problem, RequestError
from planner.model.platforms import ARCHITECTURES, LEGACY_TAGS, platform_tag
from planner.model.rules import WAIVERS, Rule
from planner.model.sources import Fact, Standing


def fact(**payload: object) -> Fact:
    return Fact(
        id="toy-1/x",
        kind="note",
        standing=Standing.MEASURED,
        sources=("toy:a",),
        read="2026-11-21",
        payload=payload,  # type: ignore[arg-type]
    )


def test_records_do_not_change() -> None:
    with pytest.raises(AttributeError):
        fact().id = "other"  # type: ignore[misc]


def test_payload_getters() -> None:
    row = fact(text="a", words=("a", "b"), flag=True, names={"x": "1"}, table={"r": {"c": "2"}})
    assert (row.text("text"), row.text("words"), row.text("no"), row.text("no", "d")) == (
        "a",
        "",
        "",
        "d",
    )
    assert (row.words("words"), row.words("text"), row.words("flag"), row.words("no")) == (
        ("a", "b"),
        ("a",),
        (),
        (),
    )
    assert (row.mapping("names"), row.mapping("text"), row.mapping("table")) == ({"x": "1"}, {}, {})
    assert (row.table("table"), row.table("text"), row.table("names")) == (
        {"r": {"c": "2"}},
        {},
        {"x": {}},
    )


def test_platform_tags() -> None:
    assert platform_tag("manylinux_2_28", "x86_64") == "manylinux_2_28_x86_64"
    assert LEGACY_TAGS["manylinux_2_17"] == "manylinux2014"
    assert len(set(ARCHITECTURES)) == len(ARCHITECTURES)


def test_waivers_lift_rules() -> None:
    assert set(WAIVERS) == {
        "ended-base",
        "ended-image",
        "alpha-image",
        "preview-release",
        "unsupported-compiler",
    }
    assert all(isinstance(rule, Rule) for rules in WAIVERS.values() for rule in rules)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem(message="bad"), "bad"),
        (Problem(message="bad", file="f"), "f: bad"),
        (Problem(message="bad", file="f", line=3), "f:3: bad"),
        (Problem(message="bad", path="a.b"), "a.b: bad"),
        (
            Problem(message="bad", file="f", line=3, path="a", found="x", allowed="y", nearest="z"),
            "f:3: a: bad\n  found:   x\n  allowed: y\n  did you mean: z",
        ),
    ],
)
def test_problems_in_words(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_errors_in_words() -> None:
    assert str(MlplanError("it broke")) == "it broke"
    assert str(MlplanError("it broke", hint="mend it")) == "it broke\n\nhint: mend it"
    two = DataError([Problem(message="a"), Problem(message="b")])
    assert str(two) == "a\nb"
    assert (MlplanError("x").exit_status, RequestError("x").exit_status) == (1, 3)
