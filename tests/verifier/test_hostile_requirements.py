"""Dependencies that mean harm: what cannot be read holds, and costs little."""

from __future__ import annotations

import pytest

from planner.verifier import requirements
from planner.verifier.requirements import marker_applies, overlap

MARKERS = [
    "os_name ~= 'abc'",
    "python_version ~= 'abc'",
    "'a' in extras",
    "'a' in dependency_groups",
    "(" * 1500 + "os_name == 'nt'" + ")" * 1500,
    f"python_version < '{'9' * 5000}'",
    "os_name ==",
]


@pytest.mark.parametrize("marker", MARKERS, ids=lambda marker: marker[:24])
def test_a_marker_that_cannot_be_read_holds(marker: str) -> None:
    assert marker_applies(marker, "x86_64", ("3.12",))


def test_a_marker_with_very_many_extras_holds_without_being_worked_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(requirements, "_environment", None)  # any use of it would fail
    marker = " or ".join(f"extra == 'e{number}'" for number in range(200))
    assert marker_applies(marker, "x86_64", ("3.12",))


def test_a_marker_that_never_holds() -> None:
    assert not marker_applies("sys_platform == 'win32'", "x86_64", ("3.12",))


@pytest.mark.parametrize("specifier", [f"=={'9' * 5000}", "=>1", "!=1," * 200 + ">2"])
def test_a_specifier_that_cannot_be_read_admits_all(specifier: str) -> None:
    assert overlap(specifier, "==2.*")
    assert not overlap(">=3", "==2.*")
