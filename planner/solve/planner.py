"""A request to a plan."""

from __future__ import annotations

from collections.abc import Iterator

from planner.model.request import Request, Variant
from planner.model.sources import Fact
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
    index = tables.index
    facts = _facts_behind(jobs, failures, index.facts)
    sources = {id_: index.sources[id_] for fact in facts.values() for id_ in fact.sources}
    return Plan(
        date=day.iso,
        facts_version=index.version,
        facts_sha256=index.sha256,
        request=request,
        jobs=tuple(jobs),
        failures=tuple(failures),
        facts=dict(sorted(facts.items())),
        sources=dict(sorted(sources.items())),
    )


def _results(request: Request, day: Day, tables: Tables) -> Iterator[Job | Failure]:
    solver = Solver(tables)
    decided: dict[tuple[object, ...], Decision | None] = {}
    settings = {name: _settings(variant) for name, variant in request.variants.items()}
    numbers = {key: number for number, key in enumerate(dict.fromkeys(settings.values()))}
    alike = {name: numbers[key] for name, key in settings.items()}
    for question in questions_of(request, day, tables):
        variant = question.variant
        key = (alike[variant.name], question.specs, question.arch)
        if key not in decided:
            chosen = solver.solve(question)
            decided[key] = None if chosen is None else decide(solver, question, chosen)
        decision = decided[key]
        if decision is None:
            yield _failure(solver, question)
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


def _facts_behind(jobs: list[Job], failures: list[Failure], facts: object) -> dict[str, Fact]:
    """Every fact that a job or failure names."""
    assert hasattr(facts, "__getitem__")
    found: dict[str, Fact] = {}
    for decision in {id(job.decision): job.decision for job in jobs}.values():
        unmeasured = {fact.id: fact for fact in decision.unmeasured}
        named = [id_ for reason in decision.because for id_ in reason.facts]
        named += [id_ for caution in decision.warnings for id_ in caution.facts]
        named += decision.unconfirmed
        found.update({id_: unmeasured.get(id_) or facts[id_] for id_ in named})
    for failure in failures:
        for conflict in failure.conflicts:
            found.update({id_: facts[id_] for id_ in conflict.facts})
    return found
