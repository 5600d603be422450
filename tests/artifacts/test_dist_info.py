"""Metadata files of a wheel, read as :mod:`email` reads them."""

from __future__ import annotations

import email
from pathlib import Path

import pytest

from planner.artifacts.dist_info import header_fields, record_rows
from planner.artifacts.limits import DEFAULT_LIMITS
from planner.artifacts.wheel import read_wheel
from tests.wheels.made import wheel_file

LICENCE = b"""Metadata-Version: 2.1
Name: made
License: MIT License
        \t
        Copyright (c) 2026
        \r
        Permission is hereby granted
Requires-Dist: numpy (>=1.25)
requires-dist: packaging;
    python_version < "3.13"

Requires-Dist: body
"""


def test_a_licence_with_empty_lines_does_not_end_the_header() -> None:
    fields = header_fields(LICENCE)
    assert fields["requires-dist"] == ["numpy (>=1.25)", 'packaging; python_version < "3.13"']
    assert fields["license"][0].startswith("MIT License Copyright (c) 2026")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_fields_are_those_of_email(end: bytes) -> None:
    data = LICENCE.replace(b"        \r\n", b"").replace(b"\n", end)
    theirs = email.message_from_bytes(data)
    ours = header_fields(data)
    assert set(ours) == {name.lower() for name in theirs}
    for name in ours:
        assert ours[name] == [" ".join(str(v).split()) for v in theirs.get_all(name, [])]


def test_a_line_that_goes_on_with_nothing() -> None:
    assert header_fields(b" lost\nName: made\n") == {"name": ["made"]}


def test_too_many_fields() -> None:
    with pytest.raises(ValueError, match="more than 3 fields"):
        header_fields(b"A: 1\n" * 4, DEFAULT_LIMITS._replace(names=3))


def test_a_row_with_far_too_many_columns_is_not_read() -> None:
    with pytest.raises(ValueError, match="more than three columns"):
        record_rows(b"," * 20_000, DEFAULT_LIMITS)


def test_a_path_with_commas() -> None:
    (row,) = record_rows(b'"a,b,c.py",sha256=x,3\n', DEFAULT_LIMITS)
    assert (row.path, row.algorithm, row.size) == ("a,b,c.py", "sha256", 3)


def test_the_hash_of_the_row_that_counts_is_computed(tmp_path: Path) -> None:
    """Of several rows for a path the last one is compared: no other algorithm is worked out."""
    more = [("a.py", f"{hash_}=x", "1") for hash_ in ("md5", "sha512", "blake2b", "sha1")]
    path = wheel_file(
        tmp_path, "made-1.0-py3-none-any.whl", {"a.py": b"1"}, rows=lambda rows: [*rows, *more]
    )
    (entry,) = (e for e in read_wheel(path).entries if e.path == "a.py")
    assert list(entry.digests) == ["sha256", "sha1"]
