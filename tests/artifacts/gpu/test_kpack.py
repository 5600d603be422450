from __future__ import annotations

import pytest

from planner.artifacts.gpu.kpack import kpack_paths, kpack_targets, msgpack_strings
from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.sources import MemorySource


@pytest.mark.parametrize(
    ("data", "strings"),
    [
        ("82a161a162a163", ("a", "b", "c")),
        ("d9056162636465da000278790a", ("abcde", "xy")),
        ("db00000001 7a", ("z",)),
        ("c4026162a178", ("x",)),
        ("c5000161c60000000162a178", ("x",)),
        ("c70105aaa178c8000105aaa178c90000000105aaa178", ("x", "x", "x")),
        ("d405aad50500aaa178", ("x",)),
        ("ca00000000cb0000000000000000cc01cd0001ce00000001cfffffffffffffffffa178", ("x",)),
        ("d0ffd1ffffd2ffffffffd3ffffffffffffffffc0c2c3e07fa178", ("x",)),
        ("dc0001de0001dd00000001df00000001a178", ("x",)),
        ("a5616263", ("abc",)),
        ("d9", ("",)),
        ("", ()),
        ("a2c328", ("\ufffd(",)),
    ],
)
def test_strings(data: str, strings: tuple[str, ...]) -> None:
    told: list[str] = []
    assert tuple(msgpack_strings(bytes.fromhex(data), 100, told.append)) == strings
    assert told == []


def test_items_are_bounded() -> None:
    told: list[str] = []
    assert list(msgpack_strings(b"\xa1a" * 9, 3, told.append)) == ["a"] * 3
    assert list(msgpack_strings(b"\xc0" * 9 + b"\xa1a", 3, told.append)) == []
    assert told == ["more than 3 MessagePack items"] * 2
    assert list(msgpack_strings(b"\xa1a" * 3, 3, told.append)) == ["a"] * 3
    assert len(told) == 2


def test_paths() -> None:
    told: list[str] = []
    content = b"\x82\xa3lib\xa7x.kpack\xa1y\x91\xa9.kpack/ab\xa7x.kpack"
    assert kpack_paths(content, GpuLimits(), told.append) == ("x.kpack", ".kpack/ab")
    assert told == []


def test_paths_are_bounded_in_number_and_length() -> None:
    told: list[str] = []
    content = b"".join(b"\xa7%d.kpack" % n for n in range(9))
    assert kpack_paths(content, GpuLimits(images=2), told.append) == ("0.kpack", "1.kpack")
    assert kpack_paths(content, GpuLimits(path_bytes=6), told.append) == ()
    assert told[0] == "more than 2 kpack archives"
    assert told[1:] == ["the path of a kpack archive has more than 6 characters"] * 9


def test_a_longer_table_of_contents_is_told() -> None:
    data = b"KPAK" + (1).to_bytes(4, "little") + (16).to_bytes(8, "little")
    data += b"\xa6gfx90a\xa6gfx942" + b"\xd9\xffgfx" + b"9" * 252
    told: list[str] = []
    found = kpack_targets(MemorySource(data), GpuLimits(), told.append)
    assert found == ("gfx90a", "gfx942", "gfx" + "9" * 252)
    assert told == []
    short = GpuLimits(table_bytes=7)
    assert kpack_targets(MemorySource(data), short, told.append) == ("gfx90a",)
    assert told == ["a table of contents of more than 7 bytes"]
    assert kpack_targets(MemorySource(data), GpuLimits(id_bytes=200)) == ("gfx90a", "gfx942")


def test_archive_targets() -> None:
    table = b"\x81\xa3toc\x82\xa6gfx90a\x01\xa6gfx942\xa6gfx90a\xa9gfx_thing"
    data = b"KPAK" + (1).to_bytes(4, "little") + (64).to_bytes(8, "little") + b"\0" * 48 + table
    assert kpack_targets(MemorySource(data), GpuLimits()) == ("gfx90a", "gfx942")
    for size in range(16, len(data)):
        assert kpack_targets(MemorySource(data[:size]), GpuLimits()) is not None
    assert kpack_targets(MemorySource(b"KPAK" + b"\xff" * 12), GpuLimits()) == ()
    assert kpack_targets(MemorySource(b"PACK" + b"\0" * 60), GpuLimits()) is None
