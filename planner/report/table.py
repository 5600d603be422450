"""A plan as a table: one row per job, grouped by variant, with numbered notes under it."""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from planner.explain.cautions import caution_sentence
from planner.explain.conflicts import rules_sentence, way_out_sentence
from planner.explain.facts import fact_sentence
from planner.plan.records import Caution, Decision, Failure, Job, Plan
from planner.report.fold import fold_gpu, fold_pythons

WIDTH = 100
_FACTS_SHOWN = 6


def plan_text(plan: Plan, *, width: int = WIDTH, color: bool = False) -> str:
    """The whole plan for a person: table, notes, reach, failures with ways out."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=min(width, WIDTH),
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    notes = _Notes()
    if plan.jobs:
        console.print(_table(plan, notes))
    for number, caution in enumerate(notes.cautions, 1):
        _hanging(console, f"[{number}]", caution_sentence(caution), "yellow")
    for tag, excludes in _given_up(plan.jobs):
        text = f"{tag} gives up: {excludes}"
        _hanging(console, "reach", text, "cyan")
    _print_alternatives(console, plan.jobs)
    _print_unconfirmed(console, plan.jobs)
    for failure in plan.failures:
        _print_failure(console, plan, failure)
    lines = (line.rstrip() for line in out.getvalue().splitlines())
    return "\n".join(lines).strip("\n") + "\n"


class _Notes:
    """Cautions in order of first use; equal ones share a number."""

    def __init__(self) -> None:
        self.cautions: list[Caution] = []
        self._numbers: dict[str, int] = {}

    def numbers(self, decision: Decision) -> str:
        found = []
        for caution in decision.warnings:
            says = caution_sentence(caution)
            if says not in self._numbers:
                self.cautions.append(caution)
                self._numbers[says] = len(self.cautions)
            found.append(self._numbers[says])
        return " ".join(str(number) for number in sorted(set(found)))


def _table(plan: Plan, notes: _Notes) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), collapse_padding=True)
    table.add_column("accelerator", style="bold", max_width=13)
    table.add_column("arch", no_wrap=True)
    table.add_column("tag", no_wrap=True, style="green")
    table.add_column("image", overflow="fold", max_width=14)
    table.add_column("gcc", no_wrap=True)
    table.add_column("binutils", no_wrap=True)
    table.add_column("pythons", min_width=11)
    table.add_column("GPU targets", min_width=13)
    table.add_column("notes", max_width=8)
    variant = None
    for job in plan.jobs:
        if job.variant != variant and len({j.variant for j in plan.jobs}) > 1:
            table.add_row(Text(f"{job.variant}:", style="bold underline"))
        variant = job.variant
        table.add_row(*_row(job.decision, notes))
    return table


def _row(decision: Decision, notes: _Notes) -> list[str]:
    names = [f"{family} {version}" for family, version in decision.accelerators.items()]
    image = decision.image.name
    return [
        " + ".join(names) or "none",
        decision.arch,
        decision.policy,
        "same" if image == decision.policy else image,
        decision.gcc if decision.in_image else f"{decision.gcc}*",
        decision.binutils or "unknown",
        fold_pythons(decision.pythons),
        fold_gpu(decision.gpu),
        notes.numbers(decision),
    ]


def _hanging(console: Console, mark: str, text: str, style: str) -> None:
    """A line with a mark in front and its continuation lines indented."""
    indent = len(mark) + 1
    body = Text(text)
    wrapped = body.wrap(console, console.width - indent)
    for number, line in enumerate(wrapped):
        prefix = Text(f"{mark} ", style=style) if number == 0 else Text(" " * indent)
        console.print(prefix + line)


def _given_up(jobs: Iterable[Job]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for job in jobs:
        excludes = job.decision.excludes
        if excludes:
            found[job.decision.tags[0]] = " ".join(excludes)
    return list(found.items())


def _print_alternatives(console: Console, jobs: tuple[Job, ...]) -> None:
    shown: dict[str, None] = {}
    for job in jobs:
        decision = job.decision
        if not decision.in_image:
            shown["* gcc to be set up first, see the notes"] = None
        if decision.held_toolset is not None:
            other = decision.held_toolset
            cost = other.cost or "the same otherwise"
            text = f"{job.id}: {other.value} is in the image already ({cost}); "
            shown[f"{text}--set toolchain=image takes it"] = None
        if decision.wider is not None:
            cost = decision.wider.cost or "nothing that is known"
            shown[f"{job.id}: {decision.wider.value} would be wider, at the cost of: {cost}"] = None
    for text in shown:
        _hanging(console, "-", text, "cyan")


def _print_unconfirmed(console: Console, jobs: tuple[Job, ...]) -> None:
    facts = dict.fromkeys(id_ for job in jobs for id_ in job.decision.unconfirmed)
    if not facts:
        return
    names = list(facts)
    more = f" and {len(names) - _FACTS_SHOWN} more" if len(names) > _FACTS_SHOWN else ""
    text = f"rests on facts that no source confirms: {', '.join(names[:_FACTS_SHOWN])}{more}"
    _hanging(console, "?", text, "magenta")


def _print_failure(console: Console, plan: Plan, failure: Failure) -> None:
    console.print()
    console.print(Text(f"no plan: {failure.id}", style="bold red"))
    for conflict in failure.conflicts:
        _indented(console, f"because   {rules_sentence(conflict)}")
        for line in conflict.request:
            place = f" ({line.file}:{line.number})" if line.file and line.number else ""
            _indented(console, f"you ask   {line.path}: {line.value}{place}")
        for id_ in conflict.facts[:_FACTS_SHOWN]:
            fact = plan.facts[id_]
            head = f"fact      {fact_sentence(fact)}"
            source = ", ".join(fact.sources)
            _indented(console, f"{head} [{fact.standing.value}; {source}; read {fact.read}; {id_}]")
        hidden = len(conflict.facts) - _FACTS_SHOWN
        if hidden > 0:
            _indented(console, f"          and {hidden} more facts, see --format json")
    for way in failure.ways_out:
        _indented(console, f"way out   {way_out_sentence(way)}")


def _indented(console: Console, text: str) -> None:
    console.print(Padding(Text(text), (0, 0, 0, 2)))
