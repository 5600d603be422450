"""Wheels that try to use up memory and time, by name; ``python -m`` reads one and tells its cost.

They compress well, so that they are small files; each stays below the limits on size and ratio.
"""

from __future__ import annotations

import random
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from planner.artifacts.wheel import read_wheel
from planner.load.wheel_facts import load_wheel_facts
from planner.verifier.judge import judge
from tests.artifacts.hostile.elves import GNU_HASH, STRSZ, STRTAB, SYMTAB, Elf, library
from tests.artifacts.hostile.zips import INFO, METADATA, WHEEL, Part, archive, deflated, wheel
from tests.wheels.made import fatbin

_MIB = 1 << 20


def _entries() -> bytes:
    """As many members as are read, each with a row in RECORD and none of them what it says."""
    parts = [Part(b"made/%x" % n) for n in range(199_000)]
    rows = "".join(f"made/{n:x},sha256=x,7\n" for n in range(199_000))
    return _with_record(rows.encode(), parts)


def _odd_entries() -> bytes:
    """Members of which nothing is right."""
    parts = [
        Part(b"../\x1b%x.whl" % (n % 9000), flags=1, method=99, local={"crc": n}, mode=0o120777)
        for n in range(199_000)
    ]
    return wheel(*parts)


def _rows() -> bytes:
    """RECORD rows without files, all different, up to the limit on text."""
    rows = "".join(f"p/{n:x},sha256={n:043x},{n}\n" for n in range(250_000))
    return _with_record(rows.encode(), [])


def _with_record(text: bytes, parts: list[Part]) -> bytes:
    metadata = Part(f"{INFO}/METADATA".encode(), METADATA)
    told = Part(f"{INFO}/WHEEL".encode(), WHEEL)
    return archive([*parts, metadata, told, Part(f"{INFO}/RECORD".encode(), text, method=8)])


def _fields() -> bytes:
    """METADATA of one short field after the other."""
    text = METADATA.rstrip() + b"\nRequires-Dist: x" * 850_000
    return archive([Part(f"{INFO}/METADATA".encode(), text, 8), Part(f"{INFO}/WHEEL".encode())])


def _wide_text() -> bytes:
    """METADATA and RECORD of characters that Python keeps in four bytes each."""
    text = "😀".encode() * 4_000_000
    metadata = Part(f"{INFO}/METADATA".encode(), METADATA[:-1] + b"Summary: " + text, 8)
    told = Part(f"{INFO}/WHEEL".encode(), WHEEL)
    return archive([metadata, told, Part(f"{INFO}/RECORD".encode(), text, 8)])


def _names() -> bytes:
    """Many libraries with 20,000 imports each, of as many bytes as one may name."""
    made = Elf(library(gpu=False))
    text = made.append(b"\0" + b"".join(b"%0350d\0" % n for n in range(20_000)))
    made.dynamic(STRTAB, text).dynamic(STRSZ, 8 * _MIB)
    rows = b"".join(struct.pack("<IBBHQQ", 1 + 351 * n, 18, 0, 0, 0, 0) for n in range(20_000))
    made.dynamic(SYMTAB, made.append(rows))
    made.dynamic(GNU_HASH, made.append(struct.pack("<IIIIQI", 1, 20_000, 1, 0, 0, 0)))
    data = made.file()
    packed = deflated(data)
    return wheel(*(Part(b"made/%d.so" % n, data, 8, packed=packed) for n in range(12)))


def _libraries() -> bytes:
    """Tens of thousands of libraries."""
    data = library(gpu=False)
    packed = deflated(data)
    return wheel(*(Part(b"made/%d.so" % n, data, 8, packed=packed) for n in range(60_000)))


def _long(change: Callable[[Elf], None], filler: bytes, mib: int) -> bytes:
    """A library of so many MiB: its tables in front, then a filler again and again.

    Every 64 KiB a few bytes that cannot be compressed, to stay below the ratio.
    """
    made = Elf(library(gpu=False))
    change(made)
    made.program(1, filesz=mib * _MIB, memsz=mib * _MIB)
    head = made.file().ljust(_MIB, b"\0")[:_MIB]
    block = filler * (_MIB // len(filler))
    block = block.ljust(_MIB, b"\0")[: _MIB - 8192] + random.Random(1).randbytes(8192)
    return wheel(streamed(b"made/_C.so", head, block, mib - 1))


def streamed(name: bytes, head: bytes, block: bytes, count: int) -> Part:
    """A deflated member of a head and one block many times, made without holding it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    crc = zlib.crc32(head)
    for _ in range(count):
        crc = zlib.crc32(block, crc)
    packed = first + again * count + packer.flush()
    told = {"size": len(head) + len(block) * count, "crc": crc}
    return Part(name, b"", 8, packed=packed, local=dict(told), central=dict(told))


def _lying_tables(made: Elf) -> None:
    """Tables as long as the file says they can be."""
    made.dynamic(STRSZ, 2**40)
    made.dynamic(SYMTAB, 100 * _MIB)
    made.dynamic(GNU_HASH, made.append(struct.pack("<IIIIQI", 1, 2**32 - 1, 1, 0, 0, 0)))


def _scattered_strings(made: Elf) -> None:
    """A needed library in every other MiB, so that each reading lacks one."""
    rows = [(5, 64), (10, 2**32), *((1, n * 90 * _MIB) for n in range(1, 9)), (0, 0)]
    place = made.append(b"".join(struct.pack("<QQ", *row) for row in rows))
    made.program(2, offset=place, vaddr=place, filesz=16 * len(rows))


def _nothing(made: Elf) -> None:
    """The library as it is."""


def _middling() -> bytes:
    """Members as large as are held in memory, for every thread."""
    block = random.Random(2).randbytes(8192) + bytes(_MIB - 8192)
    return wheel(*(streamed(b"made/%d.bin" % n, b"", block, 46) for n in range(8)))


def _ar_archive() -> bytes:
    """An archive with a member of 250 MiB."""
    size = 250 * _MIB
    head = b"!<arch>\n" + f"{'k.o/':16}{0:12}{0:6}{0:6}{644:8}{size:10}`\n".encode()
    head += library()
    block = random.Random(2).randbytes(8192) + bytes(_MIB - 8192)
    return wheel(streamed(b"made/lib.a", head, block, 250))


def _containers() -> bytes:
    """As many containers as fit."""
    return _long(_nothing, fatbin("sm_90"), 60)


def _targets() -> bytes:
    """A container whose entries all have another architecture."""
    entry = struct.Struct("<HHIQIIHHIIIQQQ")
    rows = b"".join(
        entry.pack(2, 0x101, 64, 0, 0, 0, 0, 0, n, 0, 0, 17, 0, 0) for n in range(600_000)
    )
    data = struct.pack("<IHHQ", 0xBA55ED50, 1, 16, len(rows)) + rows
    return wheel(Part(b"made/k.fatbin", data, method=8))


def _bundle_ids() -> Iterator[bytes]:
    for number in range(4000):
        name = b"hipv4-amdgcn-amd-amdhsa--gfx%d" % number
        yield struct.pack("<QQQ", 0, 0, 1000) + name.ljust(1000, b"x")


def _bundles() -> bytes:
    """Bundles whose targets have long names, all of them different."""
    table = b"__CLANG_OFFLOAD_BUNDLE__" + struct.pack("<Q", 4000) + b"".join(_bundle_ids())
    return wheel(Part(b"made/k.hipfb", table * 3, method=8))


def _frames() -> bytes:
    """Compressed bundles without a size, each of which unpacks to a gigabyte of zeros."""
    packer = zlib.compressobj(9)
    first = packer.compress(bytes(_MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(_MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    frame = first + again * 1000
    head = struct.pack("<4sHHIQ", b"CCOB", 1, 0, 2**32 - 1, 1)
    bundle = (head + frame).ljust(-(-len(head + frame) // 4096) * 4096, b"\0")
    return wheel(Part(b"made/k.hipfb", bundle * 14, method=8))


def _cubins() -> bytes:
    """Headers of cubins side by side, each of which claims all bytes that follow, and more."""
    layout = "<4sBBBBB7xHHIQQQIHHHHHH"
    fields = (b"\x7fELF", 2, 1, 1, 0x33, 7, 2, 190, 1, 0, 0, 2**40, 0, 64, 0, 0, 64, 9, 1)
    made = Elf(library(gpu=False))
    made.append(struct.pack(layout, *fields) * 200_000, align=64)
    return wheel(Part(b"made/_C.so", made.file(), method=8))


def _false_magics() -> bytes:
    """Beginnings of GPU objects, one beside the other."""
    return _long(_nothing, b"\x7fELF\x02\x01\x02\0", 400)


CASES: dict[str, Callable[[], bytes]] = {
    "entries": _entries,
    "odd entries": _odd_entries,
    "rows": _rows,
    "fields": _fields,
    "wide text": _wide_text,
    "names": _names,
    "libraries": _libraries,
    "lying tables": lambda: _long(_lying_tables, b"\1\0\0\0", 400),
    "scattered strings": lambda: _long(_scattered_strings, b"x" * 4096, 900),
    "markers": lambda: _long(_nothing, b"\0.shstrtab\0" * 10, 700),
    "middling": _middling,
    "false magics": _false_magics,
    "ar archive": _ar_archive,
    "containers": _containers,
    "targets": _targets,
    "bundles": _bundles,
    "frames": _frames,
    "cubins": _cubins,
}


def peak_mib() -> int:
    """The most memory that this process had in use; ``ru_maxrss`` counts its parent's too."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def main() -> None:
    path, threads = Path(sys.argv[1]), int(sys.argv[2])
    start = time.process_time()
    found = judge(read_wheel(path, threads=threads), load_wheel_facts(Path(sys.argv[3])))
    said = sorted({f.rule.value for f in found.findings})
    seconds = time.process_time() - start
    sys.stdout.write(f"{peak_mib()} {seconds:.1f} {found.verdict.value} {','.join(said)}\n")


if __name__ == "__main__":
    main()
