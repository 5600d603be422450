from __future__ import annotations

import struct

import pytest

from planner.artifacts.gpu.scan import (
    GpuLimits,
    classify,
    read_contents,
    scan_gpu,
    wanted_sections,
)
from planner.artifacts.sources import MemorySource, PastBytesError
from planner.model.gpu_code import CudaImages, HipImages, Place
from tests.artifacts.gpu import builders as b

SM80 = b.container(b.entry(b.ELF, 80))
BUNDLE = b.bundle("hipv4-amdgcn-amd-amdhsa--gfx90a")
MARKER = bytes.fromhex("82") + b"\xabkernel_name\xa3lib\xb2kpack_search_paths\x92"
MARKER += b"\xd9\x28../../.kpack/blas_lib_@GFXARCH@_x9.kpack" + b"\xa7a.kpack"


def offload(arch: str, triple: str, kind: int = 2, version: int = 1) -> bytes:
    """An offload binary, after the LLVM header."""
    strings = [(b"arch", arch.encode()), (b"triple", triple.encode())]
    table, text = 32 + 40, b""
    rows = b""
    for pair in strings:
        for word in pair:
            rows += struct.pack("<Q", table + 16 * len(strings) + len(text))
            text += word + b"\0"
    body = rows + text
    body += b"\0" * (-len(body) % 8)
    image = b"BC\xc0\xde" * 4
    head = struct.pack("<4sIQQQ", b"\x10\xff\x10\xad", version, 72 + len(body) + 16, 32, 40)
    entry = struct.pack("<HHIQQQQ", kind, 3, 0, table, 2, 72 + len(body), len(image))
    return head + entry + body + image


def test_containers_in_a_skipped_segment_are_read_late() -> None:
    made = b.elf(b.Section(".text", b"\x11" * 64, flags=4), b.Section(".nv_fatbin", SM80))
    assert made.code(skip=((8, 4096),)).cuda == (
        CudaImages(place=Place.LOADABLE, kind="elf", target="sm_80", count=1),
    )


def test_compressed_bundles_at_any_alignment_are_read_late() -> None:
    made = b.elf(b.Section(".data", b"\x11" * 16), b.Section(".hip_fatbin", b.packed(BUNDLE, 3, 0)))
    assert made.code().hip == (
        HipImages(place=Place.LOADABLE, target="gfx90a", container="ccob-v3-zlib", count=1),
    )


def test_code_in_a_bundle_that_begins_on_no_page_counts_once() -> None:
    """The pass over the file meets the code objects first, the bundle is found by its section."""
    bundle = b.bundle("hip-amdgcn-amd-amdhsa--gfx90a", code=b.code_object(0x53F))
    made = b.elf(b.Section(".data", b"\x11" * 16), b.Section(".hip_fatbin", bundle, align=16))
    assert [found.target for found in scan_gpu(MemorySource(made.data)).objects] == ["gfx90a"]
    assert made.code().hip == (
        HipImages(place=Place.LOADABLE, target="gfx90a", container="bundle", count=1),
    )


def test_nothing_is_read_where_nothing_is_missing() -> None:
    made = b.elf(b.Section(".nv_fatbin", SM80), b.Section(".x", b"y"))
    finds = scan_gpu(MemorySource(made.data))
    assert wanted_sections(finds, made.spans) == ()
    passed = b.ForwardSource(made.data)
    passed.read(len(made.data), 1)
    read_contents(passed, finds, made.spans)


def test_a_stream_that_kept_nothing_is_told() -> None:
    made = b.elf(b.Section(".rocm_kpack_ref", MARKER))
    source = b.ForwardSource(made.data)
    finds = scan_gpu(source)
    source.passed()
    with pytest.raises(PastBytesError) as past:
        read_contents(source, finds, made.spans)
    assert (past.value.offset, past.value.size) == (64, len(MARKER))


def test_offload_binaries() -> None:
    content = offload("gfx90a", "amdgcn-amd-amdhsa") + offload("gfx1100", "amdgcn-amd-amdhsa", 1)
    content += offload("sm_90a", "nvptx64-nvidia-cuda", 3) + offload("sm_80", "nvptx64", 5)
    content += offload("sm_80", "nvptx64-nvidia-cuda", 9)
    code = b.elf(b.Section(".llvm.offloading", content)).code()
    assert [(row.place, row.target, row.container) for row in code.hip] == [
        (Place.RELOCATABLE, "gfx90a", "offload-binary"),
        (Place.RELOCATABLE, "gfx1100", "offload-binary"),
    ]
    assert [(row.kind, row.target) for row in code.cuda] == [
        ("elf", "sm_90a"),
        ("kind-0x09", "sm_80"),
        ("ptx", "compute_80"),
    ]
    assert code.hip_bundles == 2
    assert code.oddities == ()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (offload("gfx90a", "amdgcn") + offload("gfx90a", "amdgcn", version=2), 1),
        (offload("gfx90a", "amdgcn")[:100], 0),
        (struct.pack("<4sIQQQ", b"\x10\xff\x10\xad", 1, 2, 32, 40), 0),
        (struct.pack("<4sIQQQ", b"\x10\xff\x10\xad", 1, 32, 2**63, 40), 0),
        (b"\x11" * 64, 0),
    ],
)
def test_damaged_offload_binaries(content: bytes, found: int) -> None:
    code = b.elf(b.Section(".llvm.offloading", content)).code()
    assert len(code.hip) == found
    assert [oddity.what for oddity in code.oddities] == ["damaged-container"]


def test_truncated_offload_binaries_never_raise() -> None:
    content = offload("gfx90a", "amdgcn-amd-amdhsa")
    for size in range(len(content)):
        cut = bytearray(content[:size])
        cut[8:16] = struct.pack("<Q", size)[: max(0, min(8, size - 8))]
        b.elf(b.Section(".llvm.offloading", bytes(cut))).code()


def test_padding_after_offload_binaries_is_not_odd() -> None:
    content = offload("gfx90a", "amdgcn-amd-amdhsa") + b"\0" * 64
    assert b.elf(b.Section(".llvm.offloading", content)).code().oddities == ()


def test_kpack_markers() -> None:
    made = b.elf(b.Section(".rocm_kpack_ref", MARKER), b.Section(".hip_fatbin", b"\0" * 4096))
    code = made.code()
    assert code.kpack == ("../../.kpack/blas_lib_@GFXARCH@_x9.kpack", "a.kpack")
    assert code.oddities == ()
    assert b.elf(b.Section(".rocm_kpack_ref", b"\xc1")).code().kpack == (".rocm_kpack_ref",)


def test_too_large_sections_are_read_in_part() -> None:
    made = b.elf(b.Section(".rocm_kpack_ref", MARKER))
    code = made.code(limits=GpuLimits(kpack_bytes=20))
    assert code.kpack == (".rocm_kpack_ref",)
    assert [oddity.what for oddity in code.oddities] == ["limit"]


def test_kpack_markers_share_one_bound() -> None:
    made = b.elf(*[b.Section(".rocm_kpack_ref", MARKER)] * 3)
    source = b.ForwardSource(made.data)
    limits = GpuLimits(kpack_bytes=len(MARKER) + 9)
    found = read_contents(source, scan_gpu(MemorySource(made.data)), made.spans, limits)
    assert source.read_bytes == len(MARKER) + 9
    assert [oddity.detail for oddity in found.oddities] == [
        f"more than {len(MARKER) + 9} bytes in sections .rocm_kpack_ref"
    ] * 2


def test_of_an_offload_binary_only_the_start_is_read() -> None:
    head = offload("gfx90a", "amdgcn-amd-amdhsa")
    large = bytearray(head + b"\x11" * 20_000_000)
    large[8:16] = struct.pack("<Q", len(large))
    content = bytes(large) + offload("gfx1100", "amdgcn-amd-amdhsa")
    made = b.elf(b.Section(".llvm.offloading", content))
    source = b.ForwardSource(made.data)
    found = read_contents(source, scan_gpu(MemorySource(made.data)), made.spans)
    assert [image.target for image in found.offload] == ["gfx90a", "gfx1100"]
    assert source.read_bytes < 100_000


def test_an_offload_binary_whose_entry_is_far_off_is_odd() -> None:
    content = offload("gfx90a", "amdgcn-amd-amdhsa")
    code = b.elf(b.Section(".llvm.offloading", content)).code(limits=GpuLimits(offload_head=100))
    assert [oddity.what for oddity in code.oddities] == ["damaged-container"]


def test_the_images_of_offload_binaries_are_bounded() -> None:
    content = offload("gfx90a", "amdgcn-amd-amdhsa") * 4
    made = b.elf(*[b.Section(".llvm.offloading", content)] * 2)
    found = read_contents(
        MemorySource(made.data),
        scan_gpu(MemorySource(made.data)),
        made.spans,
        GpuLimits(bundle_entries=6),
    )
    assert len(found.offload) == 6
    assert [(oddity.what, oddity.detail) for oddity in found.oddities] == [
        ("limit", "more than 6 images in offload binaries")
    ]


def test_overlapping_and_many_sections_are_bounded() -> None:
    made = b.elf(*[b.Section(".rocm_kpack_ref", MARKER)] * 5)
    finds = scan_gpu(MemorySource(made.data))
    assert len(wanted_sections(finds, made.spans)) == 5
    assert len(wanted_sections(finds, made.spans, GpuLimits(wanted_sections=2))) == 2
    assert len(wanted_sections(finds, made.spans[:1] * 9)) == 1
    assert classify(finds, made.spans).kpack == ()
