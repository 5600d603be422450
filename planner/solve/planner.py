"""A request to a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from planner.model.request import Request, Variant
from planner.plan.records import Decision, Failure, Job, Plan
from planner.solve.conflict import conflicts_of
from planner.solve.constraints import Question
from planner.solve.day import Day
from planner.solve.details import decide
from planner.solve.questions import failure_id, job_id, questions_of
from planner.solve.rows import Tables
from planner.solve.solver import Solver


def make_plan(request: Request, day: Day, tables: Tables) -> Plan:
    """The plan of a request on a day: what fits is planned, what does not is a failure."""
    jobs, failures = [], []
    for result in _results(request, day, tables):
        if isinstance(result, Job):
            jobs.append(result)
        else:
            failures.append(result)
    return Plan(
        date=day.iso,
        facts_version=tables.index.version,
        facts_sha256=tables.index.sha256,
        request=request,
        jobs=tuple(jobs),
        failures=tuple(failures),
        known_facts=tables.index.facts,
        known_sources=tables.index.sources,
        overlay=tables.index.overlay,
    )


def _results(request: Request, day: Day, tables: Tables) -> Iterator[Job | Failure]:
    solver = Solver(tables)
    decided: dict[tuple[object, ...], Decision | None] = {}
    settings = {name: _settings(variant) for name, variant in request.variants.items()}
    numbers = {key: number for number, key in enumerate(dict.fromkeys(settings.values()))}
    alike = {name: numbers[key] for name, key in settings.items()}
    failed: dict[tuple[object, ...], Failure] = {}
    for question in questions_of(request, day, tables):
        variant = question.variant
        key = (alike[variant.name], question.specs, question.arch)
        if key not in decided:
            chosen = solver.solve(question)
            decided[key] = None if chosen is None else decide(solver, question, chosen)
        decision = decided[key]
        if decision is None:
            if key not in failed:
                failed[key] = _failure(solver, question)
            yield _failure_of(failed[key], question)
        else:
            name = job_id(question, dict(decision.accelerators))
            yield Job(name, variant.name, decision)


def _settings(variant: Variant) -> tuple[object, ...]:
    """What decides the plan of a variant's jobs: variants that only differ in name share it."""
    return (
        variant.prefer,
        variant.toolchain,
        variant.python,
        variant.cxx,
        variant.cxx11_abi,
        variant.runs_on,
        variant.glibc,
        variant.pip,
        variant.x86_64_level,
        tuple(sorted(variant.features.items())),
        variant.gpu,
        variant.links,
        variant.driver,
        variant.allow,
    )


def _failure_of(told: Failure, question: Question) -> Failure:
    """The failure of a question that only differs in its variant's name from one told before."""
    variant = question.variant
    if told.variant == variant.name:
        return told
    old, new = f"variants.{told.variant}", f"variants.{variant.name}"

    def renamed(text: str) -> str:
        return text.replace(f"{old}.", f"{new}.").replace(f"{old}-older", f"{new}-older")

    own = {(line.path, line.value): line for lines in variant.lines.values() for line in lines}
    conflicts = [
        replace(c, request=tuple(own[(renamed(line.path), line.value)] for line in c.request))
        for c in told.conflicts
    ]
    ways = [
        replace(
            way,
            change=tuple(replace(change, path=renamed(change.path)) for change in way.change),
            set=tuple(renamed(argument) for argument in way.set),
        )
        for way in told.ways_out
    ]
    return replace(
        told,
        id=failure_id(question),
        variant=variant.name,
        conflicts=tuple(conflicts),
        ways_out=tuple(ways),
    )


def _failure(solver: Solver, question: Question) -> Failure:
    conflicts, ways_out = conflicts_of(solver, question)
    return Failure(
        id=failure_id(question),
        variant=question.variant.name,
        arch=question.arch,
        accelerators=dict(question.specs),
        conflicts=conflicts,
        ways_out=ways_out,
    )
