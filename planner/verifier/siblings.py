"""The other wheels of a run: what a declared project holds and brings, read from its own wheel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from planner.model.wheel_facts import Dependencies, ExternalGroup, WheelFacts
from planner.model.wheels import Wheel
from planner.verifier.context import Context, Options
from planner.verifier.requirements import (
    Declared,
    declared_projects,
    marker_applies,
    normalised,
    overlap,
)
from planner.verifier.unknown_projects import known_projects

Run = Mapping[str, Sequence[Wheel]]


def run_facts(wheels: Iterable[Wheel], facts: WheelFacts) -> Callable[[Wheel], WheelFacts]:
    """What is known to each wheel of a run: the facts, and the others of the run that it asks for.

    Nothing is taken from a wheel that no Requires-Dist asks for, for it need not be installed, and
    nothing from a wheel of a project that the facts know: it is but one release of that.
    """
    known = known_projects(facts)
    run: dict[str, list[Wheel]] = {}
    for wheel in wheels:
        if normalised(wheel.name) not in known:
            run.setdefault(normalised(wheel.name), []).append(wheel)

    def known_to(wheel: Wheel) -> WheelFacts:
        context = Context(wheel=wheel, facts=facts, options=Options())
        return _with(context, run) if run else facts

    return known_to


def _with(context: Context, run: Run) -> WheelFacts:
    """The facts, and what wheels hold and bring; that is cited nowhere: it stands in no file."""
    facts = context.facts
    always = _asked(context, run, _without_extras(context.wheel, context))
    asked = _asked(context, run, context.declared) | always
    groups = tuple(
        ExternalGroup(name=project, patterns=_held(wheels, context), projects=(project,), fact="")
        for project, wheels in asked.items()
    )
    brings = {
        project: tuple(_brings(wheel, context) for wheel in wheels)
        for project, wheels in always.items()
    }
    if not groups:
        return facts
    return facts._replace(
        externals=(*facts.externals, *groups), dependencies={**facts.dependencies, **brings}
    )


def _asked(context: Context, run: Run, declared: Declared) -> dict[str, list[Wheel]]:
    """The wheels of the run that Requires-Dist brings in, through others too."""
    found: dict[str, list[Wheel]] = {}
    waiting = [declared]
    while waiting:
        for project, specifier in waiting.pop().versions.items():
            wheels = [w for w in run.get(project, ()) if _is_for(context, w, specifier)]
            if wheels and project not in found and project != normalised(context.wheel.name):
                found[project] = wheels
                waiting += [_without_extras(wheel, context) for wheel in wheels]
    return found


def _is_for(context: Context, wheel: Wheel, specifier: str) -> bool:
    """Whether a wheel is of a version that is admitted, and of the same architecture."""
    other = Context(wheel=wheel, facts=context.facts, options=Options())
    version = wheel.version.partition("+")[0]
    is_same = other.arch in (None, context.arch)
    return is_same and bool(wheel.entries) and overlap(specifier, f"=={version}")


def _without_extras(wheel: Wheel, context: Context) -> Declared:
    """What a wheel brings where nobody asks for one of its extras."""
    lines = tuple(line for line in wheel.requires if "extra" not in line.partition(";")[2])
    return declared_projects(
        lines,
        context.facts,
        lambda marker: marker_applies(marker, context.arch, context.pythons),
    )


def _held(wheels: Sequence[Wheel], context: Context) -> tuple[str, ...]:
    """Sonames and file names of the libraries in wheels; those that look like patterns mean no
    good and are left out."""
    files = [file for wheel in wheels for file in wheel.elf if file.machine == context.arch]
    names = {name for file in files for name in (file.path.rpartition("/")[2], file.soname or "")}
    return tuple(sorted(name for name in names if name and not set(name) & set("*?[")))


def _brings(wheel: Wheel, context: Context) -> Dependencies:
    declared = _without_extras(wheel, context)
    return Dependencies(
        project=normalised(wheel.name),
        major=None,
        versions=f"=={wheel.version.partition('+')[0]}",
        always=tuple(sorted({*declared.versions, *declared.brought})),
        extras={},
        fact="",
    )
