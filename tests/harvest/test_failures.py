"""Wheels that are broken or gone, an index that is not there: named, and the rest goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from urllib3.util import Retry

from planner.audit.vendor import Vendor
from planner.errors import DataError, UsageError
from planner.harvest.records import Change, Fate
from planner.harvest.run import Settings, harvest
from planner.harvest.workspace import write_changes
from planner.index.configuration import Indexes
from planner.load.facts import load_facts
from tests.audit.test_host_config import header
from tests.harvest.making import (
    DAY,
    harvested,
    lines,
    program,
    publish,
    wheel,
    wheels_of_release,
)
from tests.load.made import replace_once
from tests.wheels.served import Fault, ServedIndex

METAPACKAGE = "acme_toolkit-1.1.0-py3-none-any.whl"


def snapshot(root: Path) -> dict[str, str]:
    """Every file below a folder."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in files}


@pytest.mark.parametrize(
    ("fault", "why", "is_unreadable"),
    [
        ("gone", f"{METAPACKAGE} is listed and no longer there", False),
        ("truncated", f"{METAPACKAGE} is no readable zip archive: File is not a zip file", True),
    ],
)
def test_a_metapackage_that_cannot_be_read(
    root: Path, wheel_index: ServedIndex, fault: Fault, why: str, is_unreadable: bool
) -> None:
    """Its release is not written; the others are."""
    publish(wheel_index, "1.1.0")
    publish(wheel_index, "1.2.0", day="2026-10-01")
    wheel_index.spoil(METAPACKAGE, fault)
    found = harvested(root, wheel_index)
    assert [(r.release, r.why) for r in found.releases] == [("1.1.0", why), ("1.2.0", "")]
    assert [change.file for change in found.changes] == [
        "matrices/acme/1.2.yaml",
        "matrices/acme/libraries.yaml",
        "matrices/acme/family.yaml",
    ]
    assert not found.is_complete
    assert found.met_unreadable is is_unreadable


@pytest.mark.parametrize(
    ("fault", "why", "is_unreadable"),
    [
        ("gone", "is listed and no longer there", False),
        ("truncated", "is no readable zip archive: File is not a zip file", True),
    ],
)
def test_a_component_that_cannot_be_read(
    root: Path, wheel_index: ServedIndex, fault: Fault, why: str, is_unreadable: bool
) -> None:
    """What it should prove is carried over, unconfirmed, and says why."""
    publish(wheel_index, "1.1.0")
    file = wheel("crt", "1.1.0")
    wheel_index.spoil(file, fault)
    found = harvested(root, wheel_index)
    (release,) = found.releases
    assert lines(release, Fate.UNPROVED) == [
        f"host-gcc: not proved, {file} {why}",
        f"host-clang-oldest: not proved, {file} {why}",
    ]
    assert (found.is_complete, found.met_unreadable) == (False, is_unreadable)
    write_changes(root, found.changes)
    fact = load_facts(root).families["acme"].minors["1.1"].facts["host-gcc"]
    assert (fact.text("range"), fact.standing, fact.note) == (
        "<13",
        "unconfirmed",
        f"carried over from 1.0; could not be read anew: {file} {why}",
    )


def test_headers_of_two_architectures(root: Path, wheel_index: ServedIndex) -> None:
    """One fact speaks for both only where they agree, or where one of them alone can be read."""
    publish(wheel_index, "1.1.0")
    other = wheel("crt", "1.1.0", "py3-none-manylinux_2_28_aarch64")
    wheel_index.add(other, {"acme/include/host_config.h": header(15, 23)})
    (release,) = harvested(root, wheel_index).releases
    assert lines(release, Fate.UNPROVED) == [
        "host-gcc: not proved, the headers of x86_64 and aarch64 differ"
    ]
    wheel_index.spoil(wheel("crt", "1.1.0"), "gone")
    (release,) = harvested(root, wheel_index).releases
    (fact,) = [fact for fact in release.facts if fact.id == "acme-1.1/host-gcc"]
    assert (fact.fate, fact.evidence) == (Fate.READ, f"acme/include/host_config.h in {other}")


def test_programs_that_no_wheel_holds(root: Path, wheel_index: ServedIndex) -> None:
    tool = {"acme/bin/asm": wheels_of_release()["tool"]["acme/bin/asm"]}
    publish(wheel_index, "1.1.0", tool=tool, front={"acme/readme": b""}, crt={"acme/readme": b""})
    (release,) = harvested(root, wheel_index).releases
    assert lines(release, Fate.UNPROVED) == [
        "host-gcc: not proved, no wheel of it holds the header",
        "host-clang-oldest: not proved, no wheel of it holds the header",
        "cxx: not proved, no wheel of it holds */bin/cc",
        "build-glibc-x86_64: not proved, no wheel of it holds lnk",
    ]
    (fact,) = [fact for fact in release.facts if fact.id == "acme-1.1/packages"]
    assert fact.evidence == "METADATA of the metapackage"


def test_an_update_whose_header_cannot_be_read(root: Path, wheel_index: ServedIndex) -> None:
    """The fact of the minor release does not hold for it unsaid."""
    publish(wheel_index, "1.0.1", day="2026-04-01")
    wheel_index.spoil(wheel("crt", "1.0.1"), "gone")
    write_changes(root, harvested(root, wheel_index).changes)
    minor = load_facts(root).families["acme"].minors["1.0"]
    told = {v: minor.facts_of(v)["host-gcc"] for v in minor.releases}
    assert {v: (f.text("range"), str(f.standing), f.note) for v, f in told.items()} == {
        "1.0.0": ("<13", "enforced", None),
        "1.0.1": (
            "<13",
            "unconfirmed",
            f"carried over from 1.0; could not be read anew: {wheel('crt', '1.0.1')} is listed and "
            "no longer there",
        ),
    }


def test_a_header_of_another_shape(root: Path, wheel_index: ServedIndex) -> None:
    publish(wheel_index, "1.1.0", crt={"acme/include/host_config.h": b"#pragma once\n"})
    found = harvested(root, wheel_index)
    (release,) = found.releases
    shape = "the header has another shape than is understood: it refuses no"
    assert lines(release, Fate.UNPROVED) == [
        f"host-gcc: not proved, {shape} gcc",
        f"host-clang-oldest: not proved, {shape} clang",
    ]
    assert found.met_unreadable


@pytest.mark.parametrize(
    ("help_", "why"),
    [
        (program("--other", "sm_90"), "the help of acme/bin/asm lists no values of --gpu-name"),
        (program("--gpu-name", "all"), "lists no targets of a known spelling"),
    ],
)
def test_a_program_that_lists_nothing(
    root: Path, wheel_index: ServedIndex, help_: bytes, why: str
) -> None:
    tool = {**wheels_of_release()["tool"], "acme/bin/asm": help_}
    publish(wheel_index, "1.1.0", tool=tool)
    (release,) = harvested(root, wheel_index).releases
    (told,) = lines(release, Fate.UNPROVED)
    assert told.startswith("targets: not proved, ")
    assert why in told


def test_standards_of_no_known_name(root: Path, wheel_index: ServedIndex) -> None:
    front = {"acme/bin/cc": program("--std", "c++17,c++3x")}
    publish(wheel_index, "1.1.0", front=front)
    (release,) = harvested(root, wheel_index).releases
    assert lines(release, Fate.UNPROVED) == [
        "cxx: not proved, acme/bin/cc (--help) lists standards of no known name: ['3x']"
    ]


def test_a_damaged_library(root: Path, wheel_index: ServedIndex) -> None:
    publish(wheel_index, "1.1.0", math={"acme/lib/libmath.so.1": b"\x7fELF and no more"})
    (release,) = harvested(root, wheel_index).releases
    (needs,) = [fact for fact in release.facts if fact.id == "acme-1.1/needs-math-x86_64"]
    assert (needs.fate, needs.is_unreadable) == (Fate.UNPROVED, True)
    assert "host-gcc: read" in lines(release)


def test_a_component_that_the_index_lacks(root: Path, wheel_index: ServedIndex) -> None:
    """Its pin is left out and named."""
    publish(wheel_index, "1.1.0")
    wheel_index.wheels.pop(wheel("front", "1.1.0"))
    found = harvested(root, wheel_index)
    (release,) = found.releases
    assert lines(release)[1] == (
        "components: read, left out: front (acme-front ==1.1.0.* is not on the index)"
    )
    assert not found.is_complete
    assert not found.met_unreadable


def test_an_index_without_upload_days(root: Path, wheel_index: ServedIndex) -> None:
    """A release without a day is written; the day of another one would be wrong."""
    publish(wheel_index, "1.1.0", day="")
    found = harvested(root, wheel_index)
    (release,) = found.releases
    assert lines(release, Fate.UNPROVED) == [
        "released: not proved, the index states no upload days"
    ]
    write_changes(root, found.changes)
    minor = load_facts(root).families["acme"].minors["1.1"]
    assert list(minor.releases["1.1.0"]) == ["components"]


def test_no_index(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Retry, "sleep", lambda self, response=None: None)
    before = snapshot(root)
    vendor = Vendor(Indexes(urls=("http://127.0.0.1:9/simple/",)))
    found = harvest(root, "acme", vendor, Settings(day=DAY))
    assert found.why == "the index was asked for acme-toolkit: it cannot be reached"
    assert (found.met_unreadable, found.is_complete, found.changes) == (True, False, ())
    assert snapshot(root) == before


def test_an_index_without_the_project(root: Path, wheel_index: ServedIndex) -> None:
    wheel_index.wheels.clear()
    found = harvested(root, wheel_index)
    assert found.why == "the index was asked for acme-toolkit: no index has a project acme-toolkit"
    assert (found.met_unreadable, found.is_complete) == (False, False)


def test_facts_that_break_the_rules_are_not_written(root: Path, wheel_index: ServedIndex) -> None:
    """A release with wheels for an architecture that is never covered; the next one is fine."""
    publish(wheel_index, "1.1.0")
    publish(wheel_index, "1.2.0", day="2026-10-01")
    wheel_index.add(wheel("crt", "1.1.0", "py3-none-manylinux_2_28_s390x"), {})
    found = harvested(root, wheel_index)
    assert [release.why for release in found.releases] == [
        "matrices/acme/1.1.yaml:26: acme-1.1/architectures: covers an architecture that the family "
        "never covers found: s390x",
        "",
    ]
    assert "matrices/acme/1.1.yaml" not in [change.file for change in found.changes]
    write_changes(root, found.changes)
    assert list(load_facts(root).families["acme"].minors) == ["1.0", "1.2"]


def test_a_minor_release_of_the_order_that_nobody_has(root: Path, wheel_index: ServedIndex) -> None:
    replace_once(root / "matrices/acme/family.yaml", 'order: ["1.0"]', 'order: ["1.0", "1.5"]')
    before = snapshot(root)
    found = harvested(root, wheel_index)
    assert [(r.release, r.why) for r in found.releases] == [
        ("1.5", "order names it, it has no file, and the index has no release of it")
    ]
    assert found.changes == ()
    assert snapshot(root) == before


def test_no_older_release_to_go_by(root: Path, wheel_index: ServedIndex) -> None:
    (root / "matrices/acme/1.0.yaml").unlink()
    found = harvested(root, wheel_index)
    assert [(r.release, r.why) for r in found.releases] == [
        ("1.0.0", "the facts have no older release to go by")
    ]


def test_facts_that_are_broken_already(root: Path, wheel_index: ServedIndex) -> None:
    replace_once(root / "matrices/acme/1.0.yaml", 'range: "<13"', "range: 13")
    with pytest.raises(DataError, match="range"):
        harvested(root, wheel_index)


def test_an_unknown_family(root: Path, wheel_index: ServedIndex) -> None:
    with pytest.raises(UsageError) as caught:
        harvested(root, wheel_index, "acne")
    assert str(caught.value) == (
        "no such family\n  found:   acne\n  allowed: acme, toy\n  did you mean: acme\n\n"
        "hint: mlplan facts harvest FAMILY"
    )


@pytest.mark.parametrize("blocked", ["matrices/acme/none/x.yaml", "matrices/acme/folder.yaml"])
def test_files_that_cannot_be_written_leave_the_others(root: Path, blocked: str) -> None:
    """Neither where no draft can be made, nor where one cannot take its place."""
    (root / "matrices/acme/folder.yaml").mkdir()
    before = snapshot(root)
    changes = (
        Change(file="matrices/acme/1.0.yaml", before=before["matrices/acme/1.0.yaml"], after="x"),
        Change(file="matrices/acme/1.9.yaml", before=None, after="y"),
        Change(file=blocked, before=None, after="z"),
    )
    with pytest.raises(DataError, match=f"{blocked}: cannot be written"):
        write_changes(root, changes)
    assert snapshot(root) == before


def test_an_interrupted_write_leaves_the_files_as_they_were(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(root)
    replace = Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        if target.name == "1.9.yaml":
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    changes = (
        Change(file="matrices/acme/1.0.yaml", before=before["matrices/acme/1.0.yaml"], after="x"),
        Change(file="matrices/acme/1.9.yaml", before=None, after="y"),
    )
    with pytest.raises(KeyboardInterrupt):
        write_changes(root, changes)
    assert snapshot(root) == before
