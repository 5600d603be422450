"""Magics, layouts, kinds and flags of GPU containers: numbers only, no logic.

CUDA: no public specification. The layout of containers and entries was read from files written by
nvcc 11.8 to 13.5 and libnvfatbin 12.4 to 13.5, and from the answers of NVIDIA's cuobjdump 13.5 to
containers of which one field was changed. HIP: Clang Offload Bundler manual, "Bundled Binary File
Layout"; compressed bundles after LLVM pull requests 88827 (version 2) and 130284 (version 3). AMD
code objects: LLVM "User Guide for AMDGPU Backend", "Header", and its test elf-header-flags-mach.
Offload binary: ``llvm/Object/OffloadBinary.h``. All integers are little-endian.
"""

from __future__ import annotations

from struct import Struct
from typing import Final

# --- CUDA ---

CUDA_MAGIC: Final = bytes.fromhex("50ed55ba")
CUDA_HEAD: Final = CUDA_MAGIC + bytes.fromhex("01001000")  # version 1, header size 16
CONTAINER: Final = Struct("<8sQ")
"""A container's header: head, payload bytes (header excluded; the entries fill them)."""

ENTRY: Final = Struct("<HHIQIIHHIIIQQQ")
"""An entry's header: kind, version, header size with extension, padded payload size, compressed
size, offset of the option block, code version minor and major, architecture, identifier offset and
length, flags, key, uncompressed size."""

ENTRY_VERSION: Final = 0x0101
CONCATENATED: Final = 0x100  # nvcc 13.4 and later with --concat: descriptors lie in the extension
CONCAT_TABLE: Final = Struct("<II")
"""Start of the extension of a concatenated entry: count, table bytes including these eight."""

BLOCK: Final = Struct("<II")
"""Option block of an entry: offset of the option string, length of what follows it."""

KINDS: Final = {
    0x01: ("ptx", "compute_"),
    0x02: ("elf", "sm_"),
    0x04: ("cubin", "sm_"),
    0x08: ("nvvm", "lto_"),
    0x20: ("index", ""),
    0x40: ("relocatable-ptx", "compute_"),
    0x80: ("tile-ir", "sm_"),
}
"""Entry kinds, as cuobjdump 13.5 names them, and how the target of each is written."""

FLAG_A: Final = 1 << 20  # the target's name ends in a
FLAG_F: Final = 1 << 21  # the target's name ends in f
UNKNOWN_FLAGS: Final = 1 << 12 | 1 << 14 | ((1 << 64) - (1 << 25))
"""Flag bits whose meaning is not known: two compression schemes never met, and all above 24."""

# --- ELF of GPU objects ---

ELF_HEAD: Final = b"\x7fELF\x02\x01\x01"  # 64 bits, little-endian, version 1
EM_CUDA: Final = 190
EM_AMDGPU: Final = 224
OSABI_CUDA: Final = 0x33  # toolkits up to 12.9 for targets below sm_100
OSABI_CUDA_V2: Final = 0x41  # 12.8 and 12.9 from sm_100 on; 13 always
OSABI_AMDGPU_HSA: Final = 0x40
DEVICE_MACHINES: Final = {
    (OSABI_CUDA, EM_CUDA),
    (OSABI_CUDA_V2, EM_CUDA),
    (OSABI_AMDGPU_HSA, EM_AMDGPU),
}

CUDA_FIRST_SUFFIX: Final = 90
"""The first architecture with targets whose names end in a. Older cubins may carry the bits below
all the same (an sm_60 cubin inside CUPTI 13.5 has 0x800): there they mean something else."""

CUDA_FLAG_A: Final = 0x800  # OSABI 0x33
CUDA_V2_FLAG_A: Final = 0x8  # OSABI 0x41, written by 12.8 and 12.9 only
COMPAT_SECTION: Final = ".nv.compat"
COMPAT_SIZED: Final = 4  # attribute format: a length and that many bytes follow
COMPAT_ACCELERATOR_TARGET: Final = 9  # EICOMPAT_ATTR_CUDA_ACCELERATOR_TARGET: 1 for "a" targets

# --- HIP ---

BUNDLE_MAGIC: Final = b"__CLANG_OFFLOAD_BUNDLE__"
BUNDLE: Final = Struct("<24sQ")
"""Header of a bundle: magic, entry count."""

BUNDLE_ROW: Final = Struct("<QQQ")
"""An entry: offset from the bundle's start, size, length of the id that follows."""

CCOB_MAGIC: Final = b"CCOB"
CCOB: Final = Struct("<4sHH")
"""Start of a compressed bundle: magic, version, method."""

CCOB_SIZES: Final = {1: Struct("<IQ"), 2: Struct("<IIQ"), 3: Struct("<QQQ")}
"""What follows, by version: uncompressed size and hash; from 2 on the total size comes first."""

METHODS: Final = {0: "zlib", 1: "zstd"}
ZSTD_MAGIC: Final = bytes.fromhex("28b52ffd")
PAGE_ALIGN: Final = 4096  # of bundles; 16 with relocatable code and the new offload driver

OFFLOAD_MAGIC: Final = bytes.fromhex("10ff10ad")
OFFLOAD: Final = Struct("<4sIQQQ")
"""Header of an offload binary: magic, version, size, entry offset, entry size."""

OFFLOAD_ENTRY: Final = Struct("<HHIQQQQ")
"""Its entry: image kind, producer, flags, string table offset, string count, image offset and
size; the string table holds pairs of offsets, key and value."""

OFFLOAD_CUDA_KINDS: Final = {2: ("nvvm", "lto_"), 3: ("elf", "sm_"), 5: ("ptx", "compute_")}
"""Image kinds of CUDA images (LLVM ``ImageKind``: bitcode, cubin, PTX)."""

# --- AMD processors ---

AMD_FEATURES: Final = ("", "", "-", "+")  # unsupported, any, off, on (code object version 4 on)
AMD_XNACK_V3: Final = 0x100
AMD_SRAMECC_V3: Final = 0x200
AMD_ABI_V3: Final = 1  # EI_ABIVERSION of code object version 3; one more for each version after

AMD_PROCESSORS: Final = {
    0x20: "gfx600", 0x21: "gfx601", 0x22: "gfx700", 0x23: "gfx701", 0x24: "gfx702",
    0x25: "gfx703", 0x26: "gfx704", 0x28: "gfx801", 0x29: "gfx802", 0x2A: "gfx803",
    0x2B: "gfx810", 0x2C: "gfx900", 0x2D: "gfx902", 0x2E: "gfx904", 0x2F: "gfx906",
    0x30: "gfx908", 0x31: "gfx909", 0x32: "gfx90c", 0x33: "gfx1010", 0x34: "gfx1011",
    0x35: "gfx1012", 0x36: "gfx1030", 0x37: "gfx1031", 0x38: "gfx1032", 0x39: "gfx1033",
    0x3A: "gfx602", 0x3B: "gfx705", 0x3C: "gfx805", 0x3D: "gfx1035", 0x3E: "gfx1034",
    0x3F: "gfx90a", 0x40: "gfx940", 0x41: "gfx1100", 0x42: "gfx1013", 0x43: "gfx1150",
    0x44: "gfx1103", 0x45: "gfx1036", 0x46: "gfx1101", 0x47: "gfx1102", 0x48: "gfx1200",
    0x49: "gfx1250", 0x4A: "gfx1151", 0x4B: "gfx941", 0x4C: "gfx942", 0x4E: "gfx1201",
    0x4F: "gfx950", 0x50: "gfx1310", 0x51: "gfx9-generic", 0x52: "gfx10-1-generic",
    0x53: "gfx10-3-generic", 0x54: "gfx11-generic", 0x55: "gfx1152", 0x57: "gfx1154",
    0x58: "gfx1153", 0x59: "gfx12-generic", 0x5A: "gfx1251", 0x5B: "gfx12-5-generic",
    0x5C: "gfx1172", 0x5D: "gfx1170", 0x5E: "gfx1171", 0x5F: "gfx9-4-generic",
    0x62: "gfx11-7-generic", 0x63: "gfx13-generic",
}  # fmt: skip
"""Processors by the lowest byte of e_flags (EF_AMDGPU_MACH)."""

# --- ROCm kpack (TheRock, RFC 8 "Multi-Architecture Packaging with Kpack") ---

KPACK_MAGIC: Final = b"KPAK"
KPACK: Final = Struct("<4sIQ")
"""Header of a kpack archive: magic, version, offset of the table of contents (MessagePack)."""

# --- Sections ---

CUDA_LOADABLE: Final = ".nv_fatbin"
CUDA_RELOCATABLE: Final = "__nv_relfatbin"
HIP_LOADABLE: Final = ".hip_fatbin"
OFFLOADING: Final = ".llvm.offloading"
KPACK_REF: Final = ".rocm_kpack_ref"
SYCL_PREFIX: Final = "__CLANG_OFFLOAD_BUNDLE__sycl-"
