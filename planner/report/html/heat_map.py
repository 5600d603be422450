"""What the GPU code of each job does on each GPU target, as a table of marks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.coverage.gpu import gpu_served
from planner.coverage.jobs import plan_offers
from planner.coverage.results import SERVING, GpuAnswer, Offer, Target
from planner.coverage.simulate import gpu_kinds, targets_of
from planner.model.wheel_facts import WheelFacts
from planner.plan.locked import LockedPlan
from planner.report.coverage_words import reasons_text
from planner.report.html.jobs import distinct, releases_text

_ELSEWHERE = "elsewhere"
_MARKS = {
    GpuAnswer.NATIVE.value: ("N", "native code"),
    GpuAnswer.SAME_MAJOR.value: ("M", "code for a lower target of the same major number"),
    GpuAnswer.FAMILY.value: ("F", "code for its family"),
    GpuAnswer.GENERIC.value: ("G", "generic code"),
    GpuAnswer.JIT.value: ("J", "PTX that the driver compiles"),
    GpuAnswer.NONE.value: ("\N{MULTIPLICATION SIGN}", "no code"),
    GpuAnswer.UNKNOWN.value: ("?", "not known"),
    _ELSEWHERE: ("\N{EN DASH}", "in machines of another architecture only"),
}
"""A sign and words for each answer; colour only repeats them."""
_NAMES = {"cuda": "NVIDIA", "hip": "AMD"}


@dataclass(frozen=True, kw_only=True, slots=True)
class HeatCell:
    """One answer; ``says`` is the whole of it in words."""

    answer: str
    says: str

    @property
    def mark(self) -> str:
        """The sign of the answer."""
        return _MARKS[self.answer][0]

    @property
    def is_served(self) -> bool:
        """Whether code runs on the target."""
        return self.answer in SERVING


@dataclass(frozen=True, kw_only=True, slots=True)
class HeatRow:
    """Jobs with the same answers for every target, and the releases that they are built with."""

    releases: tuple[str, ...]
    jobs: tuple[str, ...]
    cells: tuple[HeatCell, ...]

    @property
    def served(self) -> int:
        """For how many targets there is code that runs."""
        return sum(cell.is_served for cell in self.cells)

    @property
    def counted(self) -> int:
        """How many targets are in machines of the jobs' architecture."""
        return sum(cell.answer != _ELSEWHERE for cell in self.cells)


@dataclass(frozen=True, kw_only=True, slots=True)
class HeatMap:
    """The targets of one vendor and the jobs with code for it.

    ``used`` are the answers in it, each with its sign and words.
    """

    kind: str
    name: str
    targets: tuple[Target, ...]
    rows: tuple[HeatRow, ...]
    used: tuple[tuple[str, str, str], ...]


def heat_maps(plan: LockedPlan, facts: WheelFacts) -> tuple[HeatMap, ...]:
    """One map for each kind of GPU code that some job has."""
    offers = plan_offers(plan, facts)
    targets = targets_of(offers, facts)
    maps = []
    for kind in dict.fromkeys(target.kind for target in targets):
        own = tuple(target for target in targets if target.kind == kind)
        rows = _rows([o for o in offers if kind in gpu_kinds(o)], own, facts)
        found = {cell.answer for row in rows for cell in row.cells}
        used = tuple((name, *_MARKS[name]) for name in _MARKS if name in found)
        name = _NAMES.get(kind, kind)
        maps.append(HeatMap(kind=kind, name=name, targets=own, rows=rows, used=used))
    return tuple(maps)


def _rows(
    offers: Iterable[Offer], targets: tuple[Target, ...], facts: WheelFacts
) -> tuple[HeatRow, ...]:
    grouped: dict[tuple[HeatCell, ...], list[Offer]] = {}
    for offer in offers:
        cells = tuple(_cell(offer, target, facts) for target in targets)
        grouped.setdefault(cells, []).append(offer)
    return tuple(
        HeatRow(
            releases=distinct(releases_text(offer.accelerators) for offer in same),
            jobs=tuple(offer.id for offer in same),
            cells=cells,
        )
        for cells, same in grouped.items()
    )


def _cell(offer: Offer, target: Target, facts: WheelFacts) -> HeatCell:
    if target.architectures and offer.arch not in target.architectures:
        return HeatCell(answer=_ELSEWHERE, says=_MARKS[_ELSEWHERE][1])
    served = gpu_served(offer, target.name, facts.gpus)
    says = _MARKS[served.answer.value][1]
    if served.answer is GpuAnswer.UNKNOWN:
        says = f"{says}: {reasons_text(served.reasons)}"
    elif served.by and served.by != target.name:
        says = f"{says}: {served.by}"
    return HeatCell(answer=served.answer.value, says=says)
