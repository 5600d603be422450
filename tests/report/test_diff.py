from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import jsonschema
import pytest

import planner
from planner.errors import LockError
from planner.explain.changes import cause_sentence, folded_jobs, jobs_by_kind
from planner.plan.causes import Cause, CauseKind
from planner.plan.changes import JobName, diff_of, read_side
from planner.plan.document import Json
from planner.plan.inputs import Input
from planner.plan.outcomes import Subject
from planner.report.diff_json import diff_json
from planner.report.diff_markdown import diff_markdown, plain
from planner.report.diff_text import diff_text, printable
from tests.plan.locks import cloned, compared, edited_facts, lock_of

SCHEMAS = Path(planner.__file__).parent / "schemas"
GOLDEN = Path(__file__).resolve().parent / "diff"
X86: dict[str, object] = {"architectures": ["x86_64"]}
HOSTILE = (
    "a|b`c`<img src=x>*_[l](http://e.vil)@user #1 &amp; www.e.vil\x1b[31m\n# head\ud800 "
    + "x" * 150
)


def _renamed(lock: Json, name: str) -> Json:
    """The lock with another name for everything that its author, or a vandal, can choose."""
    found = copy.deepcopy(lock)
    request, jobs = found["request"], found["jobs"]
    assert isinstance(request, dict)
    assert isinstance(jobs, list)
    request["project"] = name
    request["variants"] = {name: next(iter(request["variants"].values()))}
    for job in jobs:
        job |= {"id": f"{name}-{job['id']}", "variant": name, "toolset": name, "pythons": [name]}
        job["warnings"] = [{"rule": name, "says": name, "facts": []}]
    return found


@pytest.fixture(scope="module")
def locks() -> tuple[Json, Json]:
    return lock_of({"a": {"cuda": ["12.9"], **X86}}), lock_of({"a": {"cuda": ["13"], **X86}})


def test_hostile_names_stay_text(locks: tuple[Json, Json]) -> None:
    old, new = locks
    hostile_old, hostile_new = _renamed(old, HOSTILE), _renamed(new, HOSTILE)
    for before, after in ((old, hostile_new), (hostile_old, new), (hostile_old, hostile_new)):
        diff = compared(before, after)
        text = diff_text(diff, 100)
        assert max(map(len, text.splitlines())) <= 100
        assert all(line.isprintable() for line in text.splitlines())
        markdown = diff_markdown(diff)
        left = re.sub(r"\\.", "", markdown)
        assert not re.search(r"[`*_\[\]]|<img|@user|http://|www\.e|&amp; ", left)
        markdown.encode()
        rows = [line for line in left.splitlines() if line.startswith("|")]
        assert {row.count("|") for row in rows} == {5}
        assert not [line for line in markdown.splitlines() if line.startswith("# ")]
        json.loads(diff_json(diff).encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a | b", r"a \| b"),
        ("a@b", "a@<!-- -->b"),
        ("see http://x", "see http:<!-- -->//x"),
        ("WWW.x", "WWW.<!-- -->x"),
        ("<b>", r"\<b\>"),
        ("a &lt; @ b", "a &amp;lt; @<!-- --> b"),
        ("two\nlines", "two lines"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_printable() -> None:
    assert printable("a\x1b[1mb\tc\u202ed\ud800") == "a?[1mb c?d?"


def test_many_jobs_fold(locks: tuple[Json, Json]) -> None:
    old, new = (cloned(lock, 300) for lock in locks)
    diff = compared(old, new)
    text = diff_text(diff, 100)
    assert text.startswith("300 of 300 jobs changed\n")
    assert text.count("all 300 jobs") == text.count("    in       ")
    assert len(text.splitlines()) < 80
    mixed = copy.deepcopy(new)
    jobs, before = mixed["jobs"], old["jobs"]
    assert isinstance(jobs, list)
    assert isinstance(before, list)
    jobs[100:] = before[100:]
    mixed["derivation"]["facts"] |= old["derivation"]["facts"]  # type: ignore[index]
    text = diff_text(compared(old, mixed), 100)
    assert "    in       100 jobs: v0a-cuda13.5.0-x86_64, v1a-cuda13.5.0-x86_64," in text
    assert len(text.splitlines()) < 100


def test_floor_and_support_come_first() -> None:
    old = lock_of({"a": {"cuda": ["12.6"], **X86}})
    new = lock_of({"a": {"cuda": ["12.6"], **X86}}, prefer="widest", allow=["ended-base"])
    text = diff_text(compared(old, new), 100)
    assert text.startswith(
        "1 of 1 jobs changed\n\nfloor\n"
        "  - moved from manylinux_2_28 (glibc 2.28) to manylinux_2_17 (glibc 2.17): "
        "older systems are reached\n"
        "    in       a-cuda12.6.3-x86_64\n"
        "    because  the request changed (prefer, allow)\n"
    )
    assert (
        "\ndistributions\n  - gain support: rhel-7 ubuntu-18.04 debian-9 sles-12.5\n"
        "    in       a-cuda12.6.3-x86_64\n"
        "    because  goes with the floor; the request changed (prefer, allow)\n"
    ) in text


def _jobs(*names: str) -> list[JobName]:
    return [
        JobName(id=name, variant=name.split("-")[0], arch=name.split("-")[-1]) for name in names
    ]


@pytest.mark.parametrize(
    ("jobs", "others", "expected"),
    [
        (["a-1-x"], ["a-2-x"], "a-1-x"),
        (["a-1-x", "a-2-x"], [], "all 2 jobs"),
        (["a-1-x", "a-2-x"], ["b-1-x"], "2 jobs: a-*-x"),
        (["a-1-x", "a-2-x"], ["a-3-x"], "2 jobs: a-1-x, a-2-x"),
        (["a-1-x", "b-1-x", "b-2-x"], ["a-1-y"], "3 jobs: a-1-x, b-*-x"),
        (
            [f"{n}-1-x" for n in "abcdefg"],
            ["z-1-x"],
            "7 jobs: a-1-x, b-1-x, c-1-x, d-1-x, e-1-x, f-1-x ...",
        ),
    ],
)
def test_folded_jobs(jobs: list[str], others: list[str], expected: str) -> None:
    every = _jobs(*jobs, *others)
    assert folded_jobs(_jobs(*jobs), len(every), jobs_by_kind(every)) == expected


ALL = tuple(Input)


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (Cause(kind=CauseKind.REQUEST, settings=("gpu",)), "the request changed (gpu)"),
        (Cause(kind=CauseKind.FACTS, facts=("a/b",)), "the facts changed (a/b)"),
        (Cause(kind=CauseKind.DATE, is_dated=True), "the date changed"),
        (Cause(kind=CauseKind.PROGRAM), "the mlplan version changed"),
        (
            Cause(kind=CauseKind.BOTH, settings=("cxx",), facts=("a/b",), is_dated=True),
            "several changed: the request (cxx) and the facts (a/b) and the date",
        ),
        (
            Cause(kind=CauseKind.UNKNOWN, possible=ALL, settings=("gpu",), follows=Subject.FLOOR),
            "goes with the floor; the request (gpu), the facts, the date or the mlplan version; "
            "the locks do not show which",
        ),
        (Cause(kind=CauseKind.UNKNOWN), "not known: nothing changed that a plan depends on"),
    ],
)
def test_causes(cause: Cause, expected: str) -> None:
    assert cause_sentence(cause) == expected


def _changed(lock: Json, **values: object) -> Json:
    """The lock with other values in its first job; ``image_x`` is the key x of its image."""
    found = copy.deepcopy(lock)
    jobs = found["jobs"]
    assert isinstance(jobs, list)
    for key, value in values.items():
        if key.startswith("image_"):
            jobs[0]["image"][key.removeprefix("image_")] = value
        else:
            jobs[0][key] = value
    return found


@pytest.mark.parametrize(
    ("values", "title", "says"),
    [
        ({"image_status": "ended"}, "image", "image status supported -> ended"),
        ({"image_base": None}, "image", "image base almalinux-8 -> none stated"),
        ({"in_image": False}, "toolchain", "the image does not hold the toolset: it has to be"),
        ({"setup": ["x"]}, "toolchain", "packages to install: x"),
        ({"binutils": None}, "toolchain", "binutils 2.41 -> none stated"),
        ({"cxx11_abi": "old"}, "C++11 ABI", "C++11 ABI new -> old"),
        ({"pip_floor": "19.3"}, "oldest pip", "pip 20.3 -> 19.3"),
        ({"driver_floor": None}, "oldest driver", "driver 525.60.13 -> none stated"),
        ({"pythons": ["cp39"]}, "pythons", "dropped: cp311 cp312 cp313 cp314 cp315; added: cp39"),
        ({"tags": ["manylinux_2_28_x86_64", "b_x86_64"]}, "further tags", "also tagged b"),
        ({"gpu": {"npu": {"x": ["n1"]}}}, "GPU targets", "npu x code is newly built for n1"),
        (
            {"unconfirmed": []},
            "unconfirmed facts",
            "cuda-12.9/documented-glibc-x86_64",
        ),
        ({"because": []}, "explanations", "the reasons for the same choices differ"),
        ({"more": 1}, "explanations", "the locks differ in keys that this version of mlplan does"),
        (
            {"components": {"x": {"version": "1", "soname": None}, "y": {"soname": "liby.so"}}},
            "vendor components",
            "x 1 added; y (soname none stated -> liby.so)",
        ),
        (
            {"reach": {"serves": ["rhel-8"], "excludes": ["rhel-9"]}},
            "distributions",
            "lose support: rhel-9",
        ),
        (
            {"warnings": [{"rule": "r", "says": "mind", "facts": []}]},
            "warnings",
            "appeared: mind",
        ),
    ],
    ids=str,
)
def test_words(values: dict[str, object], title: str, says: str, locks: tuple[Json, Json]) -> None:
    text = diff_text(compared(locks[0], _changed(locks[0], **values)), 100)
    part = text.partition(f"\n{title}\n")[2].partition("\n\n")[0]
    assert says in " ".join(part.split())
    assert "because not known: nothing changed that a plan depends on" in " ".join(part.split())


def test_what_changed_in_the_facts(tmp_path: Path, locks: tuple[Json, Json]) -> None:
    """The whole text of a plan that an edited fact moved."""
    old = 'compiler: gcc\n    range: "<15"\n    standing: enforced'
    new = 'compiler: gcc\n    range: "<14"\n    standing: measured'
    root = edited_facts(tmp_path, "matrices/cuda/12.9.yaml", old, new)
    after = lock_of({"a": {"cuda": ["12.9"], **X86}}, root=root)
    assert diff_text(compared(locks[0], after), 100) == (GOLDEN / "facts.txt").read_text()
    assert diff_markdown(compared(locks[0], after)) == (GOLDEN / "facts.md").read_text()


def test_long_lists_of_changes_are_cut(locks: tuple[Json, Json]) -> None:
    sides = [copy.deepcopy(lock) for lock in locks]
    for side, major in zip(sides, (12, 13), strict=True):
        jobs = side["jobs"]
        assert isinstance(jobs, list)
        side["jobs"] = [
            jobs[0] | {"id": f"a-{n}", "accelerators": {"cuda": f"{major}.{n}.0"}}
            for n in range(300)
        ]
    text = diff_text(compared(sides[0], sides[1]), 100)
    assert "\n  - cuda 12.7.0 -> 13.7.0\n" in text
    assert "\n  - and 280 more, all in --format json\n" in text
    markdown = diff_markdown(compared(sides[0], sides[1]))
    assert re.search(r"^\d+ more in the details\.$", markdown, re.M)
    assert markdown.count("\n- releases: ") == 300


@pytest.mark.parametrize("value", [None, "x", [], {}, ["x"], {"x": "y"}], ids=str)
def test_what_is_read_can_be_told(value: object, locks: tuple[Json, Json]) -> None:
    """Any lock that passes the reader is rendered, whatever stands in it."""
    schema = json.loads((SCHEMAS / "diff.schema.json").read_text())
    whole = locks[0]
    for key in whole["jobs"][0]:  # type: ignore[index]
        try:
            damaged = read_side(_changed(whole, **{key: value}))
        except LockError:
            continue
        for old, new in ((read_side(whole), damaged), (damaged, read_side(locks[1]))):
            diff = diff_of(old, new)
            assert max(map(len, diff_text(diff, 100).splitlines())) <= 100
            assert diff_markdown(diff)
            jsonschema.validate(json.loads(diff_json(diff)), schema)


def test_failures_and_origins_in_words() -> None:
    failing: dict[str, object] = {"cuda": [">=13"], "gpu": ["sm_70", "sm_80"], **X86}
    fine: dict[str, object] = {"cuda": [">=13"], "gpu": ["sm_80", "sm_90"], **X86}
    old = lock_of({"a": fine, "b": X86, "c": X86})
    new = lock_of({"a": failing, "c": X86, "d": failing}) | {"mlplan": "9.9"}
    text = diff_text(compared(old, new), 100)
    assert text.startswith(
        "3 of 4 jobs changed, 1 without a plan now, 1 added, 1 removed\n\n"
        "jobs without a plan\n  - fails now and did not before: the release does not know a GPU"
    )
    assert "\njobs\n  - added without a plan: the release does not know a GPU target" in text
    assert text.endswith(
        "\nmade from\n"
        "  request  variants removed: b\n"
        "  request  variants added: d\n"
        "  request  gpu: -sm_90 +sm_70 (in a)\n"
        "  mlplan   0.1.0 -> 9.9\n"
    )
    back = diff_text(compared(new, old), 100)
    assert "\n  - has a plan now; before: the release does not know a GPU target" in back
    other = lock_of({"a": failing | {"gpu": ["sm_60"]}, "c": X86, "d": failing})
    changed = diff_text(compared(new, other), 100)
    assert "\n  - still has no plan, for another reason: the release does not know" in changed
