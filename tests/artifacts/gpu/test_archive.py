from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from planner.artifacts.gpu.archive import Member, archive_members
from planner.artifacts.gpu.limits import GpuLimits
from planner.artifacts.sources import MemorySource
from tests.artifacts.gpu import builders as b


def members(data: bytes, limits: GpuLimits | None = None) -> list[Member]:
    return list(archive_members(MemorySource(data), limits or GpuLimits()))


def content(data: bytes, member: Member) -> bytes:
    return data[member.offset : member.offset + member.size]


def test_members() -> None:
    data = b.archive(("one.o", b"odd"), ("two.o", b"even"))
    found = members(data)
    assert [(member.name, content(data, member)) for member in found] == [
        ("one.o", b"odd"),
        ("two.o", b"even"),
    ]


def row(name: str, data: bytes) -> bytes:
    head = f"{name:16}{0:<12}{0:<6}{0:<6}{644:<8}{len(data):<10}`\n".encode()
    return head + data + b"\n" * (len(data) % 2)


def test_long_names() -> None:
    gnu = b"!<arch>\n" + row("/", b"index") + row("//", b"a_very_long_name.o/\nb.o/\n")
    gnu += row("/0", b"x") + row("/20", b"y") + row("/99", b"z")
    assert [member.name for member in members(gnu)] == ["a_very_long_name.o", "b.o", ""]
    bsd = (
        b"!<arch>\n"
        + row("__.SYMDEF", b"index")
        + row("#1/20", b"a_long_name.o".ljust(20, b"\0") + b"x")
    )
    (member,) = members(bsd)
    assert (member.name, content(bsd, member)) == ("a_long_name.o", b"x")


@pytest.mark.parametrize("field", ["-1", "1e3", "", "9" * 10, "\u00b2"])
def test_sizes_that_are_none(field: str) -> None:
    data = bytearray(b.archive(("one.o", b"odd")))
    data[8 + 48 : 8 + 58] = field.encode("latin-1").ljust(10)
    (member,) = members(bytes(data))
    assert not member.is_whole


def test_truncation_ends_with_a_damaged_member() -> None:
    data = b.archive(("one.o", b"odd"), ("two.o", b"even"))
    for size in range(9, len(data)):
        found = members(data[:size])
        assert found[-1].is_whole == (size in (71, 72))  # the pad of the first member's end


def test_number_of_members_is_bounded() -> None:
    data = b.archive(*[("x", b"")] * 20)
    assert len(members(data, GpuLimits(members=5))) == 5


@pytest.mark.skipif(not shutil.which("ar"), reason="needs ar of binutils")
def test_equal_to_what_ar_lists(tmp_path: Path) -> None:
    names = ["a.o", "b" * 40 + ".o", "c d.o"]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(b"x" * number)
    subprocess.run(["ar", "rc", "lib.a", *names], cwd=tmp_path, check=True)
    listed = subprocess.run(
        ["ar", "t", "lib.a"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    data = (tmp_path / "lib.a").read_bytes()
    found = members(data)
    assert [member.name for member in found] == listed.stdout.splitlines() == names
    assert [member.size for member in found] == [0, 1, 2]
