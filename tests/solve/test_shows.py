"""What mlplan promises to show, on the real facts and on stated days."""

from __future__ import annotations

import pytest
from packaging.version import Version

from planner.plan.records import Failure, Job, Reason
from tests.solve.real import only_job as job_of
from tests.solve.real import real_facts, variant_plan

Settings = dict[str, object]
X86: Settings = {"architectures": ["x86_64"]}
WIDEST: Settings = {**X86, "prefer": "widest", "allow": ["ended-base"]}

# The best gcc by minor release: its limits (facts) and the toolsets of AlmaLinux 8 and CentOS 7.
BEST_GCC = {
    "10.2": "8.5.0",
    "11.0": "9.2.1",
    "11.1": "10.2.1",
    "11.2": "10.2.1",
    "11.3": "10.2.1",
    "11.4": "11.2.1",
    "11.5": "11.2.1",
    "11.6": "11.2.1",
    "11.7": "11.2.1",
    "11.8": "11.2.1",
    "12.0": "12.2.1",
    "12.1": "12.2.1",
    "12.2": "12.2.1",
    "12.3": "12.2.1",
    "12.4": "13.3.1",
    "12.5": "13.3.1",
    "12.6": "13.3.1",
    "12.8": "14.2.1",
    "12.9": "14.2.1",
    "13.0": "15.2.1",
    "13.1": "15.2.1",
    "13.2": "15.2.1",
    "13.3": "15.2.1",
    "13.4": "15.2.1",
    "13.5": "15.2.1",
}
ALL_WAIVERS = ["ended-base", "ended-image", "alpha-image", "preview-release"]


def only_failure(settings: Settings) -> Failure:
    plan = variant_plan(settings)
    assert not plan.jobs
    (failure,) = plan.failures
    return failure


def reasons(job: Job, chose: str) -> list[Reason]:
    return [reason for reason in job.decision.because if reason.chose == chose]


def cautions(job: Job) -> dict[str, tuple[str, ...]]:
    return {caution.rule: caution.facts for caution in job.decision.warnings}


def major(job: Job) -> int:
    return Version(job.decision.gcc).major


# Host compilers


def test_every_cuda_minor_is_in_the_table() -> None:
    assert list(BEST_GCC) == list(real_facts().families["cuda"].minors)


@pytest.mark.parametrize(("minor", "gcc"), BEST_GCC.items())
def test_best_gcc_of_every_cuda_minor(minor: str, gcc: str) -> None:
    job = job_of({"cuda": minor, **X86})
    assert job.decision.gcc == gcc
    assert job.decision.policy == "manylinux_2_28"


@pytest.mark.parametrize(
    ("minor", "most"), [("12.3", 12), ("12.9", 14), ("13.0", 15), ("13.5", 16)]
)
@pytest.mark.parametrize("arch", ["x86_64", "aarch64"])
@pytest.mark.parametrize("prefer", ["newest", "widest"])
@pytest.mark.parametrize("toolchain", ["newest", "image"])
@pytest.mark.parametrize("date", ["2026-11-21", "2026-12-31", "2028-01-01"])
@pytest.mark.parametrize("allow", [[], ALL_WAIVERS], ids=["strict", "waived"])
def test_gcc_never_exceeds_what_cuda_takes(
    minor: str, most: int, arch: str, prefer: str, toolchain: str, date: str, allow: list[str]
) -> None:
    settings: Settings = {"cuda": minor, "architectures": [arch], "prefer": prefer}
    job = job_of({**settings, "toolchain": toolchain, "allow": allow}, date)
    assert major(job) <= most


def test_gcc_of_cuda_12_3_names_the_header_and_not_the_overruled_table() -> None:
    job = job_of({"cuda": "12.3", **X86})
    assert reasons(job, "gcc") == [
        Reason(
            chose="gcc",
            value="12.2.1",
            instead_of="13.3.1",
            rule="host-compiler-range",
            facts=("cuda-12.3/host-gcc",),
        )
    ]
    overruled = real_facts().facts()["cuda-12.3/host-gcc-pytorch"]
    assert overruled.text("range") == "<14"
    assert overruled.overruled_by == "host-gcc"
    used = {fact for reason in job.decision.because for fact in reason.facts}
    assert overruled.id not in {*used, *job.decision.unconfirmed, *cautions(job)}


# What cannot be


@pytest.mark.parametrize(
    ("settings", "rules", "facts", "paths"),
    [
        (
            {"mkl": "2025", "architectures": ["aarch64"]},
            {"release-covers-architecture"},
            {"mkl/never-aarch64"},
            {"variants.job.architectures"},
        ),
        (
            {"cuda": "12.5", "architectures": ["ppc64le"]},
            {"release-matches-request", "release-covers-architecture"},
            {"cuda-12.5/architectures"},
            {"variants.job.cuda", "variants.job.architectures"},
        ),
        (
            {"cuda": "13", "gpu": ["sm_70"], **X86},
            {"release-matches-request", "gpu-target-known"},
            {"cuda/life-sm_70"},
            {"variants.job.cuda", "variants.job.gpu"},
        ),
        (
            {"rocm": "5.0", "gpu": ["gfx942"], **X86},
            {"release-matches-request", "gpu-target-known"},
            {"rocm-5.0/targets"},
            {"variants.job.rocm", "variants.job.gpu"},
        ),
        (
            {"architectures": ["ppc64"]},
            {"image-covers-architecture"},
            {"policy/manylinux_2_17"},
            {"variants.job.architectures"},
        ),
    ],
    ids=["mkl-aarch64", "cuda-12.5-ppc64le", "cuda-13-sm_70", "rocm-5.0-gfx942", "ppc64"],
)
def test_failures_name_rule_and_fact(
    settings: Settings, rules: set[str], facts: set[str], paths: set[str]
) -> None:
    (conflict,) = only_failure(settings).conflicts
    assert set(conflict.rules) == rules
    assert set(conflict.facts) == facts
    assert {line.path for line in conflict.request} == paths


def test_cuda_for_ppc64le_ends_with_12_4() -> None:
    assert job_of({"cuda": "newest", "architectures": ["ppc64le"]}, "2024-05-01").decision
    job = job_of({"cuda": ">=12", "architectures": ["ppc64le"]})
    assert job.decision.accelerators == {"cuda": "12.4.1"}


# Images


@pytest.mark.parametrize("allow", [[], ALL_WAIVERS], ids=["strict", "waived"])
@pytest.mark.parametrize("prefer", ["newest", "widest"])
@pytest.mark.parametrize("families", [{}, {"cuda": "13"}, {"rocm": "newest"}, {"mkl": "2026"}])
def test_no_x86_64_job_gets_manylinux_2_39(
    allow: list[str], prefer: str, families: Settings
) -> None:
    job = job_of({**families, **X86, "allow": allow, "prefer": prefer})
    assert job.decision.policy != "manylinux_2_39"


def test_alpha_image_only_with_the_waiver_and_its_level_is_told() -> None:
    assert job_of(X86).decision.policy == "manylinux_2_28"
    job = job_of({**X86, "allow": ["alpha-image"]})
    assert job.decision.policy == "manylinux_2_34"
    assert cautions(job)["x86-64-level"] == ("image/manylinux_2_34@x86_64",)
    limited = job_of({**X86, "allow": ["alpha-image"], "x86-64-level": 1})
    assert limited.decision.policy == "manylinux_2_28"


def test_alpha_image_is_taken_where_there_is_no_other() -> None:
    job = job_of({"architectures": ["riscv64"]})
    assert job.decision.tags == ("manylinux_2_39_riscv64",)
    assert cautions(job)["alpha-image"] == ("image/manylinux_2_39",)


def test_armv7l_stands_on_manylinux_2_35() -> None:
    assert job_of({"architectures": ["armv7l"]}).decision.tags == ("manylinux_2_35_armv7l",)


def test_plain_wheel_is_planned_for_every_architecture_with_a_live_image() -> None:
    plan = variant_plan({})
    assert not plan.failures
    assert [job.decision.tags[0] for job in plan.jobs] == [
        "manylinux_2_28_x86_64",
        "manylinux_2_28_i686",
        "manylinux_2_28_aarch64",
        "manylinux_2_35_armv7l",
        "manylinux_2_28_ppc64le",
        "manylinux_2_28_s390x",
        "manylinux_2_39_riscv64",
    ]


# Days


def test_a_plan_for_a_past_day_knows_nothing_newer() -> None:
    plan = variant_plan({"cuda": "12.4", **X86}, "2024-07-24")
    (job,) = plan.jobs
    decision = job.decision
    assert decision.accelerators == {"cuda": "12.4.1"}
    assert decision.pythons == ("cp38", "cp39", "cp310", "cp311", "cp312")
    assert decision.image.digest is None
    assert decision.gcc == "13.3.1"
    assert ("gcc", "14.2.1", "toolset-obtainable") in {
        (reason.chose, reason.instead_of, reason.rule) for reason in decision.because
    }


@pytest.mark.parametrize("day", ["2020-03-01", "2022-06-15", "2024-07-24", "2025-03-31"])
def test_everything_planned_for_a_day_existed_on_it(day: str) -> None:
    facts = real_facts()
    newest: Settings = {"cuda": "newest"}
    for job in variant_plan({**newest, **X86}, day).jobs:
        decision = job.decision
        since = facts.policies.images[decision.image.name].architectures["x86_64"].since
        assert since is not None
        assert since <= day
        (version,) = decision.accelerators.values()
        minor = facts.families["cuda"].minors[".".join(version.split(".")[:2])]
        (released,) = [f for f in minor.facts_of(version).values() if f.kind == "released"]
        assert released.text("date") <= day
        for tag in decision.pythons:
            assert (facts.policies.interpreters[tag].released or "") <= day


@pytest.mark.parametrize("day", ["2024-06-29", "2024-06-30"])
def test_manylinux_2_17_until_the_last_day_of_its_base(day: str) -> None:
    job = job_of({**X86, "prefer": "widest"}, day)
    assert job.decision.tags == ("manylinux_2_17_x86_64", "manylinux2014_x86_64")
    assert "ended-base" not in cautions(job)


def test_manylinux_2_17_afterwards_only_with_the_waiver() -> None:
    day = "2024-07-01"
    assert job_of({**X86, "prefer": "widest"}, day).decision.policy == "manylinux_2_28"
    job = job_of(WIDEST, day)
    assert job.decision.policy == "manylinux_2_17"
    assert cautions(job)["ended-base"] == ("end/centos-7-standard",)


# Linked libraries


def test_linking_cudart_alone_keeps_manylinux_2_17() -> None:
    job = job_of({**WIDEST, "cuda": "12.9", "links": ["cudart"]})
    assert job.decision.policy == "manylinux_2_17"
    assert cautions(job)["documented-glibc"] == ("cuda-12.9/documented-glibc-x86_64",)
    (caution,) = [c for c in job.decision.warnings if c.rule == "documented-glibc"]
    assert (caution.data["floor"], caution.data["distribution"]) == ("2.28", "rhel-8")


def test_linking_cublas_raises_the_floor() -> None:
    job = job_of({**WIDEST, "cuda": "12.9", "links": ["cublas"]})
    assert job.decision.policy == "manylinux_2_28"
    fact = "cuda-12.9/needs-cublas-x86_64"
    against = {(reason.rule, fact_) for reason in reasons(job, "policy") for fact_ in reason.facts}
    assert ("linked-library-floor", fact) in against
    needs = real_facts().facts()[fact].table("libraries")
    assert max((row["glibc"] for row in needs.values()), key=Version) == "2.27"


@pytest.mark.parametrize("library", ["nccl", "cudnn"])
@pytest.mark.parametrize("release", ["12.4", "12.6", "13"])
def test_separate_libraries_raise_the_floor(library: str, release: str) -> None:
    alone = job_of({**WIDEST, "cuda": release, "links": ["cudart"]})
    job = job_of({**WIDEST, "cuda": release, "links": ["cudart", library]})
    assert alone.decision.policy == "manylinux_2_17"
    assert job.decision.policy == "manylinux_2_28"
    refused = [r for r in reasons(job, "policy") if r.rule == "linked-library-floor"]
    suffix = "cu13" if release == "13" else "cu12"
    assert refused
    assert all(fact.startswith(f"cuda/needs-{library}-{suffix}-") for fact in refused[0].facts)
    assert library in job.decision.components


@pytest.mark.parametrize(
    ("day", "nccl", "policy"),
    [
        ("2025-08-03", None, "manylinux_2_17"),
        ("2026-01-01", "2.27.7", "manylinux_2_28"),
        ("2026-08-11", "2.31.2", "manylinux_2_28"),
        ("2026-11-21", "2.32.3", "manylinux_2_28"),
    ],
)
def test_separate_libraries_are_those_of_the_day(day: str, nccl: str | None, policy: str) -> None:
    decision = job_of({**WIDEST, "cuda": "12.4", "links": ["nccl"]}, day).decision
    found = decision.components.get("nccl")
    assert (found.version if found else None) == nccl
    assert decision.policy == policy


# pip


@pytest.mark.parametrize(
    ("settings", "floor"),
    [
        (WIDEST, "19.3"),
        (X86, "20.3"),
        ({"architectures": ["riscv64"]}, "24.1"),
        ({**X86, "python": ["cp314t"]}, "24.1"),
        ({**WIDEST, "python": ["cp314t"]}, "24.1"),
        ({**WIDEST, "python": ["cp312"]}, "19.3"),
    ],
    ids=["2_17", "2_28", "riscv64", "cp314t", "cp314t on 2_17", "cp312 on 2_17"],
)
def test_pip_floor(settings: Settings, floor: str) -> None:
    assert job_of(settings).decision.pip_floor == floor


def test_old_pip_needs_the_legacy_tag() -> None:
    assert job_of({**WIDEST, "pip": ">=19.3"}).decision.policy == "manylinux_2_17"
    job = job_of({**X86, "allow": ["ended-base"], "pip": ">=19.3"})
    assert job.decision.tags == ("manylinux_2_17_x86_64", "manylinux2014_x86_64")
    failure = only_failure({**X86, "pip": ">=19.3"})
    assert "pip-floor" in {rule for conflict in failure.conflicts for rule in conflict.rules}


# Order of releases


@pytest.mark.parametrize(
    ("spec", "version"),
    [("<7.14", "7.2.4"), ("<10", "7.14.1"), ("<10.1", "10.0.0"), ("newest", "10.1.0")],
)
def test_rocm_order(spec: str, version: str) -> None:
    job = job_of({**X86, "rocm": spec}, None)
    assert job.decision.accelerators == {"rocm": version}


def test_updates_without_a_day_are_left_out_on_a_stated_day() -> None:
    dated = job_of({**X86, "rocm": "<6.4"}, "2026-11-21")
    assert dated.decision.accelerators == {"rocm": "6.3.3"}
    undated = job_of({**X86, "rocm": "<6.4"}, None)
    assert undated.decision.accelerators == {"rocm": "6.3.4"}


def test_previews_only_when_allowed() -> None:
    spec = ">=7.9,<7.14"
    (conflict,) = only_failure({**X86, "rocm": spec}).conflicts
    assert "release-not-preview" in conflict.rules
    job = job_of({**X86, "rocm": spec, "allow": ["preview-release"]})
    assert job.decision.accelerators == {"rocm": "7.13.0"}
    assert "preview-release" in cautions(job)
