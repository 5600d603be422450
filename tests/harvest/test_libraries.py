"""``libraries.yaml`` of the made family after new releases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from planner.harvest.workspace import write_changes
from planner.load.facts import load_facts
from planner.model.accelerators import Family
from tests.harvest.making import harvested, library, publish, wheel
from tests.load.made import replace_once
from tests.wheels.served import ServedIndex

SOLVER = {"acme/lib/libsolver.so.1": library("libsolver.so.1", "GLIBC_2.17")}


def brought_up(root: Path, index: ServedIndex) -> Family:
    """The family after a harvest."""
    found = harvested(root, index)
    assert [release.why for release in found.releases] == [""] * len(found.releases)
    write_changes(root, found.changes)
    return load_facts(root).families["acme"]


@pytest.mark.parametrize(
    ("members", "wheels"),
    [
        (["libsolver.so.1"], {">=0.9,<=1.1.0": "libsolver.so.1"}),
        (
            ["libsolver.so.2"],
            {">=0.9,<=1.0.0": "libsolver.so.1", "==1.1.0": "libsolver.so.2"},
        ),
        (
            ["libsolver.so.1", "libsparse.so", "libsparse.so.3", "libsparse.so.3.1"],
            {">=0.9,<=1.0.0": "libsolver.so.1", "==1.1.0": "libsolver.so.1 libsparse.so.3"},
        ),
        (["libsolver.so.1", "notes.txt", "plugin.so"], {">=0.9,<=1.1.0": "libsolver.so.1"}),
        (["notes.txt"], {">=0.9,<=1.0.0": "libsolver.so.1"}),
    ],
)
def test_what_a_wheel_holds(
    root: Path, wheel_index: ServedIndex, members: Sequence[str], wheels: Mapping[str, str]
) -> None:
    held = {f"acme/lib/{name}": library(name, "GLIBC_2.17") for name in members}
    publish(wheel_index, "1.1.0", solver={**held, "acme/other/libx.so.1": b""})
    family = brought_up(root, wheel_index)
    assert family.facts["provides-acme-solver"].mapping("wheels") == wheels


def test_a_version_between_known_ones(root: Path, wheel_index: ServedIndex) -> None:
    """It extends the range before it, and the one behind it stays."""
    path = root / "matrices/acme/libraries.yaml"
    known = '">=0.9,<=1.0.0": [libsolver.so.1]'
    replace_once(path, known, f'{known}, "==1.2.0": [libsolver.so.2]')
    publish(wheel_index, "1.1.0", solver=SOLVER)
    family = brought_up(root, wheel_index)
    assert family.facts["provides-acme-solver"].mapping("wheels") == {
        ">=0.9,<=1.1.0": "libsolver.so.1",
        "==1.2.0": "libsolver.so.2",
    }


def test_a_fact_about_one_architecture(root: Path, wheel_index: ServedIndex) -> None:
    """It takes up no library of its own accord, and is not extended without a wheel."""
    path = root / "matrices/acme/libraries.yaml"
    text = path.read_text(encoding="utf-8")
    other = """
  provides-acme-solver-aarch64:
    kind: provides
    project: acme-solver
    directory: acme/lib
    architectures: [aarch64]
    wheels: {"==1.0.0": [libneon.so.1]}
    standing: measured
    source: [wheels]
"""
    path.write_text(text.rstrip("\n") + other, encoding="utf-8")
    publish(wheel_index, "1.1.0", solver=SOLVER)
    family = brought_up(root, wheel_index)
    fact = family.facts["provides-acme-solver-aarch64"]
    assert fact.mapping("wheels") == {"==1.0.0": "libneon.so.1"}
    wheel_index.add(
        wheel("solver", "1.2.0", "py3-none-manylinux_2_28_aarch64"),
        {"acme/lib/libneon.so.1": b"", "acme/lib/libsolver.so.1": b"", "acme/lib/libnew.so": b""},
    )
    publish(wheel_index, "1.2.0", solver=SOLVER)
    family = brought_up(root, wheel_index)
    fact = family.facts["provides-acme-solver-aarch64"]
    assert fact.mapping("wheels") == {">=1.0.0,<=1.2.0": "libneon.so.1"}
    assert "needs-solver-aarch64" not in family.minors["1.2"].facts


def test_facts_of_another_major_release_stay(root: Path, wheel_index: ServedIndex) -> None:
    publish(wheel_index, "2.0.0", solver=SOLVER)
    family = brought_up(root, wheel_index)
    fact = family.facts["provides-acme-solver"]
    assert fact.mapping("wheels") == {">=0.9,<=1.0.0": "libsolver.so.1"}
    assert fact.sources == ("acme:wheels",)


def test_what_is_required_changes(root: Path, wheel_index: ServedIndex) -> None:
    publish(wheel_index, "1.1.0")
    wheel_index.add(
        "acme_toolkit-1.1.0-py3-none-any.whl",
        {},
        requires=["acme-crt==1.1.0; extra == 'all'", "acme-solver==1.1.0; extra == 'solver'"],
    )
    wheel_index.add(
        wheel("solver", "1.1.0"), SOLVER, requires=["acme-crt", "toy-threads", "acme-math"]
    )
    solver = "    projects: [acme-math]\n"
    replace_once(root / "matrices/acme/libraries.yaml", solver, "    projects: [acme-solver]\n")
    family = brought_up(root, wheel_index)
    assert [name for name in family.facts if name.startswith(("extras", "requires"))] == [
        "extras-acme-toolkit-1.0",
        "extras-acme-toolkit-1.1.0",
        "requires-acme-solver",
        "requires-acme-solver-1.1.0",
    ]
    extras = family.facts["extras-acme-toolkit-1.1.0"]
    assert (extras.text("versions"), extras.mapping("extras")) == (
        "==1.1.0",
        {"all": "acme-crt", "solver": "acme-solver"},
    )
    requires = family.facts["requires-acme-solver-1.1.0"]
    assert (requires.words("projects"), requires.evidence) == (
        ("acme-math",),
        "acme_solver-1.1.0.dist-info/METADATA in "
        "acme_solver-1.1.0-py3-none-manylinux_2_28_x86_64.whl",
    )
    assert family.facts["extras-acme-toolkit-1.0"].text("versions") == "==1.0.0"


def test_a_wheel_that_cannot_be_read(root: Path, wheel_index: ServedIndex) -> None:
    """Its facts stay as they are and are named; the release is written."""
    publish(wheel_index, "1.1.0")
    file = wheel("solver", "1.1.0")
    wheel_index.spoil(file, "truncated")
    found = harvested(root, wheel_index)
    (release,) = found.releases
    why = f"{file} is no readable zip archive: File is not a zip file"
    assert [fact.id for fact in release.facts if fact.why == why] == [
        "acme-1.1/sonames",
        "acme-1.1/needs-solver-x86_64",
        "acme/provides-acme-solver",
        "acme/requires-acme-solver",
    ]
    assert found.met_unreadable
    family = brought_up(root, wheel_index)
    assert "needs-solver-x86_64" not in family.minors["1.1"].facts
    assert family.facts["provides-acme-solver"].sources == ("acme:wheels",)
    assert family.facts["extras-acme-toolkit-1.0"].text("versions") == ">=1.0.0,<=1.1.0"


def test_libraries_that_break_a_rule(root: Path, wheel_index: ServedIndex) -> None:
    """The release is written, the file of the libraries stays as it is."""
    held = {"acme/lib/libtoydriver.so.1": library("libtoydriver.so.1", "GLIBC_2.17")}
    publish(wheel_index, "1.1.0", solver={**SOLVER, **held})
    found = harvested(root, wheel_index)
    (release,) = found.releases
    assert release.is_written
    (fact,) = [fact for fact in release.facts if fact.kind == "libraries"]
    assert (fact.id, fact.is_lacking) == ("toy/driver-toy", True)
    assert fact.why == (
        "libraries.yaml was left as it is: matrices/toy/libraries.yaml:48: toy/driver-toy: "
        "acme/provides-acme-solver says that wheels hold it found: libtoydriver.so.1"
    )
    assert [change.file for change in found.changes] == [
        "matrices/acme/1.1.yaml",
        "matrices/acme/family.yaml",
    ]
