from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from planner.errors import DataError
from planner.graph.build import build_index
from planner.graph.index import index_from_json, index_to_json
from planner.load import compiled_files
from planner.load.compiled_files import facts_digest
from planner.load.facts import load_facts, read_facts
from planner.load.file_schemas import schema_text
from planner.load.invariants import broken_invariants
from planner.load.kinds import KINDS
from planner.load.locate import SCHEMAS, cache_folder
from planner.load.overlay_fields import ADDABLE, CHANGEABLE, WAIVABLE, as_strong
from planner.load.overlay_schema import overlay_schema
from planner.load.wheel_facts import load_wheel_facts
from planner.model.facts import FactBase
from planner.model.overlay import Act, Entry, Overlay, overlay_from_json, overlay_to_json
from planner.model.sources import Fact, Payload, Standing
from planner.model.versions import range_within
from planner.solve.compiled import compile_index, load_index
from planner.solve.tables import build_tables
from tests.load.made import HERE, TINY, copy_tiny, replace_once

HEAD = "mlplan-overlay: 1\n"
IMAGE = """\
images:
  corp_2_28:
    publisher: corp
    repository: registry.example.com/manylinux_2_28_{arch}
    policy: manylinux_2_28
    glibc: "2.28"
    cxx11-abi: new
    status: supported
    architectures:
      x86_64: {base: almalinux-8, since: "2026-01-01"}
    toolsets:
      - {toolset: corp-gcc-13, since: "2026-01-01", standing: measured}
    interpreters: corp
toolsets:
  corp-gcc-13: {gcc: "13.3.0", binutils: "2.42", kind: toolset, package: corp-gcc-13}
obtainable:
  - {toolset: corp-gcc-13, base: corp-linux-8, architectures: [x86_64], since: "2026-01-01"}
distributions:
  corp-linux-8:
    name: Corp Linux
    version: "8"
    glibc: "2.28"
    architectures: [x86_64]
interpreters:
  corp:
    - {tag: cp312}
libraries:
  corp: {patterns: [libcorp.so.*], projects: [corp-runtime], source: [wiki]}
sources:
  wiki: {title: The page on builders, kind: document, read: "2026-11-01"}
"""
WAIVER = """\
waive:
  toy-1.10/host-gcc-newest: {reason: tested, expires: "2027-03-31"}
"""
SCHEMA_FILE = SCHEMAS / "overlay.schema.json"
CASES = yaml.safe_load((HERE / "cases" / "overlays.yaml").read_text(encoding="utf-8"))

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes an overlay into the folder at hand."""
    monkeypatch.chdir(tmp_path)

    def written(text: str) -> Path:
        path = Path("own.yaml")
        path.write_text(HEAD + text, encoding="utf-8")
        return path

    return written


def laid(path: Path) -> FactBase:
    """The tiny facts with an overlay over them, in order."""
    facts = load_facts(TINY, path)
    assert broken_invariants(facts) == []
    return facts


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_faulty_overlays_are_refused(
    case: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.yaml").write_text(case["overlay"], encoding="utf-8")
    with pytest.raises(DataError) as caught:
        compile_index(TINY, Path("own.yaml"))
    assert "".join(f"{problem}\n" for problem in caught.value.problems) == case["says"]
    assert caught.value.exit_status == 4
    assert caught.value.hint == "mlplan facts check --overlay own.yaml"


def test_an_overlay_without_entries_changes_nothing_but_the_digest(write: Write) -> None:
    facts, shipped = laid(write("")), load_facts(TINY)
    assert (facts.families, facts.policies, facts.version) == (
        shipped.families,
        shipped.policies,
        shipped.version,
    )
    assert facts.sha256 != shipped.sha256 == facts_digest(TINY)
    assert shipped.overlaid is None


def test_rows_are_added_with_ids_of_their_own(write: Write) -> None:
    facts = laid(write(IMAGE))
    shipped = load_facts(TINY).facts()
    own = {id_: f.standing.value for id_, f in facts.facts().items() if id_ not in shipped}
    assert own == {
        "overlay/image/corp_2_28": "documented",
        "overlay/image/corp_2_28@x86_64": "documented",
        "overlay/image/corp_2_28/corp-gcc-13@2026-01-01": "measured",
        "overlay/toolset/corp-gcc-13": "documented",
        "overlay/obtainable/corp-gcc-13@corp-linux-8:x86_64": "documented",
        "overlay/distribution/corp-linux-8": "documented",
        "overlay/images/corp/cp312": "documented",
        "overlay/external/corp": "documented",
    }
    assert facts.facts()["overlay/external/corp"] == Fact(
        id="overlay/external/corp",
        kind="external-library",
        standing=Standing.DOCUMENTED,
        sources=("overlay:file", "overlay:wiki"),
        read="2026-11-01",
        payload={"patterns": ("libcorp.so.*",), "projects": ("corp-runtime",)},
        file="own.yaml",
        line=29,
    )
    titles = {id_: s.title for id_, s in facts.sources().items() if id_.startswith("overlay:")}
    assert titles == {
        "overlay:file": "own.yaml, this project's overlay",
        "overlay:wiki": "The page on builders",
    }
    policies = facts.policies
    assert list(policies.images) == ["manylinux_2_28", "toy_image", "corp_2_28"]
    assert policies.images["corp_2_28"].toolsets[0].toolset == "corp-gcc-13"
    assert policies.toolsets["corp-gcc-13"].gcc == "13.3.0"
    assert [row.base for row in policies.obtainable] == ["almalinux-8", "corp-linux-8"]
    assert list(policies.distributions)[-1] == "corp-linux-8"
    assert [row.images for row in policies.image_interpreters] == ["pypa", "corp"]
    assert [group.name for group in policies.externals] == ["frame", "python", "corp"]


def test_a_change_takes_the_place_of_the_shipped_fact(write: Write) -> None:
    text = 'facts:\n  toy-1.10/host-gcc-newest: {range: "<14", reason: our own}\n'
    facts = laid(write(text))
    shipped = load_facts(TINY).facts()["toy-1.10/host-gcc-newest"]
    own = facts.families["toy"].minors["1.10"].facts["host-gcc-newest"]
    assert own == Fact(
        id="overlay/toy-1.10/host-gcc-newest",
        kind="host-compiler",
        standing=Standing.ENFORCED,
        sources=("overlay:file",),
        read="",
        payload={"compiler": "gcc", "range": "<14"},
        note="our own",
        file="own.yaml",
        line=3,
    )
    kept = facts.facts()["toy-1.10/host-gcc-newest"]
    assert (kept.payload, kept.overruled_by) == (shipped.payload, own.id)
    assert facts.overlaid is not None
    assert facts.overlaid.overlay.entries == (
        Entry(fact=own.id, act=Act.CHANGES, reason="our own", expires="", line=3),
    )


@pytest.mark.parametrize(
    ("fact_id", "fields", "place"),
    [
        ("image/manylinux_2_28", "repository: registry.example.com/mirror", "images"),
        ("image/manylinux_2_28@aarch64", 'digest: "sha256:12", pinned: "2026.11.01-1"', "images"),
        ("image/manylinux_2_28/gcc-toolset-14@2024-12-01", 'since: "2025-01-01"', "images"),
        ("toolset/gcc-toolset-14", "package: corp-gcc-14", "toolsets"),
        ("obtainable/gcc-toolset-14@almalinux-8:x86_64+aarch64", 'since: "2025"', "obtainable"),
        ("cxx/17", 'gcc: ">=10"', "cxx"),
        ("feature/sve2", 'binutils: ">=2.35"', "features"),
        ("distribution/almalinux-8", 'pip: "9.0.1"', "distributions"),
        ("end/centos-7-standard", 'date: "2024-01-31"', "ends"),
        ("interpreter/cp312", 'released: "2023-11-01"', "interpreters"),
        ("images/pypa/cp312", 'until: "2026-12-31"', "image_interpreters"),
        ("pip/manylinux_x_y", 'pip: "21.0"', "installers"),
    ],
)
def test_a_change_reaches_the_record(fact_id: str, fields: str, place: str, write: Write) -> None:
    fields = fields.replace('"2025"', '"2025-02-01"')
    facts = laid(write(f'facts:\n  "{fact_id}": {{{fields}, reason: ours}}\n'))
    changed = yaml.safe_load(f"{{{fields}}}")
    own = {record.fact.id: record for record in _records(facts, place)}
    shipped = {record.fact.id: record for record in _records(load_facts(TINY), place)}
    changed_record = own[f"overlay/{fact_id}"]
    assert {key: getattr(changed_record, key) for key in changed} == changed
    assert list(own) == [f"overlay/{id_}" if id_ == fact_id else id_ for id_ in shipped]
    others = {key: getattr(changed_record, key) for key in _other_fields(changed_record, changed)}
    assert others == {key: getattr(shipped[fact_id], key) for key in others}


def _other_fields(record: object, changed: dict[str, str]) -> list[str]:
    names = [name for name in type(record).__slots__ if name not in ("fact", *changed)]  # type: ignore[attr-defined]
    assert names
    return names


def _records(facts: FactBase, place: str) -> list:  # type: ignore[type-arg]
    """The records of a place; those of images with what they hold."""
    found = getattr(facts.policies, place)
    rows = list(found.values() if hasattr(found, "values") else found)
    if place == "images":
        rows += [entry for image in rows for entry in image.architectures.values()]
        rows += [held for image in found.values() for held in image.toolsets]
    return rows


class TestDirections:
    """What counts as tightening, field by field: the shipped value, another, and whether."""

    @pytest.mark.parametrize(
        ("kind", "field", "shipped", "own", "tightens"),
        [
            ("host-compiler", "range", "<15", "<14", True),
            ("host-compiler", "range", "<15", "<15", True),
            ("host-compiler", "range", "<15", "<16", False),
            ("host-compiler", "range", ">=6", ">=9", True),
            ("host-compiler", "range", ">=6", "<15", False),
            ("documented-compiler", "range", "<14", "<15", False),
            ("compiler-breakage", "range", ">=14", ">=13", True),
            ("compiler-breakage", "range", ">=14", ">=15", False),
            ("compiler-breakage", "cxx", ">=20", ">=17", True),
            ("compiler-breakage", "cxx", None, ">=20", False),
            ("cxx-host-compiler", "range", ">=11", ">=12", True),
            ("build-glibc", "glibc", "2.17", "2.28", True),
            ("build-glibc", "glibc", "2.17", "2.5", False),
            ("documented-glibc", "glibc", "2.28", "2.28", True),
            ("driver", "minimum", "525.60", "550", True),
            ("driver", "minimum", "525.60", "520", False),
            ("released", "date", "2025-03", "2025-04-01", True),
            ("released", "date", "2025-03", "2025-03-30", False),
            ("released", "qualifier", "on", "by", True),
            ("components", "pins", {}, {}, False),
            ("architectures", "covers", ("x86_64", "aarch64"), ("x86_64",), True),
            ("architectures", "covers", ("x86_64",), ("x86_64", "aarch64"), False),
            ("gpu-targets", "real", ("sm_70", "sm_90"), ("sm_90",), True),
            ("gpu-targets", "generic", None, ("gfx11-generic",), False),
            ("gpu-targets", "deprecated", ("sm_70",), ("sm_70", "sm_75"), True),
            ("gpu-targets", "deprecated", ("sm_70",), (), False),
            ("gpu-targets", "architectures", None, ("x86_64",), True),
            ("cxx-standards", "device", ("14", "17"), ("17",), True),
            ("image", "status", "supported", "unpublished", True),
            ("image", "status", "alpha", "supported", False),
            ("image", "ended", None, "2026-12-31", True),
            ("image", "ended", "2026-12-31", "2027-12-31", False),
            ("image", "repository", None, "registry.example.com/a", True),
            ("image", "interpreters", None, "corp", False),
            ("image-architecture", "level", None, "2", True),
            ("image-architecture", "level", "3", "2", False),
            ("image-architecture", "base", "almalinux-8", "centos-7", False),
            ("image-toolset", "since", None, "2025-01-01", False),
            ("obtainable", "since", "2025-01-01", "2026-01-01", True),
            ("obtainable", "architectures", ("x86_64", "aarch64"), ("aarch64",), True),
            ("end", "date", "2024-06-30", "2028-06-30", False),
            ("end", "date", "2024-06-30", "2024-06", True),
            ("distribution", "glibc", "2.28", "2.17", True),
            ("distribution", "glibc", "2.17", "2.28", False),
            ("distribution", "glibcxx", None, "3.4.25", False),
            ("toolset", "gcc", "14.2.1", "14.2.0", False),
            ("cxx-standard", "gcc", None, ">=11", False),
            ("cxx-standard", "gcc", ">=9", ">=11", True),
            ("feature", "gcc", None, ">=11", True),
            ("feature", "binutils", ">=2.35", ">=2.33", False),
            ("interpreter", "released", None, "2026-10-01", False),
            ("image-interpreter", "until", None, "2026-10-01", True),
            ("image-interpreter", "architectures", None, ("x86_64",), True),
            ("installer", "pip", "20.3", "21.0", True),
            ("installer", "pip", "20.3", "19.0", False),
        ],
    )
    def test_field(
        self, kind: str, field: str, shipped: Payload | None, own: Payload, tightens: bool
    ) -> None:
        assert CHANGEABLE[kind][field].tightens(shipped, own) is tightens

    @pytest.mark.parametrize(
        ("own", "tightens"),
        [
            ({"libtoy": {"glibc": "2.17", "soname": "libtoy.so.2"}}, True),
            ({"libtoy": {"glibc": "2.28"}, "libmore": {"glibc": "2.34"}}, True),
            ({"libtoy": {"glibc": "2.5"}}, False),
            ({"libtoy": {"soname": "libtoy.so.1"}}, False),
            ({"libmore": {"glibc": "2.34"}}, False),
        ],
    )
    def test_needs_of_libraries(self, own: Payload, tightens: bool) -> None:
        shipped = {"libtoy": {"glibc": "2.17", "soname": "libtoy.so.1"}}
        assert CHANGEABLE["library-needs"]["libraries"].tightens(shipped, own) is tightens

    @pytest.mark.parametrize("shipped", Standing)
    @pytest.mark.parametrize("own", Standing)
    def test_standing(self, shipped: Standing, own: Standing) -> None:
        weak = {Standing.DOCUMENTED, Standing.UNCONFIRMED}
        assert as_strong(shipped, own) is not (own in weak and shipped not in weak)

    @pytest.mark.parametrize(
        ("inner", "outer", "within"),
        [
            ("<14", "<15", True),
            ("<=14", "<15", True),
            ("==14.*", "<15", True),
            ("!=3", "<15", False),
        ],
    )
    def test_ranges(self, inner: str, outer: str, within: bool) -> None:
        assert range_within(inner, outer) is within

    def test_every_kind_is_one_that_there_is(self) -> None:
        kinds = {fact.kind for fact in load_facts(TINY).facts().values()} | set(KINDS)
        assert {*CHANGEABLE, *WAIVABLE, *ADDABLE} <= kinds | {"driver-library"}
        assert set(ADDABLE) <= set(WAIVABLE)


def test_loosening_is_allowed_for_a_time(write: Write) -> None:
    text = 'facts:\n  toy-1.10/host-gcc-newest: {range: "<16", reason: ours, expires: "2027-03"}\n'
    facts = laid(write(text))
    assert facts.families["toy"].minors["1.10"].facts["host-gcc-newest"].text("range") == "<16"


def test_a_waived_fact_stays_and_its_waiver_is_a_fact(write: Write) -> None:
    facts = laid(write(WAIVER))
    shipped = load_facts(TINY)
    assert facts.families == shipped.families
    assert facts.facts()["overlay/toy-1.10/host-gcc-newest"] == Fact(
        id="overlay/toy-1.10/host-gcc-newest",
        kind="waiver",
        standing=Standing.DOCUMENTED,
        sources=("overlay:file",),
        read="",
        payload={"fact": "toy-1.10/host-gcc-newest", "reason": "tested", "expires": "2027-03-31"},
        file="own.yaml",
        line=3,
    )


@pytest.mark.parametrize(
    ("place", "counts"),
    [
        ("toy", {"1.9.0": 2, "1.10.0": 0, "1.10.1": 0}),
        ("toy-1.10", {"1.9.0": 1, "1.10.0": 1, "1.10.1": 1}),
        ("toy-1.10.1", {"1.9.0": 1, "1.10.0": 0, "1.10.1": 1}),
    ],
)
def test_limits_are_added_to_a_family_a_minor_or_a_release(
    place: str, counts: dict[str, int], write: Write
) -> None:
    more = ', releases: "<1.10"' if place == "toy" else ""
    row = f'kind: compiler-breakage, compiler: gcc, range: ">=14", symptom: it crashes{more}'
    facts = laid(write(f"add:\n  {place}/own: {{{row}, reason: seen}}\n"))
    index = build_index(facts)
    family = build_tables(index).families["toy"]
    assert {release.version: len(release.breakages) for release in family.releases} == counts
    fact = facts.facts()[f"overlay/{place}/own"]
    assert (fact.standing, fact.note, fact.sources) == (
        Standing.DOCUMENTED,
        "seen",
        ("overlay:file",),
    )


class TestExpiry:
    @pytest.mark.parametrize(
        ("expires", "day", "expired"),
        [
            ("2027-03-31", "2027-03-31", False),
            ("2027-03-31", "2027-04-01", True),
            ("2027-03", "2027-03-31", False),
            ("2027-03", "2027-04-01", True),
            ("", "2099-01-01", False),
        ],
    )
    def test_last_day(self, expires: str, day: str, expired: bool) -> None:
        entry = Entry(fact="overlay/a/b", act=Act.WAIVES, reason="r", expires=expires, line=7)
        assert entry.is_expired(day) is expired

    def test_error_names_file_line_and_what_to_do(self) -> None:
        entries = [
            Entry(fact="overlay/a/b", act=Act.WAIVES, reason="r", expires="2027-03-31", line=7),
            Entry(fact="overlay/c/d", act=Act.CHANGES, reason="r", expires="2027-03", line=9),
            Entry(fact="overlay/e/f", act=Act.ADDS, reason="r", expires="2027-02-01", line=4),
            Entry(fact="overlay/g/h", act=Act.CHANGES, reason="r", expires="", line=5),
        ]
        overlay = Overlay(path="ci/own.yaml", sha256="12", entries=tuple(entries))
        overlay.require_in_force("2027-01-31")
        with pytest.raises(DataError) as caught:
            overlay.require_in_force("2027-04-01")
        assert str(caught.value) == (
            "ci/own.yaml:7: waive.a/b: has expired: it no longer holds on 2027-04-01\n"
            "  found:   expires: 2027-03-31\n"
            "ci/own.yaml:9: facts.c/d: has expired: it no longer holds on 2027-04-01\n"
            "  found:   expires: 2027-03\n"
            "ci/own.yaml:4: add.e/f: has expired: it no longer holds on 2027-04-01\n"
            "  found:   expires: 2027-02-01\n\n"
            "hint: take it out, or look at its reason again and give it a later day"
        )
        assert caught.value.exit_status == 4


class TestDigestAndCache:
    def test_digest_covers_the_bytes_of_the_overlay(self, write: Write) -> None:
        one = load_facts(TINY, write(WAIVER)).sha256
        assert load_facts(TINY, write(WAIVER)).sha256 == one
        assert load_facts(TINY, write(WAIVER + "# a comment\n")).sha256 != one

    def test_compiled_facts_are_kept_apart(self, write: Write) -> None:
        path = write(WAIVER)
        plain, own = load_index(TINY), load_index(TINY, overlay=path)
        assert (plain.overlay, own.overlay is None) == (None, False)
        assert load_index(TINY).overlay is None
        write(IMAGE)
        again = load_index(TINY, overlay=path)
        assert [n for n in again.named("image") if n not in plain.named("image")] == ["corp_2_28"]
        assert load_index(TINY) == plain

    def test_compiled_facts_are_found_again(
        self, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = write(WAIVER)
        first = load_index(TINY, overlay=path)
        monkeypatch.setattr("planner.solve.compiled.compile_index", None)
        assert load_index(TINY, overlay=path) == first
        assert any(cache_folder().glob("facts-*.json"))

    def test_another_path_is_told_in_messages(self, write: Write) -> None:
        first = load_index(TINY, overlay=write(WAIVER))
        Path("sub").mkdir()
        (Path("sub") / "own.yaml").write_text(Path("own.yaml").read_text())
        second = load_index(TINY, overlay=Path("sub/own.yaml"))
        assert first.overlay is not None
        assert second.overlay is not None
        assert (first.overlay.path, second.overlay.path) == ("own.yaml", "sub/own.yaml")
        assert first.overlay.file == second.overlay.file == "own.yaml"
        assert first.sha256 == second.sha256

    def test_index_survives_json(self, write: Write) -> None:
        index = load_index(TINY, overlay=write(WAIVER + IMAGE), cache=False)
        assert index_from_json(json.loads(json.dumps(index_to_json(index)))) == index

    def test_wheel_facts_are_kept_apart(self, write: Write) -> None:
        path = write(IMAGE)
        assert [g.name for g in load_wheel_facts(TINY).externals] == ["frame", "python"]
        for _ in range(2):
            own = load_wheel_facts(TINY, overlay=path)
            assert [g.name for g in own.externals] == ["frame", "python", "corp"]
            assert own.overlay is not None
        assert load_wheel_facts(TINY, overlay=path, cache=False) == own
        assert load_wheel_facts(TINY).overlay is None

    def test_facts_of_a_package_are_compiled_anew(
        self, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("planner.solve.compiled.is_packaged", lambda root: True)
        monkeypatch.setattr("planner.load.wheel_facts.is_packaged", lambda root: True)
        path = write(WAIVER)
        assert load_index(TINY, overlay=path).overlay is not None
        assert load_wheel_facts(TINY, overlay=path).overlay is not None

    @pytest.mark.parametrize("document", [[], {"path": "a"}, {"path": "a", "sha256": "b"}])
    def test_other_json_is_no_overlay(self, document: object) -> None:
        with pytest.raises((TypeError, KeyError)):
            overlay_from_json(document)

    def test_json(self) -> None:
        entry = Entry(fact="overlay/a/b", act=Act.ADDS, reason="r", expires="", line=1)
        overlay = Overlay(path="own.yaml", sha256="12", entries=(entry,))
        assert overlay_from_json(json.loads(json.dumps(overlay_to_json(overlay)))) == overlay
        assert overlay_from_json(None) is None


class TestFile:
    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("missing.yaml", "missing.yaml: cannot be read: No such file or directory"),
            (".", ".: is no regular file"),
            ("a\0b", "a\\x00b: cannot be read: no path is like this"),
        ],
    )
    def test_no_file(self, name: str, message: str, write: Write) -> None:
        write("")
        with pytest.raises(DataError) as caught:
            load_index(TINY, overlay=Path(name))
        assert str(caught.value.problems[0]) == message

    def test_pipe(self, write: Write) -> None:
        write("")
        os.mkfifo("pipe")
        with pytest.raises(DataError, match="pipe: is no regular file"):
            load_index(TINY, overlay=Path("pipe"))

    def test_no_utf8(self, write: Write) -> None:
        path = write("")
        path.write_bytes(b"\xff\xfe")
        with pytest.raises(DataError, match=r"own\.yaml: is not UTF-8 text"):
            load_index(TINY, overlay=path)

    def test_faulty_shipped_facts_come_first(self, write: Write, tmp_path: Path) -> None:
        root = copy_tiny(tmp_path)
        replace_once(root / "matrices/toy/1.10.yaml", "stream: production", "stream: productive")
        problems: list = []  # type: ignore[type-arg]
        read_facts(root, problems, write("fact: {}\n"))
        assert [problem.path for problem in problems] == ["stream"]


class TestSchema:
    def test_is_up_to_date(self) -> None:
        wanted = schema_text(overlay_schema())
        if os.environ.get("MLPLAN_REFRESH"):
            SCHEMA_FILE.write_text(wanted, encoding="utf-8")
        assert SCHEMA_FILE.read_text(encoding="utf-8") == wanted

    def test_takes_what_the_reader_takes(self) -> None:
        text = HEAD + IMAGE + WAIVER + 'facts:\n  cxx/17: {gcc: ">=10", reason: ours}\n'
        validator = Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
        validator.check_schema(validator.schema)
        assert [error.message for error in validator.iter_errors(yaml.safe_load(text))] == []

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
    def test_refuses_what_needs_no_other_file(self, case: dict[str, str]) -> None:
        validator = Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
        try:
            document = yaml.safe_load(case["overlay"])
        except yaml.YAMLError:
            return
        refused = not validator.is_valid(document)
        assert refused is (case["case"] in REFUSED), case["case"]


REFUSED = {
    "another schema number",
    "no schema number",
    "not a mapping",
    "empty file",
    "unknown section",
    "unknown field",
    "no reason",
    "end that is no day",
    "end of a waiver that YAML reads as a date",
    "waiver without an end",
    "waiver without a reason",
    "waiver with a field",
    "limit of a kind that may loosen",
    "image on an unknown architecture",
    "image without a repository",
    "unknown status",
}
"""What the schema sees; all else takes the shipped facts to tell."""


def test_the_digest_of_an_unreadable_file(monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = write("")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(DataError) as caught:
        compiled_files.overlay_digest(path)
    assert str(caught.value.problems[0]) == "own.yaml: cannot be read: Permission denied"


def test_an_overlay_of_megabytes_is_not_read(write: Write) -> None:
    path = write("# " + "x" * (1 << 20) + "\n")
    with pytest.raises(DataError, match=r"own\.yaml: is larger than 1048576 bytes"):
        load_facts(TINY, path)


def test_of_many_unknown_facts_the_first_get_a_guess(write: Write) -> None:
    rows = "".join(f"  toy-1.{n}/host-gc: {{reason: r}}\n" for n in range(30))
    with pytest.raises(DataError) as caught:
        load_facts(TINY, write(f"waive:\n{rows}"))
    unknown = [p for p in caught.value.problems if p.message == "unknown fact"]
    assert (len(unknown), sum(p.nearest is not None for p in unknown)) == (30, 20)
