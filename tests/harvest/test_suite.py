"""A made family whose own project holds its libraries, beside those of other projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.harvest.records import Fate
from planner.harvest.workspace import write_changes
from planner.load.facts import load_facts
from planner.model.accelerators import Family
from tests.harvest.making import TAGS, harvested, library, lines
from tests.load.made import copy_tiny, replace_once
from tests.wheels.served import ServedIndex

FAMILY = """\
mlplan-family: 1
family: suite
title: A made-up suite
rank: 6
gpu: none
order: ["2025.0"]
vendor-files:
  releases: {format: metapackage, project: suite}
components:
  core: {default: true, libraries: [libcore, libplugin]}
  thread: {default: true, libraries: [libthread, libomp]}
  sycl: {default: false, libraries: [libsycl, libdevice]}
sources:
  wheels: {title: The wheels, kind: measured, read: "2026-11-20"}
facts:
  never-s390x: {kind: never-covers, architectures: [s390x], standing: measured, source: [wheels]}
"""
NEEDS = """\
    needs-{component}-x86_64:
      kind: library-needs
      component: {component}
      arch: x86_64
      project: {project}
      version: "2025.0.0"
      libraries:
{libraries}
      method: {method}
      standing: measured
      source: [wheels]
"""
RELEASE = (
    """\
mlplan-release: 1
family: suite
minor: "2025.0"
stream: production
releases:
  "2025.0.0":
    released: {kind: released, date: "2025-10-01", standing: measured, source: [wheels]}
    components:
      kind: components
      pins:
        core: {project: suite, version: "2025.0.0"}
        thread: {project: suite-omp, version: "2024", range: "<2026,>=2024"}
        sycl: {project: suite-sycl, version: "2025.0.0"}
      standing: measured
      source: [wheels]
"""
    + NEEDS.format(
        component="core",
        project="suite",
        libraries='        libcore: {glibc: "2.4", soname: libcore.so.2}\n        libplugin: {}',
        method="nm (unversioned imports)",
    )
    + NEEDS.format(
        component="thread",
        project="suite",
        libraries='        libthread: {glibc: "2.2.5"}\n'
        '        libomp: {glibc: "2.14", soname: libomp.so, project: suite-omp, version: "2025.0"}',
        method="verneed",
    )
    + NEEDS.format(
        component="sycl",
        project="suite-sycl",
        libraries='        libsycl: {glibc: "2.17", soname: libsycl.so.1}',
        method="verneed",
    )
    + """\
facts:
  architectures: {kind: architectures, covers: [x86_64], standing: measured, source: [wheels]}
  sonames: {kind: sonames, libraries: {core: libcore.so.2}, standing: measured, source: [wheels]}
"""
)
LIBRARIES = """\
mlplan-libraries: 1
family: suite
facts:
  provides-suite-omp:
    kind: provides
    project: suite-omp
    directory: lib
    below: prefix
    wheels: {"==2025.0": [libomp.so]}
    standing: measured
    source: [wheels]
  provides-suite-device:
    kind: provides
    project: suite-device
    directory: lib
    below: prefix
    wheels: {"==2025.0.0": [libdevice.so.1]}
    standing: measured
    source: [wheels]
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A data folder that knows release 2025.0.0."""
    root = copy_tiny(tmp_path)
    home = root / "matrices" / "suite"
    home.mkdir()
    for name, text in (("family", FAMILY), ("2025.0", RELEASE), ("libraries", LIBRARIES)):
        (home / f"{name}.yaml").write_text(text, encoding="utf-8")
    return root


def add(index: ServedIndex, project: str, version: str, *names: str, **more: str) -> None:
    """A wheel with these libraries below its data folder."""
    folder = f"{project}-{version}.data/data/lib"
    held = {f"{folder}/{name}": library(name, "GLIBC_2.17") for name in names}
    requires = [one for one in more.get("requires", "").split(";") if one]
    index.add(
        f"{project}-{version}-{TAGS}.whl",
        held,
        uploaded=more.get("day", "2026-10-16"),
        requires=requires,
    )


def publish(index: ServedIndex) -> None:
    """Release 2026.0.0, with what is newer and older of the other projects."""
    core = ("libcore.so.3", "libplugin.so.3", "libthread.so.3")
    add(index, "suite", "2026.0.0", *core, requires="suite-omp<2027,>=2025")
    add(index, "suite_omp", "2025.0", "libomp.so", day="2025-10-01")
    add(index, "suite_omp", "2026.1", "libomp.so", day="2026-10-16")
    add(index, "suite_omp", "2026.2", "libomp.so", day="2026-11-01")
    add(index, "suite_omp", "2027.0", "libomp.so", day="2026-10-16")
    add(index, "suite_sycl", "2026.0.0", "libsycl.so", "libsycl.so.1", requires="suite==2026.0.0")
    add(index, "suite_device", "2026.0.0", "libdevice.so.1", "libdevice.so.1.2")


def family(root: Path, index: ServedIndex) -> Family:
    """The family after a harvest that wrote all."""
    found = harvested(root, index, "suite")
    assert [release.why for release in found.releases] == [""]
    write_changes(root, found.changes)
    return load_facts(root).families["suite"]


def test_pins(suite: Path, wheel_index: ServedIndex) -> None:
    """The vendor's own project, a range, and a project that requires the own one of its version."""
    publish(wheel_index)
    facts = family(suite, wheel_index).minors["2026.0"].facts_of("2026.0.0")
    assert facts["components"].table("pins") == {
        "core": {"project": "suite", "version": "2026.0.0"},
        "thread": {"project": "suite-omp", "version": "2025", "range": "<2027,>=2025"},
        "sycl": {"project": "suite-sycl", "version": "2026.0.0"},
    }
    assert facts["components"].evidence == (
        f"suite-2026.0.0.dist-info/METADATA in suite-2026.0.0-{TAGS}.whl; "
        f"suite_sycl-2026.0.0.dist-info/METADATA in suite_sycl-2026.0.0-{TAGS}.whl"
    )
    assert facts["released"].payload == {"date": "2026-10-16"}


def test_libraries_of_other_projects(suite: Path, wheel_index: ServedIndex) -> None:
    """As they were on the day of the release: of its own version, else the newest in the range."""
    publish(wheel_index)
    facts = family(suite, wheel_index).minors["2026.0"].facts_of("2026.0.0")
    assert facts["needs-thread-x86_64"].table("libraries") == {
        "libthread": {"glibc": "2.17", "soname": "libthread.so.3"},
        "libomp": {
            "glibc": "2.17",
            "soname": "libomp.so",
            "project": "suite-omp",
            "version": "2026.1",
        },
    }
    assert facts["needs-sycl-x86_64"].table("libraries") == {
        "libsycl": {"glibc": "2.17", "soname": "libsycl.so.1"},
        "libdevice": {
            "glibc": "2.17",
            "soname": "libdevice.so.1",
            "project": "suite-device",
            "version": "2026.0.0",
        },
    }
    assert facts["sonames"].mapping("libraries") == {"core": "libcore.so.3"}


def test_a_floor_that_version_needs_do_not_tell(suite: Path, wheel_index: ServedIndex) -> None:
    publish(wheel_index)
    fact = family(suite, wheel_index).minors["2026.0"].facts_of("2026.0.0")["needs-core-x86_64"]
    assert (fact.standing, fact.text("method"), fact.note) == (
        "unconfirmed",
        "verneed",
        "version needs alone; imports without a version may need a newer glibc",
    )
    assert fact.table("libraries") == {
        "libcore": {"glibc": "2.17", "soname": "libcore.so.3"},
        "libplugin": {},
    }


def test_ranges_of_other_projects(suite: Path, wheel_index: ServedIndex) -> None:
    publish(wheel_index)
    facts = family(suite, wheel_index).facts
    assert facts["provides-suite-omp"].mapping("wheels") == {">=2025.0,<=2026.1": "libomp.so"}
    assert facts["provides-suite-device"].mapping("wheels") == {
        ">=2025.0.0,<=2026.0.0": "libdevice.so.1"
    }


def test_a_project_that_nothing_ties_to_the_release(suite: Path, wheel_index: ServedIndex) -> None:
    publish(wheel_index)
    add(wheel_index, "suite_sycl", "2026.0.0", "libsycl.so.1", requires="suite==2025.*")
    (release,) = harvested(suite, wheel_index, "suite").releases
    assert lines(release)[1] == (
        "components: read, left out: sycl (neither suite nor suite-sycl requires the other)"
    )
    assert lines(release, Fate.UNPROVED) == [
        "needs-sycl-x86_64: not proved, the release pins no suite-sycl"
    ]


def test_no_wheel_of_another_project_in_time(suite: Path, wheel_index: ServedIndex) -> None:
    publish(wheel_index)
    for version in ("2025.0", "2026.1"):
        wheel_index.wheels.pop(f"suite_omp-{version}-{TAGS}.whl")
    (release,) = harvested(suite, wheel_index, "suite").releases
    assert "needs-thread-x86_64: read, no longer there: libomp" in lines(release)


def test_components_that_are_stated_nowhere(suite: Path, wheel_index: ServedIndex) -> None:
    """Nothing of the release is read then but its day."""
    path = suite / "matrices/suite/2025.0.yaml"
    replace_once(path, "        core: {project: suite,", "        core: {project: suite-core,")
    add(wheel_index, "suite", "2026.0.0")
    found = harvested(suite, wheel_index, "suite")
    (release,) = found.releases
    assert lines(release, Fate.READ) == ["released: read"]
    assert lines(release, Fate.UNPROVED)[:2] == [
        "components: not proved, the versions of its components are stated nowhere",
        "needs-core-x86_64: not proved, the release pins no suite",
    ]
    assert not found.is_complete
