"""Small ELF files, GPU containers and wheels for tests.

Layouts: System V gABI chapters 4 and 5, LSB "Symbol Versioning", binary distribution format. GPU
containers after tests/artifacts/gpu/builders.py.
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

ARCHITECTURES = {
    # e_machine, bits, byte order, e_flags
    "x86_64": (62, 64, "<", 0),
    "i686": (3, 32, "<", 0),
    "aarch64": (183, 64, "<", 0),
    "armv7l": (40, 32, "<", 0x05000400),
    "ppc64": (21, 64, ">", 1),
    "ppc64le": (21, 64, "<", 2),
    "s390x": (22, 64, ">", 0),
    "riscv64": (243, 64, "<", 5),
    "loongarch64": (258, 64, "<", 0x43),
}
GCC_14 = "GCC: (GNU) 14.2.1 20250110 (Red Hat 14.2.1-7)"
AMD_CLANG = (
    "AMD clang version 22.0.0git (https://github.com/RadeonOpenCompute/llvm-project "
    "roc-7.2.0 26014 7b800a19466229b8479a78de19143dc33c3ab9b5)"
)

_PROGBITS, _SYMTAB, _STRTAB, _HASH, _DYNAMIC, _NOTE = 1, 11, 3, 5, 6, 7
_GNU_HASH, _VERNEED, _VERSYM = 0x6FFFFFF6, 0x6FFFFFFE, 0x6FFFFFFF
_ALLOC = 2
_LEVELS = {"baseline": 1, "v2": 2, "v3": 4, "v4": 8}


@dataclass(frozen=True, kw_only=True)
class _Section:
    name: str
    data: bytes
    kind: int = _PROGBITS
    flags: int = _ALLOC
    link: str = ""
    info: int = 0
    align: int = 8
    entry: int = 0


def elf_file(
    arch: str = "x86_64",
    *,
    needs: Mapping[str, Sequence[str]] | None = None,
    needed: Sequence[str] = (),
    plain: Sequence[str] = (),
    weak: Sequence[str] = (),
    defined: Sequence[str] = ("PyInit_x",),
    soname: str | None = None,
    rpath: str | None = None,
    runpath: str | None = None,
    comment: Sequence[str] = (),
    stack: Literal["plain", "exec"] | None = "plain",
    isa: Sequence[str] = (),
    interpreter: str | None = None,
    hash_table: Literal["gnu", "plain"] | None = "gnu",
    section_table: Literal["kept", "zeroed", "gone"] = "kept",
    sections: Mapping[str, bytes] | None = None,
    kind: Literal["object", "program", "shared"] = "shared",
    flags: int | None = None,
) -> bytes:
    """An ELF file that readelf and a loader accept, without code.

    ``needs`` maps a library to what is asked of it: ``memcpy@GLIBC_2.14``, or a bare version that
    no symbol uses. Its libraries are needed, then those of ``needed``. ``plain`` are undefined
    symbols without version, ``weak`` those that may be missing. ``isa`` are x86 levels of a GNU
    property note. ``section_table``: kept; its bytes zeroed; or gone from file and header.
    ``sections`` are more of them, loaded, by name.
    ``flags`` replaces the usual e_flags of the architecture.
    """
    number, bits, order, usual_flags = ARCHITECTURES[arch]
    parts: list[_Section] = []
    if kind != "object":
        linked = _Linked(bits, order, arch, frozenset(weak))
        linked.add(needs or {}, needed, (*plain, *weak), defined, soname, rpath, runpath)
        if interpreter:
            parts.append(_Section(name=".interp", data=interpreter.encode() + b"\0", align=1))
        if isa:
            note = _property_note(isa, bits, order)
            parts.append(
                _Section(name=".note.gnu.property", data=note, kind=_NOTE, align=bits // 8)
            )
        parts += linked.sections(hash_table)
    for name, data in (sections or {}).items():
        parts.append(_Section(name=name, data=data, align=4096 if "hip" in name else 8))
    unloaded = []
    if comment:
        text = b"".join(line.encode() + b"\0" for line in comment)
        unloaded.append(_Section(name=".comment", data=text, flags=0x30, align=1, entry=1))
    return _Assembly(
        bits=bits,
        order=order,
        machine=number,
        flags=usual_flags if flags is None else flags,
        kind={"object": 1, "program": 2, "shared": 3}[kind],
        stack=None if kind == "object" else stack,
        section_table=section_table,
        loaded=parts,
        unloaded=unloaded,
    ).file()


@dataclass
class _Linked:
    """Dynamic symbols, their versions, and the rows of the dynamic table."""

    bits: int
    order: str
    arch: str
    weak: frozenset[str] = frozenset()
    strings: bytes = b"\0"
    rows: list[tuple[int, int]] = field(default_factory=list)
    symbols: list[tuple[str, int, bool]] = field(default_factory=list)  # name, version, defined
    verneed: bytes = b""
    libraries: int = 0

    def text(self, value: str) -> int:
        data = value.encode() + b"\0"
        place = self.strings.find(b"\0" + data)
        if place >= 0:
            return place + 1
        self.strings += data
        return len(self.strings) - len(data)

    def add(
        self,
        needs: Mapping[str, Sequence[str]],
        needed: Sequence[str],
        plain: Sequence[str],
        defined: Sequence[str],
        soname: str | None,
        rpath: str | None,
        runpath: str | None,
    ) -> None:
        for library in dict.fromkeys([*needs, *needed]):
            self.rows.append((1, self.text(library)))
        for tag, value in ((14, soname), (15, rpath), (29, runpath)):
            if value is not None:
                self.rows.append((tag, self.text(value)))
        self._add_needs(needs)
        self.symbols += [(name, 1, False) for name in plain]
        self.symbols += [(name, 1, True) for name in defined]

    def _add_needs(self, needs: Mapping[str, Sequence[str]]) -> None:
        index = 2
        groups = {library: _by_version(asked) for library, asked in needs.items() if asked}
        self.libraries = len(groups)
        for number, (library, versions) in enumerate(groups.items()):
            last = number + 1 == len(groups)
            step = 0 if last else 16 + 16 * len(versions)
            fields = (1, len(versions), self.text(library), 16, step)
            self.verneed += struct.pack(f"{self.order}HHIII", *fields)
            for place, (version, names) in enumerate(versions.items()):
                step = 16 if place + 1 < len(versions) else 0
                row = (_elf_hash(version), 0, index, self.text(version), step)
                self.verneed += struct.pack(f"{self.order}IHHII", *row)
                self.symbols += [(name, index, False) for name in names]
                index += 1

    def sections(self, hash_table: str | None) -> Iterator[_Section]:
        table = b"".join(self._symbol(*row) for row in [("", 0, False), *self.symbols])
        size = 24 if self.bits == 64 else 16
        versions = [0, *(version for _, version, _ in self.symbols)]
        versym = struct.pack(f"{self.order}{len(versions)}H", *versions)
        if hash_table == "gnu":
            yield _Section(name=".gnu.hash", data=self._gnu(), kind=_GNU_HASH, link=".dynsym")
        elif hash_table == "plain":
            width = 8 if self.arch == "s390x" else 4
            data = self._plain("Q" if width == 8 else "I")
            yield _Section(name=".hash", data=data, kind=_HASH, link=".dynsym", entry=width)
        yield _Section(name=".dynsym", data=table, kind=_SYMTAB, link=".dynstr", info=1, entry=size)
        yield _Section(name=".dynstr", data=self.strings, kind=_STRTAB, align=1)
        if self.verneed:
            yield _Section(
                name=".gnu.version", data=versym, kind=_VERSYM, link=".dynsym", align=2, entry=2
            )
            yield _Section(
                name=".gnu.version_r",
                data=self.verneed,
                kind=_VERNEED,
                link=".dynstr",
                info=self.libraries,
            )
        entry = self.bits // 4
        hashes = 1 if hash_table else 0
        count = len(self.rows) + 5 + hashes + (3 if self.verneed else 0)
        # Its values are known when all places are: _Assembly fills it in.
        packed = b"".join(struct.pack(self.pair, *row) for row in self.rows)
        yield _Section(
            name=".dynamic",
            data=packed.ljust(count * entry, b"\0"),
            kind=_DYNAMIC,
            flags=_ALLOC | 1,
            link=".dynstr",
            info=len(packed),
            entry=entry,
        )

    @property
    def pair(self) -> str:
        return f"{self.order}{'qQ' if self.bits == 64 else 'iI'}"

    def _symbol(self, name: str, version: int, is_defined: bool) -> bytes:
        info = (0x22 if name in self.weak else 0x12) if name else 0  # weak or global function
        place, section = (64, 1) if is_defined else (0, 0)
        text = self.text(name) if name else 0
        if self.bits == 64:
            return struct.pack(f"{self.order}IBBHQQ", text, info, 0, section, place, 0)
        return struct.pack(f"{self.order}IIIBBH", text, place, 0, info, 0, section)

    def _gnu(self) -> bytes:
        """One bucket, a filter that lets all pass; without defined symbols as ld writes it."""
        word = "Q" if self.bits == 64 else "I"
        names = [name for name, _, is_defined in self.symbols if is_defined]
        if not names:
            return struct.pack(f"{self.order}IIII{word}I", 1, 1, 1, 0, 0, 0)
        first = 1 + len(self.symbols) - len(names)
        filter_ = (1 << self.bits) - 1
        made = struct.pack(f"{self.order}IIII{word}I", 1, first, 1, 0, filter_, first)
        hashes = [_gnu_hash(name) & ~1 for name in names]
        hashes[-1] |= 1
        return made + struct.pack(f"{self.order}{len(hashes)}I", *hashes)

    def _plain(self, word: str) -> bytes:
        """One bucket; the chain goes through all symbols."""
        count = 1 + len(self.symbols)
        chain = [0, *(n + 1 if n + 1 < count else 0 for n in range(1, count))]
        values = (1, count, 1 if count > 1 else 0, *chain)
        return struct.pack(f"{self.order}{len(values)}{word}", *values)


def _by_version(asked: Sequence[str]) -> dict[str, list[str]]:
    versions: dict[str, list[str]] = {}
    for text in asked:
        name, at, version = text.partition("@")
        versions.setdefault(version if at else name, []).extend([name] if at else [])
    return versions


def _elf_hash(name: str) -> int:
    value = 0
    for byte in name.encode():
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ high >> 24) & ~high & 0xFFFFFFFF
    return value


def _gnu_hash(name: str) -> int:
    value = 5381
    for byte in name.encode():
        value = (value * 33 + byte) & 0xFFFFFFFF
    return value


def _property_note(levels: Sequence[str], bits: int, order: str) -> bytes:
    needed = sum(_LEVELS[level] for level in levels)
    value = struct.pack(f"{order}III", 0xC0008002, 4, needed)
    value += b"\0" * (-len(value) % (bits // 8))
    return struct.pack(f"{order}III", 4, len(value), 5) + b"GNU\0" + value


@dataclass(kw_only=True)
class _Assembly:
    """Everything put in its place."""

    bits: int
    order: str
    machine: int
    flags: int
    kind: int
    stack: str | None
    section_table: str
    loaded: list[_Section]
    unloaded: list[_Section]

    def file(self) -> bytes:
        header = 64 if self.bits == 64 else 52
        program = 56 if self.bits == 64 else 32
        segments = 0 if self.kind == 1 else self._segment_count()
        body = bytearray(header + program * segments)
        places = {section.name: self._put(body, section) for section in self.loaded}
        end_of_load = len(body)
        places |= {section.name: self._put(body, section) for section in self.unloaded}
        self._fill_dynamic(body, places)
        table, names = 0, 0
        if self.section_table != "gone":
            table, names = self._put_sections(body, places)
        if segments:
            rows = b"".join(self._segments(places, end_of_load))
            body[header : header + len(rows)] = rows
        word = "Q" if self.bits == 64 else "I"
        head = struct.pack(
            f"{self.order}HHI{word * 3}IHHHHHH",
            self.kind,
            self.machine,
            1,
            0,
            header if segments else 0,
            table,
            self.flags,
            header,
            program if segments else 0,
            segments,
            (64 if self.bits == 64 else 40) if table else 0,
            names + 1 if table else 0,
            names,
        )
        ident = bytes([2 if self.bits == 64 else 1, 1 if self.order == "<" else 2, 1])
        body[:header] = b"\x7fELF" + ident + bytes(9) + head
        return bytes(body)

    def _put(self, body: bytearray, section: _Section) -> int:
        body += b"\0" * (-len(body) % section.align)
        place = len(body)
        body += section.data
        return place

    def _find(self, name: str) -> _Section | None:
        return next((section for section in self.loaded if section.name == name), None)

    def _segment_count(self) -> int:
        optional = (".interp", ".note.gnu.property", ".dynamic")
        return 1 + sum(self._find(name) is not None for name in optional) + bool(self.stack)

    def _segments(self, places: Mapping[str, int], end: int) -> Iterator[bytes]:
        kinds = {".interp": (3, 4), ".note.gnu.property": (4, 4), ".dynamic": (2, 6)}
        if ".interp" in places:
            yield self._segment_of(".interp", *kinds[".interp"], places)
        yield self._segment(1, 6, 0, end, 0x1000)
        for name in (".dynamic", ".note.gnu.property"):
            if name in places:
                yield self._segment_of(name, *kinds[name], places)
        if self.stack:
            yield self._segment(0x6474E551, 7 if self.stack == "exec" else 6, 0, 0, 16)

    def _segment_of(self, name: str, kind: int, flags: int, places: Mapping[str, int]) -> bytes:
        section = self._find(name)
        assert section is not None
        return self._segment(kind, flags, places[name], len(section.data), section.align)

    def _segment(self, kind: int, flags: int, place: int, size: int, align: int) -> bytes:
        if self.bits == 64:
            fields = (kind, flags, place, place, place, size, size, align)
            return struct.pack(f"{self.order}IIQQQQQQ", *fields)
        fields = (kind, place, place, place, size, size, flags, align)
        return struct.pack(f"{self.order}IIIIIIII", *fields)

    def _fill_dynamic(self, body: bytearray, places: Mapping[str, int]) -> None:
        section = self._find(".dynamic")
        if section is None:
            return
        strings, needs = self._find(".dynstr"), self._find(".gnu.version_r")
        assert strings is not None
        rows = [(5, places[".dynstr"]), (6, places[".dynsym"]), (10, len(strings.data))]
        rows.append((11, 24 if self.bits == 64 else 16))
        for name, tag in ((".hash", 4), (".gnu.hash", 0x6FFFFEF5), (".gnu.version", 0x6FFFFFF0)):
            if name in places:
                rows.append((tag, places[name]))
        if needs is not None:
            rows += [(0x6FFFFFFE, places[".gnu.version_r"]), (0x6FFFFFFF, needs.info)]
        pair = f"{self.order}{'qQ' if self.bits == 64 else 'iI'}"
        data = b"".join(struct.pack(pair, *row) for row in [*rows, (0, 0)])
        start = places[".dynamic"] + section.info
        body[start : start + len(data)] = data

    def _put_sections(self, body: bytearray, places: Mapping[str, int]) -> tuple[int, int]:
        """Where the table lies, and the index of the section of names."""
        names = b"\0"
        told = [*self.loaded, *self.unloaded]
        index = {section.name: n for n, section in enumerate(told, 1)}
        starts = []
        for name in [*index, ".shstrtab"]:
            starts.append(len(names))
            names += name.encode() + b"\0"
        last = _Section(name=".shstrtab", data=names, kind=_STRTAB, flags=0, align=1)
        where = dict(places) | {last.name: self._put(body, last)}
        rows = [bytes(64 if self.bits == 64 else 40)]
        word = "Q" if self.bits == 64 else "I"
        for start, section in zip(starts, [*told, last], strict=True):
            place = where[section.name]
            info = 0 if section.name == ".dynamic" else section.info
            fields = (start, section.kind, section.flags, place if section.flags & _ALLOC else 0)
            rest = (place, len(section.data), index.get(section.link, 0), info, section.align)
            layout = f"{self.order}II{word * 4}II{word * 2}"
            rows.append(struct.pack(layout, *fields, *rest, section.entry))
        body += b"\0" * (-len(body) % 8)
        table = len(body)
        data = b"".join(rows)
        body += data if self.section_table == "kept" else bytes(len(data))
        return table, len(rows) - 1


def fatbin(*targets: str) -> bytes:
    """A CUDA container: ``sm_90``, ``sm_90a``, ``sm_100f`` machine code, ``compute_90`` PTX,
    ``lto_90`` LTO-IR."""
    return fatbin_of([_entry(target) for target in targets])


def fatbin_of(entries: Sequence[bytes]) -> bytes:
    """A CUDA container with these entries."""
    body = b"".join(entries)
    return struct.pack("<IHHQ", 0xBA55ED50, 1, 16, len(body)) + body


def _entry(target: str) -> bytes:
    form, _, number = target.partition("_")
    kind = {"compute": 1, "sm": 2, "lto": 8}[form]
    flags = 0x11 | (number.endswith("a") << 20) | (number.endswith("f") << 21)
    payload = b"\xaa" * 16
    arch = int(number.rstrip("af"))
    fields = (kind, 0x0101, 64, len(payload), 0, 0, 0, 0, arch, 0, 0, flags, 0, 0)
    return struct.pack("<HHIQIIHHIIIQQQ", *fields) + payload


def hip_bundle(*targets: str, compressed: Literal[1, 2, 3] | None = None) -> bytes:
    """An offload bundle with AMD code (``gfx90a``), compressed by zlib as CCOB of a version."""
    ids = ["host-x86_64-unknown-linux-gnu-", *(f"hipv4-amdgcn-amd-amdhsa--{t}" for t in targets)]
    code = b"\x7fELF" + b"\xcc" * 60
    rows, body = b"", b""
    for name in ids:
        size = 0 if name.startswith("host") else len(code)
        rows += struct.pack("<QQQ", 4096 + len(body), size, len(name)) + name.encode()
        body += (code + bytes(-len(code) % 4096)) if size else b""
    head = b"__CLANG_OFFLOAD_BUNDLE__" + struct.pack("<Q", len(ids)) + rows
    plain = head.ljust(4096, b"\0") + body
    if compressed is None:
        return plain
    data, size = zlib.compress(plain), len(plain)
    if compressed == 1:
        return struct.pack("<4sHHIQ", b"CCOB", 1, 0, size, 1) + data
    if compressed == 2:
        return struct.pack("<4sHHIIQ", b"CCOB", 2, 0, 24 + len(data), size, 1) + data
    return struct.pack("<4sHHQQQ", b"CCOB", 3, 0, 32 + len(data), size, 1) + data


Row = tuple[str, str, str]
"""A row of RECORD: path, hash, size."""


def wheel_file(
    folder: Path,
    name: str,
    members: Mapping[str, bytes],
    *,
    requires: Sequence[str] = (),
    tags: Sequence[str] | None = None,
    metadata: Mapping[str, str] | None = None,
    record: bool = True,
    rows: Callable[[list[Row]], list[Row]] | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> Path:
    """A wheel with these members and right metadata.

    ``name`` is the whole file name. ``tags`` are the lines of WHEEL instead of the file name's;
    ``metadata`` replaces fields of METADATA; ``rows`` changes RECORD before it is written.
    """
    parts = name.removesuffix(".whl").split("-")
    info = f"{parts[0]}-{parts[1]}.dist-info"
    said = {"Metadata-Version": "2.4", "Name": parts[0], "Version": parts[1]} | dict(metadata or {})
    lines = [f"{key}: {value}" for key, value in said.items()]
    lines += [f"Requires-Dist: {line}" for line in requires]
    told = list(_single_tags(parts[-3:])) if tags is None else tags
    head = ["Wheel-Version: 1.0", "Generator: made", "Root-Is-Purelib: false"]
    files = dict(members)
    files[f"{info}/METADATA"] = ("\n".join(lines) + "\n\n").encode()
    files[f"{info}/WHEEL"] = ("\n".join([*head, *(f"Tag: {tag}" for tag in told)]) + "\n").encode()
    if record:
        listed = [(path, f"sha256={_digest(data)}", str(len(data))) for path, data in files.items()]
        listed.append((f"{info}/RECORD", "", ""))
        text = "".join(",".join(row) + "\n" for row in (rows(listed) if rows else listed))
        files[f"{info}/RECORD"] = text.encode()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    with zipfile.ZipFile(path, "w", compression) as archive:
        for member, data in files.items():
            row = zipfile.ZipInfo(member, (2026, 11, 21, 0, 0, 0))
            row.compress_type = compression
            row.external_attr = 0o100644 << 16
            archive.writestr(row, data)
    return path


def _single_tags(parts: Sequence[str]) -> Iterator[str]:
    for python in parts[0].split("."):
        for abi in parts[1].split("."):
            for platform in parts[2].split("."):
                yield f"{python}-{abi}-{platform}"


def _digest(data: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
