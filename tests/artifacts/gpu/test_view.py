from __future__ import annotations

from planner.artifacts.gpu.view import View
from planner.artifacts.sources import MemorySource, Needle


def test_a_view_is_a_source_of_its_own() -> None:
    view = View(MemorySource(b"0123456789"), 3, 4)
    assert view.size == 4
    assert view.read(0, 2) == b"34"
    assert view.read(2, 99) == b"56"
    assert (view.read(4, 1), view.read(-1, 2)) == (b"", b"")
    assert View(MemorySource(b"0123"), 2, 99).size == 2
    assert View(MemorySource(b"0123"), 9, 9).size == 0


def test_a_view_finds_inside_only() -> None:
    needle, other = Needle(b"7"), Needle(b"5")
    view = View(MemorySource(b"0123456789"), 3, 4)
    assert view.find((needle, other), 0, 99) == (2, other)
    assert view.find((needle,), 0, 99) is None
