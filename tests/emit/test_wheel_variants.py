from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace

import pytest

from planner.emit import wheel_variants
from planner.emit.base import Wanted
from planner.emit.registry import emitter
from planner.emit.wheel_variants import LABEL, Properties, lowest_releases
from planner.plan.locked import LockedJob
from tests.emit.real_jobs import EXAMPLES, job_of, made, wanted_of


def properties(wanted: Wanted, job: LockedJob) -> Properties:
    return wheel_variants.properties(wanted, job, lowest_releases(wanted))


ALL = sorted(path.parent.name for path in EXAMPLES.glob("*/mlplan.lock"))
GRAMMAR = re.compile(r"[a-z0-9_]+ :: [a-z0-9_]+ :: [a-z0-9_.]+")
"""PEP 825, "Variant properties"."""


def emitted(wanted: Wanted) -> dict[str, str]:
    return {file.name: file.text for file in emitter("variants").files(wanted)}


def told(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


def label(text: str) -> str:
    (found,) = re.findall(r"^# Label: (.*)$", text, re.M)
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize("example", ALL)
def test_all_files_agree(example: str) -> None:
    found = emitted(wanted_of(example))
    table = tomllib.loads(found.get("pyproject-variant.toml", "")).get("variant", {})
    indexes = [json.loads(text) for name, text in found.items() if name.endswith(".json")]
    known = {name: entry for index in indexes for name, entry in index["variants"].items()}
    namespaces = table.get("default-priorities", {}).get("namespace", [])
    for index in indexes:
        assert set(index["default-priorities"]["namespace"]) == set(index["providers"])
        assert set(index["providers"]) <= set(namespaces) == set(table.get("providers", {}))
    for job in wanted_of(example).jobs:
        text = found[f"{job.id}/properties.txt"]
        assert LABEL.fullmatch(label(text))
        assert "EXPERIMENTAL" in text
        entry = known.get(label(text), {})
        assert told(text) == [
            f"{namespace} :: {feature} :: {value}"
            for namespace, features in entry.items()
            for feature, values in features.items()
            for value in values
        ]
        assert all(GRAMMAR.fullmatch(line) for line in told(text))


def test_the_lowest_release_of_a_major_takes_every_driver_of_it() -> None:
    wanted = wanted_of("framework")
    bounds = {
        job.id: value
        for job in wanted.jobs
        for _, feature, value in properties(wanted, job)
        if feature == "cuda_version_lower_bound"
    }
    assert bounds == {
        f"cuda-cuda{release}-{arch}": bound
        for release, bound in (("12.6.3", "12.0"), ("12.9.2", "12.9"), ("13.0.3", "13.0"))
        for arch in ("x86_64", "aarch64")
    }


def test_without_a_known_driver_the_release_is_asked_for() -> None:
    job = replace(job_of("extension", "cu129"), driver_floor=None)
    assert ("nvidia", "cuda_version_lower_bound", "12.9") in properties(made(job), job)


def test_targets() -> None:
    job = replace(
        job_of("combined", "cuda"),
        accelerators={"cuda": "13.0.1", "rocm": "7.2.4"},
        gpu={
            ("cuda", "real"): ("sm_90a",),
            ("cuda", "virtual"): ("compute_120",),
            ("hip", "targets"): ("gfx90a:xnack+", "gfx90a:xnack-", "gfx11-generic"),
        },
    )
    assert properties(made(job), job) == (
        ("amd", "gfx_arch", "gfx90a"),
        ("amd", "rocm_version", "7.2"),
        ("nvidia", "cuda_version_lower_bound", "13.0"),
        ("nvidia", "sm_arch", "120_virtual"),
        ("nvidia", "sm_arch", "90a_real"),
    )


def test_a_target_that_the_drafts_cannot_spell_is_named() -> None:
    job = job_of("rocm-only", "rocm72")
    job = replace(job, gpu={("hip", "targets"): ("gfx942", "gfx11-generic")})
    text = emitted(made(job))[f"{job.id}/properties.txt"]
    assert "# The drafts have no spelling for: gfx11-generic\n" in text
    assert told(text) == ["amd :: gfx_arch :: gfx942", "amd :: rocm_version :: 7.2"]


def test_the_level_of_the_processor() -> None:
    job = job_of("framework", "cpu-mkl")
    asked = made(job, variants={job.variant: {"x86-64-level": 3}})
    assert properties(asked, job) == (("x86_64", "level", "v3"),)
    assert properties(made(job, variants={job.variant: {"x86-64-level": 1}}), job) == ()
    arm = job_of("framework", "cpu-arm")
    assert properties(made(arm, variants={arm.variant: {"x86-64-level": 3}}), arm) == ()


def test_a_wheel_for_every_machine_is_the_null_variant() -> None:
    text = emitted(wanted_of("framework"))["cpu-arm-aarch64/properties.txt"]
    assert label(text) == "null"
    assert told(text) == []
    assert "--null-variant" in text


def test_a_project_without_any_variant() -> None:
    found = emitted(wanted_of("cpu-numeric"))
    assert {name.split("/")[1] for name in found} == {"properties.txt"}
    for text in found.values():
        assert "publish it as it is" in text
        assert "make-variant" not in text
        assert "cannot tell" not in text


def test_two_sets_of_properties_never_share_a_label() -> None:
    job = job_of("extension", "cu129")
    other = replace(job, id="other", arch="aarch64", gpu={("cuda", "real"): ("sm_87",)})
    third = replace(other, id="third", gpu={("cuda", "real"): ("sm_90",)})
    found = emitted(made(job, other, third))
    labels = [label(found[f"{id_}/properties.txt"]) for id_ in (job.id, "other", "third")]
    assert labels[:2] == ["cu129", "cu129_aarch64"]
    assert re.fullmatch("[0-9a-f]{8}", labels[2])
    assert set(json.loads(found["made-variants.json"])["variants"]) == set(labels)


def test_wheels_that_installers_cannot_tell_apart() -> None:
    job = job_of("extension", "cu129")
    found = emitted(made(job, replace(job, id="twin")))
    assert "# Installers cannot tell it from: twin\n" in found[f"{job.id}/properties.txt"]


def test_labels_do_not_depend_on_the_filter() -> None:
    wanted = wanted_of("framework")
    some = emitted(replace(wanted, jobs=wanted.jobs[3:4]))
    everything = emitted(wanted)
    (name,) = [name for name in some if name.endswith(".txt")]
    assert some[name] == everything[name]
