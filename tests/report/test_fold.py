from __future__ import annotations

import pytest

from planner.report.fold import fold_gpu, fold_pythons, fold_targets


@pytest.mark.parametrize(
    ("targets", "text"),
    [
        ([], ""),
        (["sm_90"], "sm_90"),
        (["sm_75", "sm_80", "sm_90"], "sm_75 sm_80 sm_90"),
        (["sm_75", "sm_80", "sm_90", "sm_100"], "sm_75..sm_100 (4)"),
        (["sm_120", "sm_100", "sm_90a", "sm_90", "sm_75"], "sm_75..sm_120 (5)"),
        (["gfx1030", "gfx90a", "gfx942", "gfx1100"], "gfx90a..gfx1100 (4)"),
    ],
)
def test_targets(targets: list[str], text: str) -> None:
    assert fold_targets(targets) == text


@pytest.mark.parametrize(
    ("gpu", "text"),
    [
        ({}, ""),
        ({"cuda": {"real": [], "virtual": []}}, ""),
        ({"cuda": {"real": ["sm_75", "sm_90"], "virtual": ["compute_90"]}}, "sm_75 sm_90 +PTX 90"),
        ({"cuda": {"real": [], "virtual": ["compute_90", "compute_120"]}}, "+PTX 90 120"),
        ({"hip": {"targets": ["gfx90a"]}}, "gfx90a"),
        (
            {"cuda": {"real": ["sm_90"], "virtual": []}, "hip": {"targets": ["gfx942"]}},
            "sm_90 gfx942",
        ),
    ],
)
def test_gpu(gpu: dict[str, dict[str, list[str]]], text: str) -> None:
    assert fold_gpu(gpu) == text


@pytest.mark.parametrize(
    ("tags", "text"),
    [
        ([], ""),
        (["cp311"], "cp311"),
        (["cp311", "cp312"], "cp311 cp312"),
        (["cp311", "cp312", "cp313"], "cp311-cp313"),
        (["cp39", "cp310", "cp311"], "cp39-cp311"),
        (["cp310", "cp312", "cp313"], "cp310 cp312 cp313"),
        (["cp311", "cp312", "cp313", "cp314t"], "cp311-cp313 cp314t"),
        (["pp311"], "pp311"),
        (["abi3-cp311", "pp311"], "abi3-cp311 pp311"),
    ],
)
def test_pythons(tags: list[str], text: str) -> None:
    assert fold_pythons(tags) == text
