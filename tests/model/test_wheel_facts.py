from __future__ import annotations

from collections.abc import Callable

import pytest

from planner.load.wheel_facts import compile_wheel_facts
from planner.model.gpus import GpuFacts
from planner.model.hosts import HostFacts
from planner.model.versions import is_range
from planner.model.wheel_facts import (
    MachineFacts,
    WheelFacts,
    is_match,
    original_name,
    stem_of,
)
from tests.load.made import TINY


@pytest.fixture(scope="module")
def tiny() -> WheelFacts:
    """The wheel facts of the made-up family."""
    return compile_wheel_facts(TINY)


@pytest.mark.parametrize(
    ("soname", "stem"),
    [
        ("libcudart.so.13", "libcudart"),
        ("libcudart.so.11.0", "libcudart"),
        ("libnvrtc-builtins.alt.so.13.0", "libnvrtc-builtins.alt"),
        ("libiomp5.so", "libiomp5"),
        ("nvshmem_bootstrap_uid.so.3", "nvshmem_bootstrap_uid"),
        ("libsolib.so.1", "libsolib"),
        ("lib.something.so", "lib.something"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_stem(soname: str, stem: str) -> None:
    assert stem_of(soname) == stem


@pytest.mark.parametrize(
    ("bundled", "original"),
    [
        ("libcudart-3eda8113.so.13", "libcudart.so.13"),
        ("libcudart.3eda8113.so.13", "libcudart.so.13"),
        ("libgomp-a34b3233.so.1.0.0", "libgomp.so.1.0.0"),
        ("libcudart.so.13", "libcudart.so.13"),
        ("libfoo-12345678.a", "libfoo-12345678.a"),
        ("libfoo-1234567.so", "libfoo-1234567.so"),
        ("libfoo-ABCDEF12.so", "libfoo-ABCDEF12.so"),
    ],
)
def test_original_name(bundled: str, original: str) -> None:
    assert original_name(bundled) == original


@pytest.mark.parametrize(
    ("soname", "pattern", "matches"),
    [
        ("libcuda.so.1", "libcuda.so.*", True),
        ("libcudart.so.1", "libcuda.so.*", False),
        ("libcuda.so", "libcuda.so", True),
        ("libcuda.so.1", "libcuda.so", False),
        ("LIBCUDA.so", "libcuda.so", False),
        ("libpython3.12.so", "libpython3.*.so", True),
        ("libx1.so", "libx?.so", True),
        ("libx12.so", "libx?.so", False),
        ("libx1.so", "libx[12].so", True),
        ("libx3.so", "libx[12].so", False),
        ("libx[12].so", "libx[12].so", False),
        ("anything", "*", True),
    ],
)
def test_glob_patterns(soname: str, pattern: str, matches: bool) -> None:
    assert is_match(soname, pattern) is matches


def test_facts_about_machines_are_made_once_when_asked_for() -> None:
    made: list[GpuFacts] = []

    def make() -> tuple[GpuFacts, HostFacts]:
        made.append(GpuFacts(left_out=("a",)))
        return made[-1], HostFacts(pythons=("cp312",))

    machines = MachineFacts(make)
    assert made == []
    assert (machines.gpus, machines.hosts) == (
        GpuFacts(left_out=("a",)),
        HostFacts(pythons=("cp312",)),
    )
    assert machines.gpus is made[0]
    assert len(made) == 1
    assert machines == MachineFacts(lambda: (machines.gpus, machines.hosts))
    assert machines != MachineFacts(lambda: (machines.gpus, HostFacts()))


@pytest.mark.parametrize(
    ("soname", "family", "component", "known"),
    [
        ("libtoy.so.1", "toy", "core", True),
        ("libtoy.so.9", "toy", "core", False),
        ("libextra.so.1", "toy", "extra", False),
        ("libtoymath.so.1", "toy", None, True),
        ("libtoymath.so.2", "toy", None, False),
        ("libthreads.so.4", "toy", None, True),
        ("libthreads.so.5", None, None, False),
        ("libother.so.1", None, None, False),
    ],
)
def test_a_library_and_its_family(
    soname: str, family: str | None, component: str | None, known: bool, tiny: WheelFacts
) -> None:
    assert tiny.family_of(soname) == family
    assert tiny.component_of(soname) == component
    assert tiny.is_known(soname) is known


@pytest.mark.parametrize(
    ("soname", "externals", "drivers"),
    [
        ("libframe.so", ["frame"], []),
        ("libframe_cuda.so", ["frame"], []),
        ("libframe.so.1", [], []),
        ("libpython3.12.so.1.0", ["python"], []),
        ("libtoydriver.so.1", [], ["libtoydriver.so.*"]),
        ("libtoydriver.so", [], []),
        ("libtoykernel-x.so", [], ["libtoykernel-*.so"]),
    ],
)
def test_patterns(soname: str, externals: list[str], drivers: list[str], tiny: WheelFacts) -> None:
    assert [group.name for group in tiny.externals_of(soname)] == externals
    assert [row.pattern for row in tiny.drivers_of(soname)] == drivers


def within(specifier: str) -> Callable[[str], bool]:
    """What a requirement allows, as the lookups ask for it."""
    return lambda versions: is_range(f"{specifier},{versions}")


@pytest.mark.parametrize(
    ("project", "extras", "specifier", "found"),
    [
        ("other", (), None, {"other"}),
        ("toy-runtime", (), None, {"toy-runtime", "toy-threads"}),
        ("toy-kit", (), None, {"toy-kit"}),
        ("toy-kit", ("core",), None, {"toy-kit", "toy-runtime", "toy-threads"}),
        ("toy-kit", ("none",), None, {"toy-kit"}),
        ("toy-kit", ("all",), "==1.10.0", {"toy-kit"}),
        ("toy-kit", ("all",), ">=1.9", {"toy-kit", "toy-runtime", "toy-threads", "toy-tools"}),
        ("toy-kit", ("tools",), "==2.0", {"toy-kit", "toy-tools"}),
        ("toy-kit", ("all",), "==2.0", {"toy-kit"}),
    ],
)
def test_projects_that_come_along(
    project: str, extras: tuple[str, ...], specifier: str | None, found: set[str], tiny: WheelFacts
) -> None:
    allows = None if specifier is None else within(specifier)
    assert tiny.projects_of(project, extras, allows) == found


@pytest.mark.parametrize(
    ("project", "soname", "specifier", "holds"),
    [
        ("toy-runtime", "libtoy.so.1", "==1.9.3", True),
        ("toy-runtime", "libtoy.so.1", ">=1.8", True),
        ("toy-runtime", "libtoy.so.1", "==1.8.0", False),
        ("toy-runtime", "libtoymath.so.1", "==1.10.0", False),
        ("toy-runtime", "libtoy.so.1", "==1.11.0", None),
        ("other", "libtoy.so.1", ">=1", None),
    ],
)
def test_what_a_project_holds(
    project: str, soname: str, specifier: str, holds: bool | None, tiny: WheelFacts
) -> None:
    assert tiny.holds(project, soname, within(specifier)) is holds
