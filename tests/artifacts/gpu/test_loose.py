from __future__ import annotations

import pytest

from planner.artifacts.gpu.scan import GpuLimits, loose_gpu_code
from planner.model.gpu_code import CudaImages, GpuCode, HipImages, Place
from tests.artifacts.gpu import builders as b

SM80 = b.container(b.entry(b.ELF, 80), b.entry(b.PTX, 90))
BUNDLE = b.bundle("host-x86_64-unknown-linux--", "hipv4-amdgcn-amd-amdhsa--gfx90a")
TABLE = b"\x81\xa3toc\x82\xa6gfx90a\x01\xa6gfx942"
KPACK = b"KPAK\x01\0\0\0\x10\0\0\0\0\0\0\0" + TABLE


def loose(data: bytes, name: str = "file", limits: GpuLimits | None = None) -> GpuCode | None:
    return loose_gpu_code(b.ForwardSource(data), name, limits or GpuLimits())


def cuda(place: Place, kind: str, target: str, count: int = 1) -> CudaImages:
    return CudaImages(place=place, kind=kind, target=target, count=count)


def hip(place: Place, target: str, container: str) -> HipImages:
    return HipImages(place=place, target=target, container=container, count=1)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b.cubin(0x33, 0x5A0D5A), GpuCode(cuda=(cuda(Place.RAW, "elf", "sm_90a"),))),
        (
            b.cubin(0x41, 0x06006402, bytes.fromhex("02090100")),
            GpuCode(cuda=(cuda(Place.RAW, "elf", "sm_100a"),)),
        ),
        (b.code_object(0x73F), GpuCode(hip=(hip(Place.RAW, "gfx90a:xnack+", "elf"),))),
        (
            SM80,
            GpuCode(
                cuda=(cuda(Place.RAW, "elf", "sm_80"), cuda(Place.RAW, "ptx", "compute_90")),
                cuda_containers=1,
            ),
        ),
        (BUNDLE, GpuCode(hip=(hip(Place.RAW, "gfx90a", "bundle"),), hip_bundles=1)),
        (
            b.packed(BUNDLE, 3, 0),
            GpuCode(hip=(hip(Place.RAW, "gfx90a", "ccob-v3-zlib"),), hip_bundles=1),
        ),
    ],
)
def test_loose_files(data: bytes, expected: GpuCode) -> None:
    assert loose(data) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text",
        b"\x7fELF",
        b.elf(b.Section(".nv_fatbin", SM80)).data,  # a host file: not loose
        b.archive(("a.o", b.elf(b.Section(".text", b"\x90")).data), ("b.txt", b"hello")),
        b.archive(("a.o", b.elf(b.Section(".text", b"\x90")).data))[:-9],
        b"!<arch>\n",
        b"KPAK\x01\0\0\0",
    ],
)
def test_other_files(data: bytes) -> None:
    assert loose(data) is None


def test_several_containers_in_a_file() -> None:
    code = loose(SM80 + b"\0" * 8 + SM80 + b"\x99" * 9)
    assert code is not None
    assert code.cuda_containers == 2
    assert [(oddity.what, oddity.offset) for oddity in code.oddities] == [
        ("damaged-container", 2 * len(SM80) + 8)
    ]


@pytest.mark.parametrize(
    "data",
    [
        SM80[:100],
        bytes.fromhex("50ed55ba02001000") + b"\0" * 64,
        BUNDLE[:50],
        b.packed(BUNDLE, 4, 1),
        b.cubin(0x33, 0x500550)[:70],
        b.code_object(0x53F)[:70],
    ],
)
def test_damaged_files_are_odd(data: bytes) -> None:
    code = loose(data)
    assert code is not None
    assert code.oddities


def test_archives_count_by_the_sections_of_their_members() -> None:
    fat = b.elf(b.Section(".text", SM80, flags=4), b.Section(".nv_fatbin", SM80)).data
    rdc = b.elf(b.Section("__nv_relfatbin", SM80)).data
    new = b.elf(b.Section(".rocm_kpack_ref", b"\xa7x.kpack")).data
    bare = b.code_object(0x41)
    code = loose(
        b.archive(("a.o", fat), ("b.o", rdc), ("c.o", new), ("d.co", bare), ("e.fb", SM80))
    )
    assert code == GpuCode(
        cuda=(
            cuda(Place.LOADABLE, "elf", "sm_80"),
            cuda(Place.LOADABLE, "ptx", "compute_90"),
            cuda(Place.RAW, "elf", "sm_80"),
            cuda(Place.RAW, "ptx", "compute_90"),
            cuda(Place.RELOCATABLE, "elf", "sm_80"),
            cuda(Place.RELOCATABLE, "ptx", "compute_90"),
        ),
        cuda_containers=3,
        cuda_everywhere=("sm_80",),
        hip=(hip(Place.RAW, "gfx1100", "elf"),),
        kpack=("x.kpack",),
    )


def test_damage_in_archives() -> None:
    fat = b.elf(b.Section(".nv_fatbin", SM80)).data
    data = b.archive(("a.o", fat), ("b.o", fat))
    code = loose(data[:-1])
    assert code is not None
    assert [oddity.what for oddity in code.oddities] == ["damaged-container"]
    code = loose(data, limits=GpuLimits(member_bytes=100))
    assert code is not None
    assert [(oddity.what, oddity.offset) for oddity in code.oddities] == [
        ("limit", 68),
        ("limit", 68 + len(fat) + 60),
    ]
    broken = b.elf(b.Section(".nv_fatbin", SM80[:100])).data
    code = loose(b.archive(("a.o", broken)))
    assert code is not None
    assert code.oddities[0].offset == 68 + 64


def test_kpack_files() -> None:
    assert loose(KPACK, "lib/.kpack/blas_gfx90a.kpack") == GpuCode(
        hip=(hip(Place.RAW, "gfx90a", "kpack"), hip(Place.RAW, "gfx942", "kpack")),
        kpack=("lib/.kpack/blas_gfx90a.kpack",),
    )
    code = loose(b"other", "x.kpack")
    assert code is not None
    assert (code.kpack, len(code.oddities)) == (("x.kpack",), 1)


def test_truncation_never_raises() -> None:
    fat = b.elf(
        b.Section(".nv_fatbin", SM80), b.Section(".hip_fatbin", b.packed(BUNDLE, 2, 0))
    ).data
    for data in (
        b.archive(("a.o", fat)),
        b.cubin(0x41, 0x06006402, b"\x02\x09\x01\x00"),
        SM80,
        KPACK,
    ):
        for size in range(len(data)):
            loose(data[:size])
            loose(data[:size], "x.kpack")
