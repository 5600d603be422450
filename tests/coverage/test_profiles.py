"""Hosts and GPUs as people write them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.coverage.names import find_gpu, nearest_gpu, target_label
from planner.coverage.profiles import machine_host, parse_host
from planner.coverage.results import Host
from planner.errors import UsageError
from planner.model.hosts import Machine, MachineGpu
from planner.model.wheel_facts import WheelFacts

ARCHS = ("x86_64", "aarch64")


def parsed(facts: WheelFacts, text: str) -> tuple[Host, ...]:
    return parse_host(text, "--host", facts.hosts, facts.gpus, ARCHS)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("rhel-8 + H100", ["rhel-8 + x86_64 + NVIDIA H100", "rhel-8 + aarch64 + NVIDIA H100"]),
        (
            "ubuntu-22.04 + RTX 4090 + driver 550, x86_64",
            ["ubuntu-22.04 + x86_64 + GeForce RTX 4090 + driver 550"],
        ),
        (
            "ubuntu-18.04, pip 19.0, T4, driver 470, amd64",
            ["ubuntu-18.04 + x86_64 + pip 19.0 + NVIDIA T4 + driver 470"],
        ),
        (
            "system=Ubuntu 22.04, arch=arm64, pip=22.0, python=3.12, gpu=9.0, driver=R550.54.14",
            [
                "ubuntu-22.04 + aarch64 + pip 22.0 + python cp312 + H100, H200, GH200"
                " + driver 550.54.14"
            ],
        ),
        ("glibc 2.28, x86_64, python 3.14t", ["glibc 2.28 + x86_64 + python cp314t"]),
        ("musl 1.2, aarch64", ["musl 1.2 + aarch64"]),
        ("rhel-8+T4+x86_64+pip 19.0", ["rhel-8 + x86_64 + pip 19.0 + NVIDIA T4"]),
        ("rhel-9 + Orin", ["rhel-9 + aarch64 + Jetson AGX Orin"]),
        ("RHEL 8 + x86_64 + cp312", ["rhel-8 + x86_64 + python cp312"]),
        ("sles-15.6", ["sles-15.6 + x86_64"]),
    ],
)
def test_hosts(real: WheelFacts, text: str, names: list[str]) -> None:
    assert [host.name for host in parsed(real, text)] == names


def test_own_pip_and_python(real: WheelFacts) -> None:
    (host,) = parsed(real, "ubuntu-20.04 + x86_64 + pip own + python own")
    assert (host.pip, host.python, host.own_pip) == ("20.0.2", "cp38", "20.0.2")


def test_a_glibc_beside_a_distribution_replaces_its_own(real: WheelFacts) -> None:
    (host,) = parsed(real, "rhel-8 + glibc 2.34 + x86_64")
    assert (host.system, host.libc, host.libc_version) == ("rhel-8", "glibc", "2.34")
    (host,) = parsed(real, "rhel-8 + musl 1.2 + x86_64")
    assert (host.system, host.libc, host.libc_version) == ("rhel-8", "musl", "1.2")


@pytest.mark.parametrize(
    ("text", "message", "nearest"),
    [
        ("rehl-8 + H100", "neither a distribution", "rhel-8"),
        ("rhel-8 + H10000", "neither a distribution", "NVIDIA H100"),
        ("rhel-8 + gpu GeForce RTX 509", "unknown GPU", "GeForce RTX 5090"),
        ("os=ubunto-22.04", "unknown distribution", "ubuntu-22.04"),
        ("rhel-8 + arch x86", "unknown architecture", "x86_64"),
        ("rhel-8 + colour=red", "unknown key", None),
        ("rhel-8 + pip new", "not a version of pip", None),
        ("rhel-8 + python snake", "not a version of python", None),
        ("rhel-8 + driver fast", "not a version of driver", None),
        ("rhel-8 + rhel-9", "says system twice", None),
        ("glibc 2.28 + musl 1.2", "names two C libraries", None),
        ("rhel-9 + x86_64 + Orin", "Jetson AGX Orin is in no machine of this architecture", None),
        ("H100 + driver 550", "names neither a distribution nor a glibc", None),
        ("ubuntu-16.04 + aarch64", "is not known on this architecture", None),
    ],
)
def test_slips(real: WheelFacts, text: str, message: str, nearest: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        parsed(real, text)
    assert caught.value.exit_status == 2
    (problem,) = caught.value.problems
    assert message in problem.message
    assert problem.nearest == nearest


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("T4", "sm_75"),
        ("Tesla T4", "sm_75"),
        ("NVIDIA H100 80GB HBM3", "sm_90"),
        ("NVIDIA A100-SXM4-40GB", "sm_80"),
        ("NVIDIA GeForce RTX 3070 Laptop GPU", "sm_86"),
        ("Tesla V100-SXM2-16GB", "sm_70"),
        ("rtx 4090", "sm_89"),
        ("RTX 6000 Ada Generation", "sm_89"),
        ("Quadro RTX 6000", "sm_75"),
        ("RTX A6000", "sm_86"),
        ("DGX Spark", "sm_121"),
        ("orin", "sm_87"),
        ("Jetson Thor", "sm_110"),
        ("MI300", "gfx942"),
        ("MI250X", "gfx90a"),
        ("RX 7900 XTX", "gfx1100"),
        ("Radeon PRO W7900", "gfx1100"),
        ("AMD Ryzen AI Max+ 395", "gfx1151"),
        ("Strix Halo", "gfx1151"),
        ("9.0", "sm_90"),
        ("12.1", "sm_121"),
        ("sm_80", "sm_80"),
        ("sm_90a", "sm_90"),
        ("sm_120f", "sm_120"),
        ("gfx90a:xnack-", "gfx90a:xnack-"),
        ("gfx90a:xnack-:sramecc+", "gfx90a:sramecc+:xnack-"),
    ],
)
def test_gpu_names(real: WheelFacts, text: str, target: str) -> None:
    gpu = find_gpu(text, real.gpus)
    assert gpu is not None
    assert gpu.target == target


@pytest.mark.parametrize("text", ["RTX", "H1", "Voodoo 3", "gfx", "sm_9", ""])
def test_names_that_are_none_or_too_many(real: WheelFacts, text: str) -> None:
    assert find_gpu(text, real.gpus) is None


def test_nearest_gpu(real: WheelFacts) -> None:
    assert nearest_gpu("GeForce RTX 4O90", real.gpus) == "GeForce RTX 4090"


@pytest.mark.parametrize(
    ("target", "label"), [("sm_90", "9.0"), ("sm_120", "12.0"), ("gfx90a", "gfx90a")]
)
def test_labels(target: str, label: str) -> None:
    assert target_label(target) == label


def test_every_product_is_found_by_its_own_name(real: WheelFacts) -> None:
    old = {row.old for row in real.gpus.renamed}
    for group in real.gpus.groups:
        for name in (*group.names, *group.aliases):
            if group.target not in old:
                gpu = find_gpu(name, real.gpus)
                assert gpu is not None, name
                assert gpu.target == group.target, name


def machine(**more: object) -> Machine:
    base = Machine(
        arch="x86_64",
        libc="glibc",
        libc_version="2.34",
        os_id="rhel",
        os_version="9.4",
        python="cp312",
        pip="24.0",
        driver="580.95.05",
        gpus=(MachineGpu("NVIDIA H100 80GB HBM3", "sm_90"), MachineGpu("Odd GPU", "")),
    )
    return replace(base, **more)  # type: ignore[arg-type]


def test_this_machine(real: WheelFacts) -> None:
    host = machine_host(machine(), real.hosts, real.gpus)
    assert (host.system, host.symbols["GLIBCXX"], host.pip) == ("rhel-9", "3.4.29", "24.0")
    assert [(gpu.name, gpu.target) for gpu in host.gpus] == [
        ("NVIDIA H100 80GB HBM3", "sm_90"),
        ("Odd GPU", "unknown"),
    ]


def test_a_machine_with_another_c_library_than_its_distribution(real: WheelFacts) -> None:
    host = machine_host(machine(libc_version="2.35"), real.hosts, real.gpus)
    assert (host.system, dict(host.symbols), host.libc_version) == ("", {}, "2.35")
