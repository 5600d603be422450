"""Version needs in the first bytes of a library, against the full reader."""

from __future__ import annotations

import struct

import pytest

from planner.artifacts.elf.head import names_by_hash, read_head_needs, symbol_hash
from planner.artifacts.elf.header import ElfDamageError
from planner.artifacts.elf.read import read_elf
from planner.artifacts.limits import DEFAULT_LIMITS
from planner.artifacts.sources import MemorySource
from tests.wheels.made import elf_file

KNOWN = ("GLIBC_2.17", "GLIBC_2.27", "GLIBC_2.0", "GCC_3.0", "GCC_4.5.0", "GLIBCXX_3.4.21")
NAMES = names_by_hash(KNOWN)
NEEDS = {
    "libc.so.6": ["memcpy@GLIBC_2.17"],
    "libm.so.6": ["GLIBC_2.17", "log2f@GLIBC_2.27"],
    "libgcc_s.so.1": ["GCC_3.0", "GCC_4.5.0"],
}


def versions(data: bytes) -> dict[str, set[str]]:
    found = read_elf(MemorySource(data), "x.so", DEFAULT_LIMITS).file.version_needs
    return {library: set(names) for library, names in found.items()}


def without_strings(data: bytes) -> bytes:
    """The library as if its strings stood beyond the part that is at hand: names of zeros."""
    for name in (*KNOWN, *NEEDS, "GLIBC_2.99"):
        data = data.replace(b"\0" + name.encode() + b"\0", bytes(len(name) + 2))
    return data


@pytest.mark.parametrize("arch", ["x86_64", "aarch64", "i686", "armv7l", "ppc64le", "riscv64"])
def test_a_head_tells_what_the_whole_library_tells(arch: str) -> None:
    data = elf_file(arch, needs=NEEDS, soname="libx.so.1")
    found = read_head_needs(data, NAMES)
    assert found is not None
    assert {library: set(names) for library, names in found.versions} == versions(data)
    assert found.unnamed == 0
    assert (found.has_string("libx.so.1"), found.has_string("liby.so.1")) == (True, False)


def test_hashes_tell_where_strings_are_not_at_hand() -> None:
    found = read_head_needs(without_strings(elf_file(needs=NEEDS)), NAMES)
    assert found is not None
    assert [set(names) for _, names in found.versions] == [
        set(v) for v in versions(elf_file(needs=NEEDS)).values()
    ]
    assert (found.unnamed, found.has_string("libx.so.1")) == (0, None)


def test_names_that_share_their_hash_stand_for_nothing() -> None:
    assert symbol_hash("TOY_ab") == symbol_hash("TOY_bR")
    assert names_by_hash(["TOY_ab", "TOY_bR", "TOY_c", "TOY_c"]) == {symbol_hash("TOY_c"): "TOY_c"}


def test_an_unknown_version_is_counted_and_not_passed_over() -> None:
    data = elf_file(needs={"libc.so.6": ["GLIBC_2.17", "GLIBC_2.99"]})
    named = read_head_needs(data, NAMES)
    assert named is not None
    assert (dict(named.versions)["libc.so.6"], named.unnamed) == (("GLIBC_2.17", "GLIBC_2.99"), 0)
    unnamed = read_head_needs(without_strings(data), NAMES)
    assert unnamed is not None
    assert unnamed.unnamed == 1


def test_a_library_without_needs_has_none_in_its_head() -> None:
    assert read_head_needs(elf_file(), NAMES) is None


def test_two_tables_are_none() -> None:
    data = elf_file(needs=NEEDS)
    assert read_head_needs(data + bytes(-len(data) % 4) + data, NAMES) is None


@pytest.mark.parametrize("cut", [70, 200, 500])
def test_a_part_without_the_table_tells_nothing(cut: int) -> None:
    assert read_head_needs(elf_file(needs=NEEDS)[:cut], NAMES) is None


def test_other_files_are_refused() -> None:
    with pytest.raises(ElfDamageError):
        read_head_needs(b"MZ" + bytes(200), NAMES)
    with pytest.raises(ElfDamageError, match="little-endian"):
        read_head_needs(elf_file("s390x", needs=NEEDS), NAMES)


def test_rows_that_point_back_end() -> None:
    data = bytearray(elf_file(needs=NEEDS))
    place = data.find(struct.pack("<I", symbol_hash("GLIBC_2.17")))
    struct.pack_into("<I", data, place + 12, 0xFFFFFFF0)
    assert read_head_needs(bytes(data), NAMES) is None
