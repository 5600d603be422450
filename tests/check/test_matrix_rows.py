"""Every shape of file that holds a matrix, and every way to get it wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.check.spellings import field_of
from planner.errors import RequestError
from planner.load.matrix_rows import matrix_of, read_matrix
from planner.model.matrix_rows import PlainMatrix

FAMILIES = ("cuda", "rocm", "mkl")


def read(text: str) -> PlainMatrix:
    return matrix_of(text, "rows.yaml", lambda key: field_of(key, FAMILIES))


def values(matrix: PlainMatrix) -> list[dict[str, list[str]]]:
    return [{k: [c.text for c in cells] for k, cells in row.cells.items()} for row in matrix.rows]


ROW = {"cuda": "12.4", "arch": "x86_64"}
FLAT = {"cuda": ["12.4"], "arch": ["x86_64"]}


@pytest.mark.parametrize(
    "document", [[ROW], {"include": [ROW]}, [{"include": [ROW]}], {"matrix": {"include": [ROW]}}]
)
@pytest.mark.parametrize("indent", [None, 2, "\t"], ids=repr)
def test_shapes(document: object, indent: int | str | None) -> None:
    assert values(read(json.dumps(document, indent=indent))) == [FLAT]


def test_many_objects_with_include() -> None:
    matrix = read(json.dumps([{"include": [ROW, ROW]}, {"include": [{**ROW, "id": "last"}]}]))
    assert [row.id for row in matrix.rows] == ["row-1", "row-2", "last"]


WORKFLOW = """\
on: push
jobs:
  lint: {runs-on: ubuntu-latest}
  build:
    runs-on: ${{ matrix.runner }}
    strategy:
      fail-fast: false
      matrix:
        cuda: ["12.4", "13.0"]
        gcc: [13, 14]
        exclude:
          - {cuda: "12.4", gcc: 14}
        include:
          - {cuda: "13.0", python: "3.12"}
          - {cuda: "11.8", gcc: 11}
          - arch: x86_64
  dynamic:
    strategy: {matrix: "${{ fromJSON(needs.plan.outputs.matrix) }}"}
"""


def test_workflow() -> None:
    matrix = read(WORKFLOW)
    assert [row.id for row in matrix.rows] == [
        "build-1",
        "build-2",
        "build-3",
        "build-4",
        "dynamic",
    ]
    first, second, third, fourth, dynamic = values(matrix)
    assert first == {"cuda": ["12.4"], "gcc": ["13"], "arch": ["x86_64"]}
    assert second == {"cuda": ["13.0"], "gcc": ["13"], "python": ["3.12"], "arch": ["x86_64"]}
    assert third == {"cuda": ["13.0"], "gcc": ["14"], "python": ["3.12"], "arch": ["x86_64"]}
    assert fourth == {"cuda": ["11.8"], "gcc": ["11"]}
    assert list(dynamic) == ["matrix"]
    assert matrix.rows[0].cells["cuda"][0].path == "jobs.build.strategy.matrix.cuda[0]"
    assert matrix.rows[0].cells["cuda"][0].line == 9


def test_inner_mappings_are_opened() -> None:
    matrix = read("matrix:\n  config: [{cuda: '12.4', gcc: 12}]\n  python: ['3.11', '3.12']\n")
    assert [row["python"] for row in values(matrix)] == [["3.11"], ["3.12"]]
    assert all(row["cuda"] == ["12.4"] and row["gcc"] == ["12"] for row in values(matrix))


def test_numbers_that_survive_are_taken() -> None:
    matrix = read("[{cuda: 12.4, gcc: 9, date: 2024-07-24}]")
    assert values(matrix) == [{"cuda": ["12.4"], "gcc": ["9"], "date": ["2024-07-24"]}]


def test_ignored_keys_are_listed_once() -> None:
    matrix = read("[{cuda: '12.4', x: 1.10, y: {z: 1}}, {cuda: '12.4', x: 2}]")
    assert matrix.ignored == ("x", "z")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "rows.yaml: holds no matrix\n  found:   an empty document"),
        ("42", "rows.yaml:1: holds no matrix\n  found:   42"),
        ("{cuda: '12.4'}", "rows.yaml:1: holds no matrix\n  found:   an object with cuda"),
        ("[1, 2]", "rows.yaml:1: [0]: must be a mapping\n  found:   1"),
        ("[{cuda: [", "rows.yaml:2: not valid YAML"),
        ("- cuda: 12.10\n", "rows.yaml:1: [0].cuda: is read as 12.1; put it in quotes"),
        ("- python: 3.10\n", "is read as 3.1; put it in quotes\n  found:   3.10"),
        ("- cuda: 13.0\n", "is read as 13; put it in quotes"),
        ("- gcc: 0x0d\n", "is read as a number; put it in quotes"),
        ("- cuda: '1'\n  cuda: '2'\n", "rows.yaml:2: [0].cuda: key is given twice"),
        ("- cuda: '1'\n  CUDA: '2'\n", "says cuda twice: as cuda and as CUDA"),
        ("- cuda: {a: b}\n", "must be one value or a list of values"),
        ("- [a]: b\n", "a key must be a plain word"),
        ("include: 3\n", "include: must be a list"),
        ("include: [3]\n", "include[0]: must be a mapping"),
        ("jobs: {a: {steps: []}}\n", "no job has a strategy.matrix"),
        ("jobs: 3\n", "jobs: must be a mapping"),
        ("jobs: {a: {strategy: {matrix: 3}}}\n", "jobs.a.strategy.matrix: must be a mapping"),
        (
            "matrix:\n" + "".join(f"  {k}: [{', '.join('123456789')}]\n" for k in "abcd"),
            "has 6561 combinations",
        ),
    ],
)
def test_problems_name_file_and_line(text: str, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        read(text)
    assert message in str(caught.value)
    assert "rows.yaml" in str(caught.value)


def test_every_problem_is_told() -> None:
    with pytest.raises(RequestError) as caught:
        read("- cuda: 12.10\n- python: 3.10\n- 3\n")
    assert [problem.line for problem in caught.value.problems] == [1, 2, 3]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for name, message in (("none", "no such file"), (".", "is a folder"), ("bytes", "not UTF-8")):
        with pytest.raises(RequestError, match=message):
            read_matrix(tmp_path / name, lambda key: key)
