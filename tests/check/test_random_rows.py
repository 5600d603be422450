"""Random rows: the judge agrees with the solver, and nothing makes the reader stumble."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import pytest

from planner.check.judge import Judge
from planner.check.matrix import check_matrix
from planner.check.rows import Names, Row
from planner.check.spellings import field_of
from planner.errors import RequestError
from planner.load.matrix_rows import matrix_of
from planner.model.request import Line, Variant
from planner.solve.constraints import Question, constraints_of
from planner.solve.day import Day
from planner.solve.rows import Environment, Tables
from planner.solve.solver import Solver
from tests.check.conftest import TODAY, Check

DAYS = ("", "2021-06-01", "2023-03-01", "2024-06-01", "2025-02-14", "2026-11-21")


def _random_row(random: Random, tables: Tables) -> tuple[Row, Environment]:
    """A row that names image, gcc and release in full, as one candidate of the solver has them."""
    family = random.choice(list(tables.families.values()))
    release = random.choice(family.releases)
    arch = random.choice(["x86_64", "x86_64", "aarch64", "ppc64le"])
    env = random.choice([e for e in tables.environments[arch] if not e.toolkits])
    targets = [*release.gpu, *random.choice(family.releases).gpu]
    parts = list(family.parts)
    row = Row(
        id="row",
        line=1,
        families={family.name: release.version},
        arch=arch,
        image=env.image,
        gcc=env.gcc,
        tag=(env.policy,) if random.random() < 0.5 else (),
        gpu=tuple(random.sample(targets, min(len(targets), random.choice([0, 0, 1, 2])))),
        links=tuple(random.sample(parts, random.choice([0, 0, 1, 2]))),
        cxx=random.choice(["", "", "14", "17", "20", "23"]),
        date=random.choice(DAYS) if release.released else "",
    )
    return replace(row, lines={a: Line(path=a[0], value=a[1]) for a in row.atoms()}), env


def _question(row: Row, names: Names) -> Question:
    variant = Variant(
        name="row",
        families={name: (spec,) for name, spec in row.families.items()},
        prefer="newest",
        toolchain="newest",
        naming="none",
        python=None,
        architectures=(row.arch,),
        cxx=row.cxx or None,
        cxx11_abi=None,
        runs_on=(),
        glibc=None,
        pip=None,
        x86_64_level=None,
        features={},
        gpu=names.grouped(row.gpu) if row.gpu else None,
        links=row.links,
        driver=None,
        allow=frozenset({"preview-release"}),
        lines={},
    )
    day = Day(row.date or TODAY, explicit=bool(row.date))
    return Question(variant, tuple(row.families.items()), row.arch, day)


@pytest.mark.parametrize("seed", range(8))
def test_the_judge_agrees_with_the_solver(seed: int, names: Names) -> None:
    random = Random(seed)
    judge, solver = Judge(names, TODAY), Solver(names.tables)
    for _ in range(60):
        row, env = _random_row(random, names.tables)
        question = _question(row, names)
        view = solver.view(question)
        allowed = sum(
            1 << bit
            for bit, other in enumerate(view.environments)
            if other.image == env.image and other.gcc == env.gcc
        )
        constraints = constraints_of(question, names.tables)
        answer = solver.solve_under(view, question.families, constraints, allowed)
        assert judge.is_possible(row) is (answer is not None), row


WORDS = (
    *("12.4", "13.0", "9", "9.9.9.9", "99999999999", "9" * 5000, "-1", "", " ", "x86_64", "sm_90"),
    *(
        "manylinux_2_28_x86_64",
        "manylinux_2_99999_x86_64",
        "manylinux",
        "3.12",
        ">=3.9",
        ">=",
        "<<1",
    ),
    *(
        "${{ x }}",
        "cudart",
        "cublas,",
        "gfx90a:xnack+",
        "9.0+PTX",
        "+PTX",
        "code=[",
        "🦀",
        "\u0000",
    ),
    *("2024-07-24", "2024-02-31", "newest", "*", "12.*", "a-b-c", ";;;", "c++17", "[", "none", "c"),
)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_makes_it_stumble(seed: int, names: Names, check: Check) -> None:
    random = Random(seed)
    keys = ["id", "cuda", "rocm", "mkl", "arch", "gcc", "platform_tag", "image", "gpu", "python"]
    keys += ["date", "binutils", "links", "cxx", "allow", "os", "compiler", "color"]
    rows = [
        {
            key: random.choice(WORDS) if random.random() < 0.8 else random.sample(WORDS, 2)
            for key in random.sample(keys, random.randint(1, 8))
        }
        for _ in range(50)
    ]
    assert len(check(json.dumps(rows)).rows) == 50


@pytest.mark.parametrize("seed", range(20))
def test_broken_files_are_problems(seed: int, names: Names) -> None:
    random = Random(seed)
    text = json.dumps([{"cuda": "12.4", "gpu": ["7.0", "8.0"]}, {"include": [{"rocm": "6.2"}]}])
    for _ in range(40):
        start = random.randrange(len(text))
        cut = text[:start] + random.choice(["", "[", "}", "&a", "*a", ": ", "\t", "\x00", "é"])
        damaged = cut + text[start + random.randint(0, 3) :]
        try:
            matrix = matrix_of(damaged, "m", lambda key: field_of(key, names.families))
        except RequestError as error:
            assert all(problem.file == "m" for problem in error.problems)
        else:
            check_matrix(matrix, names, TODAY)
