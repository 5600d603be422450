"""Offers and hosts made for the tests of the simulation."""

from __future__ import annotations

from dataclasses import replace

from planner.coverage.results import Gpu, HeldCode, Host, Offer, OfferedWheel
from planner.coverage.simulate import system_host
from planner.model.wheel_facts import WheelFacts

TAG = "manylinux_2_28_x86_64"


def offer_of(
    *tags: str,
    code: HeldCode | None = None,
    driver: str | None = None,
    jit_driver: str | None = None,
    arch: str = "x86_64",
    version: str = "1.0",
) -> Offer:
    """An offer with one wheel for each tag."""
    wheels = tuple(
        OfferedWheel(file=f"lib-{version}-{tag}.whl", tags=(tag,), arch=arch, version=version)
        for tag in tags
    )
    return Offer(
        id=f"lib-{version}",
        job=None,
        project="lib",
        arch=arch,
        wheels=wheels,
        code=code or HeldCode(),
        driver=driver,
        jit_driver=jit_driver,
    )


def cuda(*targets: str, driver: str | None = "525.60.13", jit: str | None = "575.51.03") -> Offer:
    """An offer with CUDA code for targets, written as nvcc names them."""
    code = HeldCode(
        real=tuple(t for t in targets if t.startswith("sm_")),
        virtual=tuple(t for t in targets if t.startswith("compute_")),
    )
    return offer_of(f"cp312-cp312-{TAG}", code=code, driver=driver, jit_driver=jit)


def hip(*targets: str) -> Offer:
    """An offer with AMD code for targets."""
    return offer_of(f"cp312-cp312-{TAG}", code=HeldCode(hip=targets))


def host_of(
    facts: WheelFacts, system: str, arch: str = "x86_64", gpus: tuple[Gpu, ...] = ()
) -> Host:
    """A distribution of the facts as a host."""
    return replace(system_host(facts.hosts.systems[system], arch), gpus=gpus)
