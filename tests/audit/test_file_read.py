"""Claims by one file: sets are shown by what differs."""

from __future__ import annotations

import pytest

from planner.audit.claims import Outcome
from planner.audit.file_read import FileRead

READ = FileRead(release="1.0", file="x-1.0-py3-none-any.whl", member="x/data.json")


@pytest.mark.parametrize(
    ("stated", "found", "said", "told"),
    [
        ("", "", "none", "none"),
        ("b a", "a b", "a, b", "a, b"),
        ("a b", "a", "b", "no b"),
        ("a", "", "a", "no a"),
        ("a b", "a c", "b, no c", "c, no b"),
        (
            "a b c d e f g h i j",
            "z",
            "a, b, c, d, e, f, g, h and 3 more",
            "z, no a, no b, no c, no d, no e, no f, no g and 3 more",
        ),
    ],
)
def test_sets(stated: str, found: str, said: str, told: str) -> None:
    claim = READ.compared_sets("names", stated.split(), found.split())
    agree = set(stated.split()) == set(found.split())
    assert claim.outcome is (Outcome.CONFIRMED if agree else Outcome.CONTRADICTED)
    assert (claim.stated, claim.found) == (said, told)
    assert (claim.release, claim.file, claim.member) == (READ.release, READ.file, READ.member)


def test_long_lists_that_differ_late_are_not_taken_for_the_same() -> None:
    many = [f"n{number:02}" for number in range(30)]
    assert READ.compared_sets("names", many, [*many, "o"]).outcome is Outcome.CONTRADICTED
    assert READ.compared_sets("names", [*many, "o"], [*many, "p"]).found == "p, no o"
