"""Numbers and layouts of ELF files.

Sources: System V gABI chapters 4 and 5 (header, sections, program headers, dynamic section), Linux
Standard Base "Symbol Versioning" (Verneed, Vernaux), "Linux Extensions to gABI" (PT_GNU_STACK,
GNU properties), x86-64 psABI (GNU_PROPERTY_X86_ISA_1), psABI of each architecture (machine
numbers).
"""

from __future__ import annotations

from struct import Struct

MAGIC = b"\x7fELF"
IDENT_SIZE = 16

TYPES = {1: "object", 2: "program", 3: "shared", 4: "core"}

EM_386, EM_PPC64, EM_S390, EM_ARM, EM_X86_64 = 3, 21, 22, 40, 62
EM_AARCH64, EM_CUDA, EM_AMDGPU, EM_RISCV, EM_LOONGARCH = 183, 190, 224, 243, 258
GPU_MACHINES = frozenset({EM_CUDA, EM_AMDGPU})

MACHINES = {
    (EM_386, 32, "little"): "i686",
    (EM_X86_64, 64, "little"): "x86_64",
    (EM_AARCH64, 64, "little"): "aarch64",
    (EM_ARM, 32, "little"): "armv7l",
    (EM_PPC64, 64, "big"): "ppc64",
    (EM_PPC64, 64, "little"): "ppc64le",
    (EM_S390, 64, "big"): "s390x",
    (EM_RISCV, 64, "little"): "riscv64",
    (EM_LOONGARCH, 64, "little"): "loongarch64",
}
"""Architectures as platform tags name them, by e_machine, class and byte order."""

EF_ARM_ABI_FLOAT_SOFT = 0x200

PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE = 1, 2, 3, 4
PT_GNU_STACK, PT_GNU_PROPERTY = 0x6474E551, 0x6474E553
PF_X = 1
PN_XNUM = 0xFFFF

SHT_NOBITS, SHT_NULL = 8, 0
SHF_EXECINSTR = 4
SHN_XINDEX = 0xFFFF

DT_NULL, DT_NEEDED, DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ = 0, 1, 4, 5, 6, 10
DT_SONAME, DT_RPATH, DT_RUNPATH = 14, 15, 29
DT_RELA, DT_REL, DT_JMPREL = 7, 17, 23
DT_GNU_HASH, DT_VERSYM, DT_VERDEF, DT_VERNEED, DT_VERNEEDNUM = (
    0x6FFFFEF5,
    0x6FFFFFF0,
    0x6FFFFFFC,
    0x6FFFFFFE,
    0x6FFFFFFF,
)

VERSYM_VERSION = 0x7FFF  # the other bit says hidden
VER_NDX_GLOBAL = 1

NT_GNU_PROPERTY_TYPE_0 = 5
GNU_PROPERTY_X86_ISA_1_NEEDED = 0xC0008002
X86_LEVELS = ("baseline", "v2", "v3", "v4")


class Layout:
    """The structs of one class (32 or 64 bits) and byte order."""

    __slots__ = (
        "bits",
        "dynamic",
        "header",
        "order",
        "program",
        "section",
        "symbol_size",
        "vernaux",
        "verneed",
        "word",
    )

    def __init__(self, bits: int, order: str) -> None:
        mark = "<" if order == "little" else ">"
        self.bits, self.order = bits, order
        address = "Q" if bits == 64 else "I"
        # e_type machine version entry phoff shoff flags ehsize phentsize phnum shentsize shnum
        # shstrndx
        self.header = Struct(f"{mark}HHI{address * 3}IHHHHHH")
        # 64: type flags offset vaddr paddr filesz memsz align; 32: flags stand before align
        self.program = Struct(f"{mark}IIQQQQQQ" if bits == 64 else f"{mark}IIIIIIII")
        # name type flags addr offset size link info addralign entsize
        self.section = Struct(f"{mark}II{address * 4}II{address * 2}")
        self.dynamic = Struct(f"{mark}{address * 2}")
        self.symbol_size = 24 if bits == 64 else 16
        self.verneed = Struct(f"{mark}HHIII")  # version cnt file aux next
        self.vernaux = Struct(f"{mark}IHHII")  # hash flags other name next
        self.word = Struct(f"{mark}I")
