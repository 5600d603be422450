"""Which wheel pip takes, why it takes none, and whether what it takes loads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.coverage.install import Installer, installs_on, python_tag
from planner.coverage.results import Answer, Install, Offer, SymbolNeed, Why
from planner.model.wheel_facts import WheelFacts
from tests.coverage.made import TAG, host_of, offer_of


def need(symbol: str, library: str = "libc.so.6") -> SymbolNeed:
    prefix, _, version = symbol.partition("_")
    return SymbolNeed(prefix=prefix, version=version, library=library, file="lib/_C.so")


def with_needs(*symbols: str) -> Offer:
    offer = offer_of("cp312-cp312-manylinux_2_17_x86_64")
    wheel = replace(offer.wheels[0], needs=tuple(need(symbol) for symbol in symbols))
    return replace(offer, wheels=(wheel,))


def whys(install: Install) -> list[Why]:
    return [reason.why for reason in install.reasons]


def test_the_issue_ubuntu_18_04_with_pip_19(real: WheelFacts) -> None:
    """Both reasons hold, and each is told."""
    host = replace(host_of(real, "ubuntu-18.04"), pip="19.0")
    found = Installer(host, real).install(offer_of(f"cp312-cp312-{TAG}"))
    assert found.answer is Answer.NO
    assert [(r.why, r.found, r.needed) for r in found.reasons] == [
        (Why.GLIBC, "2.27", "2.28"),
        (Why.PIP, "19.0", "20.3"),
    ]
    newer = Installer(replace(host, pip="24.0"), real).install(offer_of(f"cp312-cp312-{TAG}"))
    assert whys(newer) == [Why.GLIBC]
    older_pip = Installer(replace(host_of(real, "rhel-8"), pip="19.0"), real)
    assert whys(older_pip.install(offer_of(f"cp312-cp312-{TAG}"))) == [Why.PIP]


@pytest.mark.parametrize(
    ("tag", "system", "arch", "reasons"),
    [
        (f"cp312-cp312-{TAG}", "rhel-8", "x86_64", []),
        (f"cp312-cp312-{TAG}", "rhel-8", "aarch64", [Why.ARCHITECTURE]),
        (f"cp312-cp312-{TAG}", "debian-9", "x86_64", [Why.GLIBC]),
        (f"cp312-cp312-{TAG}", "alpine-3.22", "x86_64", [Why.LIBC]),
        ("cp312-cp312-musllinux_1_2_x86_64", "alpine-3.22", "x86_64", []),
        ("cp312-cp312-musllinux_1_2_x86_64", "alpine-3.12", "x86_64", [Why.GLIBC]),
        ("cp312-cp312-musllinux_1_2_x86_64", "rhel-9", "x86_64", [Why.LIBC]),
        ("cp312-cp312-win_amd64", "rhel-9", "x86_64", [Why.ARCHITECTURE]),
        ("py3-none-any", "alpine-3.22", "aarch64", []),
    ],
)
def test_why_not(real: WheelFacts, tag: str, system: str, arch: str, reasons: list[Why]) -> None:
    found = Installer(host_of(real, system, arch), real).install(offer_of(tag))
    assert whys(found) == reasons
    assert found.answer is (Answer.NO if reasons else Answer.YES)


def test_python(real: WheelFacts) -> None:
    offer = offer_of(f"cp311-cp311-{TAG}", f"cp312-cp312-{TAG}", f"cp314-cp314t-{TAG}")
    host = host_of(real, "rhel-9")
    free = Installer(host, real).install(offer)
    assert [(c.python, c.tag) for c in free.choices] == [
        ("cp311", f"cp311-cp311-{TAG}"),
        ("cp312", f"cp312-cp312-{TAG}"),
        ("cp314t", f"cp314-cp314t-{TAG}"),
    ]
    found = Installer(replace(host, python="cp313"), real).install(offer)
    assert [(r.why, r.found, r.needed) for r in found.reasons] == [
        (Why.PYTHON, "cp313", "cp311, cp312, cp314")
    ]


def test_own_pip_and_python_are_cautions(real: WheelFacts) -> None:
    found = Installer(host_of(real, "rhel-8"), real).install(offer_of(f"cp312-cp312-{TAG}"))
    assert found.answer is Answer.YES
    assert [(r.why, r.found, r.needed) for r in found.cautions] == [
        (Why.PIP, "9.0.3", "20.3"),
        (Why.PYTHON, "cp36", "cp312"),
    ]


def test_pip_prefers_the_better_tag_then_the_higher_build(real: WheelFacts) -> None:
    tags = (
        "py3-none-any",
        "cp312-abi3-manylinux_2_17_x86_64",
        "cp312-cp312-manylinux_2_17_x86_64",
        "cp312-cp312-manylinux_2_27_x86_64",
        "cp312-cp312-manylinux_2_34_x86_64",
    )
    host = replace(host_of(real, "rhel-8"), python="cp312")
    (choice,) = Installer(host, real).install(offer_of(*tags)).choices
    assert choice.tag == "cp312-cp312-manylinux_2_27_x86_64"
    offer = offer_of(f"cp312-cp312-{TAG}")
    builds = [replace(offer.wheels[0], file=f"lib-{n}.whl", build=n) for n in ("2", "10", "")]
    (choice,) = Installer(host, real).install(replace(offer, wheels=tuple(builds))).choices
    assert choice.wheel == "lib-10.whl"


def test_pip_prefers_the_higher_version_whatever_its_gpu_code(real: WheelFacts) -> None:
    one, other = (offer_of(f"cp312-cp312-{TAG}", version=v) for v in ("1.0+cu126", "1.0+cu130"))
    rows = {row.offer: row for row in installs_on(host_of(real, "rhel-9"), (one, other), real)}
    assert [(r.why, r.found) for r in rows["lib-1.0+cu126"].cautions if r.why is Why.PREFERRED] == [
        (Why.PREFERRED, "lib-1.0+cu130")
    ]
    assert Why.PREFERRED not in [r.why for r in rows["lib-1.0+cu130"].cautions]


@pytest.mark.parametrize(
    ("system", "arch", "symbols", "answer", "reasons"),
    [
        ("rhel-8", "x86_64", ("GLIBC_2.28", "GLIBCXX_3.4.25"), Answer.YES, []),
        ("rhel-8", "x86_64", ("GLIBC_2.32",), Answer.NO, [(Why.GLIBC, "GLIBC_2.32")]),
        (
            "rhel-8",
            "x86_64",
            ("GLIBCXX_3.4.22", "GLIBCXX_3.4.26", "GLIBCXX_3.4.29"),
            Answer.NO,
            [(Why.LIBSTDCXX, "GLIBCXX_3.4.29")],
        ),
        ("rhel-8", "x86_64", ("GCC_8.0.0",), Answer.NO, [(Why.SYMBOL, "GCC_8.0.0")]),
        # Amazon Linux 2023 has a newer libstdc++ than its glibc says.
        ("amazon-2023", "x86_64", ("GLIBCXX_3.4.33",), Answer.YES, []),
        # Of SLES 15.6 libstdc++ was not measured: what the policy of its glibc allows is there.
        ("sles-15.6", "x86_64", ("GLIBCXX_3.4.29",), Answer.YES, []),
        (
            "sles-15.6",
            "x86_64",
            ("GLIBCXX_3.4.40",),
            Answer.UNKNOWN,
            [(Why.LIBSTDCXX, "GLIBCXX_3.4.40")],
        ),
        # aarch64 has GLIBC_2.18 in its 2.17.
        ("centos-7", "aarch64", ("GLIBC_2.18",), Answer.YES, []),
        ("centos-7", "x86_64", ("GLIBC_2.18",), Answer.NO, [(Why.GLIBC, "GLIBC_2.18")]),
        ("rhel-10", "x86_64", ("GLIBC_ABI_DT_RELR",), Answer.YES, []),
        (
            "rhel-9",
            "x86_64",
            ("GLIBC_ABI_DT_RELR",),
            Answer.UNKNOWN,
            [(Why.GLIBC, "GLIBC_ABI_DT_RELR")],
        ),
        (
            "rhel-10",
            "x86_64",
            ("GLIBC_ABI_GNU2_TLS",),
            Answer.NO,
            [(Why.GLIBC, "GLIBC_ABI_GNU2_TLS")],
        ),
        ("rhel-9", "x86_64", ("OPENSSL_3.9.0",), Answer.YES, []),
    ],
)
def test_symbols(
    real: WheelFacts,
    system: str,
    arch: str,
    symbols: tuple[str, ...],
    answer: Answer,
    reasons: list[tuple[Why, str]],
) -> None:
    offer = with_needs(*symbols)
    tag = f"cp312-cp312-manylinux_2_17_{arch}"
    wheel = replace(offer.wheels[0], tags=(tag,), arch=arch)
    found = Installer(host_of(real, system, arch), real).install(replace(offer, wheels=(wheel,)))
    assert [(r.why, r.needed) for r in found.reasons] == reasons
    assert found.answer is answer


def test_libraries_that_nobody_brings_and_those_of_the_machine(real: WheelFacts) -> None:
    offer = offer_of(f"cp312-cp312-{TAG}")
    wheel = replace(offer.wheels[0], missing=("libfoo.so.1",), system=("libcuda.so.1",))
    found = Installer(host_of(real, "rhel-9"), real).install(replace(offer, wheels=(wheel,)))
    assert (found.answer, [r.needed for r in found.reasons]) == (Answer.NO, ["libfoo.so.1"])
    assert [r.needed for r in found.cautions if r.why is Why.SYSTEM_LIBRARY] == ["libcuda.so.1"]


def test_a_wheel_that_was_not_read_in_full_is_unknown(real: WheelFacts) -> None:
    offer = offer_of(f"cp312-cp312-{TAG}")
    wheel = replace(offer.wheels[0], is_unread=True)
    found = Installer(host_of(real, "rhel-9"), real).install(replace(offer, wheels=(wheel,)))
    assert (found.answer, whys(found)) == (Answer.UNKNOWN, [Why.UNREAD])


@pytest.mark.parametrize(
    ("version", "tag"), [("3.12.3", "cp312"), ("3.6", "cp36"), ("2.7", "cp27"), ("3", "cp30")]
)
def test_python_tag(version: str, tag: str) -> None:
    assert python_tag(version) == tag
