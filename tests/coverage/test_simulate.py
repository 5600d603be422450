"""The whole simulation: plans, finished wheels, what is required."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.coverage.jobs import job_offer, plan_offers
from planner.coverage.profiles import parse_host
from planner.coverage.results import (
    SERVING,
    Answer,
    Coverage,
    GpuAnswer,
    HostOffer,
    Install,
    Required,
    Why,
)
from planner.coverage.simulate import Asked, simulate, targets_of
from planner.model.wheel_facts import WheelFacts
from planner.plan.lock import read_lock
from planner.plan.locked import LockedPlan, locked_plan
from tests.coverage.made import TAG, cuda, hip, host_of, offer_of
from tests.plan.locks import lock_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LOCKS = sorted(EXAMPLES.glob("*/mlplan.lock"))


def plan_of(*gpu: str, **more: object) -> LockedPlan:
    return locked_plan(
        lock_of(
            {
                "cu12": {
                    "cuda": "12.9",
                    "gpu": list(gpu),
                    "links": ["cudart"],
                    "architectures": ["x86_64"],
                    **more,
                }
            },
            cxx="17",
        )
    )


def covered(facts: WheelFacts, plan: LockedPlan, *require: str) -> Coverage:
    hosts = {t: parse_host(t, "--require", facts.hosts, facts.gpus, ("x86_64",)) for t in require}
    return simulate(plan_offers(plan, facts), facts, plan.date, Asked(required=hosts))


def by_short(found: Coverage) -> dict[str, str]:
    """The answer by the products that a target is known by."""
    shown = {target.name: target.short for target in found.targets}
    return {shown[row.target]: row.answer.value for row in found.gpus}


def test_the_issue_without_ptx(real: WheelFacts) -> None:
    answers = by_short(covered(real, plan_of("sm_80", "sm_90")))
    assert answers["T4, RTX 20"] == "none"
    assert answers["RTX 50, RTX PRO Blackwell"] == "none"
    assert answers["A100, A30"] == answers["H100, H200, GH200"] == "native"
    assert answers["A10, A40, RTX 30"] == answers["L4, L40, RTX 40"] == "same-major"


def test_the_issue_with_ptx(real: WheelFacts) -> None:
    found = covered(real, plan_of("sm_80", "sm_90", "compute_90"))
    assert by_short(found)["RTX 50, RTX PRO Blackwell"] == "JIT"
    (row,) = [row for row in found.gpus if row.target == "sm_120"]
    assert (row.by, row.driver) == ("compute_90", "575.57.08")
    cited = {found.cited[id_].says for id_ in row.facts}
    assert "the driver compiles PTX for its own capability and every higher one" in cited
    assert all(found.cited[id_].sources for row in found.gpus for id_ in row.facts)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_the_simulation_agrees_with_the_reach_of_the_plan(real: WheelFacts, lock: Path) -> None:
    plan = locked_plan(read_lock(lock))
    found = simulate(plan_offers(plan, real), real, plan.date, Asked())
    answers = {(row.offer, row.host.split()[0]): row.answer for row in found.installs}
    for job in plan.jobs:
        told = {d: answers[job.id, d] for d in (*job.serves, *job.excludes)}
        assert [d for d, answer in told.items() if answer is Answer.YES] == list(job.serves)
        assert [d for d, answer in told.items() if answer is Answer.NO] == list(job.excludes)


def test_ended_systems_are_left_out_and_named(real: WheelFacts) -> None:
    plan = plan_of("sm_80")
    offers = plan_offers(plan, real)
    found = simulate(offers, real, plan.date, Asked())
    assert "centos-7" in found.ended
    assert "centos-7" not in {host.system for host in found.hosts}
    everything = simulate(offers, real, plan.date, Asked(with_ended=True))
    assert everything.ended == ()
    assert {"centos-7", "rhel-8"} <= {host.system for host in everything.hosts}


def test_cpu_jobs_have_no_gpu_part(real: WheelFacts) -> None:
    plan = locked_plan(lock_of({"cpu": {"mkl": "2026.*", "architectures": ["x86_64"]}}, cxx="17"))
    found = simulate(plan_offers(plan, real), real, plan.date, Asked())
    assert (found.targets, found.gpus) == ((), ())
    assert found.installs


def test_targets_of_machines_that_the_wheel_is_not_for(real: WheelFacts) -> None:
    """No Jetson for x86_64; APUs of AMD are not for aarch64."""
    x86, arm = cuda("sm_80"), replace(cuda("sm_80"), id="arm", arch="aarch64")
    found = simulate((x86, arm), real, "2026-11-21", Asked())
    told = {offer: {r.target for r in found.gpus if r.offer == offer} for offer in (x86.id, "arm")}
    assert told["arm"] - told[x86.id] == {"sm_53", "sm_62", "sm_72", "sm_87", "sm_110", "sm_121"}
    names = {target.name for target in targets_of((hip("gfx942"),), real)}
    assert {"gfx942", "gfx1151"} <= names
    assert not any(name.startswith("sm_") for name in names)
    assert "sm_101" not in {target.name for target in found.targets}


def test_required(real: WheelFacts) -> None:
    texts = (
        "rhel-8 + H100",
        "rhel-8 + T4",
        "ubuntu-18.04",
        "rhel-8 + H100 + driver 470",
        "glibc 2.28 + A100",
    )
    found = covered(real, plan_of("sm_80", "sm_90"), *texts)
    assert {row.text: row.answer.value for row in found.required} == {
        "rhel-8 + H100": "yes",
        "rhel-8 + T4": "no",
        "ubuntu-18.04": "no",
        "rhel-8 + H100 + driver 470": "no",
        "glibc 2.28 + A100": "yes",
    }
    assert not found.is_served
    assert covered(real, plan_of("sm_90"), "rhel-8 + H100").is_served


def test_a_required_gpu_is_not_served_by_a_cpu_wheel(real: WheelFacts) -> None:
    (host,) = parse_host("rhel-9 + H100", "--require", real.hosts, real.gpus, ("x86_64",))
    asked = Asked(required={"it": (host,)})
    found = simulate((offer_of(f"cp312-cp312-{TAG}"),), real, "2026-11-21", asked)
    (row,) = found.required
    assert (row.answer, row.nearest and row.nearest.install.answer) == (Answer.NO, Answer.YES)


def test_unknown_is_not_served(real: WheelFacts) -> None:
    (host,) = parse_host("rhel-9 + MI250", "--require", real.hosts, real.gpus, ("x86_64",))
    asked = Asked(required={"it": (host,)})
    found = simulate((hip("gfx90a:xnack-"),), real, "2026-11-21", asked)
    assert found.required[0].answer is Answer.UNKNOWN
    assert not found.is_served


def test_a_plan_without_jobs_serves_nothing(real: WheelFacts) -> None:
    host = host_of(real, "rhel-9")
    found = simulate((), real, "2026-11-21", Asked(hosts=(host,), required={"it": (host,)}))
    assert found.required[0].answer is Answer.NO
    assert found.asked == ((host, ()),)


def test_answers_of_a_host() -> None:
    install = Install(offer="a", host="h", answer=Answer.YES)
    assert HostOffer(install=install).answer is Answer.YES
    assert Required(text="", hosts=(), rows=()).nearest is None
    assert GpuAnswer.NONE not in SERVING
    assert GpuAnswer.JIT in SERVING


def test_a_job_is_offered_with_every_python_and_tag(real: WheelFacts) -> None:
    plan = plan_of("sm_80", python=["cp312", "cp314t", "abi3-cp311", "pp311"])
    (job,) = plan.jobs
    offer = job_offer(replace(job, tags=("manylinux_2_17_x86_64", "manylinux2014_x86_64")), real)
    assert [wheel.tags for wheel in offer.wheels] == [
        (f"{pair}-manylinux_2_17_x86_64", f"{pair}-manylinux2014_x86_64")
        for pair in ("cp311-abi3", "pp311-pypy311_pp73", "cp312-cp312", "cp314-cp314t")
    ]
    assert (offer.driver, offer.jit_driver) == (job.driver_floor, None)
    assert offer.facts == ("cuda-12.9/driver",)


def test_the_older_spelling_reaches_an_older_pip(real: WheelFacts) -> None:
    (job,) = plan_of("sm_80").jobs
    older = ("manylinux_2_17_x86_64", "manylinux2014_x86_64")
    offer = job_offer(replace(job, tags=older, policy="manylinux_2_17"), real)
    host = replace(host_of(real, "rhel-8"), pip="19.3", python="cp312")
    asked = Asked(hosts=(host,), with_profiles=False)
    ((_, (row,)),) = simulate((offer,), real, "2026-11-21", asked).asked
    assert [choice.tag for choice in row.install.choices] == ["cp312-cp312-manylinux2014_x86_64"]
    oldest = replace(host, pip="19.2.3")
    asked = Asked(hosts=(oldest,), with_profiles=False)
    ((_, (row,)),) = simulate((offer,), real, "2026-11-21", asked).asked
    assert [(r.why, r.needed) for r in row.install.reasons] == [(Why.PIP, "19.3")]
