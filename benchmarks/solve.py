"""``python -m benchmarks solve``: the solver beside others, many jobs, many facts, cold starts."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.rivals import Problem, Rival, clingo_rival, sat_rival
from planner.graph.build import build_index
from planner.model.facts import FactBase
from planner.solve.conflict import conflicts_of
from planner.solve.constraints import Question, constraints_of
from planner.solve.questions import questions_of
from planner.solve.search import Choice, search
from planner.solve.solver import Solver
from planner.solve.tables import build_tables
from planner.solve.view import View
from tests.solve.clones import cloned
from tests.solve.oracle import Answer, Judge, wishes_of
from tests.solve.real import ROOT, TODAY, day_of, real_facts, real_tables, request_of
from tests.solve.requests import RequestMaker

SECONDS, MEGABYTES = 3.0, 200.0
"""Limits for 100,000 jobs (docs: targets of the solving core)."""
PARTS = ("rivals", "jobs", "explain", "growth", "start")
HELLO = """import typer

app = typer.Typer()


@app.command()
def hello(name: str = "world") -> None:
    typer.echo(f"hello {name}")


app()
"""

Parsers = Any


def add_parser(commands: Parsers) -> None:
    """Add the subcommand to the command line."""
    parser = commands.add_parser("solve", help="the solver, and starting up")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--requests", type=int, default=1000, help="requests beside the rivals")
    parser.add_argument("--jobs", type=int, default=100_000, help="jobs of the big request")
    parser.add_argument("--profiles", type=int, default=28, help="different settings in it")
    parser.add_argument("--runs", type=int, default=15, help="paired runs of each cold start")
    parser.add_argument("--seed", type=int, default=0)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the chosen measurements; 1 where two solvers disagree."""
    parts = arguments.parts or PARTS
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        print(f"no such part: {', '.join(unknown)}; known: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    status = 0
    if "rivals" in parts:
        status = beside_rivals(arguments.requests, arguments.seed)
    if "jobs" in parts:
        many_jobs(arguments.jobs, arguments.profiles, times=1, seconds=SECONDS)
    if "explain" in parts:
        explanations(arguments.requests, arguments.seed)
    if "growth" in parts:
        growth(arguments.requests, arguments.seed)
        many_jobs(arguments.jobs, arguments.profiles, times=10, seconds=2 * SECONDS)
    if "start" in parts:
        cold_starts(arguments.runs)
    return status


def row(what: str, value: float, unit: str, note: str = "") -> None:
    print(f"  {what:<44}{value:>12,.2f} {unit:<10}{note}".rstrip())


def spent(work: Callable[[], object]) -> float:
    """CPU seconds that some work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


# (a) the same requests, several solvers -----------------------------------------------------------


def problem_of(view: View, question: Question, solver: Solver) -> Problem:
    """What is left to search after the masks of every rule are known."""
    environments = view.all
    releases = {name: (1 << len(view.releases(name))) - 1 for name in question.families}
    accepts = {name: [view.all] * len(view.releases(name)) for name in question.families}
    for constraint in constraints_of(question, solver.tables):
        if not constraint.family:
            environments &= view.environment_mask(constraint)
        elif constraint.is_pair:
            rows = view.releases(constraint.family)
            masks = [view.pair_mask(constraint, release) for release in rows]
            old = accepts[constraint.family]
            accepts[constraint.family] = [a & b for a, b in zip(old, masks, strict=True)]
        else:
            releases[constraint.family] &= view.release_mask(constraint)
    return Problem(view.levels, environments, list(releases.values()), list(accepts.values()))


def named(view: View, question: Question, choice: Choice | None) -> Answer | None:
    if choice is None:
        return None
    env = view.environments[choice[1]]
    chosen = [
        view.releases(name)[bit] for name, bit in zip(question.families, choice[0], strict=True)
    ]
    return Answer(env.image, env.toolset, tuple((r.family, r.version) for r in chosen))


def beside_rivals(count: int, seed: int) -> int:
    """Time every solver on the same requests; 1 where an answer differs."""
    values = RequestMaker(real_facts(), seed).requests(count)
    requests = [request_of(one) for one in values]
    solver = Solver(real_tables())
    questions = [q for r in requests for q in questions_of(r, day_of(r), solver.tables)]
    judge = Judge(real_facts())
    wishes = [wish for request in requests for wish in wishes_of(judge, request, TODAY)]
    print(f"one job each, {len(questions)} seeded requests on the real facts (CPU time)")

    answers: dict[str, list[Answer | None]] = {}

    def oracle() -> None:
        answers["oracle"] = [judge.best(wish) for wish in wishes]

    def ours() -> None:
        found = [(solver.view(q), q, solver.solve(q)) for q in questions]
        answers["mlplan"] = [
            None
            if c is None
            else Answer(c.environment.image, c.environment.toolset, tuple(c.versions.items()))
            for _, _, c in found
        ]

    whole = spent(ours)
    judged = spent(oracle)
    solved = sum(answer is not None for answer in answers["mlplan"])
    row("mlplan, from request to answer", 1e6 * whole / len(questions), "us", f"{solved} solvable")
    row("oracle, nested loops over the records", 1e6 * judged / len(questions), "us")
    row("oracle / mlplan", judged / whole, "x")
    views = [solver.view(question) for question in questions]
    problems = [problem_of(v, q, solver) for v, q in zip(views, questions, strict=True)]
    own: Rival = _own_search
    base = 0.0
    rivals = {"search": own, "clingo": clingo_rival(), "python-sat": sat_rival()}
    for name, rival in rivals.items():
        if rival is None:
            print(f"  {name}: not installed (pip install 'mlplan[bench]'), left out")
            continue
        choices: list[Choice | None] = []

        def work(rival: Rival = rival, choices: list[Choice | None] = choices) -> None:
            choices.extend(rival(problem) for problem in problems)

        seconds = spent(work)
        base = base or seconds
        answers[name] = [
            named(view, question, choice)
            for view, question, choice in zip(views, questions, choices, strict=True)
        ]
        note = "" if rival is own else f"{seconds / base:,.0f} x mlplan's search"
        row(f"{name}, on ready masks", 1e6 * seconds / len(problems), "us", note)
    return _disagreements(answers, values)


def _own_search(problem: Problem) -> Choice | None:
    return search(problem.levels, problem.environments, problem.releases, problem.accepts)


def _disagreements(answers: dict[str, list[Answer | None]], values: list[Any]) -> int:
    wrong = 0
    for name, found in answers.items():
        for number, (one, other) in enumerate(zip(found, answers["oracle"], strict=True)):
            if one != other:
                wrong += 1
                print(f"  DIFFERENT: {name} {one}, oracle {other}: {values[number]}")
    if not wrong:
        print(f"  identical optima: {', '.join(answers)}")
    return 1 if wrong else 0


# (b) many jobs ------------------------------------------------------------------------------------


def many_jobs(jobs: int, profiles: int, *, times: int, seconds: float) -> None:
    """Plan one big request in a process of its own, and compare with the limits."""
    command = [sys.executable, "-m", "benchmarks.jobs", str(jobs), str(profiles), str(times)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    facts = "the real facts" if times == 1 else f"facts x{times}"
    print(
        f"make_plan on {facts}: {found['jobs']} jobs, {found['failures']} failures, "
        f"{found['variants']} variants, {found['distinct']} different questions"
    )
    per = 1e6 / (found["jobs"] + found["failures"])
    row("wall", found["wall"], "s")
    row("CPU", found["cpu"], "s", f"{found['cpu'] * per:.1f} us a job")
    row(f"CPU / limit of {seconds:.0f} s", found["cpu"] / seconds, "x")
    row("peak memory", found["peak"], "MB", f"{found['before']:.0f} MB before")
    row(f"peak memory / limit of {MEGABYTES:.0f} MB", found["peak"] / MEGABYTES, "x")


# (c) more facts -----------------------------------------------------------------------------------


def explanations(count: int, seed: int) -> None:
    """Conflicts and ways out of the requests that have no plan, against 10 ms each."""
    tables = real_tables()
    solver = Solver(tables)
    requests = [request_of(values) for values in RequestMaker(real_facts(), seed).requests(count)]
    questions = [q for r in requests for q in questions_of(r, day_of(r), tables)]
    failing = [question for question in questions if solver.solve(question) is None]
    seconds = sorted(spent(partial(conflicts_of, solver, question)) for question in failing)
    print(f"explanations of {len(seconds)} jobs without a plan (conflicts, ways out)")
    median = statistics.median(seconds)
    row("median", median * 1e3, "ms")
    row("median / limit of 10 ms", median / 0.010, "x")
    row("slowest tenth begins at", seconds[len(seconds) * 9 // 10] * 1e3, "ms")


def growth(count: int, seed: int) -> None:
    """The graph, the tables and seeded requests on the facts and on ten times as many."""
    print(f"growth: facts, and every release of every family ten times; {count} requests")
    measured: dict[int, dict[str, float]] = {}
    for times in (1, 10):
        facts: FactBase = cloned(real_facts(), times, real_facts().families)
        measured[times] = _measured(facts, count, seed)
    for name, before in measured[1].items():
        after = measured[10][name]
        row(name, before, "", f"x10: {after:,.2f}, ratio {after / before:.1f}")


def _measured(facts: FactBase, count: int, seed: int) -> dict[str, float]:
    start = time.process_time()
    index = build_index(facts)
    built = time.process_time()
    tables = build_tables(index)
    rowed = time.process_time()
    requests = [request_of(values) for values in RequestMaker(real_facts(), seed).requests(count)]
    solver = Solver(tables)
    begin = time.process_time()
    for request in requests:
        for question in questions_of(request, day_of(request), tables):
            solver.solve(question)
    ended = time.process_time()
    return {
        "edges": float(sum(len(group) for group in index.edges.values())),
        "graph and index, ms": 1e3 * (built - start),
        "tables, ms": 1e3 * (rowed - built),
        "one request, us": 1e6 * (ended - begin) / count,
    }


# (d) cold starts ----------------------------------------------------------------------------------


def cold_starts(runs: int) -> None:
    """Paired runs of the command and of a typer hello-world; medians."""
    print(f"cold start, {runs} paired runs, medians of wall time")
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder) / "hello.py"
        hello.write_text(HELLO, encoding="utf-8")
        plain = [sys.executable, str(hello)]
        program = [sys.executable, "-c", "from planner.cli.main import run; run()"]
        for words, other in (
            (["--help"], [*plain, "--help"]),
            (["solve", "--dry-run"], plain),
        ):
            _paired(" ".join(words), [*program, *words], other, folder, runs)


def _paired(name: str, command: list[str], other: list[str], folder: str, runs: int) -> None:
    _timed(command, folder)
    _timed(other, folder)
    pairs = [(_timed(command, folder), _timed(other, folder)) for _ in range(runs)]
    ours = statistics.median(pair[0] for pair in pairs)
    theirs = statistics.median(pair[1] for pair in pairs)
    difference = statistics.median(pair[0] - pair[1] for pair in pairs)
    row(f"mlplan {name}", 1e3 * ours, "ms")
    row("typer hello-world", 1e3 * theirs, "ms")
    row("difference", 1e3 * difference, "ms", f"ratio {ours / theirs:.2f}")


def _timed(command: list[str], folder: str) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: exit status {done.returncode}")
    return time.perf_counter() - start
