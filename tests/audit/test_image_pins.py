"""Digests of images against the pins of a builder's releases."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.audit.claims import Outcome
from planner.audit.policy_subjects import policy_notices
from planner.model.facts import FactBase
from tests.audit.auditing import audited, evidence_of, lines, tiny_facts
from tests.wheels.served import ServedIndex

MEMBER = "builder/pins.cfg"
X86 = "image/manylinux_2_28@x86_64"
ARM = "image/manylinux_2_28@aarch64"
DIGEST = "sha256:" + 64 * "a"
OTHER = "sha256:" + 64 * "b"
REPOSITORY = "quay.io/pypa/manylinux_2_28_x86_64"
BASE = "base: not provable: what an image is built on, and since when, stands in no wheel"


def pinned(folder: Path, tag: str = "2026.10.26-1", digest: str = DIGEST) -> FactBase:
    """The tiny facts with a digest of one image on one architecture."""
    row = 'x86_64: {base: almalinux-8, since: "2022-05-30"'
    more = f'{row}, digest: "{digest}", pinned: "{tag}"'
    return tiny_facts(folder, ("images.yaml", row, more))


def publish(index: ServedIndex, version: str, text: str) -> str:
    """A release of the builder with this text as its pins; its place in what is said."""
    name = f"builder-{version}-py3-none-any.whl"
    index.add(name, {MEMBER: text.encode(), "builder/main.py": b""})
    return f"{MEMBER} of {name}, {version}"


def pin(digest: str, tag: str, repository: str = REPOSITORY) -> str:
    return f"[x86_64]\nmanylinux_2_28 = {repository}@{digest}  # {tag}\n"


def test_tag_digest_and_repository_are_compared(wheel_index: ServedIndex, tmp_path: Path) -> None:
    place = publish(wheel_index, "4.3.5", pin(DIGEST, "2026.10.26-1"))
    audit = audited(pinned(tmp_path), "images", wheel_index)
    assert lines(audit, X86) == [
        f"pinned: 2026.10.26-1 ({place})",
        f"digest: {DIGEST} ({place})",
        f"repository: {REPOSITORY} ({place})",
        BASE,
    ]
    assert lines(audit, ARM) == ["digest: not provable: the facts state no digest of it", BASE]
    assert lines(audit, "image/manylinux_2_28/gcc-toolset-12@2022-12-01") == [
        "not provable: what an image holds stands in no wheel"
    ]


@pytest.mark.parametrize(
    ("digest", "tag", "repository", "says"),
    [
        (
            OTHER,
            "2026.10.26-1",
            REPOSITORY,
            f"digest: contradicted: {DIGEST} against {OTHER}",
        ),
        (
            DIGEST,
            "2026.10.21-1",
            REPOSITORY,
            "pinned: contradicted: 2026.10.26-1 against 2026.10.21-1",
        ),
        (
            DIGEST,
            "2026.10.26-1",
            "ghcr.io/x",
            f"repository: contradicted: {REPOSITORY} against ghcr.io/x",
        ),
    ],
)
def test_another_pin_is_contradicted(
    digest: str, tag: str, repository: str, says: str, wheel_index: ServedIndex, tmp_path: Path
) -> None:
    place = publish(wheel_index, "4.3.5", pin(digest, tag, repository))
    audit = audited(pinned(tmp_path), "images", wheel_index)
    assert f"{says} ({place})" in lines(audit, X86)


def test_an_older_release_proves_an_older_pin(wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index, "4.2.0", pin(OTHER, "2026.09.01-1"))
    place = publish(wheel_index, "4.3.5", pin(DIGEST, "2026.10.26-1"))
    publish(wheel_index, "4.3.6", "[aarch64]\n")
    publish(wheel_index, "4.4.0", pin(OTHER, "2026.12.01-1"))
    audit = audited(pinned(tmp_path), "images", wheel_index)
    assert lines(audit, X86) == [
        f"pinned: 2026.10.26-1 ({place})",
        f"digest: {DIGEST} ({place})",
        f"repository: {REPOSITORY} ({place})",
        "newest pin: not provable: builder 4.4.0 pins 2026.12.01-1",
        BASE,
    ]


def test_a_tag_that_nobody_pins_is_not_provable(wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index, "4.3.4", pin(DIGEST, "2026.10.01-1"))
    publish(wheel_index, "4.3.5", pin(OTHER, "2026.10.21-1"))
    said = lines(audited(pinned(tmp_path), "images", wheel_index), X86)
    assert said == [
        "pinned: not provable: no builder that was read pins 2026.10.26-1; "
        "the newest, 4.3.5 pins 2026.10.21-1",
        BASE,
    ]
    assert wheel_index.ranges("builder-4.3.4-py3-none-any.whl") == []


def test_a_tag_of_any_length_is_put_in_order(wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index, "4.3.5", pin(OTHER, 5000 * "9"))
    said = lines(audited(pinned(tmp_path), "images", wheel_index), X86)
    assert said[0].startswith("pinned: not provable: no builder that was read pins 2026.10.26-1; ")


def test_an_image_that_nobody_pins_is_not_provable(
    wheel_index: ServedIndex, tmp_path: Path
) -> None:
    publish(wheel_index, "4.3.5", "[aarch64]\n")
    assert lines(audited(pinned(tmp_path), "images", wheel_index), X86) == [
        "pinned: not provable: no builder that was read pins 2026.10.26-1; "
        "none of the newest pins this image",
        BASE,
    ]


def test_old_releases_pin_tags_without_digests(wheel_index: ServedIndex, tmp_path: Path) -> None:
    place = publish(
        wheel_index, "2.1", f"[x86_64]\nmanylinux_2_28 = {REPOSITORY}:2024-05-13-0983e\n"
    )
    audit = audited(pinned(tmp_path, tag="2024-05-13-0983e"), "images", wheel_index)
    assert lines(audit, X86) == [
        f"pinned: 2024-05-13-0983e ({place})",
        "digest: not provable: builder-2.1-py3-none-any.whl pins no digest",
        f"repository: {REPOSITORY} ({place})",
        BASE,
    ]


def test_a_pin_without_a_fact_is_told(wheel_index: ServedIndex, tmp_path: Path) -> None:
    text = "".join(
        f"[{arch}]\nmanylinux_2_28 = q/x@{DIGEST} # 1\n"
        for arch in ("x86_64", "s390x", "pypy_i686")
    )
    publish(wheel_index, "4.3.5", f"{text}manylinux_2_99 = q/y:2\n[i686]\nnew = q/z:3\n")
    facts = tiny_facts(tmp_path)
    name = "builder-4.3.5-py3-none-any.whl"
    assert policy_notices(facts, "images", evidence_of(wheel_index)) == (
        f"{name} pins an image manylinux_2_28 for s390x ({MEMBER}): no fact",
        f"{name} pins an image new for i686 ({MEMBER}): no fact",
    )


@pytest.mark.parametrize("text", ["manylinux", "[x86_64]\nmanylinux_2_28 = @ # 1\n"])
def test_another_form_is_unreadable(text: str, wheel_index: ServedIndex, tmp_path: Path) -> None:
    publish(wheel_index, "4.3.5", text)
    audit = audited(pinned(tmp_path), "images", wheel_index)
    assert audit.count(Outcome.UNREADABLE) == 1
    assert "unreadable: builder/pins.cfg " in lines(audit, X86)[0]
