"""Wheels read in part: what is fetched, what is kept, and what is refused."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.audit.vendor import Vendor
from planner.index.configuration import Indexes
from planner.index.errors import BrokenError, MissingError, UnreachableError
from tests.wheels.served import ServedIndex, served_index

NAME = "vendor-2.0-py3-none-manylinux_2_28_x86_64.whl"
LARGE = random.Random(7).randbytes(900_000)
MEMBERS = {"vendor/lib/libbig.so.2": LARGE, "vendor/lib/small.txt": b"small", "vendor/last": b"end"}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[ServedIndex]:
    with served_index(tmp_path / "index") as index:
        index.add(NAME, MEMBERS, uploaded="2026-10-01")
        yield index


def vendor(index: ServedIndex, cache: Path | None = None) -> Vendor:
    return Vendor(Indexes(urls=(index.url,)), cache)


def test_a_head_fetches_a_part_only(index: ServedIndex) -> None:
    found = vendor(index)
    with found.wheel("vendor", "2.0", "x86_64") as wheel:
        head = wheel.head("vendor/lib/libbig.so.2", 50_000)
        assert head == LARGE[: len(head)]
        assert 49_000 < len(head) <= 50_000
        assert wheel.head("vendor/lib/small.txt") == b"small"
        assert wheel.matching("*/lib*.so.*") == ("vendor/lib/libbig.so.2",)
        assert (wheel.size("vendor/last"), wheel.read("vendor/last")) == (3, b"end")
    assert found.traffic.received < 300_000


def test_parts_are_kept_for_the_next_run(index: ServedIndex, tmp_path: Path) -> None:
    for _ in range(2):
        with vendor(index, tmp_path / "kept").wheel("vendor", "2.0", "x86_64") as wheel:
            assert wheel.read("vendor/lib/libbig.so.2") == LARGE
    first_run = index.ranges(NAME)
    assert len(first_run) == len(set(first_run))
    third = vendor(index, tmp_path / "kept")
    with third.wheel("vendor", "2.0", "x86_64") as wheel:
        assert wheel.read("vendor/lib/libbig.so.2") == LARGE
    assert index.ranges(NAME) == first_run
    assert third.traffic.cached > len(LARGE)


def test_kept_parts_of_another_length_are_fetched_again(index: ServedIndex, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with vendor(index, kept).wheel("vendor", "2.0", "x86_64") as wheel:
        wheel.read("vendor/lib/libbig.so.2")
    for part in kept.rglob("*-*"):
        part.write_bytes(b"cut")
    with vendor(index, kept).wheel("vendor", "2.0", "x86_64") as wheel:
        assert wheel.read("vendor/lib/libbig.so.2") == LARGE


def test_a_cache_that_cannot_be_written_is_no_error(index: ServedIndex, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with vendor(index, in_the_way).wheel("vendor", "2.0", "x86_64") as wheel:
        assert wheel.read("vendor/last") == b"end"


def test_members_larger_than_asked_for_are_refused(index: ServedIndex) -> None:
    with vendor(index).wheel("vendor", "2.0", "x86_64") as wheel:
        with pytest.raises(BrokenError, match="larger than the 100 bytes"):
            wheel.read("vendor/lib/libbig.so.2", 100)
        with pytest.raises(MissingError, match="has no member vendor/none"):
            wheel.read("vendor/none")


def test_the_wheel_of_an_architecture_and_of_tags_is_found(index: ServedIndex) -> None:
    both = "vendor-2.0-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"
    index.add(both, MEMBERS, uploaded="2026-09-01")
    index.add("vendor-2.0-py3-none-win_amd64.whl", MEMBERS)
    found = vendor(index)
    assert found.file("vendor", "2.0", "x86_64").name == NAME
    tags = ("manylinux2014_x86_64", "manylinux_2_17_x86_64")
    assert found.file("vendor", "2.0", "x86_64", tags).name == both
    with pytest.raises(MissingError, match="has no wheel for aarch64"):
        found.file("vendor", "2.0", "aarch64")
    with pytest.raises(MissingError, match="has no wheel on the index"):
        found.file("vendor", "3.0", "x86_64")
    with pytest.raises(MissingError, match="is no version"):
        found.file("vendor", "newest", "x86_64")


def test_projects_that_are_not_there(index: ServedIndex) -> None:
    with pytest.raises(MissingError, match="no index has a project other"):
        vendor(index).wheels("other")


def test_pages_that_are_none(index: ServedIndex) -> None:
    index.pages["json"] = (200, "application/vnd.pypi.simple.v1+json", b"{]")
    index.pages["list"] = (200, "application/vnd.pypi.simple.v1+json", b"[1]")
    index.pages["down"] = (503, "text/plain", b"")
    index.pages["moved"] = (418, "text/plain", b"")
    for project in ("json", "list"):
        with pytest.raises(BrokenError, match="is no list"):
            vendor(index).wheels(project)
    with pytest.raises(UnreachableError, match="answers 418"):
        vendor(index).wheels("moved")


def test_an_index_that_does_not_answer(index: ServedIndex) -> None:
    gone = Vendor(Indexes(urls=("http://127.0.0.1:9/simple/",)))
    with pytest.raises(UnreachableError, match="cannot be reached"):
        gone.wheels("vendor")


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + bytes(18), b"no zip" * 30])
def test_files_that_are_no_wheels(index: ServedIndex, data: bytes) -> None:
    index.put("vendor-9.0-py3-none-any.whl", data)
    with (
        pytest.raises((BrokenError, MissingError)),
        vendor(index).wheel("vendor", "9.0", "x86_64") as wheel,
    ):
        wheel.read("vendor/last")
