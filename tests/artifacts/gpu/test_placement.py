from __future__ import annotations

from itertools import pairwise

import pytest

from planner.artifacts.gpu.placement import GpuTally
from planner.artifacts.gpu.scan import (
    GpuLimits,
    RawFinds,
    SectionSpan,
    classify,
    kept_bytes,
    scan_gpu,
)
from planner.artifacts.sources import MemorySource
from planner.model.gpu_code import CudaImages, GpuCode, GpuOddity, HipImages, Place, SyclImages
from tests.artifacts.gpu import builders as b

SM80 = b.container(b.entry(b.ELF, 80), b.entry(b.ELF, 80))
SM80_90 = b.container(b.entry(b.ELF, 80), b.entry(b.ELF, 90), b.entry(b.PTX, 90))
PTX = b.container(b.entry(b.PTX, 90))
BUNDLE = b.bundle("host-x86_64-unknown-linux--", "hipv4-amdgcn-amd-amdhsa--gfx90a")
BROKEN = b.container(b.entry(b.ELF, 80), b"\xff" * 64)
FALSE_HIT = bytes.fromhex("50ed55ba01001000") + b"\x07" * 72


def cuda(place: Place, kind: str, target: str, count: int = 1) -> CudaImages:
    return CudaImages(place=place, kind=kind, target=target, count=count)


def hip(place: Place, target: str, container: str, count: int = 1) -> HipImages:
    return HipImages(place=place, target=target, container=container, count=count)


def oddities(code: GpuCode) -> list[tuple[str, int]]:
    return [(oddity.what, oddity.offset) for oddity in code.oddities]


def test_sections_decide_the_place() -> None:
    made = b.elf(
        b.Section(".rodata", b"\x11" * 64 + SM80),
        b.Section(".nv_fatbin", SM80_90 + SM80),
        b.Section("__nv_relfatbin", PTX),
        b.Section(".text", FALSE_HIT, flags=4),
    )
    code = made.code()
    assert code.cuda == (
        cuda(Place.HIDDEN, "elf", "sm_80", 2),
        cuda(Place.LOADABLE, "elf", "sm_80", 3),
        cuda(Place.LOADABLE, "elf", "sm_90"),
        cuda(Place.LOADABLE, "ptx", "compute_90"),
        cuda(Place.RELOCATABLE, "ptx", "compute_90"),
    )
    assert code.cuda_containers == 4
    assert code.cuda_everywhere == ("sm_80",)
    assert code.oddities == ()


def test_containers_without_machine_code_do_not_count_for_everywhere() -> None:
    made = b.elf(b.Section(".nv_fatbin", SM80_90 + PTX), b.Section(".data", SM80))
    assert made.code().cuda_everywhere == ("sm_80", "sm_90")
    assert b.elf(b.Section(".nv_fatbin", PTX)).code().cuda_everywhere == ()


def test_bundles_by_section() -> None:
    made = b.elf(
        b.Section(".hip_fatbin", BUNDLE + b.packed(BUNDLE, 2, 0), align=4096),
        b.Section(".data", BUNDLE, align=4096),
        b.Section(".rodata", b.code_object(0x41), align=16),
    )
    code = made.code()
    assert code.hip == (
        hip(Place.HIDDEN, "gfx90a", "bundle"),
        hip(Place.LOADABLE, "gfx90a", "bundle"),
        hip(Place.LOADABLE, "gfx90a", "ccob-v2-zlib"),
        hip(Place.RAW, "gfx1100", "elf"),
    )
    assert (code.hip_bundles, code.hip_unread) == (3, 0)
    assert code.oddities == ()


def test_raw_cubins() -> None:
    made = b.elf(
        b.Section(".rodata", b.cubin(0x33, 0x5A0D5A), align=16),
        b.Section(".data", b.cubin(0x33, 0x500550), align=16),
    )
    assert made.code().cuda == (
        cuda(Place.RAW, "elf", "sm_80"),
        cuda(Place.RAW, "elf", "sm_90a"),
    )


def test_without_sections_whole_containers_are_loadable() -> None:
    data = b"\x11" * 64 + SM80_90 + BROKEN + FALSE_HIT
    data += b"\x11" * (-len(data) % 4096) + BUNDLE
    code = classify(scan_gpu(MemorySource(data)), ())
    assert {row.place for row in code.cuda} == {row.place for row in code.hip} == {Place.LOADABLE}
    assert code.cuda_everywhere == ("sm_80", "sm_90")
    assert oddities(code) == [("damaged-container", 64 + len(SM80_90))]


@pytest.mark.parametrize("section", [".nv_fatbin", "__nv_relfatbin"])
def test_damage_in_a_section_for_containers(section: str) -> None:
    made = b.elf(b.Section(section, BROKEN + SM80))
    code = made.code()
    assert sum(row.count for row in code.cuda) == 3
    assert oddities(code) == [("damaged-container", 64)]


def test_damage_elsewhere_is_told_but_not_counted() -> None:
    made = b.elf(b.Section(".nv_fatbin", SM80), b.Section(".data", BROKEN + FALSE_HIT))
    code = made.code()
    assert code.cuda == (cuda(Place.LOADABLE, "elf", "sm_80", 2),)
    assert oddities(code) == [("damaged-container", 64 + len(SM80))]


def test_unknown_kinds_count_where_the_section_vouches_for_them() -> None:
    strange = b.container(b.entry(0x10, 80), b.entry(b.ELF, 80, b.LINUX64 | 1 << 14))
    code = b.elf(b.Section(".nv_fatbin", strange)).code()
    assert code.cuda == (
        cuda(Place.LOADABLE, "elf", "sm_80"),
        cuda(Place.LOADABLE, "kind-0x10", "sm_80"),
    )
    assert code.oddities == (
        GpuOddity(what="unknown-kind", detail="entries of kind 0x10", offset=64),
        GpuOddity(what="unknown-flags", detail="flag bits 0x4000", offset=64),
    )
    assert b.elf(b.Section(".data", strange)).code().cuda == ()


@pytest.mark.parametrize(
    "content",
    [
        b"\xba" * 64,
        bytes.fromhex("50ed55ba02001000") + b"\0" * 64,  # a version that is not known
        bytes.fromhex("011ae51e") + b"\x11" * 64,  # named by a public note, never seen
    ],
)
@pytest.mark.parametrize("section", [".nv_fatbin", ".hip_fatbin"])
def test_a_section_without_containers_is_odd(content: bytes, section: str) -> None:
    code = b.elf(b.Section(section, content)).code()
    assert oddities(code) == [("damaged-container", 64)]
    assert code


@pytest.mark.parametrize("section", [".nv_fatbin", ".hip_fatbin"])
def test_an_empty_section_is_not_odd(section: str) -> None:
    assert not b.elf(b.Section(section, b"\0" * 4096)).code()
    assert not b.elf(b.Section(section, b"")).code()


def test_bytes_between_containers_are_odd() -> None:
    code = b.elf(b.Section(".nv_fatbin", SM80 + b"\0" * 16 + b"\x99" * 16 + SM80)).code()
    assert oddities(code) == [("damaged-container", 64 + len(SM80) + 16)]
    assert code.cuda_containers == 2
    code = b.elf(b.Section(".nv_fatbin", SM80 + b"\x99" * 16)).code()
    assert oddities(code) == [("damaged-container", 64 + len(SM80))]


def test_a_container_that_leaves_its_section_is_odd() -> None:
    made = b.elf(b.Section(".nv_fatbin", SM80[:100]), b.Section(".data", SM80[100:], align=1))
    assert ("damaged-container", 64) in oddities(made.code())


def test_unread_bundles_are_counted() -> None:
    made = b.elf(b.Section(".hip_fatbin", b.packed(BUNDLE, 4, 1, b"new"), align=4096))
    code = made.code()
    assert (code.hip_bundles, code.hip_unread) == (1, 1)
    assert oddities(code)[0] == ("unread-bundle", 4096)
    assert not b.elf(b.Section(".data", b.packed(BUNDLE, 4, 1, b"new"), align=4096)).code()


def test_objects_of_the_old_driver_name_their_images() -> None:
    made = b.elf(
        b.Section("__CLANG_OFFLOAD_BUNDLE__host-x86_64-unknown-linux-gnu-", b"\0"),
        b.Section("__CLANG_OFFLOAD_BUNDLE__hip-amdgcn-amd-amdhsa--gfx90a", b.code_object(0x53F)),
        b.Section("__CLANG_OFFLOAD_BUNDLE__openmp-nvptx64-nvidia-cuda--sm_80", b"BC"),
    )
    code = made.code()
    assert code.hip == (hip(Place.RELOCATABLE, "gfx90a", "bundle"),)
    assert code.cuda == (cuda(Place.RELOCATABLE, "elf", "sm_80"),)


def test_oddities_are_bounded() -> None:
    code = b.elf(b.Section(".nv_fatbin", BROKEN * 50)).code(limits=GpuLimits(oddities=5))
    assert len(code.oddities) == 6
    assert code.oddities[-1].what == "limit"


def test_a_limit_is_an_oddity() -> None:
    code = b.elf(b.Section(".nv_fatbin", SM80 * 50)).code(limits=GpuLimits(containers=5))
    assert [what for what, _ in oddities(code)] == ["limit"]


def test_names_are_bounded() -> None:
    tally = GpuTally(GpuLimits(names_bytes=40))
    for number in range(9):
        tally.add_object(f"gfx90{number}", is_cuda=False)  # six, and three for its container
    tally.add_object("gfx900", is_cuda=False)
    code = tally.code()
    assert [row.count for row in code.hip] == [2, 1, 1, 1]
    assert [oddity.detail for oddity in code.oddities] == ["more than 40 bytes of names"]


def test_archives_and_sycl_images_are_bounded() -> None:
    tally = GpuTally(GpuLimits(images=2))
    tally.add_named(
        ("a.kpack", "b.kpack", "a.kpack", "c.kpack"),
        [SyclImages("spir64_gen", (f"{n % 3}.0.0.0",), 1) for n in range(6)],
    )
    code = tally.code()
    assert code.kpack == ("a.kpack", "b.kpack")
    assert [row.count for row in code.sycl] == [2, 2]
    assert [oddity.detail for oddity in code.oddities] == [
        "more than 2 kpack archives",
        "more than 2 kinds of SYCL images",
    ]


def test_what_is_kept_grows_with_all_that_a_file_names() -> None:
    grown = [
        GpuCode(),
        GpuCode(kpack=("x" * 1000,)),
        GpuCode(kpack=("x" * 1000,), hip=(hip(Place.RAW, "g" * 1000, "elf"),)),
        GpuCode(
            kpack=("x" * 1000,),
            hip=(hip(Place.RAW, "g" * 1000, "elf"),),
            oddities=(GpuOddity("limit", "x" * 1000, 0),),
        ),
    ]
    sizes = [kept_bytes(code) for code in grown]
    assert sizes[0] == 0
    assert all(after - before > 1000 for before, after in pairwise(sizes))


def test_nothing_is_nothing() -> None:
    assert classify(RawFinds(), ()) == GpuCode()
    assert not b.elf(b.Section(".text", b"\x90" * 64, flags=4)).code()


def test_hostile_section_tables() -> None:
    data = b.elf(b.Section(".nv_fatbin", SM80)).data
    spans = tuple(
        SectionSpan(name=name, offset=offset, size=size, executable=False)
        for name in (
            ".nv_fatbin",
            ".hip_fatbin",
            ".llvm.offloading",
            "__CLANG_OFFLOAD_BUNDLE__hip-",
        )
        for offset in (0, 64, 2**63)
        for size in (0, 1, 2**63)
    )
    assert b.Made(data, spans).code()
