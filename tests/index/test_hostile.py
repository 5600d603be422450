"""Indexes and wheels that mean harm: a clear word, little memory, no traceback."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.audit import vendor as vendor_module
from planner.audit.vendor import Vendor
from planner.index.configuration import Indexes
from planner.index.errors import BrokenError, UnreachableError
from planner.index.listing import Listing
from planner.index.transport import Page, Transport
from tests.wheels.served import ServedIndex, served_index

NAME = "vendor-2.0-py3-none-any.whl"
JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[ServedIndex]:
    with served_index(tmp_path / "index") as index:
        yield index


def vendor(index: ServedIndex, cache: Path | None = None) -> Vendor:
    return Vendor(Indexes(urls=(index.url,)), cache)


def read(index: ServedIndex, member: str) -> bytes:
    with vendor(index).wheel("vendor", "2.0", "x86_64") as wheel:
        return wheel.read(member)


def test_a_page_that_nests_without_end(index: ServedIndex) -> None:
    index.pages["vendor"] = (200, JSON, b"[" * 100_000 + b"]" * 100_000)
    with pytest.raises(BrokenError, match="is no list: maximum recursion depth exceeded"):
        vendor(index).wheels("vendor")


@pytest.mark.parametrize("scheme", ["file:///", "ftp://127.0.0.1/", "javascript:", "data:,"])
def test_links_that_lead_elsewhere_are_not_followed(index: ServedIndex, scheme: str) -> None:
    link = f'<a href="{scheme}{NAME}">{NAME}</a>'
    index.pages["vendor"] = (200, "text/html", link.encode())
    with pytest.raises(UnreachableError, match="begins with neither https:// nor http://"):
        read(index, "x")


def test_a_safe_page_does_not_lead_to_an_unsafe_file(monkeypatch: pytest.MonkeyPatch) -> None:
    body = f'<a href="http://files.example/{NAME}">{NAME}</a>'.encode()
    page = Page(
        url="https://index.example/simple/vendor/",
        status=200,
        media_type="text/html",
        charset="utf-8",
        body=body,
    )
    transport = Transport()
    monkeypatch.setattr(transport, "page", lambda url: page)
    listing = Listing(Indexes(urls=("https://index.example/simple/",)), transport)
    with pytest.raises(BrokenError, match="leads from https to http"):
        listing.wheels("vendor")


def packed(method: int) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        archive.writestr("vendor/bomb", bytes(1_000_000))
    return data.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_that_has_no_limit_is_not_unpacked(index: ServedIndex, method: int) -> None:
    index.put(NAME, packed(method))
    with pytest.raises(BrokenError, match="vendor/bomb is packed by a method that is not read"):
        read(index, "vendor/bomb")


def test_a_directory_that_wants_another_reader(index: ServedIndex) -> None:
    data = bytearray(packed(zipfile.ZIP_DEFLATED))
    place = data.index(b"PK\x01\x02")
    data[place + 6 : place + 8] = struct.pack("<H", 78)  # version needed to extract
    index.put(NAME, bytes(data))
    with pytest.raises(BrokenError, match=r"no readable zip archive: zip file version 7\.8"):
        read(index, "vendor/bomb")


def test_a_directory_of_hundreds_of_megabytes_is_not_read(
    index: ServedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.index.remote_wheel._MOST_DIRECTORY", 70_000)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for number in range(2000):
            archive.writestr(f"vendor/{number:06}", b"")
    index.put(NAME, data.getvalue())
    with pytest.raises(BrokenError, match="118000 bytes would have to be read at once"):
        read(index, "vendor/000000")


def test_a_range_of_impossible_length(index: ServedIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    index.add(NAME, {"vendor/x": b"x"})
    said = (206, f"bytes 0-1/{'9' * 5000}", b"xx")
    monkeypatch.setattr(Transport, "range", lambda self, url, wanted, most: said)
    with pytest.raises(BrokenError, match="does not say which bytes it holds"):
        read(index, "vendor/x")


def test_damaged_parts_of_the_cache_are_fetched_again(index: ServedIndex, tmp_path: Path) -> None:
    index.add(NAME, {"vendor/x": b"right" * 10})
    kept = tmp_path / "kept"
    with vendor(index, kept).wheel("vendor", "2.0", "x86_64") as wheel:
        wheel.read("vendor/x")
    parts = [path for path in kept.rglob("*") if path.is_file()]
    assert parts
    for part in parts:
        part.write_bytes(bytes(255 - byte for byte in part.read_bytes()))
    with vendor(index, kept).wheel("vendor", "2.0", "x86_64") as wheel:
        assert wheel.read("vendor/x") == b"right" * 10


def test_a_part_that_cannot_be_kept_leaves_nothing_behind(
    index: ServedIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    index.add(NAME, {"vendor/x": b"x"})
    monkeypatch.setattr(Path, "write_bytes", full)
    with vendor(index, tmp_path / "kept").wheel("vendor", "2.0", "x86_64") as wheel:
        assert wheel.read("vendor/x") == b"x"
    assert [path for path in (tmp_path / "kept").rglob("*") if path.is_file()] == []


def test_wheels_are_let_go_where_they_take_much_memory(
    index: ServedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vendor_module, "_MOST_HELD", 1)
    index.add(NAME, {"vendor/x": b"x"})
    index.add("other-1.0-py3-none-any.whl", {"other/y": b"y"})
    found = vendor(index)
    assert not found.has_answered
    for _ in range(2):
        with found.wheel("vendor", "2.0", "x86_64") as wheel:
            assert wheel.read("vendor/x") == b"x"
        with found.wheel("other", "1.0", "x86_64") as wheel:
            assert wheel.read("other/y") == b"y"
    assert len(index.ranges(NAME)) == 2
    assert found.has_answered
