"""How single statements of a project's files become lines of a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from planner.draft.known import Known
from planner.draft.pythons import minor_pythons
from planner.draft.records import Draft, LeftOut, Setting, alike
from planner.draft.solving import Solved, solvable
from planner.draft.text import EXAMPLES, draft_text, reasons
from planner.errors import NoSolutionError, RequestError
from planner.load.request import read_request_text
from planner.load.variants import TOP_LEVEL
from tests.draft.conftest import TODAY

Drafted = Callable[[dict[str, str]], Solved]


def _variants(solved: Solved) -> dict[str, dict[str, object]]:
    return {
        variant.name: {key: setting.value for key, setting in variant.settings.items()}
        for variant in solved.draft.active()
    }


def _project(*dependencies: str, **extras: list[str]) -> dict[str, str]:
    rows = [f"{name} = {words}" for name, words in extras.items()]
    text = f"[project]\nname = 'x'\ndependencies = {list(dependencies)}\n"
    return {"pyproject.toml": text + "\n".join(["[project.optional-dependencies]", *rows])}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("nvidia-cublas-cu12", [("cuda", "12")]),
        ("cupy-cuda12x", [("cuda", "12")]),
        ("cupy-cuda118", [("cuda", "11.8")]),
        ("jax-cuda13-plugin", [("cuda", "13")]),
        ("cu128", [("cuda", "12.8")]),
        ("nvidia-dali-cuda120", [("cuda", "12.0")]),
        ("jax-rocm60-pjrt", [("rocm", "6.0")]),
        ("jax-rocm10-pjrt", [("rocm", "10")]),
        ("cupy-rocm-7-0", [("rocm", "7.0")]),
        ("rocm6.4.1", [("rocm", "6.4")]),
        ("cupy-cuda92", [("cuda", "")]),
        ("numba-cuda", [("cuda", "")]),
        ("mkl-devel", [("mkl", "")]),
        ("focus12", []),
        ("barracuda", []),
    ],
)
def test_releases_in_names(name: str, found: list[tuple[str, str]], known: Known) -> None:
    assert list(known.speller.releases(name)) == found


@pytest.mark.parametrize(
    ("dependency", "families"),
    [
        ("nvidia-cublas-cu12", {"cuda": "12.*"}),
        ("nvidia-cublas-cu12==12.6.4.1", {"cuda": "12.6"}),
        ("nvidia-cuda-runtime-cu12>=12.4", {"cuda": ">=12.4,<13"}),
        ("nvidia-cuda-runtime-cu12<12.7", {"cuda": "12.6"}),
        ("nvidia-cudnn-cu13", {"cuda": "13.*"}),
        ("cuda-toolkit[cublas]==12.9.*", {"cuda": ">=12.9,<13"}),
        ("torch==2.9.0+cu128", {"cuda": "12.8"}),
        ("torch>=2", {"cuda": "13.*"}),
        ("cupy", {"cuda": "13.*"}),
        ("jax[cuda12]", {"cuda": "12.*"}),
        ("mkl", {"mkl": "2026.*"}),
        ("mkl>=2024,<2025", {"mkl": "2024.*"}),
        ("intel-openmp", {"mkl": "2026.*"}),
        ("tensorflow-rocm", {"rocm": "10.*"}),
        ("numpy", {}),
        ("tbb", {}),
        ("cupy-cuda12x; sys_platform == 'win32'", {}),
    ],
)
def test_dependencies(dependency: str, families: dict[str, str], drafted: Drafted) -> None:
    (settings,) = _variants(drafted(_project(dependency))).values()
    assert {k: v for k, v in settings.items() if k in ("cuda", "rocm", "mkl")} == families


def test_linked_components_come_from_dependencies(drafted: Drafted) -> None:
    project = _project("nvidia-cublas-cu12", "nvidia-cudnn-cu12", "nvidia-cuda-nvcc-cu12")
    assert _variants(drafted(project))["cu12"]["links"] == ("cublas", "cudnn")


def test_extras_are_variants_of_their_name(drafted: Drafted) -> None:
    solved = drafted(_project("numpy", fast=["mkl"], cuda12=["cupy-cuda12x"], test=["cupy"]))
    assert _variants(solved) == {"fast": {"mkl": "2026.*"}, "cuda12": {"cuda": "12.*"}}
    assert solved.draft.notes == (
        "pyproject.toml:7: optional-dependencies.test: cupy is not used: such an extra ships "
        "nothing",
    )


def test_what_names_a_release_goes_before_what_does_not(drafted: Drafted) -> None:
    solved = drafted(_project("torch", gpu=["cupy-cuda12x"]))
    assert _variants(solved) == {"gpu": {"cuda": "12.*"}}
    assert solved.draft.variants[0].because == (
        "pyproject.toml:5: optional-dependencies.gpu: cupy-cuda12x",
        "pyproject.toml:3: dependencies: torch (cuda/made-for)",
    )


def test_a_name_with_a_release(drafted: Drafted) -> None:
    text = "[project]\nname = 'lib-cu13'\ndependencies = ['torch']\n"
    assert _variants(drafted({"pyproject.toml": text})) == {"cu13": {"cuda": "13.*"}}


def test_passwords_of_indexes_are_not_told(drafted: Drafted) -> None:
    text = "--extra-index-url https://me:secret@h.example/whl/cu128\n"
    solved = drafted({"requirements.txt": text})
    assert _variants(solved) == {"cu128": {"cuda": "12.8"}}
    assert "secret" not in solved.text
    assert "requirements.txt:1: package index .../cu128" in solved.text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (">=3.11", ">=3.11"),
        (">=3.11.2", ">=3.11"),
        (">=3.11,!=3.12.1", ">=3.11,!=3.12.1"),
        (">=3.11,!=3.12.*", ">=3.11,!=3.12.*"),
        (">=3.11.1,!=3.12.*,<3.15", ">=3.11,<3.15,!=3.12.*"),
        ("~=3.12.3", ">=3.12,<3.13"),
        (">3.10.99,<4", ">3.10.99,<4"),
        (">=4", ""),
        ("", ""),
        ("three", ""),
    ],
)
def test_pythons_by_minor_version(text: str, wanted: str) -> None:
    assert minor_pythons(text) == wanted


def test_pythons_of_the_build_tool(drafted: Drafted) -> None:
    text = "[tool.cibuildwheel]\nbuild = 'cp313-* cp312-*'\n"
    assert drafted({"pyproject.toml": text}).draft.settings["python"] == Setting(
        key="python", value=">=3.12", because=("pyproject.toml:2: tool.cibuildwheel.build",)
    )


def test_targets_in_workflows_override_scripts(drafted: Drafted) -> None:
    solved = drafted(
        {
            "CMakeLists.txt": "project(x LANGUAGES CUDA)\nset(CMAKE_CUDA_ARCHITECTURES 80)\n",
            ".github/workflows/a.yml": "env: {TORCH_CUDA_ARCH_LIST: '9.0'}\njobs: {}\n",
        }
    )
    assert _variants(solved)["cu13"]["gpu"] == ("sm_90",)
    assert solved.draft.notes == (
        "CMakeLists.txt:2: CMAKE_CUDA_ARCHITECTURES: these targets are not used: others were "
        "found first",
    )


def test_an_image_of_the_build_tool_caps_glibc(drafted: Drafted) -> None:
    text = "[tool.cibuildwheel.linux]\nmanylinux-x86_64-image = 'manylinux_2_28'\n"
    assert drafted({"pyproject.toml": text}).draft.settings["glibc"].value == "<=2.28"


def test_what_has_no_plan_is_left_out_with_a_way_out(drafted: Drafted) -> None:
    rows = "{cuda: '13.0', arch: x86_64, gpu: '7.0;9.0'}"
    text = f"jobs: {{a: {{strategy: {{matrix: {{include: [{rows}]}}}}}}}}\n"
    solved = drafted({".github/workflows/a.yml": text})
    assert _variants(solved) == {"cu130": {"cuda": "13.0", "gpu": ("sm_90",)}}
    (left,) = solved.draft.left_out
    assert (left.path, left.value) == ("variants.cu130.gpu", "sm_70")
    assert left.why.startswith("the release does not know a GPU target (sm_70 is known from")
    assert "; a way out: set variants.cu130.cuda to <13" in left.why


def test_a_release_that_cannot_be_planned_stays_as_a_comment(drafted: Drafted) -> None:
    rows = "{mkl: '2026.1', arch: aarch64}, {cuda: '12.9', arch: x86_64}"
    text = f"jobs: {{a: {{strategy: {{matrix: {{include: [{rows}]}}}}}}}}\n"
    solved = drafted({".github/workflows/a.yml": text})
    assert list(_variants(solved)) == ["cu129"]
    assert '  # mkl20261:\n  #   mkl: "2026.1"\n' in solved.text
    (left,) = solved.draft.left_out
    assert (left.path, left.value) == ("variants.mkl20261", "aarch64")


def test_a_plain_wheel_stays_where_nothing_else_can_be_planned(drafted: Drafted) -> None:
    rows = "{mkl: '2026.1', arch: aarch64}"
    text = f"jobs: {{a: {{strategy: {{matrix: {{include: [{rows}]}}}}}}}}\n"
    solved = drafted({".github/workflows/a.yml": text})
    assert _variants(solved) == {"plain": {}}
    assert "  plain: {}  # no other variant has a plan\n" in solved.text


def test_impossible_names_are_left_out(known: Known, drafted: Drafted) -> None:
    solved = drafted(_project("cupy-cuda12x"))
    targets = Setting(key="gpu", value=("sm_90", "sm_1"), because=())
    variant = solved.draft.variants[0]
    changed = replace(variant, settings={**variant.settings, "gpu": targets})
    again = solvable(solved.draft.with_variant(changed), known, TODAY)
    assert _variants(again) == {"cu12": {"cuda": "12.*", "gpu": ("sm_90",)}}
    assert again.draft.left_out == (
        LeftOut(path="variants.cu12.gpu", value="sm_1", why="unknown GPU target"),
    )
    gone = Setting(key="cuda", value="9.2", because=())
    none = solvable(
        solved.draft.with_variant(replace(variant, settings={"cuda": gone})), known, TODAY
    )
    assert _variants(none) == {"plain": {}}
    assert none.draft.left_out[0].path == "variants.cu12"


def test_a_draft_that_is_no_request_is_an_error(known: Known) -> None:
    odd = Setting(key="nonsense", value="x", because=())
    with pytest.raises(RequestError, match="nonsense"):
        solvable(Draft(settings={"naming": odd}, variants=()), known, TODAY)


def test_a_plain_wheel_without_a_plan_is_an_error(known: Known) -> None:
    day = Setting(key="date", value="1990-01-01", because=())
    with pytest.raises(NoSolutionError, match="nothing can be planned on 1990-01-01"):
        solvable(Draft(settings={"date": day}, variants=()), known, TODAY)


def test_every_key_has_an_example_that_a_request_may_have(known: Known) -> None:
    assert list(EXAMPLES) == [key for key in EXAMPLES if key in ("project", "date", *TOP_LEVEL)]
    assert set(EXAMPLES) == {"project", "date", *TOP_LEVEL}
    for example, _ in EXAMPLES.values():
        text = f"mlplan: 1\n{example.format(day=TODAY)}\nvariants: {{c: {{cuda: newest}}}}\n"
        assert read_request_text(text, "f", known.vocabulary).file == "f"


def test_commented_lines_are_requests_too(known: Known, drafted: Drafted) -> None:
    text = drafted(_project("numpy")).text
    examples = text.partition("# More keys")[2].split("\n")[1:-1]
    assert len(examples) == len(EXAMPLES) - 1
    for line in examples:
        read_request_text(text + line.removeprefix("# ") + "\n", "f", known.vocabulary)
    for family in ("cuda", "rocm", "mkl"):
        (line,) = [line for line in text.split("\n") if line.startswith(f"  # {family}: ")]
        opened = text.replace(line, line.replace("# ", "", 1))
        request = read_request_text(opened, "f", known.vocabulary)
        assert request.variants[family].families == {family: ("newest",)}


def test_comments_cannot_end_their_line() -> None:
    setting = Setting(key="project", value="x\ny: 1", because=("a\nb: 2\x1b[1m",))
    text = draft_text(Draft(settings={"project": setting}, variants=()), {}, TODAY)
    assert "b: 2" not in [line.strip() for line in text.split("\n")]
    assert "\x1b" not in text


def test_places_of_one_file_stand_together() -> None:
    assert reasons(("a.yml:3: matrix", "a.yml:4: matrix", "b")) == "a.yml:3,4: matrix; b"
    assert reasons(("a: x", "b: y", "c", "d")) == "a: x; b: y; and 2 more"


def test_values_left_out_for_one_rule_stand_together() -> None:
    rows = (
        LeftOut(path="gpu", value="a", why="no (1)"),
        LeftOut(path="gpu", value="b", why="no (2)"),
        LeftOut(path="links", value="c", why="no (1)"),
    )
    assert alike(rows) == [
        LeftOut(path="gpu", value="a, b", why="no (1)"),
        LeftOut(path="links", value="c", why="no (1)"),
    ]


HOSTILE = {
    "pyproject.toml": r"""
[project]
name = "a: b # c\nd"
requires-python = ">=4"
dependencies = ["not a requirement !!", "cupy-cuda92", "torch==2.0+cu999"]
[project.optional-dependencies]
"../x y" = ["nvidia-cublas-cu12"]
"." = ["nvidia-cublas-cu11"]
""",
    "CMakeLists.txt": 'set(CMAKE_CUDA_ARCHITECTURES "12;sm_9999;90")\n',
    ".github/workflows/a.yml": "jobs: {b: {strategy: {matrix: {cuda: [12.10], arch: x}}}}\n",
    ".github/workflows/b.yml": "jobs: [unclosed\n",
}


def test_hostile_files(drafted: Drafted) -> None:
    solved = drafted(HOSTILE)
    assert {name: row["cuda"] for name, row in _variants(solved).items()} == {
        "x-y": "12.*",
        "cu11": "11.*",
    }
    assert solved.plan.request.project == "a: b # c\nd"
    assert solved.draft.notes == (
        ".github/workflows/a.yml:1: the matrix is not understood: is read as 12.1; put it in "
        "quotes",
        ".github/workflows/b.yml:2: the matrix is not understood: not valid YAML: did not find "
        "expected ',' or ']'",
        "pyproject.toml:5: dependencies: 'not a requirement !!' is no dependency that can be read",
        "CMakeLists.txt:1: CMAKE_CUDA_ARCHITECTURES: 12, sm_9999: no GPU target that the facts "
        "know",
        "pyproject.toml:4: requires-python >=4 admits no Python that can be planned",
    )
