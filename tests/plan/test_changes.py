from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.errors import LockError
from planner.plan.causes import Cause, CauseKind
from planner.plan.changes import diff_of, read_side
from planner.plan.document import Json
from planner.plan.inputs import Input, RequestChange
from planner.plan.matching import matched
from planner.plan.outcomes import Outcome, Subject
from tests.plan.locks import cloned, compared, edited_facts, lock_of, of, one

X86: dict[str, object] = {"architectures": ["x86_64"]}
HOST_GCC = """  host-gcc:
    kind: host-compiler
    compiler: gcc
    range: "<1{}"
"""


@pytest.fixture(scope="module")
def older_gcc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("facts")
    file = "matrices/cuda/12.9.yaml"
    return edited_facts(folder, file, HOST_GCC.format(5), HOST_GCC.format(4))


def test_equal_locks() -> None:
    lock = lock_of({"a": {"cuda": ["12.9"]}})
    diff = compared(lock, copy.deepcopy(lock))
    assert (diff.is_same, diff.changes, diff.inputs.changed) == (True, (), frozenset())


def test_newest_to_widest() -> None:
    old = lock_of({"a": {"cuda": [">=12"], **X86}})
    new = lock_of({"a": {"cuda": [">=12"], **X86}}, prefer="widest", allow=["ended-base"])
    diff = compared(old, new)
    floor = one(diff, Subject.FLOOR)
    assert (floor.old, floor.new, floor.glibc) == (
        "manylinux_2_28",
        "manylinux_2_17",
        ("2.28", "2.17"),
    )
    expected = Cause(kind=CauseKind.REQUEST, settings=("prefer", "allow"))
    assert floor.cause == expected
    reach = one(diff, Subject.REACH)
    assert (reach.added, reach.removed) == (
        ("rhel-7", "ubuntu-18.04", "debian-9", "sles-12.5"),
        (),
    )
    assert (reach.cause.kind, reach.cause.follows) == (CauseKind.REQUEST, Subject.FLOOR)
    abi, pip = one(diff, Subject.CXX11_ABI), one(diff, Subject.PIP)
    assert (abi.old, abi.new, pip.old, pip.new) == ("new", "old", "20.3", "19.3")
    assert diff.moved == (("a-cuda13.5.0-x86_64", "a-cuda12.6.3-x86_64"),)


def test_back_from_widest_the_distributions_lose_support() -> None:
    old = lock_of({"a": {"cuda": ["12.6"], **X86}}, prefer="widest", allow=["ended-base"])
    new = lock_of({"a": {"cuda": ["12.6"], **X86}})
    reach = one(compared(old, new), Subject.REACH)
    assert reach.removed == ("rhel-7", "ubuntu-18.04", "debian-9", "sles-12.5")


@pytest.mark.parametrize("date", ["2026-11-21", "2026-11-22"])
def test_release_moved_by_request(date: str) -> None:
    """Whatever else changed: the new request does not admit the old release."""
    old, new = lock_of({"a": {"cuda": ["12.9"]}}), lock_of({"a": {"cuda": ["13"]}}, date)
    diff = compared(old, new)
    release = one(diff, Subject.RELEASE)
    assert (release.item, release.old, release.new) == ("cuda", "12.9.2", "13.5.0")
    assert release.cause == Cause(kind=CauseKind.REQUEST, settings=("cuda",))
    gone = one(diff, Subject.GPU)
    assert gone.item == "cuda real"
    lost = "sm_50 sm_52 sm_53 sm_60 sm_61 sm_62 sm_70 sm_72"
    assert set(lost.split()) <= set(gone.removed)
    runtime = of(diff, Subject.DRIVER)[0]
    assert (runtime.item, runtime.old, runtime.new) == ("runtime", "525.60.13", "580.65.06")
    components = {change.item: change.new for change in of(diff, Subject.COMPONENT)}
    assert components["cudart soname"] == "libcudart.so.13"
    assert len(release.jobs) == 2


def test_listed_targets_are_moved_by_the_request() -> None:
    old = lock_of({"a": {"cuda": ["12.9"], "gpu": ["sm_70", "sm_80"]}})
    new = lock_of({"a": {"cuda": ["12.9"], "gpu": ["sm_80", "sm_90"]}}, "2026-11-22")
    gpu = one(compared(old, new), Subject.GPU)
    assert (gpu.removed, gpu.added) == (("sm_70",), ("sm_90",))
    assert gpu.cause == Cause(kind=CauseKind.REQUEST, settings=("gpu",))


@pytest.mark.parametrize("date", ["2026-11-21", "2026-11-22"])
def test_compiler_moved_by_a_fact(date: str, older_gcc: Path) -> None:
    """Also with another date: the reason against the old gcc rests on the fact that changed."""
    old = lock_of({"a": {"cuda": ["12.9"]}})
    new = lock_of({"a": {"cuda": ["12.9"]}}, date, older_gcc)
    for before, after, values in (
        (old, new, ("14.2.1", "13.3.1")),
        (new, old, ("13.3.1", "14.2.1")),
    ):
        diff = compared(before, after)
        gcc = one(diff, Subject.GCC)
        assert (gcc.old, gcc.new) == values
        assert gcc.cause.kind is CauseKind.FACTS
        assert gcc.cause.facts == ("cuda-12.9/host-gcc",)
        assert gcc.cause.rules == ("host-compiler-range",)
        assert [change.id for change in diff.inputs.facts] == ["cuda-12.9/host-gcc"]
    assert [r.facts for r in of(compared(old, new), Subject.GCC)[0].reasons] == [
        ("cuda-12.9/host-gcc",)
    ]


def test_what_the_locks_do_not_show_is_unknown(older_gcc: Path) -> None:
    old = lock_of({"a": {"cuda": ["12.9"]}})
    new = lock_of({"a": {"cuda": ["12.9"], "cxx": 17}}, "2026-11-22", older_gcc)
    (warning,) = of(compared(old, new), Subject.WARNING)
    assert warning.cause.kind is CauseKind.UNKNOWN
    assert warning.cause.possible == (Input.REQUEST, Input.FACTS, Input.DATE)


def test_another_sentence_with_the_same_facts_is_no_changed_fact() -> None:
    old = lock_of({"a": {"cuda": ["12.9"]}})
    new = copy.deepcopy(old)
    derivation = new["derivation"]
    assert isinstance(derivation, dict)
    for fact in derivation["facts"].values():
        fact["says"] += "!"
    diff = compared(old, new)
    assert (diff.is_same, diff.inputs.facts, diff.changes) == (False, (), ())


def test_python_ended_by_date() -> None:
    old = lock_of({"a": X86}, "2026-10-01", is_dated=False)
    new = lock_of({"a": X86}, "2026-11-21", is_dated=False)
    python = one(compared(old, new), Subject.PYTHON)
    assert python.removed == ("cp310",)
    assert python.cause == Cause(kind=CauseKind.DATE, is_dated=True)


def test_jobs_added_and_removed() -> None:
    old = lock_of({"a": {"cuda": ["12.9"], **X86}, "gone": X86})
    new = lock_of(
        {"a": {"cuda": ["12.9"], "architectures": ["x86_64", "aarch64"]}, "come": X86}, "2026-11-22"
    )
    found = [
        (change.item, [job.id for job in change.jobs], change.cause.kind, change.cause.settings)
        for change in of(compared(old, new), Subject.JOB)
    ]
    assert found == [
        ("added", ["a-cuda12.9.2-aarch64"], CauseKind.REQUEST, ("architectures",)),
        ("added", ["come-x86_64"], CauseKind.REQUEST, ("variants",)),
        ("removed", ["gone-x86_64"], CauseKind.REQUEST, ("variants",)),
    ]


def test_another_entry_of_a_family_is_a_job_more() -> None:
    old = lock_of({"a": {"cuda": ["12.9"], **X86}})
    new = lock_of({"a": {"cuda": ["12.6", "12.9"], **X86}})
    diff = compared(old, new)
    (job,) = of(diff, Subject.JOB)
    assert [each.id for each in job.jobs] == ["a-cuda12.6.3-x86_64"]
    assert [change.subject for change in diff.changes] == [Subject.JOB]


def test_failures() -> None:
    old = lock_of({"a": {"cuda": ["12.9"], "gpu": ["sm_70"], **X86}})
    new = lock_of({"a": {"cuda": [">=13"], "gpu": ["sm_70"], **X86}})
    change = one(compared(old, new), Subject.FAILURE)
    assert (change.item, len(change.added), change.removed) == ("appeared", 1, ())
    assert change.added[0].startswith("the release does not know a GPU target (sm_70 is known from")
    assert change.cause.kind is CauseKind.REQUEST
    back = one(compared(new, old), Subject.FAILURE)
    assert (back.item, back.removed) == ("gone", change.added)
    other = lock_of({"a": {"cuda": [">=13"], "gpu": ["sm_60"], **X86}})
    assert one(compared(new, other), Subject.FAILURE).item == "changed"


def test_a_failure_by_a_new_line_is_the_requests_whatever_else_changed(older_gcc: Path) -> None:
    old = lock_of({"a": {"cuda": ["12.9"], "gpu": ["sm_80"], **X86}})
    new = lock_of({"a": {"cuda": ["13"], "gpu": ["sm_70"], **X86}}, "2026-11-22", older_gcc)
    cause = one(compared(old, new), Subject.FAILURE).cause
    assert (cause.kind, cause.settings) == (CauseKind.REQUEST, ("cuda", "gpu"))


def test_a_failure_by_date() -> None:
    settings: dict[str, dict[str, object]] = {"a": {"glibc": "<=2.17", **X86}}
    old = lock_of(settings, "2024-06-01", is_dated=False)
    new = lock_of(settings, "2024-08-01", is_dated=False)
    change = one(compared(old, new), Subject.FAILURE)
    assert (change.item, change.cause.kind) == ("appeared", CauseKind.DATE)


def test_a_failure_by_a_withdrawn_waiver() -> None:
    settings: dict[str, dict[str, object]] = {"a": {"glibc": "<=2.17", **X86}}
    old = lock_of(settings, allow=["ended-base"])
    change = one(compared(old, lock_of(settings, "2026-11-22")), Subject.FAILURE)
    assert change.item == "appeared"
    assert (change.cause.kind, change.cause.settings) == (CauseKind.REQUEST, ("allow",))


def test_a_waiver_that_no_plan_used_is_no_cause() -> None:
    settings: dict[str, dict[str, object]] = {"a": {"glibc": "<=2.17", **X86}}
    old = lock_of(settings, "2024-06-01", allow=["ended-base"])
    change = one(compared(old, lock_of(settings, "2024-08-01")), Subject.FAILURE)
    assert (change.cause.kind, change.cause.settings) == (CauseKind.DATE, ())


def test_two_shown_causes_are_both(older_gcc: Path) -> None:
    """Two conflicts, written by hand: one by a line that is new and one by a fact that changed."""
    settings: dict[str, object] = {"cuda": ["12.9"], "links": ["cudart"], **X86}
    old = lock_of({"a": {**settings, "cxx": 17}})
    failed = lock_of({"a": {**settings, "cxx": 17}}, root=older_gcc)
    jobs, request = failed["jobs"], failed["request"]
    assert isinstance(jobs, list)
    assert isinstance(request, dict)
    request["variants"]["a"]["gpu"] = ["sm_30"]
    job = jobs.pop()
    line = {"path": "variants.a.gpu", "value": "sm_30"}
    failed["failures"] = [
        {
            "id": "a-cuda12.9-x86_64",
            "variant": "a",
            "arch": job["arch"],
            "accelerators": {"cuda": "12.9"},
            "conflicts": [
                {"request": [line], "rules": ["gpu-target-known"], "facts": [], "says": "1"},
                {
                    "request": [],
                    "rules": ["host-compiler-range"],
                    "facts": ["cuda-12.9/host-gcc"],
                    "says": "2",
                },
            ],
            "ways_out": [],
        }
    ]
    change = one(compared(old, failed), Subject.FAILURE)
    assert change.added == ("1", "2")
    assert change.cause == Cause(
        kind=CauseKind.BOTH,
        settings=("gpu",),
        facts=("cuda-12.9/host-gcc",),
        rules=("gpu-target-known", "host-compiler-range"),
    )


def test_a_job_more_by_a_default_is_not_laid_on_the_request(older_gcc: Path) -> None:
    """The architectures come from the facts, the entry from the request: nothing is claimed."""
    old = lock_of({"a": {"cuda": ["12.9"], **X86}})
    new = lock_of({"a": {"cuda": ["12.9", "12.6"]}}, root=older_gcc)
    causes = {job.id: c.cause for c in of(compared(old, new), Subject.JOB) for job in c.jobs}
    assert causes["a-cuda12.6.3-x86_64"].kind is CauseKind.REQUEST
    assert causes["a-cuda12.9.2-aarch64"].kind is CauseKind.REQUEST
    unlisted = copy.deepcopy(old)
    request = unlisted["request"]
    assert isinstance(request, dict)
    del request["variants"]["a"]["architectures"]
    causes = {job.id: c.cause for c in of(compared(unlisted, new), Subject.JOB) for job in c.jobs}
    assert causes["a-cuda12.6.3-aarch64"].kind is CauseKind.UNKNOWN


def test_targets_of_another_kind_are_not_laid_on_the_request(older_gcc: Path) -> None:
    both: dict[str, object] = {"cuda": ["12.9"], "rocm": ["6.4"], **X86}
    old = lock_of({"a": {**both, "gpu": ["sm_80"]}})
    new = lock_of({"a": {**both, "rocm": ["7.2"], "gpu": ["sm_90"]}}, root=older_gcc)
    causes = {change.item: change.cause for change in of(compared(old, new), Subject.GPU)}
    assert causes["cuda real"] == Cause(kind=CauseKind.REQUEST, settings=("gpu",))
    assert (causes["hip targets"].kind, causes["hip targets"].follows) == (
        CauseKind.UNKNOWN,
        Subject.RELEASE,
    )


def test_settings_of_many_variants_are_told_once() -> None:
    old = lock_of({"a": X86, "b": X86, "c": X86})
    new = lock_of({"a": X86, "b": X86, "c": X86}, prefer="widest")
    assert compared(old, new).inputs.request == (
        RequestChange(setting="prefer", variants=("a", "b", "c"), old=("newest",), new=("widest",)),
    )


def test_equal_changes_of_many_jobs_are_one() -> None:
    old = cloned(lock_of({"a": {"cuda": ["12.9"], **X86}}), 300)
    new = cloned(lock_of({"a": {"cuda": ["13"], **X86}}), 300)
    diff = compared(old, new)
    assert len(of(diff, Subject.RELEASE)) == 1
    assert {len(change.jobs) for change in diff.changes} == {300}


def test_every_kind_of_change_is_in_order_of_importance() -> None:
    old = lock_of({"a": {"cuda": [">=12"], **X86}})
    new = lock_of({"a": {"cuda": [">=12"], **X86}}, prefer="widest", allow=["ended-base"])
    order = list(Subject)
    places = [order.index(change.subject) for change in compared(old, new).changes]
    assert places == sorted(places)


def _outcome(id_: str, version: str) -> Outcome:
    return Outcome(
        id=id_, variant="a", arch="x86_64", accelerators={"cuda": version}, is_planned=True
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["12.8.1", "13.0.2"], ["12.8.3", "13.4.1"], ["12.8.1", "13.0.2"]),
        (["13.0.2", "12.8.1"], ["12.9.2", "13.0.1"], ["12.8.1", "13.0.2"]),
        (["12.1.0", "12.8.1"], ["12.9.2"], ["12.8.1"]),
        (["12.8.1"], ["12.6.3", "12.9.2"], [None, "12.8.1"]),
        (["11.8.0", "12.8.1"], ["13.0.0", "14.0.0"], ["11.8.0", "12.8.1"]),
        (["12.6.3", "13.5.0"], [">=13", "12.6"], ["13.5.0", "12.6.3"]),
        (["12.6.3"], ["newest"], ["12.6.3"]),
    ],
)
def test_matching(old: list[str], new: list[str], expected: list[str | None]) -> None:
    pairs = matched([_outcome(v, v) for v in old], [_outcome(v, v) for v in new])
    assert [before and before.id for before, after in pairs if after] == expected
    assert {before.id for before, _ in pairs if before} == set(old)


def _places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value in a document, one of each list."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield from _places(value[0], (*path, 0))


def _put(document: object, path: tuple[str | int, ...], value: object) -> None:
    for step in path[:-1]:
        document = document[step]  # type: ignore[index]
    document[path[-1]] = value  # type: ignore[index]


@pytest.fixture(scope="module")
def whole() -> Json:
    return lock_of({"a": {"cuda": ["12.9"], **X86}, "b": {"cuda": ["13"], "gpu": ["sm_70"], **X86}})


@pytest.mark.parametrize("value", [None, 1, True, "x", [], {}, [1], {"x": 1}, [None], [[]]])
def test_a_damaged_lock_is_a_lock_error_and_no_crash(value: object, whole: Json) -> None:
    side = read_side(whole)
    for path in _places(whole):
        damaged = copy.deepcopy(whole)
        _put(damaged, path, value)
        try:
            diff_of(read_side(damaged), side)
            diff_of(side, read_side(damaged))
        except LockError as error:
            assert error.exit_status == 6
