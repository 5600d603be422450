from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from packaging.metadata import parse_email
from packaging.requirements import Requirement

from planner.emit.base import Wanted
from planner.emit.registry import emitter
from planner.emit.requirements import ONLY_IF_LINKED, SEPARATE, Runtime, runtimes
from planner.errors import LockError
from planner.model.facts import FactBase
from planner.plan.locked import LockedComponent
from tests.emit.real_jobs import EXAMPLES, job_of, made, wanted_of

ALL = sorted(path.parent.name for path in EXAMPLES.glob("*/mlplan.lock"))


def emitted(wanted: Wanted) -> dict[str, str]:
    return {file.name: file.text for file in emitter("requirements").files(wanted)}


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("example", ALL)
def test_every_line_is_read_by_packaging(example: str) -> None:
    found = emitted(wanted_of(example))
    for job in wanted_of(example).jobs:
        metadata, unknown = parse_email(
            "\n".join(lines(found[f"{job.id}/requires-dist.txt"])) or "Name: x"
        )
        declared = [Requirement(text) for text in metadata.get("requires_dist", [])]
        assert unknown == {}
        table = tomllib.loads(found[f"{job.id}/dependencies.toml"])
        assert [
            Requirement(t) for t in table.get("project", {}).get("dependencies", [])
        ] == declared
        pip = [t for t in lines(found[f"{job.id}/requirements.txt"]) if t[:2] != "-c"]
        pins = {r.name: r for r in map(Requirement, lines(found[f"{job.id}/constraints.txt"]))}
        for ours, theirs in zip(declared, map(Requirement, pip), strict=True):
            assert (ours.name, ours.specifier) == (theirs.name, theirs.specifier)
            assert ours.marker is not None
            here = {"platform_system": "Linux", "platform_machine": job.arch}
            assert ours.marker.evaluate(here)
            assert not ours.marker.evaluate({**here, "platform_machine": "other"})
            for pin in pins[ours.name].specifier:
                assert pin.operator != "==" or ours.specifier.contains(pin.version)


def test_a_job_declares_what_it_links() -> None:
    text = emitted(wanted_of("combined"))
    (job,) = wanted_of("combined").jobs
    assert lines(text[f"{job.id}/requirements.txt"]) == [
        "-c constraints.txt",
        "mkl>=2026.2.0,<2027",
        "nvidia-cublas>=13.10.0.20,<14",
        "nvidia-cuda-runtime>=13.5.37,<14",
        "nvidia-cusolver>=12.4.1.2,<13",
    ]
    assert "cuda-toolkit[cublas,cudart,cusolver]==13.5.0.*" in text[f"{job.id}/requirements.txt"]


def test_without_links_all_usual_libraries() -> None:
    (job,) = wanted_of("failing").jobs
    text = emitted(wanted_of("failing"))[f"{job.id}/requirements.txt"]
    names = {Requirement(line).name for line in lines(text)[1:]}
    assert names == {
        f"nvidia-{name}-cu12"
        for name in (
            "cublas",
            "cuda-runtime",
            "cufft",
            "curand",
            "cusolver",
            "cusparse",
            "nvjitlink",
        )
    }
    assert "The request names no links" in text


def test_constraints_hold_the_whole_release() -> None:
    found = emitted(wanted_of("combined"))
    (job,) = wanted_of("combined").jobs
    pins = lines(found[f"{job.id}/constraints.txt"])
    assert "nvidia-cufft==12.5.0.14" in pins
    assert "intel-openmp>=2025,<2027" in pins
    assert len(pins) == len({Requirement(pin).name for pin in pins})


def test_rocm_has_nothing_on_the_index() -> None:
    for text in emitted(wanted_of("rocm-only")).values():
        assert lines(text) == []
        assert "No project on the package index is known for: amdhip64 hipblas rocblas" in text
        assert "from AMD's repositories" in text


def test_a_plain_job_needs_nothing() -> None:
    found = emitted(made(job_of("framework", "cpu-arm")))
    assert {line for text in found.values() for line in lines(text)} == set()
    assert all("It needs no vendor runtime." in text for text in found.values())


def test_a_linked_library_of_no_known_project_is_named() -> None:
    job = replace(job_of("combined", "cuda"), components={})
    found = emitted(made(job, links=["cudart"]))
    assert all("is known for: cudart" in text for text in found.values())
    assert {line for text in found.values() for line in lines(text)} == set()


@pytest.mark.parametrize(
    ("project", "version", "range_", "expected"),
    [
        ("a", "12.0.3.29", None, Runtime("a", "==12.0.3.29", ">=12.0.3.29,<13")),
        ("a", "13.0.88", "<14,>=13.0.88", Runtime("a", "==13.0.88", ">=13.0.88,<14")),
        ("a", "2025", "<2027,>=2025", Runtime("a", ">=2025,<2027", ">=2025,<2027")),
        ("a", None, None, Runtime("a", "", "")),
    ],
)
def test_pins_and_ranges(
    project: str, version: str | None, range_: str | None, expected: Runtime
) -> None:
    part = LockedComponent(project=project, version=version, range=range_, soname=None)
    assert runtimes({"part": part}) == [expected]


@pytest.mark.parametrize(
    ("project", "version"),
    [("a\n--index-url https://x", "1.0"), ("a", "1.0\n-e ."), ("a; b", "1.0"), ("a", "one")],
)
def test_a_lock_with_other_than_requirements_is_refused(project: str, version: str) -> None:
    part = LockedComponent(project=project, version=version, range=None, soname=None)
    with pytest.raises(LockError):
        runtimes({"part": part})


def test_names_are_those_of_the_facts(facts: FactBase) -> None:
    families = [facts.families[name].components for name in ("cuda", "mkl")]
    parts = {name: part for components in families for name, part in components.items()}
    separate = {name for name, part in parts.items() if part.separate}
    assert separate == SEPARATE
    assert {name for name, part in parts.items() if not part.default} - separate == ONLY_IF_LINKED
