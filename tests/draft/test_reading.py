"""What is read out of a project's files, before anything is decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.load.build_files import cxx_standards, gpu_lists, indexes, languages
from planner.load.pyproject import Said, read_pyproject, read_setup_cfg
from planner.model.projects import Place, Stated
from tests.draft.conftest import Read


def _said(text: str) -> Said:
    said = Said()
    read_pyproject(text, said)
    return said


def test_pyproject_with_lines() -> None:
    said = _said(
        '[build-system]\nrequires = ["torch"]\n[project]\nname = "lib"\n'
        'requires-python = ">=3.11"\ndependencies = [\n  "numpy",\n  "cupy-cuda12x>=13",\n]\n'
        '[project.optional-dependencies]\nrocm = ["cupy-rocm-7-0"]\n'
    )
    assert said.name == Stated(
        value="lib", place=Place(file="pyproject.toml", what="project.name", line=4)
    )
    assert said.requires_python is not None
    assert str(said.requires_python.place) == "pyproject.toml:5: requires-python"
    assert [(row.text, row.group, row.place.line) for row in said.needed] == [
        ("numpy", "", 7),
        ("cupy-cuda12x>=13", "", 8),
        ("cupy-rocm-7-0", "rocm", 11),
        ("torch", "", 2),
    ]
    assert (said.notes, said.has_request) == ([], False)


def test_cibuildwheel() -> None:
    said = _said(
        '[tool.cibuildwheel]\nbuild = "cp311-* cp312-manylinux_x86_64 pp311-*"\n'
        '[tool.cibuildwheel.linux]\narchs = ["auto", "aarch64"]\n'
        'manylinux-x86_64-image = "manylinux_2_28"\n'
    )
    assert [row.value for row in said.archs] == ["auto", "aarch64"]
    assert [row.value for row in said.build_pythons] == ["cp311", "cp312"]
    assert [str(row.place) for row in said.images] == [
        "pyproject.toml:5: tool.cibuildwheel.linux.manylinux-x86_64-image"
    ]


@pytest.mark.parametrize(
    ("written", "specifier"),
    [
        ("^3.11", ">=3.11,<4"),
        ("^0.3.1", ">=0.3.1,<0.4"),
        ("~3.11", ">=3.11,<3.12"),
        ("~2", ">=2,<3"),
        (">=3.10,<3.14", ">=3.10,<3.14"),
        ("3.12", "==3.12"),
        ("3.12.*", "==3.12.*"),
    ],
)
def test_ranges_of_poetry(written: str, specifier: str) -> None:
    said = _said(f'[tool.poetry]\nname = "p"\n[tool.poetry.dependencies]\npython = "{written}"\n')
    assert said.requires_python is not None
    assert said.requires_python.value == specifier


def test_dependencies_of_poetry() -> None:
    said = _said(
        '[tool.poetry.dependencies]\ntorch = "*"\njax = {version = "^0.9", extras = ["cuda13"]}\n'
        'mkl = [{version = ">=2025"}, {version = "<2025"}]\nodd = "latest || none"\n'
    )
    assert [row.text for row in said.needed] == [
        "torch",
        "jax[cuda13]>=0.9,<0.10",
        "mkl>=2025",
        "mkl<2025",
    ]
    assert said.notes == [
        "pyproject.toml:5: tool.poetry.dependencies: the range latest || none of odd is not "
        "understood"
    ]


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ('[tool.scikit-build]\nwheel.py-api = "cp312"\n', "cp312"),
        ('[tool.distutils.bdist_wheel]\npy_limited_api = "cp311"\n', "cp311"),
        ('[tool.scikit-build]\nwheel.py-api = "py3"\n', None),
    ],
)
def test_limited_api(text: str, tag: str | None) -> None:
    found = _said(text).abi3
    assert (None if found is None else found.value) == tag


def test_dynamic_metadata_is_told() -> None:
    said = _said('[project]\nname = "x"\ndynamic = ["version", "dependencies"]\n')
    assert said.notes == [
        "pyproject.toml calls dependencies dynamic: the build tool finds them, mlplan does not"
    ]


def test_broken_toml_is_told() -> None:
    (note,) = _said("[project\n").notes
    assert note.startswith("pyproject.toml is not valid TOML (")


@pytest.mark.parametrize("text", ["project = 1\n", "[project]\nname = 3\ndependencies = 4\n", ""])
def test_values_of_the_wrong_type_say_nothing(text: str) -> None:
    said = _said(text)
    assert (said.name, said.needed, said.notes) == (None, [], [])


def test_setup_cfg_says_what_pyproject_does_not() -> None:
    said = Said(name=Stated(value="mine", place=Place(file="pyproject.toml", what="")))
    read_setup_cfg(
        "[metadata]\nname = other\n[options]\npython_requires = >=3.12\n"
        "install_requires =\n    torch  # the framework\n    file: more.txt\n"
        "[options.extras_require]\ngpu = cupy\n[bdist_wheel]\npy_limited_api = cp312\n",
        said,
    )
    assert said.name is not None
    assert said.name.value == "mine"
    assert said.requires_python is not None
    assert str(said.requires_python.place) == "setup.cfg:4: options.python_requires"
    assert [(row.text, row.group) for row in said.needed] == [("torch", ""), ("cupy", "gpu")]
    assert said.abi3 is not None
    assert said.abi3.value == "cp312"


def test_broken_setup_cfg_is_told() -> None:
    said = Said()
    read_setup_cfg("name = x\n", said)
    assert said.notes == ["setup.cfg cannot be read (File contains no section headers.)"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("set(CMAKE_CUDA_ARCHITECTURES 70 80-real 90)\n", "70 80-real 90"),
        ('set(CMAKE_CUDA_ARCHITECTURES "70;80" CACHE STRING "which")\n', "70;80"),
        ("set(CMAKE_CUDA_ARCHITECTURES 70 CACHE STRING which)\n", "70"),
        ("cmake -DCMAKE_HIP_ARCHITECTURES=gfx90a .\n", "gfx90a"),
        ('os.environ["TORCH_CUDA_ARCH_LIST"] = "8.0 9.0+PTX"\n', "8.0 9.0+PTX"),
        ('os.environ.setdefault("PYTORCH_ROCM_ARCH", "gfx942")\n', "gfx942"),
        ('  TORCH_CUDA_ARCH_LIST: "8.0;9.0"\n', "8.0;9.0"),
        ('set_target_properties(x PROPERTIES CUDA_ARCHITECTURES "75;80")\n', "75;80"),
        ('"-gencode=arch=compute_80,code=sm_80",\n', "arch=compute_80,code=sm_80"),
        ("set(CMAKE_CUDA_ARCHITECTURES ${ARCHS})\n", None),
        ("if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)\n", None),
    ],
)
def test_gpu_lists_of_scripts(text: str, value: str | None) -> None:
    found = list(gpu_lists(text, "f"))
    assert [row.value for row in found] == ([] if value is None else [value])


def test_cxx_standards_of_scripts() -> None:
    text = "set(CMAKE_CXX_STANDARD 17)\ntarget_compile_features(x PUBLIC cxx_std_20)\n-std=c++1z\n"
    found = [(row.value, row.place.line) for row in cxx_standards(text, "f")]
    assert found == [("17", 1), ("20", 2), ("1z", 3)]


def test_languages_of_scripts() -> None:
    text = (
        "project(x VERSION 1 LANGUAGES CXX\n  CUDA)\nenable_language(HIP)\n"
        "find_package(CUDAToolkit REQUIRED)\nfind_package(MKL)\nCUDAExtension('a', [])\n"
        "find_package(OpenMP)\n"
    )
    assert [(row.value, row.place.line) for row in languages(text, "f")] == [
        ("CXX", 1),
        ("CUDA", 1),
        ("HIP", 3),
        ("CUDAToolkit", 4),
        ("MKL", 5),
        ("CUDA", 6),
    ]


def test_indexes_of_requirements() -> None:
    text = "--index-url https://h.example/simple\n--extra-index-url https://h.example/whl/cu128\n"
    assert [(row.value, row.place.line) for row in indexes(text, "r.txt")] == [
        ("https://h.example/whl/cu128", 2)
    ]


def test_a_folder_of_everything(tmp_path: Path, read: Read) -> None:
    for name, text in {
        "pyproject.toml": '[project]\nname = "x"\n[tool.mlplan]\nmlplan = 1\n',
        "CMakeLists.txt": "project(x LANGUAGES CUDA)\n",
        "sub/CMakeLists.txt": "set(CMAKE_CUDA_ARCHITECTURES 90)\n",
        "requirements.txt": "--index-url https://h.example/whl/rocm6.4\n",
        "mlplan.yaml": "mlplan: 1\n",
        "dist/x-1-py3-none-any.whl": "",
        ".github/workflows/a.yml": "jobs: {a: {strategy: {matrix: {cuda: ['12.6']}}}}\n",
        ".github/workflows/b.yaml": "jobs: {a: {steps: []}}\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    project = read(tmp_path)
    assert project.read == (
        "pyproject.toml",
        "CMakeLists.txt",
        "sub/CMakeLists.txt",
        "requirements.txt",
        ".github/workflows/a.yml",
        ".github/workflows/b.yaml",
    )
    assert [matrix.file for matrix in project.matrices] == [".github/workflows/a.yml"]
    assert [row.place.file for row in project.gpu] == ["sub/CMakeLists.txt"]
    assert project.wheels == (str(tmp_path / "dist/x-1-py3-none-any.whl"),)
    assert project.requests == ("mlplan.yaml", "pyproject.toml")
    assert project.notes == ()


def test_files_that_cannot_be_read_are_told(
    tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.load.project_files.MOST_BYTES", 20)
    (tmp_path / "setup.cfg").write_bytes(b"\xff\xfe")
    (tmp_path / "CMakeLists.txt").write_text("#" * 21)
    (tmp_path / "setup.py").write_text("")
    assert read(tmp_path).notes == (
        "setup.cfg cannot be read: not UTF-8 text",
        "CMakeLists.txt is too large to be read",
        "setup.py is a program: its name and dependencies were not read",
    )


def test_a_toml_that_is_too_deep_is_noted() -> None:
    (note,) = _said(f"x = {'[' * 5000}{']' * 5000}").notes
    assert note.startswith("pyproject.toml is not valid TOML (maximum recursion depth exceeded")
