from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from planner.errors import DataError
from planner.load import locate
from planner.load.canonical import canonical_text, misformatted
from planner.load.compiled_files import facts_digest
from planner.load.facts import load_facts, read_facts
from planner.load.invariants import broken_invariants
from planner.load.locate import cache_folder, data_root, fact_files, is_packaged
from planner.model.facts import FactBase
from planner.model.sources import Fact, Standing
from planner.solve.compiled import compile_index
from planner.solve.tables import build_tables
from tests.load.made import TINY, Case, cases, copy_tiny, problems_of, replace_once

RELEASE = "matrices/toy/1.10.yaml"


@pytest.mark.parametrize("case", cases("facts"), ids=lambda case: case.case)
def test_malformed_facts_are_refused(case: Case, tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    case.apply(root)
    assert problems_of(root) == case.says


@pytest.mark.parametrize("case", cases("libraries"), ids=lambda case: case.case)
def test_faults_in_libraries_are_refused(case: Case, tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    case.apply(root)
    assert problems_of(root) == case.says


@pytest.mark.parametrize("case", cases("invariants"), ids=lambda case: case.case)
def test_broken_invariants_are_refused(case: Case, tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    case.apply(root)
    assert problems_of(root) == case.says


def test_tiny_data_are_in_order() -> None:
    facts = load_facts(TINY)
    assert broken_invariants(facts) == []
    assert misformatted(TINY) == []


def test_real_facts_are_in_order(facts: FactBase, data_root: Path) -> None:
    assert broken_invariants(facts) == []
    assert misformatted(data_root) == []


@pytest.mark.parametrize("bad", [b"\xff\xfe", b"title: caf\xe9\n", b"\x80"])
def test_text_that_is_not_utf8(bad: bytes, tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    (root / RELEASE).write_bytes(bad)
    assert problems_of(root) == f"{RELEASE}: is not UTF-8 text\n"


def test_nul_bytes_are_no_yaml(tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    (root / RELEASE).write_bytes(b"a: \x00\n")
    assert problems_of(root).startswith(f"{RELEASE}:")


def test_deep_nesting_is_no_crash(tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    (root / RELEASE).write_text("[" * 3000)
    assert problems_of(root).startswith(f"{RELEASE}:")


def test_folder_in_place_of_a_file(tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    (root / "policies/images.yaml").unlink()
    (root / "policies/images.yaml").mkdir()
    assert problems_of(root) == "policies/images.yaml: is a folder, not a file\n"


def test_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError) as caught:
        facts_digest(TINY)
    assert str(caught.value) == f"{TINY / RELEASE}: cannot be read: Permission denied"


def test_anchors_are_not_canonical(tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    old, new = "real: [sm_70, sm_90]", "real: &t [sm_70, sm_90]"
    replace_once(root / RELEASE, old, new)
    assert [str(problem) for problem in misformatted(root)] == [
        f"{RELEASE}:38: not in canonical form\n  found:   {new}\n  allowed: {old}"
    ]


@pytest.mark.parametrize(
    ("digits", "where", "message"),
    [
        ("rank: 1\n", "matrices/toy/family.yaml", "rank: not a whole number"),
        ('minimum: "500.10"', RELEASE, "releases.1.10.0.driver.minimum: not a version"),
        ('range: "<15"', RELEASE, "facts.host-gcc-newest.range: not a range, or an empty one"),
    ],
)
def test_huge_numbers_are_no_crash(digits: str, where: str, message: str, tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    huge = "9" * 5000
    new = digits.replace("500.10", huge).replace("15", huge).replace(" 1\n", f" {huge}\n")
    replace_once(root / where, digits, new)
    assert message in problems_of(root)


def test_problems_of_several_files_are_reported_together(tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    replace_once(root / RELEASE, "stream: production", "stream: productive")
    replace_once(root / "matrices/toy/1.9.yaml", "real: [sm_70]", "real: sm_70")
    replace_once(root / "policies/images.yaml", "status: supported", "status: live")
    assert problems_of(root) == (
        "policies/images.yaml:9: images.manylinux_2_28.status: unknown status of an image\n"
        "  found:   live\n"
        "  allowed: supported, alpha, ended, unpublished\n"
        "matrices/toy/1.10.yaml:4: stream: unknown stream\n"
        "  found:   productive\n"
        "  allowed: production, preview\n"
        "  did you mean: production\n"
        "matrices/toy/1.9.yaml:12: facts.targets.real: must be a list\n"
        "  found:   sm_70\n"
    )


def test_a_family_fact_binds_only_the_releases_that_it_names() -> None:
    """``old-headers`` of the tiny family (gcc 14 breaks it) holds below 1.10 only."""
    family = build_tables(compile_index(TINY)).families["toy"]
    broken = {release.version: len(release.breakages) for release in family.releases}
    assert broken == {"1.10.1": 0, "1.10.0": 0, "1.9.0": 1}


def test_facts_know_their_place_and_standing() -> None:
    fact = load_facts(TINY).facts()["toy-1.10/host-gcc-manual"]
    assert fact == Fact(
        id="toy-1.10/host-gcc-manual",
        kind="documented-compiler",
        standing=Standing.DOCUMENTED,
        sources=("toy:manual",),
        read="2026-11-20",
        payload={"compiler": "gcc", "range": "<14"},
        overruled_by="host-gcc-newest",
        file=RELEASE,
        line=30,
    )


def test_order_of_the_family_file_rules_not_the_names_of_files() -> None:
    assert list(load_facts(TINY).families["toy"].minors) == ["1.9", "1.10"]


def test_facts_of_a_release_override_those_of_its_minor() -> None:
    minor = load_facts(TINY).families["toy"].minors["1.10"]
    assert "driver" in minor.facts_of("1.10.0")
    assert "driver" not in minor.facts_of("1.10.1")
    assert minor.facts_of("1.10.1")["targets"].words("specific") == ("sm_90a",)


def test_version_is_the_newest_day_of_reading_and_digest_covers_every_file(tmp_path: Path) -> None:
    facts = load_facts(TINY)
    assert facts.version == "2026.11.21"
    assert facts.sha256 == facts_digest(TINY)
    root = copy_tiny(tmp_path)
    assert facts_digest(root) == facts.sha256
    with (root / "policies/images.yaml").open("a") as file:
        file.write("# a comment\n")
    assert facts_digest(root) != facts.sha256


def test_sources_are_named_with_their_family() -> None:
    assert list(load_facts(TINY).sources()) == [
        "policies:known",
        "policies:pages",
        "toy:manual",
        "toy:wheels",
    ]


def test_problems_can_be_collected_without_raising(tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    replace_once(root / RELEASE, "stream: production", "stream: productive")
    problems: list = []  # type: ignore[type-arg]
    facts = read_facts(root, problems)
    assert [problem.path for problem in problems] == ["stream"]
    assert list(facts.families) == ["toy"]


@pytest.mark.parametrize(
    ("old", "new", "line", "found", "allowed"),
    [
        ("covers: [x86_64, aarch64]", "covers: [ x86_64,aarch64 ]", 14, None, None),
        ('range: "<15"', "range: '<15'", 26, None, None),
        (
            "    covers: [x86_64, aarch64]\n",
            "    covers:\n    - x86_64\n    - aarch64\n",
            14,
            "covers:",
            "covers: [x86_64, aarch64]",
        ),
        ("stream: production\n", "stream: 'production'\n", 4, None, None),
        ("facts:\n", "\nfacts:\n", 11, "", "facts:"),
        ("facts:\n", "# about all\nfacts:\n", 11, "# about all", "facts:"),
    ],
)
def test_other_forms_are_reported_with_their_line(
    old: str, new: str, line: int, found: str | None, allowed: str | None, tmp_path: Path
) -> None:
    root = copy_tiny(tmp_path)
    replace_once(root / RELEASE, old, new)
    (problem,) = misformatted(root)
    assert (problem.file, problem.line, problem.message) == (
        RELEASE,
        line,
        "not in canonical form",
    )
    assert problem.found == (new.strip() if found is None else found)
    assert problem.allowed == (old.strip() if allowed is None else allowed)


def test_a_missing_last_newline_is_reported(tmp_path: Path) -> None:
    root = copy_tiny(tmp_path)
    path = root / "policies/sources.yaml"
    path.write_text(path.read_text().rstrip("\n"))
    assert [str(p) for p in misformatted(root)] == [
        "policies/sources.yaml:27: not in canonical form"
    ]


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"a": "1.10"}, '{a: "1.10"}\n'),
        ({"a": ">=6,<15"}, '{a: ">=6,<15"}\n'),
        ({"a": "word", "b": True, "c": 1}, "{a: word, b: true, c: 1}\n"),
        ({"a": {"b": ["x", "y"]}}, "a: {b: [x, y]}\n"),
        ({"a": [{"b": "c"}]}, "a:\n  - {b: c}\n"),
        ({"a": "no"}, "{a: 'no'}\n"),
        ({"a": "café"}, "{a: café}\n"),
    ],
)
def test_canonical_form(document: object, text: str) -> None:
    assert canonical_text(document) == text


class TestDataRoot:
    def test_option_comes_first(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("MLPLAN_DATA", str(tmp_path))
        assert data_root(str(TINY)) == TINY

    def test_environment_comes_second(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MLPLAN_DATA", str(TINY))
        assert data_root() == TINY

    def test_source_tree_comes_last(self, data_root: Path) -> None:
        assert locate.data_root() == data_root
        assert not is_packaged(data_root)

    @pytest.mark.parametrize("missing", ["matrices", "policies"])
    def test_folder_without_facts(self, missing: str, tmp_path: Path) -> None:
        root = copy_tiny(tmp_path)
        shutil.rmtree(root / missing)
        with pytest.raises(DataError) as caught:
            data_root(str(root))
        assert str(caught.value) == (
            f"--data names a folder without facts\n  found:   {root}\n"
            "  allowed: a folder that holds matrices/ and policies/"
        )

    def test_environment_names_a_folder_without_facts(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MLPLAN_DATA", "/nowhere")
        with pytest.raises(DataError) as caught:
            data_root()
        assert str(caught.value) == (
            "MLPLAN_DATA names a folder without facts\n  found:   /nowhere\n"
            "  allowed: a folder that holds matrices/ and policies/"
        )

    def test_files_stand_in_a_fixed_order(self) -> None:
        names = [path.relative_to(TINY).as_posix() for path in fact_files(TINY)]
        assert names == sorted(names)
        assert len(names) == 14

    def test_cache_folder_follows_xdg(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
        assert cache_folder() == Path("/somewhere/mlplan")
        monkeypatch.delenv("XDG_CACHE_HOME")
        monkeypatch.setenv("HOME", "/home/one")
        assert cache_folder() == Path("/home/one/.cache/mlplan")
