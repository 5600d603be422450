from __future__ import annotations

import struct

import pytest

from planner.artifacts.elf import sections
from planner.artifacts.elf.header import ElfDamageError, read_header
from planner.artifacts.limits import DEFAULT_LIMITS
from planner.artifacts.sources import MemorySource
from tests.artifacts.gpu import builders as b


def read(data: bytes) -> tuple[sections.Section, ...]:
    source = MemorySource(data)
    return sections.read_sections(source, read_header(source), DEFAULT_LIMITS)


def made(*names: str, shared: bool = False) -> bytes:
    """A file with sections of these names; all with the first one's if shared."""
    data = bytearray(b.elf(*(b.Section(name, b"x") for name in names)).data)
    table = struct.unpack_from("<Q", data, 40)[0]
    for row in range(1, len(names) + 1) if shared else ():
        struct.pack_into("<I", data, table + 64 * row, 1)
    return bytes(data)


def test_a_name_that_sections_share_is_decoded_once() -> None:
    found = read(made("first", *"x" * 50, shared=True))
    assert [section.name for section in found[:-1]] == ["first"] * 51
    assert all(section.name is found[0].name for section in found[:-1])


def test_bytes_that_are_no_text_do_not_grow() -> None:
    data = made("name").replace(b"\0name\0", b"\0\xff\xff\xff\xff\0")
    assert read(data)[0].name == "\ufffd" * 4


def test_names_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = made(*(f"section{n}" for n in range(9)))
    monkeypatch.setattr(sections, "_NAMED", 81)  # nine of eight, and .shstrtab
    assert len(read(data)) == 10
    monkeypatch.setattr(sections, "_NAMED", 80)
    with pytest.raises(ElfDamageError, match="more than 80 characters"):
        read(data)
    assert len(read(made("section0", *"x" * 20, shared=True))) == 22
