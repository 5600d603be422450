from __future__ import annotations

from planner.artifacts.gpu.budget import GpuSpent
from planner.artifacts.gpu.limits import GpuLimits

LIMITS = GpuLimits(false_hits=2, frame_bytes=20, wheel_false_hits=5, wheel_frame_bytes=50)


def _spent(false_hits: int = 0, unpacked: int = 0) -> GpuSpent:
    made = GpuSpent()
    made.false_hits, made.unpacked = false_hits, unpacked
    return made


def test_a_file_and_a_wheel_have_bounds_of_their_own() -> None:
    assert _spent(2, 20).too_much(LIMITS) == ""
    assert _spent(3).too_much(LIMITS) == "more than 2 places only look like GPU code"
    assert _spent(0, 21).too_much(LIMITS) == "more than 20 bytes of compressed bundles to read"
    assert _spent(5, 50).too_much_of_a_wheel(LIMITS) == ""
    assert "more than 5 places" in _spent(6).too_much_of_a_wheel(LIMITS)
    assert "more than 50 bytes" in _spent(0, 51).too_much_of_a_wheel(LIMITS)


def test_files_add_up() -> None:
    wheel = _spent()
    for _ in range(3):
        wheel.add(_spent(2, 20))
    assert (wheel.false_hits, wheel.unpacked) == (6, 60)


def test_the_default_bounds_of_a_wheel_hold_those_of_a_file() -> None:
    limits = GpuLimits()
    assert limits.wheel_false_hits > limits.false_hits
    assert limits.wheel_frame_bytes > limits.frame_bytes
