"""ELF files for x86_64 of which any field can be replaced (System V gABI, chapters 4 and 5)."""

from __future__ import annotations

import struct

from tests.wheels.made import GCC_14, elf_file, fatbin, hip_bundle

_HEADER = {
    "class": (4, "B"), "order": (5, "B"), "type": (16, "H"), "machine": (18, "H"),
    "phoff": (32, "Q"), "shoff": (40, "Q"), "flags": (48, "I"), "phentsize": (54, "H"),
    "phnum": (56, "H"), "shentsize": (58, "H"), "shnum": (60, "H"), "shstrndx": (62, "H"),
}  # fmt: skip
_PROGRAM = {"type": (0, "I"), "flags": (4, "I"), "offset": (8, "Q"), "vaddr": (16, "Q"),
            "filesz": (32, "Q"), "memsz": (40, "Q")}  # fmt: skip
_SECTION = {"name": (0, "I"), "type": (4, "I"), "flags": (8, "Q"), "offset": (24, "Q"),
            "size": (32, "Q"), "link": (40, "I")}  # fmt: skip
NEEDED, HASH, STRTAB, SYMTAB, STRSZ, SONAME, RUNPATH = 1, 4, 5, 6, 10, 14, 29
GNU_HASH, VERSYM, VERNEED, VERNEEDNUM = 0x6FFFFEF5, 0x6FFFFFF0, 0x6FFFFFFE, 0x6FFFFFFF
LOAD, DYNAMIC, NOTE, STACK = 1, 2, 4, 0x6474E551

_NEEDS = {
    "libc.so.6": ["memcpy@GLIBC_2.14", "exp@GLIBC_2.27"],
    "libstdc++.so.6": ["_ZNSs4swapERSs@GLIBCXX_3.4", "_Znwm@CXXABI_1.3"],
    "libgcc_s.so.1": ["_Unwind_Resume@GCC_3.0"],
}


class Elf:
    """A made library; fields are replaced in place, more bytes go to its end."""

    def __init__(self, data: bytes | None = None) -> None:
        self.data = bytearray(library() if data is None else data)

    def header(self, **fields: int) -> Elf:
        for name, value in fields.items():
            place, code = _HEADER[name]
            struct.pack_into(f"<{code}", self.data, place, value)
        return self

    def get(self, name: str) -> int:
        place, code = _HEADER[name]
        return int(struct.unpack_from(f"<{code}", self.data, place)[0])

    def program(self, kind: int, **fields: int) -> Elf:
        row = self._program(kind)
        for name, value in fields.items():
            place, code = _PROGRAM[name]
            struct.pack_into(f"<{code}", self.data, row + place, value)
        return self

    def section(self, index: int, **fields: int) -> Elf:
        row = self.get("shoff") + 64 * index
        for name, value in fields.items():
            place, code = _SECTION[name]
            struct.pack_into(f"<{code}", self.data, row + place, value)
        return self

    def dynamic(self, tag: int, value: int) -> Elf:
        struct.pack_into("<Q", self.data, self._dynamic(tag) + 8, value)
        return self

    def value(self, tag: int) -> int:
        """The value of a dynamic row; addresses are file offsets in made files."""
        return int(struct.unpack_from("<Q", self.data, self._dynamic(tag) + 8)[0])

    def put(self, offset: int, layout: str, *values: int) -> Elf:
        struct.pack_into(layout, self.data, offset, *values)
        return self

    def append(self, data: bytes, align: int = 8) -> int:
        """Where the bytes begin; they are loaded, if the first segment can be."""
        self.data += b"\0" * (-len(self.data) % align)
        place = len(self.data)
        self.data += data
        self.program(LOAD, filesz=len(self.data), memsz=len(self.data))
        return place

    def programs(self, rows: list[tuple[int, int, int, int]]) -> Elf:
        """A new table of program headers: type, flags, offset, size; address is offset."""
        table = b"".join(
            struct.pack("<IIQQQQQQ", k, f, o, o & 2**64 - 1, 0, s, s, 8) for k, f, o, s in rows
        )
        self.data += b"\0" * (-len(self.data) % 8)
        self.header(phoff=len(self.data), phnum=min(len(rows), 0xFFFF))
        self.data += table
        return self

    def sections(self, rows: list[tuple[int, int, int, int]]) -> Elf:
        """A new section table: name, type, offset, size; the last row names the others."""
        table = bytes(64) + b"".join(
            struct.pack("<IIQQQQIIQQ", n, t, 0, 0, o, s, 0, 0, 1, 0) for n, t, o, s in rows
        )
        self.data += b"\0" * (-len(self.data) % 8)
        self.header(shoff=len(self.data), shnum=len(rows) + 1, shstrndx=len(rows))
        self.data += table
        return self

    def _program(self, kind: int) -> int:
        start = self.get("phoff")
        for row in range(start, start + 56 * self.get("phnum"), 56):
            if struct.unpack_from("<I", self.data, row)[0] == kind:
                return row
        raise LookupError(kind)

    def dynamic_place(self) -> tuple[int, int]:
        row = self._program(DYNAMIC)
        offset, _, _, size = struct.unpack_from("<QQQQ", self.data, row + 8)
        return offset, size

    def _dynamic(self, tag: int) -> int:
        offset, size = self.dynamic_place()
        for place in range(offset, offset + size, 16):
            if struct.unpack_from("<Q", self.data, place)[0] == tag:
                return place
        raise LookupError(tag)

    def file(self) -> bytes:
        return bytes(self.data)


def library(arch: str = "x86_64", *, gpu: bool = True, hash_table: str = "gnu") -> bytes:
    """A library that uses every table, and holds GPU code of several kinds."""
    sections = {
        ".nv_fatbin": fatbin("sm_90a", "compute_90"),
        "__nv_relfatbin": fatbin("sm_80"),
        ".hip_fatbin": hip_bundle("gfx90a:xnack+", "gfx942", compressed=2),
    }
    return elf_file(
        arch,
        needs=_NEEDS,
        needed=["libcudart.so.13"],
        plain=["omp_get_num_threads", "GOMP_parallel"],
        soname="libmade.so.1",
        runpath="$ORIGIN/../nvidia/cu13/lib:$ORIGIN",
        comment=[GCC_14],
        isa=["baseline", "v2"],
        hash_table="gnu" if hash_table == "gnu" else "plain",
        sections=sections if gpu else None,
    )
