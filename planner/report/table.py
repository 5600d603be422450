"""A plan as a table: one row per job, grouped by variant, with numbered notes under it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TypedDict

from rich.box import SIMPLE_HEAD
from rich.console import Console, OverflowMethod
from rich.table import Table
from rich.text import Text

from planner.explain.cautions import caution_sentence
from planner.explain.told import told_facts
from planner.plan.records import Caution, Decision, Job, Plan
from planner.report.failures import failures_lines
from planner.report.fold import fold_gpu, fold_pythons
from planner.report.lines import folded_ids

WIDTH = 100
_FACTS_SHOWN = 6


class _Look(TypedDict, total=False):
    style: str
    no_wrap: bool
    overflow: OverflowMethod
    width: int
    max_width: int


_COLUMNS: dict[str, _Look] = {
    "accelerator": {"style": "bold", "max_width": 13, "overflow": "fold"},
    "arch": {"no_wrap": True},
    "tag": {"no_wrap": True, "style": "green"},
    "image": {"overflow": "fold", "max_width": 14},
    "gcc": {"no_wrap": True},
    "binutils": {"no_wrap": True},
    "pythons": {"width": 11},
    "GPU targets": {"width": 15, "overflow": "fold"},
    "notes": {"max_width": 8},
}
_ENDINGS = ("ending-image", "ending-base", "ending-python")
"""Cautions that many jobs share: told under the table, not in each row."""
_FIRST_TO_GO = ("image", "binutils")
"""What a narrow terminal does without."""


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
        table = _table(plan, notes, console.width)
        console.print(table)
        if not table.show_edge:
            console.print()
    for number, caution in enumerate(notes.cautions, 1):
        _hanging(console, f"[{number}]", caution_sentence(caution), "yellow")
    for says in _endings(plan.jobs):
        _hanging(console, "!", says, "yellow")
    for tag, excludes in _given_up(plan.jobs):
        text = f"{tag} gives up: {excludes}"
        _hanging(console, "reach", text, "cyan")
    _print_alternatives(console, plan.jobs)
    _print_overlay(console, plan)
    _print_unconfirmed(console, plan.jobs)
    for line in failures_lines(plan.failures, told_facts(plan), console.width):
        bold = line.startswith("no plan")
        console.print(Text(line, style="bold red" if bold else ""))
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
            if caution.rule in _ENDINGS:
                continue
            says = caution_sentence(caution)
            if says not in self._numbers:
                self.cautions.append(caution)
                self._numbers[says] = len(self.cautions)
            found.append(self._numbers[says])
        return " ".join(str(number) for number in sorted(set(found)))


def _table(plan: Plan, notes: _Notes, width: int) -> Table:
    """The table as it fits a width: first closer together, then without what explain tells too."""
    table = _filled(plan, notes, _COLUMNS)
    if _widest(table) > width:
        _tighten(table)
    if _widest(table) > width:
        table = _filled(plan, notes, [name for name in _COLUMNS if name not in _FIRST_TO_GO])
        _tighten(table)
    return table


def _widest(table: Table) -> int:
    """The columns that a table takes where it is not squeezed."""
    wide = Console(file=io.StringIO(), width=1000)
    return wide.measure(table).maximum


def _tighten(table: Table) -> None:
    table.padding = 0
    table.show_edge = False
    table.columns[-1].max_width = len("notes")


def _filled(plan: Plan, notes: _Notes, names: Iterable[str]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), collapse_padding=True)
    for name in names:
        table.add_column(name, **_COLUMNS[name])
    variant = None
    for job in plan.jobs:
        if job.variant != variant and len({j.variant for j in plan.jobs}) > 1:
            table.add_row(Text(f"{job.variant}:", style="bold underline"))
        variant = job.variant
        row = _row(job.decision, notes)
        table.add_row(*(row[name] for name in names))
    return table


def _row(decision: Decision, notes: _Notes) -> dict[str, str]:
    names = [f"{family} {version}" for family, version in decision.accelerators.items()]
    image = decision.image.name
    return {
        "accelerator": " + ".join(names) or "none",
        "arch": decision.arch,
        "tag": decision.policy,
        "image": "same" if image == decision.policy else image,
        "gcc": decision.gcc if decision.in_image else f"{decision.gcc}*",
        "binutils": decision.binutils or "unknown",
        "pythons": fold_pythons(decision.pythons),
        "GPU targets": fold_gpu(decision.gpu),
        "notes": notes.numbers(decision),
    }


def _hanging(console: Console, mark: str, text: str, style: str) -> None:
    """A line with a mark in front and its continuation lines indented."""
    indent = len(mark) + 1
    body = Text(text)
    wrapped = body.wrap(console, console.width - indent)
    for number, line in enumerate(wrapped):
        prefix = Text(f"{mark} ", style=style) if number == 0 else Text(" " * indent)
        console.print(prefix + line)


def _endings(jobs: Iterable[Job]) -> list[str]:
    """What ends soon after the release, each thing once."""
    cautions = (caution for job in jobs for caution in job.decision.warnings)
    found = (caution_sentence(caution) for caution in cautions if caution.rule in _ENDINGS)
    return list(dict.fromkeys(found))


def _given_up(jobs: Iterable[Job]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for job in jobs:
        excludes = job.decision.excludes
        if excludes:
            found[job.decision.tags[0]] = " ".join(excludes)
    return list(found.items())


def _print_alternatives(console: Console, jobs: tuple[Job, ...]) -> None:
    """Other choices that the rules leave, equal ones told once with their jobs."""
    if any(not job.decision.in_image for job in jobs):
        _hanging(console, "*", "this gcc has to be set up in the image first (see notes)", "cyan")
    held: dict[str, list[str]] = {}
    wider: dict[str, list[str]] = {}
    for job in jobs:
        other, wide = job.decision.held_toolset, job.decision.wider
        if other is not None:
            cost = other.cost or "the same otherwise"
            held.setdefault(f"{other.value} ({cost})", []).append(job.id)
        if wide is not None:
            cost = wide.cost or "nothing that is known"
            wider.setdefault(f"{wide.value}, at the cost of: {cost}", []).append(job.id)
    for text, ids in held.items():
        says = f"without any set-up: {text}, with --set toolchain=image; {folded_ids(ids)}"
        _hanging(console, "-", says, "cyan")
    for text, ids in wider.items():
        _hanging(console, "-", f"wider: {text}; {folded_ids(ids)}", "cyan")


def _print_overlay(console: Console, plan: Plan) -> None:
    """The facts of the overlay that any job rests on; nothing without an overlay."""
    if plan.overlay is None or not plan.jobs:
        return
    names = list(dict.fromkeys(id_ for job in plan.jobs for id_ in job.decision.overlay))
    more = f" and {len(names) - _FACTS_SHOWN} more" if len(names) > _FACTS_SHOWN else ""
    text = f"rests on {', '.join(names[:_FACTS_SHOWN])}{more}" if names else "no job rests on it"
    _hanging(console, "overlay", f"{plan.overlay.file}: {text}", "magenta")


def _print_unconfirmed(console: Console, jobs: tuple[Job, ...]) -> None:
    missing: dict[str, set[str]] = {}
    for job in jobs:
        for fact in job.decision.unmeasured:
            release = fact.id.partition("/")[0].replace("-", " ", 1)
            missing.setdefault(release, set()).add(fact.text("component"))
    for release, components in missing.items():
        number = f"{len(components)} libraries" if len(components) > 1 else "one library"
        shown = " ".join(sorted(components)[:_FACTS_SHOWN])
        more = " ..." if len(components) > _FACTS_SHOWN else ""
        text = f"what {number} of {release} may need was never measured: {shown}{more}"
        _hanging(console, "?", text, "magenta")
    unmeasured = {fact.id for job in jobs for fact in job.decision.unmeasured}
    every = dict.fromkeys(id_ for job in jobs for id_ in job.decision.unconfirmed)
    names = [id_ for id_ in every if id_ not in unmeasured]
    if not names:
        return
    more = f" and {len(names) - _FACTS_SHOWN} more" if len(names) > _FACTS_SHOWN else ""
    text = f"rests on facts that no source confirms: {', '.join(names[:_FACTS_SHOWN])}{more}"
    _hanging(console, "?", text, "magenta")
