"""Archives made to deceive, each with the finding that it must give."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.artifacts.limits import Limits
from planner.verifier.judge import Verdict
from tests.artifacts.hostile.elves import library
from tests.artifacts.hostile.harness import judged_bytes, rules
from tests.artifacts.hostile.zips import (
    INFO,
    METADATA,
    WHEEL,
    Part,
    archive,
    deflated,
    record_of,
    wheel,
    wheel_parts,
    zip64_end,
    zip64_extra,
)

PY = b"made/x.py"
CODE = b"x = 1\n" * 50


def _with(name: bytes, data: bytes = CODE, **options: object) -> bytes:
    return wheel(Part(name, data, **options))  # type: ignore[arg-type]


def _meta(*parts: Part) -> bytes:
    """An archive with no more metadata than these parts have."""
    return archive([Part(PY, CODE), *parts])


_DEPENDS = b"Name: made\nVersion: 1.0\nRequires-Dist: %s\n"
_METADATA = Part(f"{INFO}/METADATA".encode(), METADATA)
_WHEEL = Part(f"{INFO}/WHEEL".encode(), WHEEL)
_RECORD = Part(f"{INFO}/RECORD".encode(), record_of([Part(PY, CODE), _METADATA, _WHEEL]))


def _overlapping() -> bytes:
    """Two rows that point to one local header."""
    parts = wheel_parts(Part(PY, CODE), Part(b"made/y.py", CODE, central={"offset": 0}))
    return archive(parts)


def _nested_bomb() -> bytes:
    """A member whose bytes hold the local header of the next one, as in overlapping bombs."""
    inner = Part(b"made/y.py", CODE)
    data = archive([inner])[: 30 + len(inner.name) + len(CODE)]
    outer = Part(PY, data)
    return wheel(outer, Part(b"made/y.py", CODE, central={"offset": 30 + len(PY)}))


def _small_bombs() -> bytes:
    """Members too small to be a bomb each: 16 MB of zeros, sixty times."""
    zeros = bytes(16_000_000)
    packed, crc = deflated(zeros), zlib.crc32(zeros)
    told = {"size": len(zeros), "crc": crc}
    names = (b"made/%d.bin" % number for number in range(60))
    return wheel(*(Part(n, packed=packed, method=8, local=told, central=told) for n in names))


def _two_ends(layout: str, place: int, value: int) -> bytes:
    """An archive whose end record (``place`` from its start) or ZIP64 locator says otherwise."""
    data = bytearray(zip64_end(wheel(Part(PY, CODE))))
    struct.pack_into(layout, data, len(data) - 22 + place, value)
    return bytes(data)


def _eocd_in_comment() -> bytes:
    fake = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0, 0, 0, 0, 0)
    return wheel(Part(PY, CODE), comment=b"hello" + fake)


def _lying_record(text: bytes) -> bytes:
    return archive([Part(PY, CODE), _METADATA, _WHEEL, Part(f"{INFO}/RECORD".encode(), text)])


def _record_with(claim: str) -> bytes:
    rows = record_of([_METADATA, _WHEEL], f"made/x.py,{claim},{len(CODE)}\n")
    return _lying_record(rows)


CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty file": (lambda: b"", "not-a-zip"),
    "text": (lambda: b"not a wheel\n" * 100, "not-a-zip"),
    "end record only": (lambda: archive([]), "no-metadata"),
    "encrypted": (lambda: _with(PY, flags=1), "encrypted"),
    "strongly encrypted": (lambda: _with(PY, flags=0x41), "encrypted"),
    "bzip2": (lambda: _with(PY, method=12), "compression"),
    "lzma": (lambda: _with(PY, method=14), "compression"),
    "zstd": (lambda: _with(PY, method=93), "compression"),
    "deflate64": (lambda: _with(PY, method=9), "compression"),
    "reserved block": (lambda: _with(PY, method=8, packed=b"\7" * 40), "bad-data"),
    "deflate cut short": (
        lambda: _with(PY, method=8, packed=zlib.compress(CODE, 9)[2:-10]),
        "bad-data",
    ),
    "wrong checksum": (lambda: _with(PY, local={"crc": 1}, central={"crc": 1}), "bad-crc"),
    "holds more than it says": (
        lambda: _with(PY, method=8, local={"size": 10}, central={"size": 10}),
        "size-differs",
    ),
    "holds less than it says": (
        lambda: _with(PY, method=8, local={"size": 999}, central={"size": 999}),
        "size-differs",
    ),
    "symbolic link": (lambda: _with(b"made/link", b"/etc/passwd", mode=0o120777), "symlink"),
    "absolute": (lambda: _with(b"/etc/cron.d/x"), "unsafe-name"),
    "parent": (lambda: _with(b"made/../../x.py"), "unsafe-name"),
    "parent behind backslashes": (lambda: _with(b"made\\..\\..\\x.py"), "unsafe-name"),
    "drive": (lambda: _with(b"C:/x.py"), "unsafe-name"),
    "network path": (lambda: _with(b"\\\\host\\x.py"), "unsafe-name"),
    "backslash": (lambda: _with(b"made\\x.py"), "odd-name"),
    "NUL": (lambda: _with(b"made/x.py\0.txt"), "odd-name"),
    "control character": (lambda: _with(b"made/\x1b[2Jx.py"), "odd-name"),
    "line feed": (lambda: _with(b"made/x\n.py"), "odd-name"),
    "right to left": (
        lambda: _with("made/x\u202eyp.exe".encode(), flags=0x800),
        "odd-name",
    ),
    "no width": (lambda: _with("made/x\u200b.py".encode(), flags=0x800), "odd-name"),
    "empty name": (lambda: _with(b""), "odd-name"),
    "not UTF-8": (lambda: _with(b"made/\xff\xfe.py", flags=0x800), "not-a-zip"),
    "duplicate": (
        lambda: wheel(Part(PY, CODE), Part(PY, b"import evil\n")),
        "duplicate-entry",
    ),
    "the same file by another path": (
        lambda: wheel(Part(PY, CODE), Part(b"made/./x.py", b"import evil\n")),
        "duplicate-entry",
    ),
    "the same file by two slashes": (
        lambda: wheel(Part(PY, CODE), Part(b"made//x.py", b"import evil\n")),
        "duplicate-entry",
    ),
    "a file and a folder": (
        lambda: wheel(Part(b"made/c", CODE), Part(b"made/c/", b"")),
        "duplicate-entry",
    ),
    "a path with a dot": (lambda: _with(b"made/./x.py"), "odd-name"),
    "data behind the packed data": (
        lambda: _with(PY, method=8, packed=deflated(CODE) + b"hidden"),
        "trailing-data",
    ),
    "many bombs, each small": (_small_bombs, "ratio"),
    "ZIP64 end with another count": (lambda: _two_ends("<H", 10, 1), "not-a-zip"),
    "ZIP64 end with another directory": (lambda: _two_ends("<I", 16, 0), "not-a-zip"),
    "ZIP64 locator that points elsewhere": (lambda: _two_ends("<Q", -12, 0), "not-a-zip"),
    "differs in case": (lambda: wheel(Part(PY, CODE), Part(b"made/X.py", CODE)), "odd-name"),
    "nested wheel": (lambda: _with(b"made/other-1-py3-none-any.whl"), "nested-wheel"),
    "overlap": (_overlapping, "overlap"),
    "nested bomb": (_nested_bomb, "overlap"),
    "trailing data": (lambda: _with(PY) + b"MZ" * 100, "trailing-data"),
    "data in front": (lambda: wheel(Part(PY, CODE), front=b"#!/bin/sh\n" * 9), "trailing-data"),
    "data between members": (
        lambda: wheel(Part(PY, CODE, behind=b"hidden" * 30), Part(b"made/y.py")),
        "trailing-data",
    ),
    "count of entries lies": (lambda: wheel(Part(PY, CODE), end={"all": 2}), "headers-differ"),
    "directory longer than it is": (
        lambda: wheel(Part(PY, CODE), end={"size": 10_000}),
        "not-a-zip",
    ),
    "directory shorter than it is": (lambda: wheel(Part(PY), end={"size": 60}), "not-a-zip"),
    "directory of 4 GiB": (lambda: wheel(Part(PY), end={"size": 2**32 - 1}), "not-a-zip"),
    "directory behind the end": (
        lambda: wheel(Part(PY), end={"offset": 2**32 - 2}),
        "not-a-zip",
    ),
    "end in the comment": (_eocd_in_comment, "headers-differ"),
    "two disks": (lambda: wheel(Part(PY), end={"disk": 1}), "not-a-zip"),
    "other name in local header": (lambda: _with(PY, local={"name": b"y.py"}), "headers-differ"),
    "other size in local header": (lambda: _with(PY, local={"size": 7}), "headers-differ"),
    "other method in local header": (lambda: _with(PY, local={"method": 8}), "headers-differ"),
    "other name in an extra field": (
        lambda: _with(PY, extra=struct.pack("<HHBI", 0x7075, 11, 1, 0) + b"evil.py"[:6]),
        "headers-differ",
    ),
    "offset behind the end": (lambda: _with(PY, central={"offset": 2**31}), "truncated"),
    "ZIP64 offset of 2**64": (
        lambda: _with(
            PY, central={"offset": 2**32 - 1, "extra": zip64_extra(2**64 - 1)}
        ),
        "truncated",
    ),
    "ZIP64 sizes of 2**64": (
        lambda: _with(
            PY,
            central={
                "size": 2**32 - 1,
                "packed": 2**32 - 1,
                "extra": zip64_extra(2**64 - 1, 2**64 - 1),
            },
        ),
        "too-large",
    ),
    "ZIP64 field too short": (
        lambda: _with(PY, central={"size": 2**32 - 1, "extra": zip64_extra()}),
        "not-a-zip",
    ),
    "extra field too long": (
        lambda: _with(PY, central={"extra": struct.pack("<HH", 1, 999)}),
        "not-a-zip",
    ),
    "8 GiB from nothing": (
        lambda: _with(PY, method=8, central={"size": 2**32 - 2}, local={"size": 2**32 - 2}),
        "ratio",
    ),
    "no .dist-info": (lambda: archive([Part(PY, CODE)]), "no-metadata"),
    "two .dist-info": (
        lambda: wheel(Part(b"other-2.dist-info/METADATA", METADATA)),
        "bad-metadata",
    ),
    "no WHEEL": (lambda: _meta(_METADATA, _RECORD), "bad-metadata"),
    "no METADATA": (lambda: _meta(_WHEEL, _RECORD), "bad-metadata"),
    "no RECORD": (lambda: _meta(_METADATA, _WHEEL), "record-missing"),
    "METADATA of 50 MB": (
        lambda: _meta(
            _WHEEL,
            Part(f"{INFO}/METADATA".encode(), b"Name: " + b"x" * 50_000_000, method=0),
        ),
        "bad-metadata",
    ),
    "METADATA with 200,000 fields and no name": (
        lambda: _meta(_WHEEL, Part(f"{INFO}/METADATA".encode(), b"Requires-Dist: x\n" * 200_000)),
        "bad-metadata",
    ),
    "METADATA with a dependency of 5,000 digits": (
        lambda: _meta(
            _WHEEL, Part(f"{INFO}/METADATA".encode(), _DEPENDS % (b"x==" + b"9" * 5_000))
        ),
        "bad-metadata",
    ),
    "METADATA with 6,000 dependencies": (
        lambda: _meta(_WHEEL, Part(f"{INFO}/METADATA".encode(), _DEPENDS % b"x" * 6_000)),
        "bad-metadata",
    ),
    "WHEEL with a cube of tags": (
        lambda: _meta(
            _METADATA,
            Part(f"{INFO}/WHEEL".encode(), b"Tag: " + b"-".join([b"a.b.c" * 2000] * 3) + b"\n"),
        ),
        "bad-metadata",
    ),
    "RECORD is no UTF-8": (lambda: _lying_record(b"\xff\xfe,,\n"), "bad-metadata"),
    "RECORD with a field of 1 MB": (
        lambda: _lying_record(b"x" * 1_000_000 + b",,\n"),
        "bad-metadata",
    ),
    "RECORD with an open quote": (
        lambda: _lying_record(b'"made/x.py,,\n'),
        "record-file-without-row",
    ),
    "RECORD row without file": (
        lambda: wheel(Part(PY), rows="y.py,,\n"),
        "record-row-without-file",
    ),
    "RECORD with a row of a million cells": (
        lambda: _lying_record(b"a" + b"," * 1_000_000 + b"\n"),
        "bad-metadata",
    ),
    "RECORD with a million rows": (lambda: _lying_record(b"a,,\n" * 1_000_000), "bad-metadata"),
    "RECORD with an unknown hash": (lambda: _record_with("rot13=abc"), "record-unknown-hash"),
    "RECORD with shake": (lambda: _record_with("shake_128=abc"), "record-unknown-hash"),
    "RECORD with a wrong hash": (lambda: _record_with("sha256=abc"), "record-hash"),
    "RECORD without hash": (lambda: _record_with(""), "record-no-hash"),
}  # fmt: skip


WARNINGS = frozenset(
    {"odd-name", "symlink", "nested-wheel", "trailing-data", "record-unknown-hash"}
)


@pytest.mark.parametrize("case", CASES)
def test_case_has_its_finding(case: str, tmp_path: Path) -> None:
    make, wanted = CASES[case]
    found = judged_bytes(tmp_path, make())
    assert wanted in rules(found), rules(found)
    assert found.verdict is not Verdict.PASS or wanted in WARNINGS


def _large_parts() -> list[Part]:
    full = 2**32 - 1
    return [
        Part(
            part.name,
            part.data,
            local={"packed": full, "size": full},
            central={"packed": full, "size": full, "offset": full},
            extra=zip64_extra(len(part.data), len(part.data)),
        )
        for part in wheel_parts(Part(PY, CODE), Part(b"made/_C.so", library()))
    ]


def _valid_zip64() -> bytes:
    """Every number of every row in a ZIP64 field."""
    parts, offset = _large_parts(), 0
    for part in parts:
        sizes = [len(part.data), len(part.data)]
        part.central["extra"] = zip64_extra(*sizes, offset)
        offset += 30 + len(part.name) + len(part.extra) + len(part.data)
    return zip64_end(archive(parts))


SOUND: dict[str, Callable[[], bytes]] = {
    "stored": lambda: wheel(Part(PY, CODE)),
    "deflated": lambda: wheel(Part(PY, CODE, method=8)),
    "comment": lambda: wheel(Part(PY, CODE), comment=b"x" * 65_535),
    "ZIP64": _valid_zip64,
    "data descriptors": lambda: wheel(
        Part(PY, CODE, 8, flags=8, local={"crc": 0, "packed": 0, "size": 0}, behind=bytes(16))
    ),
    "ZIP64 data descriptors": lambda: wheel(
        Part(PY, CODE, 8, flags=8, local={"crc": 0, "packed": 0, "size": 0}, behind=bytes(24))
    ),
    "folders": lambda: wheel(Part(b"made/"), Part(PY, CODE)),
    "umlauts": lambda: wheel(Part("made/ü.py".encode(), CODE, flags=0x800)),
    "empty member, deflated": lambda: wheel(Part(PY, b"", method=8)),
}


@pytest.mark.parametrize("case", SOUND)
def test_sound_archives_have_no_finding_of_their_own(case: str, tmp_path: Path) -> None:
    found = judged_bytes(tmp_path, SOUND[case]())
    told = [f for f in found.findings if f.id.startswith("MLP-W")]
    assert told == []


def test_zip_bomb_of_three_gigabytes(tmp_path: Path) -> None:
    packed = _packed_zeros(3 << 30)
    sizes = {"size": 3 << 30}
    data = wheel(Part(PY, b"", 8, packed=packed, local=dict(sizes), central=dict(sizes)))
    assert len(data) < 4 << 20
    assert "ratio" in rules(judged_bytes(tmp_path, data))


@pytest.mark.parametrize("said", [100, 60 << 20])
def test_zip_bomb_that_lies_about_its_size(said: int, tmp_path: Path) -> None:
    packed = _packed_zeros(3 << 30)
    sizes = {"size": said}
    data = wheel(Part(PY, b"", 8, packed=packed, local=dict(sizes), central=dict(sizes)))
    found = judged_bytes(tmp_path, data)
    assert "size-differs" in rules(found)


def _packed_zeros(size: int) -> bytes:
    """So many zeros, deflated; the same blocks again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    step = 1 << 24
    first = packer.compress(bytes(step)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(step)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (size // step - 1) + packer.flush()


def test_archive_with_too_many_entries(tmp_path: Path) -> None:
    data = archive([Part(b"")])
    row = data[data.index(b"PK\1\2") : -22]
    start = data.index(row)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0, 0, len(row) * 201_000, start, 0)
    found = judged_bytes(tmp_path, data[:start] + row * 201_000 + end)
    assert rules(found) >= {"too-many-entries"}
    assert found.verdict is Verdict.UNREADABLE


@pytest.mark.parametrize("in_memory", [10, 1 << 20])
def test_data_behind_the_packed_data(tmp_path: Path, in_memory: int) -> None:
    data = _with(PY, method=8, packed=deflated(CODE) + b"hidden" * 100_000)
    found = judged_bytes(tmp_path, data, Limits(in_memory=in_memory))
    (told,) = (f for f in found.findings if f.rule.value == "trailing-data")
    assert (told.member, told.message) == (PY.decode(), "600000 bytes follow its packed data")


def test_limits_can_be_raised_and_lowered(tmp_path: Path) -> None:
    data = wheel(Part(PY, CODE))
    assert "too-many-entries" in rules(judged_bytes(tmp_path, data, Limits(entries=3)))
    assert "too-many-entries" in rules(judged_bytes(tmp_path, data, Limits(directory=50)))
    assert "too-large" in rules(judged_bytes(tmp_path, data, Limits(member=100)))
    assert "too-large" in rules(judged_bytes(tmp_path, data, Limits(inflated=100)))
    assert not rules(judged_bytes(tmp_path, data)) & {"too-many-entries", "too-large"}


def test_many_oddities_are_summed_up(tmp_path: Path) -> None:
    parts = [Part(b"../%d" % n) for n in range(500)]
    found = judged_bytes(tmp_path, wheel(*parts), Limits(oddities=10))
    told = [f for f in found.findings if f.rule.value == "unsafe-name"]
    assert len(told) == 11
    assert told[-1].message == "490 more members like this"
