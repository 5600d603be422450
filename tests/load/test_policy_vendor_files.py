"""``vendor-files`` of ``policies/sources.yaml``: read whole, or refused with what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import DataError
from planner.load.facts import load_facts
from planner.model.facts import FactBase
from planner.model.vendor_files import POLICY_SCOPES, VendorFile
from tests.load.made import TINY, copy_tiny, replace_once

SOURCES = "policies/sources.yaml"


def test_files_are_read_by_kind_of_fact() -> None:
    files = load_facts(TINY).policies.vendor_files
    assert files["image-toolset"] == VendorFile(
        kind="image-toolset", format="none", why="what an image holds stands in no wheel"
    )
    assert files["interpreter"] == VendorFile(
        kind="interpreter",
        format="build-platforms",
        project="builder",
        members=("builder/platforms.toml",),
        versions=("1.0",),
    )
    assert files["installer"].marks == {
        "manylinux_x_y": "manylinux_{}_{}",
        "cp313t": "Py_GIL_DISABLED",
    }


def test_data_need_not_name_files(tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    text = (root / SOURCES).read_text(encoding="utf-8")
    (root / SOURCES).write_text(text.partition("vendor-files:")[0], encoding="utf-8")
    assert load_facts(root).policies.vendor_files == {}


def test_each_kind_of_our_facts_is_spoken_of(facts: FactBase) -> None:
    wanted = [kind for kinds in POLICY_SCOPES.values() for kind in kinds]
    assert sorted(facts.policies.vendor_files) == sorted(wanted)
    held = {fact.kind for fact in facts.policies.facts.values()}
    assert held - set(wanted) == {"trait", "note", "external-library"}


def test_each_tag_of_our_installers_has_a_mark(facts: FactBase) -> None:
    tags = {tag for rule in facts.policies.installers for tag in rule.of}
    assert set(facts.policies.vendor_files["installer"].marks) == tags


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "  image-toolset: {",
            "  image-tolset: {",
            "policies/sources.yaml:16: vendor-files.image-tolset: unknown kind of fact",
        ),
        (
            "format: pinned-images",
            "format: pinned-image",
            "policies/sources.yaml:15: vendor-files.image-architecture.format: unknown format",
        ),
        (
            "{format: none, why: what an image holds stands in no wheel}",
            "{format: none}",
            "policies/sources.yaml:16: vendor-files.image-toolset: key 'why' is missing",
        ),
        (
            "project: pip",
            "project: Pip",
            "policies/sources.yaml:25: vendor-files.installer.project: "
            "a project's name must be normalised (PEP 503)",
        ),
        (
            "\n    marks: {manylinux_x_y: 'manylinux_{}_{}', cp313t: Py_GIL_DISABLED}",
            "",
            "policies/sources.yaml:24: vendor-files.installer: key 'marks' is missing",
        ),
        (
            "format: none,",
            "format: none, project: pip,",
            "policies/sources.yaml:16: vendor-files.image-toolset.project: unknown key",
        ),
    ],
)
def test_what_is_wrong_is_told(old: str, new: str, says: str, tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    replace_once(root / SOURCES, old, new)
    with pytest.raises(DataError) as caught:
        load_facts(root)
    assert [str(problem).split("\n")[0] for problem in caught.value.problems] == [says]
