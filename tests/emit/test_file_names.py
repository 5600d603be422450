from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest

from planner.emit.file_names import file_names


@pytest.mark.parametrize("name", ["cu13-cuda13.5.0-x86_64", "a_b+c.d", "linux-64"])
def test_plain_names_stay(name: str) -> None:
    assert file_names([name]) == {name: name}


@pytest.mark.parametrize(
    "name",
    ["../../x", "/etc/x", ".", "..", "", "-rf", "a b", "a\nb", "a/b", "\ud800", "é", "x" * 300],
)
def test_other_names_become_one_safe_part(name: str) -> None:
    found = file_names([name])[name]
    assert re.fullmatch(r"[A-Za-z0-9_+][A-Za-z0-9._+-]{0,120}", found)
    assert PurePosixPath(found).parts == (found,)


def test_no_two_are_the_same() -> None:
    names = ["a b", "a-b", "a/b", "a\nb", "../a-b"]
    assert len(set(file_names(names).values())) == len(names)
