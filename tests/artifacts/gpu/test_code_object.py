from __future__ import annotations

import pytest

from planner.artifacts.gpu.code_object import target_id
from planner.artifacts.gpu.device_elf import read_head
from planner.artifacts.gpu.formats import AMD_PROCESSORS
from planner.model.gpu_targets import parse_target
from tests.artifacts.gpu import builders as b


def target(flags: int, abi: int) -> str:
    head = read_head(b.code_object(flags, abi))
    assert head is not None
    assert head.is_device
    return target_id(head)


@pytest.mark.parametrize(
    ("flags", "abi", "expected"),
    [  # e_flags of code objects that clang 19 wrote
        (0x41, 3, "gfx1100"),
        (0x4E, 3, "gfx1201"),
        (0x53F, 3, "gfx90a"),
        (0xE4C, 3, "gfx942:sramecc+:xnack-"),
        (0x73F, 3, "gfx90a:xnack+"),
        (0x63F, 3, "gfx90a:xnack-"),
        (0x12C, 2, "gfx900"),
        (0x52F, 2, "gfx906"),
        (0x01000054, 4, "gfx11-generic"),
        (0x01000151, 4, "gfx9-generic"),
        (0x12F, 1, "gfx906:xnack+"),  # version 3 of the code object says it otherwise
        (0x330, 1, "gfx908:sramecc+:xnack+"),
        (0x2F, 1, "gfx906"),
        (0xFE, 3, "mach-0xfe"),
        (0x7FE, 3, "mach-0xfe:xnack+"),
    ],
)
def test_targets(flags: int, abi: int, expected: str) -> None:
    assert target(flags, abi) == expected


def test_every_processor_is_a_target_and_has_one_value() -> None:
    assert len(set(AMD_PROCESSORS.values())) == len(AMD_PROCESSORS) == 63
    for value, name in AMD_PROCESSORS.items():
        assert parse_target(name) == (name,)
        assert target(value, 3) == name
