"""Why a job has no plan: every minimal conflict, and ways out that were tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from planner.model.gpu_targets import GpuTargets
from planner.model.request import Line
from planner.model.rules import Rule
from planner.plan.records import Change, Conflict, WayOut
from planner.solve.constraints import Question, constraints_of
from planner.solve.reasons import lines_of
from planner.solve.relaxations import Atom, Edit, atom_of, atom_order, edits_of
from planner.solve.solver import Candidate, Solver
from planner.solve.view import Constraint, View
from planner.solve.violation_table import (
    broken_alone,
    hitting_sets,
    minimal_masks,
    violation_masks,
)

_TRIES = 400
_WAYS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything about why a question has no answer.

    ``conflicts`` hold constraints: without any one of them the rest has an answer. Each of
    ``relaxations`` is a smallest set of request parts whose change gives one.
    """

    constraints: tuple[Constraint, ...]
    conflicts: tuple[tuple[Constraint, ...], ...]
    relaxations: tuple[tuple[Atom, ...], ...]


def diagnose(solver: Solver, question: Question) -> Diagnosis:
    """All minimal conflicts and all smallest relaxations of a question without an answer.

    Complete, and the same whatever the order of the request's lines.
    """
    constraints = constraints_of(question, solver.tables)
    view = solver.view(question)
    masks = violation_masks(view, question.families, constraints)
    atoms: list[Atom] = []
    by_constraint: list[int | None] = []
    for constraint in constraints:
        atom = atom_of(question, constraint)
        if atom is not None and atom not in atoms:
            atoms.append(atom)
        by_constraint.append(None if atom is None else atoms.index(atom))
    sets = _relaxation_sets(masks, by_constraint)
    order = {n: atom_order(question, atom) for n, atom in enumerate(atoms)}
    relaxations = [tuple(atoms[n] for n in sorted(one, key=lambda n: order[n])) for one in sets]
    relaxations.sort(key=lambda one: (len(one), [atom_order(question, atom) for atom in one]))
    conflicts = [
        tuple(constraints[n] for n in _attach_facts(masks, by_constraint, hit))
        for hit in hitting_sets(sets)
    ]
    return Diagnosis(tuple(constraints), tuple(conflicts), tuple(relaxations))


def _relaxation_sets(
    masks: Sequence[int], by_constraint: Sequence[int | None]
) -> list[frozenset[int]]:
    """Masks that hold no pure fact, as sets of atoms, smallest ones only."""
    found = []
    for mask in masks:
        broken = [n for n in range(len(by_constraint)) if mask >> n & 1]
        numbers = [by_constraint[n] for n in broken]
        if None not in numbers:
            found.append(sum(1 << n for n in {n for n in numbers if n is not None}))
    return [
        frozenset(n for n in range(mask.bit_length()) if mask >> n & 1)
        for mask in minimal_masks(found)
    ]


def _attach_facts(
    masks: Sequence[int], by_constraint: Sequence[int | None], hit: frozenset[int]
) -> list[int]:
    """The constraints of some atoms and the facts without which a candidate would pass."""
    kept = [n for n, atom in enumerate(by_constraint) if atom is None or atom in hit]
    for number in sorted(kept, key=lambda n: (by_constraint[n] is not None, -n)):
        rest = sum(1 << n for n in kept if n != number)
        if all(mask & rest for mask in masks):
            kept.remove(number)
    return kept


def conflicts_of(
    solver: Solver, question: Question
) -> tuple[tuple[Conflict, ...], tuple[WayOut, ...]]:
    """The minimal conflicts of a question without an answer, and its ways out, nearest first."""
    view = solver.view(question)
    if not view.environments:
        return (_no_image(question, view),), ()
    diagnosis = diagnose(solver, question)
    conflicts = tuple(_conflict(solver, question, kept) for kept in diagnosis.conflicts)
    ways = [way for atoms in diagnosis.relaxations if (way := _way_out(solver, question, atoms))]
    ways += _splits(solver, question, diagnosis)
    return conflicts, tuple(dict.fromkeys(ways))[:_WAYS_SHOWN]


def _conflict(solver: Solver, question: Question, kept: tuple[Constraint, ...]) -> Conflict:
    view = solver.view(question)
    facts: list[str] = []
    lines: list[Line] = []
    for constraint in kept:
        candidate = _nearest_candidate(solver, question, kept, constraint)
        if candidate is not None:
            facts += broken_alone(view, constraint, candidate)
        lines += lines_of(question, constraint)
    return Conflict(
        request=tuple(dict.fromkeys(lines)) or _architecture_lines(question),
        rules=tuple(dict.fromkeys(c.rule.value for c in kept)),
        facts=tuple(dict.fromkeys(facts)),
    )


def _nearest_candidate(
    solver: Solver, question: Question, kept: tuple[Constraint, ...], left_out: Constraint
) -> Candidate | None:
    """A candidate that breaks one constraint of a conflict and as few others as can be."""
    held = [c for c in kept if c is not left_out]
    found = solver.feasible(question, held)
    if found is None:
        return None
    for constraint in constraints_of(question, solver.tables):
        if constraint not in held and constraint != left_out:
            candidate = solver.feasible(question, [*held, constraint])
            if candidate is not None:
                held.append(constraint)
                found = candidate
    return found


def _no_image(question: Question, view: View) -> Conflict:
    """The architecture has no image at all: name the newest policy that covers it, if any."""
    facts = [
        node["fact"]
        for name, node in view.tables.policies.items()
        if (name, question.arch) in view.tables.policy_symbols
    ]
    rules = (Rule.IMAGE_COVERS_ARCHITECTURE.value,)
    return Conflict(request=_architecture_lines(question), rules=rules, facts=tuple(facts[-1:]))


def _architecture_lines(question: Question) -> tuple[Line, ...]:
    """The request line that names the job's architecture, if one does."""
    lines = question.variant.lines.get("architectures", ())
    return tuple(line for line in lines if line.value == question.arch)


def _way_out(solver: Solver, question: Question, atoms: tuple[Atom, ...]) -> WayOut | None:
    """The nearest change of all atoms that gives an answer, or None."""
    for edits in islice(_combined(solver, question, atoms), _TRIES):
        changed = edits[-1].question
        candidate = solver.solve(changed)
        if candidate is not None:
            return _told(edits, candidate, changed.arch)
    return None


def _combined(solver: Solver, question: Question, atoms: tuple[Atom, ...]):  # type: ignore[no-untyped-def]
    """Every combination of one edit per atom, each made on top of the one before."""
    if not atoms:
        yield []
        return
    for edit in edits_of(question, atoms[0], solver.tables):
        for rest in _combined(solver, edit.question, atoms[1:]):
            yield [edit, *rest]


def _told(edits: Sequence[Edit], candidate: Candidate, arch: str) -> WayOut:
    return WayOut(
        change=tuple(edit.change for edit in edits),
        set=tuple({edit.argument.partition("=")[0]: edit.argument for edit in edits}.values()),
        platform_tag=f"{candidate.environment.policy}_{arch}",
        accelerators=candidate.versions,
    )


def _splits(solver: Solver, question: Question, diagnosis: Diagnosis) -> list[WayOut]:
    """Two wheels where the asked releases lack some GPU targets that older ones have."""
    families = {atom.setting for one in diagnosis.relaxations for atom in one}
    targets = tuple(
        dict.fromkeys(
            atom.item
            for one in diagnosis.relaxations
            for atom in one
            if atom.setting == "gpu" and all(other.setting == "gpu" for other in one)
        )
    )
    asked = [family for family in question.families if family in families]
    if not targets or len(asked) != 1 or question.variant.gpu is None:
        return []
    first = _way_out(solver, question, tuple(Atom("gpu", target) for target in targets))
    only = _only_targets(question.variant.gpu, targets)
    narrowed = replace(question, variant=replace(question.variant, gpu=only))
    spec = dict(question.specs)[asked[0]]
    second = _way_out(solver, narrowed, (Atom(asked[0], spec),))
    if first is None or second is None:
        return []
    return [_two_wheels(question, asked[0], targets, first, second)]


def _only_targets(gpu: GpuTargets, targets: tuple[str, ...]) -> GpuTargets:
    return GpuTargets(
        cuda_real=tuple(t for t in gpu.cuda_real if t in targets),
        cuda_virtual=tuple(t for t in gpu.cuda_virtual if t in targets),
        hip=tuple(t for t in gpu.hip if t in targets),
        other=tuple(t for t in gpu.other if t in targets),
    )


def _two_wheels(
    question: Question, family: str, targets: tuple[str, ...], first: WayOut, second: WayOut
) -> WayOut:
    name = f"{question.variant.name}-older"
    listed = ", ".join(f'"{target}"' for target in targets)
    spec = second.change[0].to or ""
    value = f'{{{family}: ["{spec}"], gpu: [{listed}], architectures: [{question.arch}]}}'
    added = Change(path=f"variants.{name}", old="", to=value)
    return WayOut(
        change=(*first.change, added),
        set=(*first.set[-1:], f"variants.{name}={value}"),
        platform_tag=first.platform_tag,
        accelerators=first.accelerators,
        second=(second.platform_tag, f"{family} {second.accelerators[family]}"),
    )
