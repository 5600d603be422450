"""What a wheel requires on Linux, and the versions that stand for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from planner.audit.evidence import Evidence
from planner.harvest.found import UnprovedError
from planner.harvest.requirements import Required, Resolved, required_by, resolved
from planner.index.errors import BrokenError, MissingError
from tests.harvest.making import vendor_of
from tests.wheels.served import ServedIndex, served_index


@pytest.fixture
def bare_index(tmp_path: Path) -> Iterator[ServedIndex]:
    """An index without wheels."""
    with served_index(tmp_path / "index") as index:
        yield index


def evidence(index: ServedIndex) -> Evidence:
    return Evidence(vendor=vendor_of(index), names={})


def required(index: ServedIndex, *requires: str) -> Required:
    index.add("meta-1.0-py3-none-any.whl", {}, requires=requires)
    return required_by("meta", "1.0", evidence(index))


def test_extras_and_what_is_always_required(bare_index: ServedIndex) -> None:
    found = required(
        bare_index,
        "a",
        "B-b; sys_platform == 'linux' and platform_machine == 'aarch64'",
        "c; sys_platform == 'win32'",
        "d; extra == 'all' or extra == 'd'",
        "e; extra == 'all' and sys_platform == 'win32'",
    )
    assert found.always() == ["a", "b-b"]
    assert found.by_extra() == {"all": ["d"], "d": ["d"]}
    assert found.member == "meta-1.0.dist-info/METADATA"


def test_a_marker_that_means_nothing(bare_index: ServedIndex) -> None:
    with pytest.raises(BrokenError, match="has a requirement that means nothing: Undefined"):
        required(bare_index, "a; 'linux' ~= sys_platform")


def test_versions_that_extras_differ_in(bare_index: ServedIndex) -> None:
    found = required(
        bare_index, "a==1; extra == 'x'", "a==2; extra == 'y'", "b==1; sys_platform == 'win32'"
    )
    with pytest.raises(UnprovedError, match="a is required as ==1 and ==2"):
        found.specifiers("a")
    with pytest.raises(UnprovedError, match="b is required as nothing"):
        found.specifiers("b")


@pytest.mark.parametrize(
    ("wanted", "versions", "found"),
    [
        ("==1.2.3", ["1.2.3"], Resolved(version="1.2.3")),
        ("==1.2.3.*", ["1.2.3", "1.2.4"], Resolved(version="1.2.3")),
        ("==1.2.*", ["1.2.0"], Resolved(version="1.2.0")),
        (
            "==1.2.*",
            ["1.2.0", "1.2.1"],
            Resolved(version="1.2", range=">=1.2,<1.3"),
        ),
        (
            "==2023.*",
            ["2023.1.0", "2023.2.0"],
            Resolved(version="2023", range=">=2023,<2024", is_listed=False),
        ),
        ("<14,>=13.5.37", ["13.5.37"], Resolved(version="13.5.37", range="<14,>=13.5.37")),
        (
            ">=2025,<2027",
            ["2026.0.0"],
            Resolved(version="2025", range="<2027,>=2025", is_listed=False),
        ),
    ],
)
def test_versions_that_stand_for_a_requirement(
    bare_index: ServedIndex, wanted: str, versions: Sequence[str], found: Resolved
) -> None:
    for version in versions:
        bare_index.add(f"a-{version}-py3-none-any.whl", {})
    assert resolved("a", SpecifierSet(wanted), evidence(bare_index)) == found


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ("==1.5", "a ==1.5 is not on the index"),
        ("<3", "a is required as <3, without a lowest version"),
    ],
)
def test_requirements_that_no_version_stands_for(
    bare_index: ServedIndex, wanted: str, why: str
) -> None:
    bare_index.add("a-1.4-py3-none-manylinux_2_28_x86_64.whl", {})
    bare_index.add("a-1.5-py3-none-win_amd64.whl", {})
    with pytest.raises(UnprovedError, match=why):
        resolved("a", SpecifierSet(wanted), evidence(bare_index))


def test_a_project_that_the_index_lacks(bare_index: ServedIndex) -> None:
    with pytest.raises(MissingError, match="no index has a project a"):
        resolved("a", SpecifierSet("==1"), evidence(bare_index))
