from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator

import pytest

from planner.cli.main import run
from planner.errors import LockError
from planner.explain.facts import fact_sentence
from planner.load.facts import load_facts
from planner.plan.locked import locked_plan
from tests.load.made import TINY

Step = str | int


@pytest.fixture(scope="module")
def lock(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The lock of a plan with jobs, failures and ways out."""
    folder = tmp_path_factory.mktemp("lock")
    (folder / "mlplan.yaml").write_text(
        'mlplan: 1\ndate: 2026-10-01\nvariants:\n  old: {toy: "1.9", gpu: [sm_90]}\n'
        '  toy: {toy: "1.10", architectures: [x86_64]}\n'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["mlplan", "solve", "-q", str(folder), "--data", str(TINY)])
        with pytest.raises(SystemExit):
            run()
    document: dict[str, object] = json.loads((folder / "mlplan.lock").read_text())
    return document


def _places(value: object, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """The path of every value in a document, one of each list."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield from _places(value[0], (*path, 0))


def _put(document: object, path: tuple[Step, ...], value: object) -> None:
    for step in path[:-1]:
        document = document[step]  # type: ignore[index]
    document[path[-1]] = value  # type: ignore[index]


@pytest.mark.parametrize("value", [None, 1, True, "x", [], {}, [1], {"x": 1}, [None], [[]]])
def test_a_damaged_lock_is_a_lock_error_and_no_crash(
    value: object, lock: dict[str, object]
) -> None:
    for path in _places(lock):
        damaged = copy.deepcopy(lock)
        _put(damaged, path, value)
        try:
            locked_plan(damaged)
        except LockError as error:
            assert error.exit_status == 6
            assert error.problems[0].message


def test_a_good_lock_is_read(lock: dict[str, object]) -> None:
    plan = locked_plan(lock)
    assert [job.id for job in plan.jobs] == ["toy-toy1.10.1-x86_64"]
    assert [failure.id for failure in plan.failures] == ["old-toy1.9-x86_64"]


def test_sentences_follow_the_lock(lock: dict[str, object]) -> None:
    facts = load_facts(TINY).facts()
    told = locked_plan(lock).facts
    assert "toy-1.10/targets" in told
    for id_, fact in told.items():
        if id_ in facts:
            assert fact.says == fact_sentence(facts[id_])
            assert fact.standing == facts[id_].standing
