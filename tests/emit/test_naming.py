from __future__ import annotations

from dataclasses import replace

import pytest

from planner.emit.base import Wanted
from planner.emit.naming import check_names, collision, wheel_name
from planner.errors import RequestError
from planner.plan.locked import LockedJob
from planner.plan.naming import WheelName, local_mark
from tests.emit.real_jobs import job_of, made

CUDA = job_of("extension", "cu129")
PLAIN = job_of("framework", "cpu-arm")


def job(variant: str, **accelerators: str) -> LockedJob:
    return replace(CUDA, id=variant, variant=variant, accelerators=accelerators)


@pytest.mark.parametrize(
    ("family", "version", "mark"),
    [("cuda", "13.0.3", "cu130"), ("rocm", "7.14.1", "rocm7.14"), ("tpux", "2.0.1", "tpux2.0")],
)
def test_marks(family: str, version: str, mark: str) -> None:
    assert local_mark(family, version) == mark


@pytest.mark.parametrize(
    ("how", "accelerators", "name"),
    [
        ("none", {"cuda": "13.0.3"}, WheelName("made", "")),
        ("local", {"cuda": "13.0.3"}, WheelName("made", "cu130")),
        ("local", {"cuda": "12.9.2", "rocm": "7.2.4"}, WheelName("made", "cu129.rocm7.2")),
        ("local", {"cuda": "12.9.2", "mkl": "2025.3.1"}, WheelName("made", "cu129")),
        ("local", {"mkl": "2025.3.1"}, WheelName("made", "cpu")),
        ("local", {}, WheelName("made", "cpu")),
        ("suffix", {"cuda": "13.0.3"}, WheelName("made-cu13", "")),
    ],
)
def test_names(how: str, accelerators: dict[str, str], name: WheelName) -> None:
    one = job("cu13", **accelerators)
    assert wheel_name(made(one, naming=how), one) == name
    assert name.suffix == (f"+{name.local}" if name.local else "")


def test_a_variant_says_for_itself() -> None:
    one = job("cu13", cuda="13.0.3")
    wanted = made(one, naming="none", variants={"cu13": {"naming": "local"}})
    assert wheel_name(wanted, one).local == "cu130"


def test_a_request_that_names_nothing() -> None:
    assert wheel_name(made(PLAIN, project=None), PLAIN) == WheelName("project", "")


@pytest.mark.parametrize("how", ["none", "local", "suffix"])
def test_two_variants(how: str) -> None:
    wanted = made(job("a", cuda="12.9.2"), job("b", cuda="13.0.3"), naming=how)
    if how == "none":
        with pytest.raises(RequestError) as caught:
            check_names(wanted)
        assert str(caught.value).startswith(
            "naming: jobs a and b would make wheels with the same file name"
        )
        assert caught.value.exit_status == 3
    else:
        check_names(wanted)


def test_two_releases_of_one_minor_collide_even_so() -> None:
    wanted = made(job("a", cuda="13.0.1"), job("b", cuda="13.0.3"), naming="local")
    assert collision(wanted) == wanted.jobs


def test_one_variant_with_two_releases_needs_local_names() -> None:
    first, second = job("a", cuda="12.9.2"), replace(job("a", cuda="13.0.3"), id="second")
    assert collision(made(first, second, naming="suffix")) == (first, second)
    assert collision(made(first, second, naming="local")) is None


@pytest.mark.parametrize(
    "other",
    [{"platform_tag": "manylinux_2_28_aarch64"}, {"pythons": ("cp314",)}],
)
def test_other_tags_tell_wheels_apart(other: dict[str, object]) -> None:
    first = job("a", cuda="12.9.2")
    second = replace(first, id="b", **other)  # type: ignore[arg-type]
    assert collision(made(first, second, naming="none")) is None


def test_only_wanted_jobs_are_looked_at() -> None:
    wanted: Wanted = made(job("a", cuda="12.9.2"), job("b", cuda="13.0.3"))
    assert collision(replace(wanted, jobs=wanted.jobs[:1])) is None
