"""Fact files as plain mappings, read and written again."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import DataError
from planner.load.documents import Document, inner, mapping_text, read_mapping, text, words
from tests.load.made import TINY

LINE = "# yaml-language-server: $schema=there.json\n"


@pytest.mark.parametrize("name", ["matrices/toy/1.10.yaml", "matrices/toy/libraries.yaml"])
def test_a_file_comes_back_as_it_was(name: str) -> None:
    path = TINY / name
    document = read_mapping(path, name)
    assert mapping_text(document, path, TINY) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["cuda/family", "cuda/13.5", "mkl/2026.2"])
def test_real_files_come_back(name: str, data_root: Path) -> None:
    """Whatever a program writes of one fact, the others stay to the byte."""
    path = data_root / "matrices" / f"{name}.yaml"
    before = path.read_text(encoding="utf-8")
    assert mapping_text(read_mapping(path, path.name), path, data_root, before) == before


def test_the_line_that_names_a_schema_stays(tmp_path: Path) -> None:
    document: Document = {"minor": "1.10", "facts": {"a": {"b": {"c": "d"}}}}
    path = tmp_path / "x.yaml"
    plain = 'minor: "1.10"\nfacts:\n  a:\n    b: {c: d}\n'
    assert mapping_text(document, path, tmp_path, f"{LINE}minor: x\n") == LINE + plain
    assert mapping_text(document, path, tmp_path, f"minor: x\n{LINE}") == plain
    assert mapping_text(document, path, tmp_path) == plain


@pytest.mark.parametrize(
    ("held", "says"),
    [
        (b"- a\n", "x.yaml: the document must be a mapping"),
        (b"a: [\n", "x.yaml: cannot be read: while parsing a flow node"),
        (b"\xff\n", "x.yaml: cannot be read: "),
        (None, "x.yaml: cannot be read: "),
    ],
)
def test_files_that_hold_no_mapping(tmp_path: Path, held: bytes | None, says: str) -> None:
    path = tmp_path / "x.yaml"
    if held is not None:
        path.write_bytes(held)
    with pytest.raises(DataError) as caught:
        read_mapping(path, "x.yaml")
    assert str(caught.value).startswith(says)


def test_values_by_key() -> None:
    document: Document = {"one": "a", "many": ["a", "b"], "inner": {"x": "y"}, "yes": True}
    assert [text(document, key) for key in ("one", "many", "none")] == ["a", "", ""]
    assert [words(document, key) for key in ("one", "many", "inner")] == [("a",), ("a", "b"), ()]
    assert [inner(document, key) for key in ("inner", "one", "none")] == [{"x": "y"}, {}, {}]
