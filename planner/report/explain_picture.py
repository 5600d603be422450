"""Explanations of jobs and failures as pictures: what is asked and known, to what follows."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from planner.explain.conflicts import rule_sentence, rules_sentence, way_out_sentence
from planner.explain.failures import FailureGroup, grouped_failures, other_values
from planner.explain.jobs import asked_for
from planner.plan.locked import LockedJob, LockedPlan, ToldFact
from planner.plan.records import Failure, Reason
from planner.report.failures import asked
from planner.report.lines import folded_ids
from planner.report.pictures.records import Edge, Mark, Node, Picture, distinct_edges

_KNOWN, _REFUSED, _CHOSEN, _JOB, _OTHER = range(5)
"""The columns of a job's picture; those of a failure are the same without the chosen."""
_LONGEST = 150
_FIRM = ("enforced", "measured")


def job_picture(job: LockedJob, plan: LockedPlan) -> Picture:
    """Why a job is as it is: facts and request lines refuse candidates, so others are chosen."""
    drawing = _Drawing(plan.facts)
    chosen = _chosen(job)
    for chose, (kind, value) in chosen.items():
        drawing.node(f"chosen:{chose}", kind, (value,), Mark.CHOSEN, _CHOSEN)
        drawing.edge(f"chosen:{chose}", f"job:{job.id}", "part of")
    drawing.node(f"job:{job.id}", "job", (job.id,), Mark.FOCUS, _JOB)
    for reason in job.because:
        _draw_reason(drawing, reason, job, plan, chosen)
    for number, (says, facts) in enumerate(job.warnings, 1):
        id_ = f"warning:{number}"
        drawing.node(id_, "know before you release", (says,), Mark.PLAIN, _REFUSED)
        drawing.edge(id_, f"job:{job.id}", "warns", is_weak=True)
        drawing.facts(facts, id_, "says")
    others = (("wider", job.wider), ("without set-up", job.held_toolset))
    for word, other in others:
        if other is not None:
            value, cost = other
            lines = (value, f"costs: {cost}" if cost else "costs nothing that is known")
            drawing.node(f"other:{word}", f"other choice, {word}", lines, Mark.WAY_OUT, _OTHER)
            drawing.edge(f"job:{job.id}", f"other:{word}", "instead", is_weak=True)
    told = "; ".join(f"{kind} {value}" for kind, value in chosen.values())
    refused = len({(reason.chose, reason.instead_of) for reason in job.because})
    return drawing.picture(
        title=f"Why {job.id} is as it is",
        description=(
            f"Chosen: {told}. From left to right: {len(drawing.known)} facts and request lines "
            f"refuse {refused} candidates, so the next ones are chosen, which make up the job."
        ),
    )


def _chosen(job: LockedJob) -> dict[str, tuple[str, str]]:
    """What was chosen, by the word that reasons use: a kind and a value."""
    found = {"policy": ("tag", job.platform_tag)}
    found |= {family: (family, version) for family, version in job.accelerators.items()}
    found["gcc"] = ("gcc", f"{job.gcc} of {job.toolset}")
    if job.binutils is not None:
        found["binutils"] = ("binutils", job.binutils)
    for reason in job.because:
        found.setdefault(reason.chose, (reason.chose, reason.value))
    return found


def _draw_reason(
    drawing: _Drawing,
    reason: Reason,
    job: LockedJob,
    plan: LockedPlan,
    chosen: Mapping[str, tuple[str, str]],
) -> None:
    """What refuses a candidate, the candidate, and what is chosen instead."""
    kind = chosen[reason.chose][0]
    id_ = f"refused:{reason.chose}:{reason.instead_of}"
    lines = (f"{kind} {reason.instead_of}", rule_sentence(reason.rule))
    drawing.node(id_, "not chosen", lines, Mark.REFUSED, _REFUSED)
    drawing.facts(reason.facts, id_, "refuses")
    drawing.edge(id_, f"chosen:{reason.chose}", "so")
    line = asked_for(plan.request, job.variant, reason.chose)
    if reason.rule == "release-matches-request" and line:
        drawing.ask(f"request:{reason.chose}", line, id_)


def failures_picture(failures: Sequence[Failure], facts: Mapping[str, ToldFact]) -> Picture:
    """What clashes: request lines and facts meet in conflicts, which leave jobs without a plan;
    the ways out stand behind them."""
    drawing = _Drawing(facts)
    groups = grouped_failures(failures)
    told = [_draw_failure(drawing, group) for group in groups]
    if not groups:
        drawing.node("no-failure", "no conflict", ("every job has a plan",), Mark.CHOSEN, 0)
    return drawing.picture(
        title=f"Why {folded_ids(failure.id for failure in failures)} cannot be planned"
        if failures
        else "Every job has a plan",
        description=" ".join(told) or "Nothing clashes.",
    )


def _draw_failure(drawing: _Drawing, group: FailureGroup) -> str:
    """Draw the conflicts and ways out of jobs that fail alike; the same in a sentence."""
    first = group.first
    failed = f"failure:{first.id}"
    ids = folded_ids(failure.id for failure in group.failures)
    drawing.node(failed, "no plan for", (ids,), Mark.REFUSED, _CHOSEN)
    clashes = []
    for number, conflict in enumerate(first.conflicts, 1):
        id_ = f"{first.id}/conflict-{number}"
        says = rules_sentence(conflict)
        drawing.node(id_, "conflict", (says,), Mark.CONFLICT, _REFUSED)
        drawing.edge(id_, failed, "leaves no plan")
        drawing.facts(conflict.facts, id_, "says")
        for line in conflict.request:
            also = other_values(group, line)
            text = asked(line) + (f" (other jobs: {', '.join(also)})" if also else "")
            drawing.ask(f"request:{line.path}={line.value}", text, id_)
        clashes.append(f"conflict {number}: {says}")
    for number, way in enumerate(first.ways_out, 1):
        id_ = f"{first.id}/way-out-{number}"
        drawing.node(id_, f"way out {number}", (way_out_sentence(way),), Mark.WAY_OUT, _JOB)
        drawing.edge(failed, id_, "way out")
    if not first.ways_out:
        drawing.node(
            f"{first.id}/no-way-out",
            "no way out",
            ("no version, tag or toolchain change helps",),
            Mark.PLAIN,
            _JOB,
        )
        drawing.edge(failed, f"{first.id}/no-way-out", "no way out", is_weak=True)
    return f"No plan for {ids}: {'; '.join(clashes)}. {len(first.ways_out)} ways out."


class _Drawing:
    """Nodes and edges as they are found; the same node may be found several times."""

    def __init__(self, facts: Mapping[str, ToldFact]) -> None:
        self._facts = facts
        self._nodes: dict[str, Node] = {}
        self._edges: list[Edge] = []
        self.known: dict[str, None] = {}

    def node(self, id_: str, kind: str, lines: tuple[str, ...], mark: Mark, rank: int) -> None:
        """Add a node, or the lines that it does not have yet."""
        before = self._nodes[id_].lines if id_ in self._nodes else ()
        every = tuple(dict.fromkeys([*before, *lines]))
        self._nodes[id_] = Node(id=id_, kind=kind, lines=every, mark=mark, rank=rank)

    def edge(self, source: str, target: str, kind: str, *, is_weak: bool = False) -> None:
        """Add an arrow; its kind is its label where two columns leave room to wonder."""
        label = kind if kind in ("refuses", "so") else ""
        self._edges.append(
            Edge(source=source, target=target, kind=kind, label=label, is_weak=is_weak)
        )

    def ask(self, id_: str, text: str, target: str) -> None:
        """A line of the request, and what it takes part in."""
        self.node(id_, "you ask", (text,), Mark.ASKED, _KNOWN)
        self.known[id_] = None
        self.edge(id_, target, "asks")

    def facts(self, ids: Iterable[str], target: str, kind: str) -> None:
        """Facts, and what they lead to; what is not firmly known leads there by a broken line."""
        for id_ in ids:
            fact = self._facts[id_]
            self._nodes[id_] = _fact_node(fact)
            self.known[id_] = None
            self.edge(id_, target, kind, is_weak=fact.standing not in _FIRM)

    def picture(self, *, title: str, description: str) -> Picture:
        """Everything that was found, facts and request lines first."""
        first = [self._nodes[id_] for id_ in self.known]
        rest = [node for id_, node in self._nodes.items() if id_ not in self.known]
        return Picture(
            title=title,
            description=description,
            nodes=(*first, *rest),
            edges=distinct_edges(self._edges),
        )


def _fact_node(fact: ToldFact) -> Node:
    lines = (textwrap.shorten(fact.says, _LONGEST, placeholder=" ..."), fact.id)
    return Node(
        id=fact.id,
        kind="fact",
        lines=lines,
        mark=Mark.FACT,
        standing=fact.standing,
        detail="; ".join(_detail(fact)),
        rank=_KNOWN,
    )


def _detail(fact: ToldFact) -> Iterator[str]:
    yield from fact.sources
    if fact.read:
        yield f"read {fact.read}"
    if fact.note:
        yield fact.note
