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
    assert msgpack_strings(bytes.fromhex(data)) == strings


def test_paths() -> None:
    assert kpack_paths(b"\x82\xa3lib\xa7x.kpack\xa1y\x91\xa9.kpack/ab") == ("x.kpack", ".kpack/ab")


def test_archive_targets() -> None:
    table = b"\x81\xa3toc\x82\xa6gfx90a\x01\xa6gfx942\xa6gfx90a\xa9gfx_thing"
    data = b"KPAK" + (1).to_bytes(4, "little") + (64).to_bytes(8, "little") + b"\0" * 48 + table
    assert kpack_targets(MemorySource(data), GpuLimits()) == ("gfx90a", "gfx942")
    for size in range(16, len(data)):
        assert kpack_targets(MemorySource(data[:size]), GpuLimits()) is not None
    assert kpack_targets(MemorySource(b"KPAK" + b"\xff" * 12), GpuLimits()) == ()
    assert kpack_targets(MemorySource(b"PACK" + b"\0" * 60), GpuLimits()) is None
