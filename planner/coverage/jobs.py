"""The jobs of a plan as offers: what their wheels will be, if they are built as planned."""

from __future__ import annotations

from collections.abc import Iterator

from planner.coverage.results import HeldCode, Offer, OfferedWheel, SymbolNeed
from planner.model.policies import Policy
from planner.model.versions import version_key
from planner.model.wheel_facts import WheelFacts
from planner.plan.locked import LockedJob, LockedPlan

_ABI3 = "abi3-"
_PYPY = "pp"


def plan_offers(plan: LockedPlan, facts: WheelFacts) -> tuple[Offer, ...]:
    """One offer for each job, with a wheel for each of its Pythons."""
    return tuple(job_offer(job, facts) for job in plan.jobs)


def job_offer(job: LockedJob, facts: WheelFacts) -> Offer:
    """What an installer finds of a job: one wheel for each Python, with every tag of the plan."""
    policy = facts.policies.get(job.policy)
    needs = tuple(_needs(policy, job.arch)) if policy else ()
    return Offer(
        id=job.id,
        job=job.id,
        project="",
        arch=job.arch,
        wheels=tuple(_wheel(job, python, needs) for python in job.pythons),
        accelerators=job.accelerators,
        code=HeldCode(
            real=job.gpu.get(("cuda", "real"), ()),
            virtual=job.gpu.get(("cuda", "virtual"), ()),
            hip=job.gpu.get(("hip", "targets"), ()),
        ),
        driver=job.driver_floor,
        jit_driver=job.jit_driver_floor,
        facts=tuple(_driver_facts(job, facts, "runtime")),
        jit_facts=tuple(_driver_facts(job, facts, "toolkit")),
    )


def _wheel(job: LockedJob, python: str, needs: tuple[SymbolNeed, ...]) -> OfferedWheel:
    pair = _pair(python)
    tags = tuple(f"{pair}-{tag}" for tag in (job.tags or (job.platform_tag,)))
    file = f"{pair}-{'.'.join(job.tags or (job.platform_tag,))}"
    return OfferedWheel(file=file, tags=tags, arch=job.arch, needs=needs)


def _pair(python: str) -> str:
    """Interpreter and ABI of a wheel for a Python of the plan: ``cp314-cp314t`` of ``cp314t``."""
    if python.startswith(_ABI3):
        return f"{python.removeprefix(_ABI3)}-abi3"
    if python.startswith(_PYPY):
        return f"{python}-pypy{python.removeprefix(_PYPY)}_pp73"
    return f"{python.rstrip('t')}-{python}"


def _needs(policy: Policy, arch: str) -> Iterator[SymbolNeed]:
    """The most that a wheel with the policy's tag may need: the highest version of each prefix."""
    for prefix, versions in policy.symbols.get(arch, {}).items():
        numbers = [version for version in versions if version.replace(".", "").isdecimal()]
        if numbers:
            highest = max(numbers, key=version_key)
            yield SymbolNeed(prefix=prefix, version=highest, library="", file=policy.name)


def _driver_facts(job: LockedJob, facts: WheelFacts, role: str) -> Iterator[str]:
    """The facts behind the oldest driver in one role, for the job's releases."""
    for row in facts.gpus.releases:
        if job.accelerators.get(row.family) == row.version:
            fact = row.runtime_fact if role == "runtime" else row.toolkit_fact
            yield from (fact,) if fact else ()
