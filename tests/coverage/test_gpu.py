"""On which GPUs code runs, by the real rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.coverage.gpu import gpu_served
from planner.coverage.results import GpuAnswer, HeldCode, Why
from planner.model.wheel_facts import WheelFacts
from tests.coverage.made import cuda, hip

NONE = ("none", "")


def told(facts: WheelFacts, code: tuple[str, ...], target: str) -> tuple[str, str]:
    served = gpu_served(cuda(*code), target, facts.gpus)
    return (served.answer.value, served.by)


@pytest.mark.parametrize(
    ("code", "target", "answer"),
    [
        # The plan of the issue: sm_80 and sm_90 without PTX.
        (("sm_80", "sm_90"), "sm_75", NONE),
        (("sm_80", "sm_90"), "sm_80", ("native", "sm_80")),
        (("sm_80", "sm_90"), "sm_86", ("same-major", "sm_80")),
        (("sm_80", "sm_90"), "sm_89", ("same-major", "sm_80")),
        (("sm_80", "sm_90"), "sm_90", ("native", "sm_90")),
        (("sm_80", "sm_90"), "sm_120", NONE),
        (("sm_80", "sm_90", "compute_90"), "sm_120", ("JIT", "compute_90")),
        (("sm_80", "sm_90", "compute_90"), "sm_75", NONE),
        # Not a lower minor, and no other major.
        (("sm_89",), "sm_86", NONE),
        (("sm_75",), "sm_70", NONE),
        (("sm_70",), "sm_75", ("same-major", "sm_70")),
        (("sm_100",), "sm_103", ("same-major", "sm_100")),
        (("sm_100",), "sm_120", NONE),
        # The highest code that runs is the one that does.
        (("sm_80", "sm_86"), "sm_89", ("same-major", "sm_86")),
        (("compute_75", "compute_90"), "sm_120", ("JIT", "compute_90")),
        (("sm_86", "compute_80"), "sm_80", ("JIT", "compute_80")),
        # Embedded GPUs share no machine code, in either direction.
        (("sm_86",), "sm_87", NONE),
        (("sm_80",), "sm_87", NONE),
        (("sm_87",), "sm_89", NONE),
        (("sm_87",), "sm_87", ("native", "sm_87")),
        (("sm_70",), "sm_72", NONE),
        (("sm_60",), "sm_62", NONE),
        (("sm_80", "compute_80"), "sm_87", ("JIT", "compute_80")),
        # Architecture-specific: exact, also as PTX.
        (("sm_90a",), "sm_90", ("native", "sm_90a")),
        (("sm_90a",), "sm_100", NONE),
        (("compute_90a",), "sm_90", ("JIT", "compute_90a")),
        (("compute_90a",), "sm_120", NONE),
        (("sm_100a",), "sm_103", NONE),
        (("sm_120a",), "sm_121", NONE),
        # Family-specific: the members.
        (("sm_100f",), "sm_100", ("native", "sm_100f")),
        (("sm_100f",), "sm_103", ("family", "sm_100f")),
        (("sm_103f",), "sm_100", NONE),
        (("sm_120f",), "sm_121", ("family", "sm_120f")),
        (("sm_100f",), "sm_110", NONE),
        (("compute_120f",), "sm_121", ("JIT", "compute_120f")),
        (("compute_100f",), "sm_120", NONE),
        # What no fact tells is not none.
        (("sm_101f",), "sm_110", ("unknown", "sm_101f")),
        (("sm_101",), "sm_110", ("unknown", "sm_101")),
        (("sm_101", "compute_90"), "sm_110", ("JIT", "compute_90")),
    ],
)
def test_cuda(
    real: WheelFacts, code: tuple[str, ...], target: str, answer: tuple[str, str]
) -> None:
    assert told(real, code, target) == answer


@pytest.mark.parametrize(
    ("code", "target", "answer", "why"),
    [
        (("gfx942",), "gfx942", "native", None),
        (("gfx942",), "gfx950", "none", Why.GPU_CODE),
        (("gfx1100",), "gfx1101", "none", Why.GPU_CODE),
        (("gfx11-generic",), "gfx1101", "generic", None),
        (("gfx11-generic",), "gfx1153", "generic", None),
        (("gfx11-generic",), "gfx1201", "none", Why.GPU_CODE),
        (("gfx9-4-generic",), "gfx942", "generic", None),
        (("gfx9-4-generic", "gfx942"), "gfx942", "native", None),
        (("gfx9-4-generic",), "gfx90a", "none", Why.GPU_CODE),
        (("gfx9-generic",), "gfx906", "generic", None),
        (("gfx13-generic",), "gfx1201", "unknown", Why.TARGET),
        # The machine decides about xnack and sramecc.
        (("gfx90a:xnack-",), "gfx90a", "unknown", Why.MODE),
        (("gfx90a:xnack-", "gfx90a:xnack+"), "gfx90a", "native", None),
        (("gfx90a:xnack-",), "gfx90a:xnack-", "native", None),
        (("gfx90a:xnack-",), "gfx90a:xnack+", "none", Why.MODE),
        (("gfx90a",), "gfx90a:xnack+", "native", None),
        (("gfx90a:sramecc+:xnack-",), "gfx90a:sramecc+:xnack-", "native", None),
        (("gfx90a:sramecc+:xnack-",), "gfx90a:sramecc-:xnack-", "none", Why.MODE),
        (("gfx90a:xnack+", "gfx90a:xnack-"), "gfx90a:xnack+", "native", None),
    ],
)
def test_hip(
    real: WheelFacts, code: tuple[str, ...], target: str, answer: str, why: Why | None
) -> None:
    served = gpu_served(hip(*code), target, real.gpus)
    assert served.answer.value == answer
    assert [reason.why for reason in served.reasons] == ([why] if why else [])


def test_the_oldest_driver_is_that_of_the_release_or_of_the_gpu(real: WheelFacts) -> None:
    offer = cuda("sm_80", "compute_90", driver="525.60.13", jit="535.54.03")
    rows = {t: gpu_served(offer, t, real.gpus) for t in ("sm_80", "sm_90", "sm_120")}
    assert {target: row.driver for target, row in rows.items()} == {
        "sm_80": "525.60.13",
        "sm_90": "535.54.03",
        "sm_120": "570.26",  # the driver of the first toolkit that knows the GPU
    }
    assert rows["sm_80"].facts == (
        "cuda/machine-code",
        "cuda/driver-ampere",
        "cuda-11.0.2/toolkit-driver",
    )


@pytest.mark.parametrize(
    ("target", "driver", "answer", "why"),
    [
        ("sm_80", "525", "native", None),
        ("sm_80", "525.60.13", "native", None),
        ("sm_80", "525.53", "none", Why.DRIVER),
        ("sm_80", "470", "none", Why.DRIVER),
        ("sm_120", "575", "JIT", None),
        ("sm_120", "570", "none", Why.DRIVER),
        ("sm_120", "550", "none", Why.DRIVER),
        ("sm_70", "580", "native", None),
        ("sm_70", "580.95.05", "native", None),
        ("sm_70", "590.44.01", "none", Why.DRIVER_ENDED),
    ],
)
def test_a_stated_driver(
    real: WheelFacts, target: str, driver: str, answer: str, why: Why | None
) -> None:
    offer = cuda("sm_70", "sm_80", "compute_80")
    served = gpu_served(offer, target, real.gpus, driver)
    assert served.answer.value == answer
    assert [reason.why for reason in served.reasons] == ([why] if why else [])


def test_an_embedded_gpu_has_drivers_of_its_own(real: WheelFacts) -> None:
    offer = cuda("sm_87", "compute_87")
    assert gpu_served(offer, "sm_87", real.gpus).driver is None
    stated = gpu_served(offer, "sm_87", real.gpus, "540")
    assert (stated.answer, [r.why for r in stated.reasons]) == (GpuAnswer.UNKNOWN, [Why.DRIVER])


def test_machine_code_that_an_old_driver_runs_beats_ptx_that_it_does_not(
    real: WheelFacts,
) -> None:
    offer = cuda("sm_80", "compute_86")
    served = gpu_served(offer, "sm_89", real.gpus, "535")
    assert (served.answer, served.by) == (GpuAnswer.SAME_MAJOR, "sm_80")


def test_a_driver_that_nobody_knows_is_not_enough(real: WheelFacts) -> None:
    offer = cuda("sm_80", "compute_90", driver="580.65.06", jit=None)
    assert gpu_served(offer, "sm_120", real.gpus).answer is GpuAnswer.JIT
    served = gpu_served(offer, "sm_120", real.gpus, "580")
    assert served.answer is GpuAnswer.UNKNOWN
    assert [(r.why, r.is_unknown) for r in served.reasons] == [(Why.DRIVER, True)]


def test_what_could_not_be_read_is_never_none(real: WheelFacts) -> None:
    offer = cuda("sm_80")
    offer = replace(offer, code=HeldCode(real=("sm_80",), unread=("damaged-container",)))
    assert gpu_served(offer, "sm_80", real.gpus).answer is GpuAnswer.NATIVE
    served = gpu_served(offer, "sm_75", real.gpus)
    assert served.answer is GpuAnswer.UNKNOWN
    assert [r.detail for r in served.reasons] == ["damaged-container"]


def test_a_target_that_is_none_is_unknown(real: WheelFacts) -> None:
    assert gpu_served(cuda("sm_80"), "unknown", real.gpus).answer is GpuAnswer.UNKNOWN


def test_no_rule_stands_in_code(real: WheelFacts) -> None:
    """Without the facts nothing is claimed to run, and nothing to fail."""
    bare = replace(real.gpus, rules=(), members={})
    assert gpu_served(cuda("sm_80"), "sm_80", bare).answer is GpuAnswer.UNKNOWN
    assert gpu_served(hip("gfx942"), "gfx942", bare).answer is GpuAnswer.UNKNOWN


def test_a_target_that_no_fact_knows_is_unknown(real: WheelFacts) -> None:
    """A slip (``9.5``) must not be served by PTX; code for the very target runs all the same."""
    found = gpu_served(cuda("sm_90", "compute_90"), "sm_95", real.gpus)
    assert (found.answer, [(r.why, r.detail) for r in found.reasons]) == (
        GpuAnswer.UNKNOWN,
        [(Why.TARGET, "sm_95")],
    )
    assert gpu_served(cuda("sm_95"), "sm_95", real.gpus).answer is GpuAnswer.NATIVE
