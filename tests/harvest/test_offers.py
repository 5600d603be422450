"""Which versions on an index are releases that the facts lack."""

from __future__ import annotations

import pytest
from packaging.version import Version

from planner.harvest.offers import Offer, Passed, offers
from planner.index.listing import IndexFile

KNOWN = {"12.8": ("12.8.0", "12.8.1"), "13.4": ("13.4.0", "13.4.1"), "2019.0": ("2019.0",)}


def listed(*versions: str, platform: str = "any", yanked: bool = False) -> list[IndexFile]:
    """Wheels of a project with these versions."""
    return [
        IndexFile(
            name=f"x-{version}-py3-none-{platform}.whl",
            url="",
            sha256="",
            version=Version(version),
            platforms=(platform,),
            uploaded="2026-01-01",
            yanked=yanked,
        )
        for version in versions
    ]


@pytest.mark.parametrize(
    "version",
    ["12.8.0", "12.8.0.0", "12.8.1.7", "13.4.0rc1", "13.4.1.post1", "2019.0", "2019.0.0"],
)
def test_known_releases_and_builds_of_them(version: str) -> None:
    assert offers(listed(version), KNOWN) == ([], [])


@pytest.mark.parametrize(
    ("version", "release", "minor"),
    [
        ("12.8.2", "12.8.2", "12.8"),
        ("12.8.2.0", "12.8.2", "12.8"),
        ("13.0", "13.0", "13.0"),
        ("13.10.1", "13.10.1", "13.10"),
        ("2026.2.0", "2026.2.0", "2026.2"),
    ],
)
def test_new_releases(version: str, release: str, minor: str) -> None:
    found, passed = offers(listed(version), KNOWN)
    assert found == [Offer(release=release, minor=minor, listed=version)]
    assert passed == []


def test_oldest_first_and_the_newest_build_of_each() -> None:
    found, _ = offers(listed("13.10.0", "13.9.0", "13.9.0.1"), KNOWN)
    assert [(offer.release, offer.listed) for offer in found] == [
        ("13.9.0", "13.9.0.1"),
        ("13.10.0", "13.10.0"),
    ]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (listed("13.5.0rc1"), "a pre-release"),
        (listed("13.5.0.dev3"), "a pre-release"),
        (listed("11.8.0"), "older than 12.8, with which the facts begin"),
        (listed("13.5.0", yanked=True), "withdrawn by the vendor"),
        (listed("13.5.0", platform="win_amd64"), "no wheel for Linux"),
        (listed("13.5.0+cu13"), "no version that a vendor's release has"),
    ],
)
def test_passed_over(files: list[IndexFile], why: str) -> None:
    assert offers(files, KNOWN) == ([], [Passed(version=str(files[0].version), why=why)])


def test_a_release_that_is_withdrawn_for_one_platform_only() -> None:
    files = [
        *listed("13.5.0", platform="win_amd64", yanked=True),
        *listed("13.5.0", platform="manylinux_2_28_x86_64"),
    ]
    assert [offer.release for offer in offers(files, KNOWN)[0]] == ["13.5.0"]
