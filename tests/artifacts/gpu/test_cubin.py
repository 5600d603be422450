from __future__ import annotations

import pytest

from planner.artifacts.gpu.cubin import compat_attributes
from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.gpu.raw_object import read_object
from planner.artifacts.sources import MemorySource
from tests.artifacts.gpu import builders as b

SPECIAL = bytes.fromhex("02090100")
PLAIN = bytes.fromhex("02090000")


@pytest.mark.parametrize(
    ("osabi", "flags", "compat", "target"),
    [
        (0x33, 0x005A0D5A, None, "sm_90a"),
        (0x33, 0x0050055A, None, "sm_90"),
        (0x33, 0x00500550, None, "sm_80"),
        (0x33, 0x003C0D3C, None, "sm_60"),  # in CUPTI 13.5; "a" begins with sm_90
        (0x33, 0x00590D59, None, "sm_89"),
        (0x41, 0x0600590A, SPECIAL, "sm_89"),
        (0x41, 0x0600640A, None, "sm_100a"),  # 12.8
        (0x41, 0x06006402, None, "sm_100"),
        (0x41, 0x06006402, SPECIAL, "sm_100a"),  # 13
        (0x41, 0x06006402, PLAIN, "sm_100"),
        (0x41, 0x06005A04, SPECIAL, "sm_90a"),
        (0x41, 0x06005A04, bytes.fromhex("0402030061626302010500") + SPECIAL, "sm_90a"),
        (0x41, 0x06005A04, bytes.fromhex("04020400616263640201050002090100"), "sm_90a"),
        (0x41, 0x06007902, b"\x02", "sm_121"),
    ],
)
def test_targets(osabi: int, flags: int, compat: bytes | None, target: str) -> None:
    data = b.cubin(osabi, flags, compat)
    found = read_object(MemorySource(data), 0, GpuLimits())
    assert found is not None
    assert (found.is_cuda, found.target) == (True, target)
    assert found.end == len(data)


def test_attributes_that_are_not_plain_are_skipped() -> None:
    sized = bytes.fromhex("0407ffff")
    assert compat_attributes(PLAIN + sized + SPECIAL) == {9: 0}
    assert compat_attributes(b"") == {}


def test_truncated_cubins_are_read_as_far_as_they_go() -> None:
    data = b.cubin(0x41, 0x06005A04, SPECIAL)
    for size in range(len(data)):
        found = read_object(MemorySource(data[:size]), 0, GpuLimits())
        assert (found is None) == (size < 64)
        assert found is None or found.target in ("sm_90", "sm_90a")


def test_changed_cubins_never_raise() -> None:
    data = b.cubin(0x41, 0x06005A04, SPECIAL)
    for place in range(9, len(data)):
        for value in (0, 0xFF):
            changed = data[:place] + bytes([value]) + data[place + 1 :]
            read_object(MemorySource(changed), 0, GpuLimits())
