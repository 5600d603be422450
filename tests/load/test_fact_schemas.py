"""The JSON Schemas of the fact files: up to date, and of one mind with the loader.

``MLPLAN_REFRESH=1 pytest tests/load/test_fact_schemas.py`` writes the schemas anew.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from planner.errors import Problem
from planner.load.canonical import misformatted, rewrite
from planner.load.file_schemas import FILES, fact_schemas, schema_text
from planner.load.kind_words import KIND_SAYS
from planner.load.kinds import KINDS, LIBRARY_KINDS
from planner.load.locate import FACT_SCHEMAS, fact_files
from planner.load.nodes import Document, parse_yaml
from planner.load.recording import RecordingSection
from tests.docs.fenced_blocks import ROOT, blocks
from tests.load.made import TINY, Case, cases, copy_tiny, replace_once

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
REFRESH = bool(os.environ.get("MLPLAN_REFRESH"))
RELEASE = "matrices/toy/1.10.yaml"
LINE = "# yaml-language-server: $schema={}/planner/schemas/facts/{}.schema.json\n"
LOST_BY_YAML = {
    "duplicate key",
    "duplicate key of a fact",
    "unquoted version with three parts",
    "unquoted range",
    "release key without quotes",
    "yes for true",
    "merge key",
}
"""YAML's own reading has lost the mistake before a schema sees the document."""
OF_SEVERAL_PLACES = {
    "unknown source",
    "unknown source of a policy file",
    "unknown source of an image on an architecture",
    "unknown component",
    "overruled by an unknown fact",
    "overruled by an unknown policy fact",
    "two facts with one id",
    "release of another minor",
    "releases out of order",
    "file name differs from minor",
    "family differs from folder",
    "family file of another folder",
    "policy differs from the file name",
    "order names a missing file",
    "order leaves out a file",
}
"""Only who sees several keys or files can tell."""
OF_MEANING = {"empty range", "30 February"}
"""The form is right."""
_SPANNING = (
    "unknown source",
    "unknown component",
    "unknown family",
    "is overruled by a fact that this mapping lacks",
    "is no release of this minor",
    "differs from the file's name",
    "must stand oldest first",
)
"""How the loader's messages about several places begin."""


@cache
def schema_of(name: str) -> Draft202012Validator:
    """The schema of a kind of fact file, as it stands in its file."""
    text = (FACT_SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def definitions(name: str) -> dict[str, Any]:
    """The shared parts of a schema by name."""
    schema = schema_of(name).schema
    assert isinstance(schema, dict)
    parts: dict[str, Any] = schema["$defs"]
    return parts


def kind_of(path: Path) -> str:
    """The kind of a fact file, which its first key names."""
    lines = path.read_text(encoding="utf-8").splitlines()
    first = next(line for line in lines if not line.startswith("#"))
    return first.partition(":")[0].removeprefix("mlplan-")


def follows_schema(name: str, text: str) -> bool:
    """Whether a YAML text can be read and follows a schema."""
    try:
        return schema_of(name).is_valid(yaml.load(text, Loader=LOADER))
    except yaml.YAMLError:
        return False


def problems_of(name: str, text: str) -> set[tuple[str | None, str]]:
    """What the loader's own reader of one kind of file reports of a text."""
    problems: list[Problem] = []
    node, _ = parse_yaml(text, "file")
    FILES[name][1](Document("file", problems).root(node))
    return {(problem.path, problem.message) for problem in problems}


def test_schemas_are_up_to_date() -> None:
    wanted = {f"{name}.schema.json": schema_text(s) for name, s in fact_schemas().items()}
    if REFRESH:
        for name, text in wanted.items():
            (FACT_SCHEMAS / name).write_text(text, encoding="utf-8")
    assert {p.name: p.read_text(encoding="utf-8") for p in FACT_SCHEMAS.iterdir()} == wanted


@pytest.mark.parametrize("name", FILES)
def test_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(schema_of(name).schema)


@pytest.mark.parametrize("part", ["matrices/cuda", "matrices/rocm", "matrices/mkl", "policies"])
def test_every_fact_file_follows_its_schema(part: str, data_root: Path) -> None:
    paths = [path for path in fact_files(data_root) if path.is_relative_to(data_root / part)]
    assert len(paths) > 10
    for path in paths:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
        schema = schema_of(kind_of(path))
        errors = [f"{path}: {e.json_path}: {e.message}" for e in schema.iter_errors(document)]
        assert errors == []


def test_a_family_that_no_code_knows_follows_them_too() -> None:
    """The files of docs/adding-an-accelerator.md."""
    page = ROOT / "docs" / "adding-an-accelerator.md"
    texts = {b.argument: b.text for b in blocks(page) if b.argument.startswith("data/matrices/")}
    kinds = {text.partition(":")[0].removeprefix("mlplan-") for text in texts.values()}
    assert kinds == {"family", "release"}
    for text in texts.values():
        assert follows_schema(text.partition(":")[0].removeprefix("mlplan-"), text)


def test_every_schema_has_a_file(data_root: Path) -> None:
    lines = {path.read_text(encoding="utf-8").split("\n")[1] for path in fact_files(data_root)}
    assert lines == {f"mlplan-{name}: 1" for name in FILES}


@pytest.mark.parametrize(("name", "kinds"), [("release", KINDS), ("libraries", LIBRARY_KINDS)])
def test_schemas_know_the_kinds(name: str, kinds: dict[str, dict[str, object]]) -> None:
    shared = definitions(name)
    head = {"kind", "standing", "source", "read", "evidence", "note", "overruled-by"}
    assert shared["fact"]["properties"]["kind"]["enum"] == list(kinds)
    for kind, fields in kinds.items():
        fact = shared[f"fact-{kind}"]
        told = {field.removesuffix("?") for field in fields}
        required = {field for field in fields if not field.endswith("?")}
        assert fact["description"].lower() == f"{KIND_SAYS[kind]}.".lower()
        assert set(fact["properties"]) == told | head
        assert set(fact["required"]) == required | {"kind", "standing", "source"}


def test_only_facts_of_a_whole_family_name_releases() -> None:
    shared = {name: definitions(name)["fact-note"] for name in ("family", "release")}
    held = {name: "releases" in fact["properties"] for name, fact in shared.items()}
    assert held == {"family": True, "release": False}


WRONG = [
    case
    for case in (*cases("facts"), *cases("libraries"))
    if case.new is not None and (TINY / case.file).exists()
]


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case.case)
def test_what_the_loader_refuses_the_schema_refuses(case: Case, tmp_path: Path) -> None:
    """``says`` of a case is what the loader reports (test_facts.py)."""
    root = copy_tiny(tmp_path)
    name = kind_of(root / case.file)
    assert follows_schema(name, (root / case.file).read_text(encoding="utf-8"))
    case.apply(root)
    accepted = follows_schema(name, (root / case.file).read_text(encoding="utf-8"))
    not_for_a_schema = LOST_BY_YAML | OF_SEVERAL_PLACES | OF_MEANING
    told_by_invariants = "matrices/toy/libraries.yaml" in case.says or "external" in case.file
    assert accepted <= (case.case in not_for_a_schema or told_by_invariants)


def test_the_exceptions_are_accepted_indeed(tmp_path: Path) -> None:
    named = LOST_BY_YAML | OF_SEVERAL_PLACES | OF_MEANING
    accepted = set()
    for number, case in enumerate(case for case in WRONG if case.case in named):
        root = copy_tiny(tmp_path / str(number))
        name = kind_of(root / case.file)
        case.apply(root)
        if follows_schema(name, (root / case.file).read_text(encoding="utf-8")):
            accepted.add(case.case)
    assert accepted == named


def _places(value: object) -> Iterator[list[str | int]]:
    """The path of every value inside a document."""
    pairs: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    for key, inner in pairs:
        yield [key]
        yield from ([key, *path] for path in _places(inner))


def _changed(document: object, path: list[str | int], turn: int) -> Iterator[tuple[str, object]]:
    """The document with one value gone, and with one of another type or of no known form, or
    with one more; which of these, the turn says."""
    *outer, last = path
    for change in ("gone", ("list", "mapping", "word", "number", "more")[turn % 5]):
        new = copy.deepcopy(document)
        place = new
        for key in outer:
            place = place[key]  # type: ignore[index]
        assert isinstance(place, dict | list)
        if change == "gone":
            del place[last]  # type: ignore[arg-type]
        elif change == "more":
            if isinstance(place, list):
                continue
            place["zzz"] = "x"
        else:
            values = {"list": ["%"], "mapping": {"x": {"y": "z"}}, "word": "%%", "number": 7}
            place[last] = values[change]  # type: ignore[index]
        yield change, new


@pytest.mark.parametrize("path", fact_files(TINY), ids=lambda path: path.name)
def test_loader_and_schema_agree_on_every_change(path: Path) -> None:
    """Each value of each tiny file is changed; both accept the change or both refuse it."""
    name = kind_of(path)
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    before = problems_of(name, json.dumps(document))
    verdicts, disagreed = set(), []
    for turn, place in enumerate(_places(document)):
        for change, new in _changed(document, place, turn):
            found = problems_of(name, json.dumps(new)) - before
            spanning = all(message.startswith(_SPANNING) for _, message in found)
            accepted = schema_of(name).is_valid(new)
            verdicts.add(accepted)
            if accepted == bool(found) and not (accepted and spanning):
                disagreed.append((place, change, found))
    assert disagreed == []
    assert verdicts == {True, False}


def test_a_reader_that_looks_at_nodes_cannot_be_recorded() -> None:
    with pytest.raises(NotImplementedError):
        RecordingSection().value("key")


class TestSchemaLine:
    """The first line that tells editors where the schema is."""

    def test_every_file_of_this_project_has_it(self, data_root: Path) -> None:
        for path in fact_files(data_root):
            text = path.read_text(encoding="utf-8")
            up = "/".join([".."] * (len(path.relative_to(data_root).parts) - 1))
            assert text.startswith(LINE.format(up, kind_of(path)))

    def test_its_path_leads_to_the_schema(self, data_root: Path) -> None:
        for path in fact_files(data_root):
            first = path.read_text(encoding="utf-8").split("\n")[0]
            assert (path.parent / first.partition("$schema=")[2]).is_file()

    def test_other_data_may_have_it_or_not(self, tmp_path: Path) -> None:
        root = copy_tiny(tmp_path)
        path = root / RELEASE
        text = path.read_text(encoding="utf-8")
        path.write_text(LINE.format("elsewhere", "release") + text, encoding="utf-8")
        assert (misformatted(root), rewrite(root)) == ([], [])
        assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: ")

    @pytest.fixture
    def checkout(self, tmp_path: Path) -> Path:
        """The tiny data below a folder that holds the schemas."""
        root = copy_tiny(tmp_path)
        (root / "planner/schemas/facts").mkdir(parents=True)
        for name in FILES:
            (root / f"planner/schemas/facts/{name}.schema.json").touch()
        return root

    def test_a_checkout_lacks_it(self, checkout: Path) -> None:
        problems = misformatted(checkout)
        assert [p.file for p in problems] == [
            path.relative_to(checkout).as_posix() for path in fact_files(checkout)
        ]
        assert str(problems[0]) == (
            f"{RELEASE}:1: not in canonical form\n  found:   mlplan-release: 1\n"
            f"  allowed: {LINE.format('../..', 'release').strip()}"
        )

    def test_a_checkout_gets_it_once(self, checkout: Path) -> None:
        assert len(rewrite(checkout)) == len(fact_files(checkout))
        assert (misformatted(checkout), rewrite(checkout)) == ([], [])
        text = (checkout / RELEASE).read_text(encoding="utf-8")
        assert text == LINE.format("../..", "release") + (TINY / RELEASE).read_text("utf-8")

    def test_a_wrong_one_is_mended(self, checkout: Path) -> None:
        rewrite(checkout)
        path = checkout / RELEASE
        wanted = path.read_text(encoding="utf-8")
        replace_once(path, "release.schema.json", "releases.schema.json")
        assert [problem.line for problem in misformatted(checkout)] == [1]
        assert rewrite(checkout) == [RELEASE]
        assert path.read_text(encoding="utf-8") == wanted
