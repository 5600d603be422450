"""The real facts about libraries agree with those about releases."""

from __future__ import annotations

import re

import pytest

from planner.load.wheel_records import wheel_facts_of
from planner.model.facts import FactBase
from planner.model.sources import Fact
from planner.model.versions import range_contains, version_key
from planner.model.wheel_facts import PREFIX, WheelFacts


@pytest.fixture(scope="module")
def real(facts: FactBase) -> WheelFacts:
    """The real wheel facts."""
    return wheel_facts_of(facts)


def believed(facts: FactBase) -> list[tuple[str, str, str, list[Fact]]]:
    """Family, minor and full version of every release, with the facts that are believed of it."""
    return [
        (family.name, minor.minor, version, [f for f in own if f.overruled_by is None])
        for family in facts.families.values()
        for minor in family.minors.values()
        for version in minor.releases
        for own in [minor.facts_of(version).values()]
    ]


def test_pinned_projects_hold_the_library_of_their_component(
    facts: FactBase, real: WheelFacts
) -> None:
    compared, wrong = 0, []
    for family, _, version, own in believed(facts):
        pins = {c: p for f in own if f.kind == "components" for c, p in f.table("pins").items()}
        sonames = {
            c: s for f in own if f.kind == "sonames" for c, s in f.mapping("libraries").items()
        }
        for component in pins.keys() & sonames.keys():
            project, soname = pins[component]["project"], sonames[component]
            pinned = pins[component].get("version", "0")
            compared += 1
            if project not in {row.project for row in real.providers_of(soname)}:
                wrong.append((family, version, component, "project"))
            if real.holds(project, soname, lambda r, v=pinned: range_contains(r, v)) is False:  # type: ignore[misc]
                wrong.append((family, version, component, "version"))
    assert wrong == []
    assert compared > 400


def test_measured_projects_hold_what_was_measured(facts: FactBase, real: WheelFacts) -> None:
    """``project`` of a measured need names the wheel of the component itself.

    Its other libraries come from elsewhere: libiomp5 from intel-openmp, libtbb from tbb, libsycl
    from intel-sycl-rt; ROCm libraries were measured where another project bundles them.
    """
    compared, wrong = 0, set()
    for family, _, _, own in believed(facts):
        for fact in (f for f in own if f.kind == "library-needs" and f.text("project")):
            for needs in fact.table("libraries").values():
                projects = {row.project for row in real.providers_of(needs.get("soname", ""))}
                compared += bool(projects)
                if projects and fact.text("project") not in projects:
                    wrong.add((family, fact.text("project"), *sorted(projects)))
    assert compared > 900
    assert wrong == {
        ("mkl", "mkl", "intel-openmp"),
        ("mkl", "mkl", "tbb"),
        ("mkl", "onemkl-sycl-blas", "intel-sycl-rt"),
        *(
            ("mkl", "onemkl-sycl-blas", f"onemkl-sycl-{domain}")
            for domain in ("datafitting", "dft", "lapack", "rng", "sparse", "stats", "vm")
        ),
    }


def test_sonames_of_cuda_on_the_index_have_a_provider_of_their_major(
    facts: FactBase, real: WheelFacts
) -> None:
    missing = []
    for family, minor, version, own in believed(facts):
        if family != "cuda" or version_key(minor) < version_key("11.7"):
            continue
        major = version.split(".")[0]
        sonames = [s for f in own if f.kind == "sonames" for s in f.mapping("libraries").values()]
        missing += [
            (version, soname)
            for soname in sonames
            if major not in {row.major for row in real.providers_of(soname)}
        ]
    assert missing == []


def test_components_know_all_their_libraries(facts: FactBase, real: WheelFacts) -> None:
    """Every library of a component that is on the index has a provider."""
    unknown = {
        (family.name, library)
        for family in facts.families.values()
        if family.name != "rocm"
        for component in family.components.values()
        for library in component.libraries
        if not any(stem.sonames for stem in real.stems.get(library, ()))
    }
    assert unknown == set()


def test_directories_name_the_major_of_their_project(real: WheelFacts) -> None:
    wrong: list[tuple[str, str | None]] = []
    for rows in real.providers.values():
        for row in rows:
            named = re.findall(r"\bcu(\d+)\b", row.directory)
            if named not in ([], [row.major]):
                wrong.append((row.project, row.directory))
            suffix = re.search(r"-cu(\d+)$", row.project)
            if suffix and suffix[1] != row.major:
                wrong.append((row.project, row.major))
            if (row.below == PREFIX) != (row.family == "mkl"):
                wrong.append((row.project, row.below))
    assert wrong == []


@pytest.mark.parametrize(
    ("soname", "directories"),
    [
        ("libcudart.so.12", {"12": "nvidia/cuda_runtime/lib"}),
        ("libcudart.so.13", {"13": "nvidia/cu13/lib"}),
        (
            "libcurand.so.10",
            {"11": "nvidia/curand/lib", "12": "nvidia/curand/lib", "13": "nvidia/cu13/lib"},
        ),
        (
            "libcudnn.so.9",
            {"11": "nvidia/cudnn/lib", "12": "nvidia/cudnn/lib", "13": "nvidia/cudnn/lib"},
        ),
        ("libmkl_rt.so.2", {None: "lib"}),
    ],
)
def test_directory_by_major(
    soname: str, directories: dict[str | None, str], real: WheelFacts
) -> None:
    assert {row.major: row.directory for row in real.providers_of(soname)} == directories


@pytest.mark.parametrize(
    ("soname", "family", "component", "minors"),
    [
        ("libamdhip64.so.5", "rocm", "amdhip64", ("5.0", "5.7")),
        ("libamdhip64.so.6", "rocm", "amdhip64", ("6.0", "6.4")),
        ("libamdhip64.so.7", "rocm", "amdhip64", ("7.0", "10.1")),
        ("libcudart.so.10.2", "cuda", "cudart", ("10.2", "10.2")),
        ("libcudart.so.11.0", "cuda", "cudart", ("11.0", "11.8")),
        ("libmkl_rt.so.3", "mkl", "rt", ("2026.0", "2026.2")),
    ],
)
def test_releases_by_soname(
    soname: str, family: str, component: str, minors: tuple[str, str], real: WheelFacts
) -> None:
    (row,) = real.releases_of(soname)
    assert (row.family, row.component) == (family, component)
    assert (row.minors[0], row.minors[-1]) == minors


def test_names_that_others_use_are_of_no_family(real: WheelFacts) -> None:
    for soname in ("libmpi.so.40", "libfabric.so.2", "libhwloc.so.5", "libOpenCL.so.2"):
        assert real.family_of(soname) is None
    assert real.family_of("libcudart.so.99") == "cuda"
    assert real.family_of("libhipblas.so.99") == "rocm"
    assert real.family_of("libmkl_core.so.99") == "mkl"


def test_externals_name_known_families(facts: FactBase, real: WheelFacts) -> None:
    named = {family for group in real.externals for family in group.families}
    assert named <= facts.families.keys()


def test_extras_of_the_toolkit(real: WheelFacts) -> None:
    pulled = real.projects_of(
        "cuda-toolkit", ("cublas", "cudart"), lambda versions: range_contains(versions, "13.2.2")
    )
    assert pulled == {
        "cuda-toolkit",
        "nvidia-cublas",
        "nvidia-cuda-nvrtc",
        "nvidia-cuda-runtime",
    }
    majors = {(row.major, row.extras["cudart"]) for row in real.dependencies["cuda-toolkit"]}
    assert majors == {
        ("11", ("nvidia-cuda-runtime-cu11",)),
        ("12", ("nvidia-cuda-runtime-cu12",)),
        ("13", ("nvidia-cuda-runtime",)),
    }


def test_releases_of_the_toolkit_are_covered(facts: FactBase, real: WheelFacts) -> None:
    """Every full release since 11.8 lies in a range of the metapackage's releases."""
    uncovered = [
        version
        for family, minor, version, _ in believed(facts)
        if family == "cuda"
        and version_key(minor) >= version_key("11.8")
        and not any(range_contains(r.versions, version) for r in real.dependencies["cuda-toolkit"])
    ]
    assert uncovered == []


def test_relr_markers_are_symbols_of_the_policies(real: WheelFacts) -> None:
    """``GLIBC_ABI_DT_RELR`` came with glibc 2.36."""
    allowing = {
        policy.name
        for policy in real.policies.values()
        if policy.libc == "glibc" and "ABI_DT_RELR" in policy.symbols.get("x86_64", {})["GLIBC"]
    }
    assert allowing == {
        policy.name
        for policy in real.policies.values()
        if policy.libc == "glibc" and version_key(policy.version) >= version_key("2.36")
    }
