from __future__ import annotations

import itertools

import pytest

from planner.model.gpu_targets import (
    GpuTargets,
    base_processor,
    group_targets,
    parse_target,
    split_targets,
    target_key,
)


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("sm_75", ("sm_75",)),
        ("sm_90a", ("sm_90a",)),
        ("sm_100f", ("sm_100f",)),
        ("compute_90", ("compute_90",)),
        ("compute_120f", ("compute_120f",)),
        ("9.0", ("sm_90",)),
        ("9.0a", ("sm_90a",)),
        ("12.0f", ("sm_120f",)),
        ("10.3", ("sm_103",)),
        ("9.0+PTX", ("sm_90", "compute_90")),
        ("9.0+ptx", ("sm_90", "compute_90")),
        ("9.0a+PTX", ("sm_90a", "compute_90a")),
        ("90", ("sm_90", "compute_90")),
        ("90-real", ("sm_90",)),
        ("90-virtual", ("compute_90",)),
        ("90a", ("sm_90a", "compute_90a")),
        ("90a-real", ("sm_90a",)),
        ("120f-virtual", ("compute_120f",)),
        ("gfx942", ("gfx942",)),
        ("gfx90a", ("gfx90a",)),
        ("gfx90a:xnack+", ("gfx90a:xnack+",)),
        ("gfx90a:sramecc+:xnack-", ("gfx90a:sramecc+:xnack-",)),
        ("gfx11-generic", ("gfx11-generic",)),
        ("gfx9-4-generic", ("gfx9-4-generic",)),
        ("gfx10-3-generic", ("gfx10-3-generic",)),
    ],
)
def test_spellings(text: str, targets: tuple[str, ...]) -> None:
    assert parse_target(text) == targets
    for target in targets:
        assert parse_target(target) == (target,)


@pytest.mark.parametrize(
    "text",
    ["", "sm_", "sm_9", "sm_9000", "sm_90b", "sm90", "SM_90", "compute90", "9", "9.", ".9", "9.00",
     "9.0b", "9.0+", "9.0+PTX2", "9.0+SASS", "90+PTX", "sm_90+PTX", "90-reel", "90-", "gfx",
     "gfx90A", "GFX90a", "gfx90a:xnack", "gfx90a:foo+", "hopper", "all"],
)  # fmt: skip
def test_no_targets(text: str) -> None:
    assert parse_target(text) is None


@pytest.mark.parametrize(
    "number", ["50", "61", "75", "80", "89", "90", "100", "101", "103", "110", "120", "121"]
)
@pytest.mark.parametrize("suffix", ["", "a", "f"])
def test_all_spellings_of_a_real_target_agree(number: str, suffix: str) -> None:
    dotted = f"{number[:-1]}.{number[-1]}{suffix}"
    real = (f"sm_{number}{suffix}",)
    virtual = (f"compute_{number}{suffix}",)
    assert parse_target(f"sm_{number}{suffix}") == real
    assert parse_target(dotted) == real
    assert parse_target(f"{number}{suffix}-real") == real
    assert parse_target(f"{number}{suffix}-virtual") == virtual
    assert parse_target(f"{dotted}+PTX") == parse_target(f"{number}{suffix}") == real + virtual


ORDERED = ["sm_50", "sm_75", "sm_90", "sm_90a", "sm_100", "sm_100a", "sm_100f", "sm_103", "sm_120"]


def test_order_is_by_number_then_suffix() -> None:
    for shuffled in itertools.islice(itertools.permutations(ORDERED), 0, 5000, 97):
        assert sorted(shuffled, key=target_key) == ORDERED


def test_amd_targets_sort_by_length_then_name() -> None:
    names = ["gfx1200", "gfx11-generic", "gfx942", "gfx90a:xnack+", "gfx90a", "gfx1030"]
    assert sorted(names, key=target_key) == [
        *("gfx90a", "gfx90a:xnack+", "gfx942", "gfx1030", "gfx1200", "gfx11-generic")
    ]


def test_a_name_without_number_sorts_first() -> None:
    assert target_key("big") == (0, "big")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("7.0 7.5", ["7.0", "7.5"]),
        ("7.0;7.5;9.0+PTX", ["7.0", "7.5", "9.0+PTX"]),
        ("sm_70, sm_75,", ["sm_70", "sm_75"]),
        (" \n\t;,", []),
        ("", []),
        ("gfx90a:xnack+;gfx942", ["gfx90a:xnack+", "gfx942"]),
    ],
)
def test_split(text: str, words: list[str]) -> None:
    assert split_targets(text) == words


def test_group() -> None:
    targets = ["sm_90", "gfx942", "compute_90", "big-toy", "sm_75", "sm_90", "gfx11-generic"]
    assert group_targets(targets, frozenset({"big-toy"})) == GpuTargets(
        cuda_real=("sm_75", "sm_90"),
        cuda_virtual=("compute_90",),
        hip=("gfx942", "gfx11-generic"),
        other=("big-toy",),
    )


def test_group_all() -> None:
    assert group_targets(["all"], frozenset()) == GpuTargets(all=True)


@pytest.mark.parametrize(
    ("namespace", "targets"),
    [
        ("cuda", ("sm_90", "compute_90")),
        ("hip", ("gfx942",)),
        ("names", ("big",)),
    ],
)
def test_of(namespace: str, targets: tuple[str, ...]) -> None:
    every = GpuTargets(
        cuda_real=("sm_90",), cuda_virtual=("compute_90",), hip=("gfx942",), other=("big",)
    )
    assert every.of(namespace) == targets


@pytest.mark.parametrize(
    ("target", "base"),
    [
        ("gfx90a", "gfx90a"),
        ("gfx90a:xnack+", "gfx90a"),
        ("gfx90a:sramecc+:xnack-", "gfx90a"),
        ("gfx11-generic", "gfx11-generic"),
    ],
)
def test_base_processor(target: str, base: str) -> None:
    assert base_processor(target) == base
