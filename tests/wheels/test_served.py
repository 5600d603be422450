"""The index of made wheels serves what it says, and spoils what it is told to spoil."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from planner.audit.vendor import Vendor
from planner.index.configuration import Indexes
from planner.index.errors import BrokenError, MissingError, RemoteError
from tests.wheels.served import Fault, ServedIndex, served_index

WHEEL = "some_vendor-1.0-py3-none-any.whl"
MEMBERS = {"some_vendor/data.json": b'{"a": 1}' * 40_000, "some_vendor/__init__.py": b""}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[ServedIndex]:
    with served_index(tmp_path) as index:
        index.add(WHEEL, MEMBERS, uploaded="2026-11-02")
        yield index


def read(index: ServedIndex) -> bytes:
    vendor = Vendor(Indexes(urls=(index.url,)))
    with vendor.wheel("some-vendor", "1.0", "x86_64") as wheel:
        return wheel.read("some_vendor/data.json")


@pytest.mark.parametrize("form", ["html", "json"])
def test_wheels_are_listed_and_read(index: ServedIndex, form: str) -> None:
    index.form = "json" if form == "json" else "html"
    (file,) = Vendor(Indexes(urls=(index.url,))).wheels("some-vendor")
    assert (file.name, str(file.version), file.uploaded) == (WHEEL, "1.0", "2026-11-02")
    assert file.sha256 == index.wheels[WHEEL].sha256()
    assert read(index) == MEMBERS["some_vendor/data.json"]
    assert index.ranges(WHEEL)[0] == "-65536"


def test_a_server_without_ranges_is_read_whole(index: ServedIndex) -> None:
    index.spoil(WHEEL, "no-ranges")
    assert read(index) == MEMBERS["some_vendor/data.json"]
    assert index.ranges(WHEEL) == ["-65536", ""]


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        (["gone"], MissingError),
        (["truncated"], BrokenError),
        (["damaged"], BrokenError),
        (["wrong-range"], BrokenError),
        (["no-ranges", "wrong-digest"], BrokenError),
    ],
)
def test_faults_are_seen(index: ServedIndex, faults: list[Fault], error: type[RemoteError]) -> None:
    index.spoil(WHEEL, *faults)
    with pytest.raises(error):
        read(index)


def test_pages_can_be_replaced(index: ServedIndex) -> None:
    index.pages["some-vendor"] = (200, "application/vnd.pypi.simple.v1+json", b"[]")
    with pytest.raises(BrokenError):
        read(index)
    with pytest.raises(MissingError):
        Vendor(Indexes(urls=(index.url,))).wheels("nobody")


def test_any_bytes_can_stand_for_a_wheel(index: ServedIndex) -> None:
    index.put("other-2.0-py3-none-any.whl", b"PK\x05\x06" + bytes(18))
    with Vendor(Indexes(urls=(index.url,))).wheel("other", "2.0", "x86_64") as wheel:
        assert wheel.names == ()
    with zipfile.ZipFile(BytesIO(index.wheels["other-2.0-py3-none-any.whl"].data())) as archive:
        assert archive.namelist() == []
