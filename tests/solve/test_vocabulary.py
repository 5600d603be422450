"""What a request may name, taken from the real facts."""

from __future__ import annotations

import pytest

from planner.load.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("target", "mode"),
    [
        ("gfx90a", None),
        ("gfx90a:xnack+", None),
        ("gfx90a:sramecc+:xnack-", None),
        ("gfx942:xnack-", None),
        ("gfx9-generic:xnack+", None),
        ("gfx9-4-generic:sramecc-:xnack+", None),
        ("gfx10-1-generic:xnack+", None),
        ("gfx9-generic:sramecc+", "sramecc"),
        ("gfx900:sramecc+:xnack+", "sramecc"),
        ("gfx1030:xnack+", "xnack"),
        ("gfx1100:xnack-", "xnack"),
        ("gfx11-generic:xnack+", "xnack"),
        ("sm_90", None),
    ],
)
def test_modes_of_processors(target: str, mode: str | None, vocabulary: Vocabulary) -> None:
    """As Clang takes and refuses them (LLVM, User Guide for AMDGPU Backend, "Target ID")."""
    assert vocabulary.missing_mode(target) == mode
    assert vocabulary.knows_target(target) == (mode is None)


def test_a_target_that_nobody_has(vocabulary: Vocabulary) -> None:
    assert not vocabulary.knows_target("gfx9999")
    assert not vocabulary.knows_target("gfx9999:xnack+")
