"""Conflicts and ways out against plain enumeration of every subset of what can be changed."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from itertools import combinations

import pytest

from planner.load.request import read_request_values
from planner.plan.records import Failure, Plan
from planner.solve.conflict import Diagnosis, diagnose
from planner.solve.constraints import Question, constraints_of
from planner.solve.planner import make_plan
from planner.solve.questions import questions_of
from planner.solve.relaxations import Atom, atom_of
from planner.solve.solver import Solver
from planner.solve.violation_table import hitting_sets, minimal_masks, violation_masks
from tests.solve.real import day_of, real_tables, real_vocabulary, request_of

Values = dict[str, object]
SEEDS = range(60)


def random_values(seed: int) -> Values:
    """A request that mostly cannot be planned: several settings drawn from small pools."""
    rng = random.Random(seed)
    family = rng.choice(["cuda", "cuda", "rocm", "mkl"])
    specs = {
        "cuda": ["10.2", "11.4", "12.3", "12.8", "12.9", "13.0", ">=13", "newest"],
        "rocm": ["5.0", "6.3", "7.2", ">=7", "newest"],
        "mkl": ["2019.0", "2024.2", "newest"],
    }
    targets = {"cuda": ["sm_70", "sm_101", "sm_120", "sm_90"], "rocm": ["gfx942", "gfx1250"]}
    variant: Values = {family: [rng.choice(specs[family])]}
    choices: list[tuple[str, object]] = [
        ("architectures", [rng.choice(["x86_64", "aarch64", "ppc64le"])]),
        ("cxx", rng.choice([17, 20, 23])),
        ("glibc", rng.choice(["<=2.17", "<=2.27", "<=2.28"])),
        ("pip", rng.choice([">=19", ">=19.3", ">=20.3"])),
        ("runs-on", rng.sample(["rhel-7", "rhel-8", "ubuntu-18.04", "ubuntu-20.04"], 2)),
        ("cxx11-abi", rng.choice(["new", "old"])),
        ("python", rng.choice([["cp313t"], ["cp312", "pp311"], ">=3.16", ">=3.12"])),
    ]
    if family in targets:
        choices.append(("gpu", rng.sample(targets[family], rng.randint(1, 2))))
    if family == "cuda":
        choices.append(("driver", rng.choice([">=450", ">=525", ">=580"])))
        choices.append(("links", rng.choice([["cudart"], ["cudart", "cublas"]])))
    variant |= dict(rng.sample(choices, rng.randint(1, 5)))
    return {"variants": {"v": variant}}


def failing_questions() -> Iterator[tuple[int, Solver, Question]]:
    for seed in SEEDS:
        request = request_of(random_values(seed))
        solver = Solver(real_tables())
        for question in questions_of(request, day_of(request), real_tables()):
            if solver.solve(question) is None and solver.view(question).environments:
                yield seed, solver, question


def minimal_sets(sets: list[frozenset[Atom]]) -> set[frozenset[Atom]]:
    return {one for one in sets if not any(other < one for other in sets)}


def enumerate_relaxations(
    solver: Solver, question: Question, atoms: list[Atom]
) -> set[frozenset[Atom]]:
    """Every smallest set of atoms without which the question has an answer, by trying them all."""
    constraints = constraints_of(question, solver.tables)
    found = []
    for size in range(len(atoms) + 1):
        for dropped in combinations(atoms, size):
            left = [c for c in constraints if atom_of(question, c) not in dropped]
            if solver.feasible(question, left) is not None:
                found.append(frozenset(dropped))
    return minimal_sets(found)


def atoms_of(solver: Solver, question: Question) -> list[Atom]:
    constraints = constraints_of(question, solver.tables)
    return list(dict.fromkeys(a for c in constraints if (a := atom_of(question, c)) is not None))


def test_relaxations_equal_enumeration() -> None:
    checked = 0
    for seed, solver, question in failing_questions():
        atoms = atoms_of(solver, question)
        if len(atoms) > 11:
            continue
        diagnosis = diagnose(solver, question)
        told = {frozenset(one) for one in diagnosis.relaxations}
        assert told == enumerate_relaxations(solver, question, atoms), f"seed {seed}"
        checked += 1
    assert checked > 30


def test_every_conflict_is_minimal_and_hits_every_relaxation() -> None:
    checked = 0
    for seed, solver, question in failing_questions():
        diagnosis = diagnose(solver, question)
        assert diagnosis.conflicts, f"seed {seed}"
        for conflict in diagnosis.conflicts:
            assert solver.feasible(question, conflict) is None, f"seed {seed}"
            for left_out in conflict:
                rest = [c for c in conflict if c is not left_out]
                assert solver.feasible(question, rest) is not None, f"seed {seed} {left_out}"
            atoms = {atom_of(question, c) for c in conflict}
            for relaxation in diagnosis.relaxations:
                assert atoms & set(relaxation), f"seed {seed}"
            checked += 1
    assert checked > 40


def test_conflicts_are_all_minimal_hitting_sets() -> None:
    for seed, solver, question in failing_questions():
        diagnosis = diagnose(solver, question)
        relaxations = [set(one) for one in diagnosis.relaxations]
        atoms = sorted({a for one in relaxations for a in one}, key=repr)
        if not relaxations or len(atoms) > 11:
            continue
        hitting = [
            frozenset(some)
            for size in range(1, len(atoms) + 1)
            for some in combinations(atoms, size)
            if all(one & set(some) for one in relaxations)
        ]
        told = {
            frozenset(a for c in conflict if (a := atom_of(question, c)) is not None)
            for conflict in diagnosis.conflicts
        }
        assert told == minimal_sets(hitting), f"seed {seed}"


def failures_of(values: Values) -> tuple[Failure, ...]:
    request = request_of(values)
    return make_plan(request, day_of(request), real_tables()).failures


def plan_with(values: Values, arguments: tuple[str, ...]) -> Plan:
    """The plan of a request with ``--set`` arguments on top."""
    overrides = dict(argument.split("=", 1) for argument in arguments)
    request = read_request_values(values, real_vocabulary(), overrides=overrides)
    return make_plan(request, day_of(request), real_tables())


def test_every_way_out_gives_what_it_promises() -> None:
    checked = 0
    for seed in SEEDS:
        values = random_values(seed)
        for failure in failures_of(values):
            for way in failure.ways_out:
                plan = plan_with(values, way.set)
                jobs = {
                    job.decision.tags[0]: dict(job.decision.accelerators)
                    for job in plan.jobs
                    if job.decision.arch == failure.arch and job.variant == failure.variant
                }
                assert jobs == {way.platform_tag: dict(way.accelerators)}, f"seed {seed} {way.set}"
                checked += 1
    assert checked > 60


def test_two_wheels_are_both_planned() -> None:
    values: Values = {
        "variants": {
            "v": {"cuda": [">=13"], "gpu": ["sm_70", "sm_90"], "architectures": ["x86_64"]}
        }
    }
    (failure,) = failures_of(values)
    (split,) = [way for way in failure.ways_out if way.second is not None]
    plan = plan_with(values, split.set)
    assert not plan.failures
    told = {job.variant: job.decision for job in plan.jobs}
    assert told["v"].accelerators == split.accelerators
    assert split.second == (told["v-older"].tags[0], f"cuda {told['v-older'].accelerators['cuda']}")


def digest(diagnosis: Diagnosis) -> object:
    return (diagnosis.conflicts, diagnosis.relaxations)


@pytest.mark.parametrize("seed", range(12))
def test_order_of_lines_does_not_matter(seed: int) -> None:
    values = random_values(seed)
    shuffled = copy.deepcopy(values)
    variants = shuffled["variants"]
    assert isinstance(variants, dict)
    settings = list(variants["v"].items())
    random.Random(seed).shuffle(settings)
    variants["v"] = {
        key: list(reversed(value)) if isinstance(value, list) else value for key, value in settings
    }

    def digests(document: Values) -> list[object]:
        request = request_of(document)
        solver = Solver(real_tables())
        questions = questions_of(request, day_of(request), real_tables())
        return [digest(diagnose(solver, q)) for q in questions if solver.view(q).environments]

    assert digests(values) == digests(shuffled)


def test_masks_are_those_of_every_candidate() -> None:
    """The violation table against a walk over all candidates of one family."""
    request = request_of(random_values(3))
    solver = Solver(real_tables())
    for question in questions_of(request, day_of(request), real_tables()):
        constraints = constraints_of(question, real_tables())
        view = solver.view(question)
        family = question.families[0]
        walked = set()
        for env in view.environments:
            for release in view.releases(family):
                broken = [view.against(c, {family: release}, env) is not None for c in constraints]
                walked.add(sum(1 << n for n, is_broken in enumerate(broken) if is_broken))
        told = violation_masks(view, question.families, constraints)
        assert told == minimal_masks(walked)


def test_hitting_sets_of_small_families() -> None:
    sets = [frozenset({1, 2}), frozenset({2, 3}), frozenset({4})]
    assert hitting_sets(sets) == [frozenset({2, 4}), frozenset({1, 3, 4})]
    assert hitting_sets([]) == [frozenset()]


def test_minimal_masks_keeps_the_smallest() -> None:
    assert minimal_masks([0b111, 0b101, 0b010, 0b010]) == [0b010, 0b101]
    assert minimal_masks([]) == []
