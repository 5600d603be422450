"""What could be asked for instead: edits of a request, nearest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from planner.model.gpu_targets import GpuTargets
from planner.model.request import Variant
from planner.model.specs import lowest_admitted_bound, spec_admits
from planner.model.versions import version_key
from planner.plan.records import Change
from planner.solve.constraints import Question, linked_components
from planner.solve.rows import Tables
from planner.solve.view import Constraint

STANDARDS = ("26", "23", "20", "17", "14", "11")
_ORDER = (
    "gpu",
    "links",
    "cxx",
    "features",
    "python",
    "pip",
    "driver",
    "x86-64-level",
    "cxx11-abi",
    "runs-on",
    "glibc",
    "allow",
)


@dataclass(frozen=True, slots=True)
class Atom:
    """The smallest part of a request that can be changed on its own: a setting, or one value of
    it; ``allow`` with the waiver that is missing."""

    setting: str
    item: str


def atom_of(question: Question, constraint: Constraint) -> Atom | None:
    """The atom behind a constraint; None for rules that rest on facts alone."""
    if constraint.setting == "links":
        return Atom("links", "")
    if constraint.setting not in ("", "date"):
        return Atom(constraint.setting, constraint.item)
    return Atom("allow", constraint.waiver) if constraint.waiver else None


def atom_order(question: Question, atom: Atom) -> tuple[int, str, str]:
    """Sort key of atoms: what is nearest to the wish first, waivers last."""
    place = _ORDER.index(atom.setting) if atom.setting in _ORDER else 0
    late = atom.item == "unsupported-compiler"
    return (place + (2 * len(_ORDER) if late else 0), atom.setting, atom.item)


@dataclass(frozen=True, slots=True)
class Edit:
    """A changed question, what was changed, and the ``--set`` argument that changes it."""

    question: Question
    change: Change
    argument: str


def edits_of(question: Question, atom: Atom, tables: Tables) -> Iterator[Edit]:
    """Changes of one atom, nearest first; none where it cannot be changed (an architecture)."""
    if atom.setting in question.variant.families:
        return _spec_edits(question, atom, tables)
    makers = {
        "gpu": _gpu_edits,
        "links": _links_edits,
        "cxx": _cxx_edits,
        "features": _feature_edits,
        "python": _python_edits,
        "pip": _pip_edits,
        "driver": _driver_edits,
        "x86-64-level": _level_edits,
        "cxx11-abi": _abi_edits,
        "runs-on": _runs_on_edits,
        "glibc": _glibc_edits,
        "allow": _allow_edits,
    }
    maker = makers.get(atom.setting)
    return iter(()) if maker is None else maker(question, atom, tables)


def _path(question: Question, setting: str) -> str:
    return f"variants.{question.variant.name}.{setting}"


def _edit(
    question: Question, setting: str, variant: Variant, old: str, to: str | None, value: str
) -> Edit:
    path = _path(question, setting)
    lines = question.variant.lines.get(setting, ())
    shown = lines[0].path if lines else path
    return Edit(
        replace(question, variant=variant), Change(path=shown, old=old, to=to), f"{path}={value}"
    )


def _listed(words: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


def _spec_edits(question: Question, atom: Atom, tables: Tables) -> Iterator[Edit]:
    """Caps below the asked releases first, then the oldest releases above them."""
    family, spec = atom.setting, atom.item
    releases = [release.version for release in tables.families[family].releases]
    asked = [v for v in releases if spec_admits(spec, v)] if spec != "newest" else releases[:1]
    if not asked:
        return
    bound = asked[0] if spec == "newest" else lowest_admitted_bound(spec)
    texts = [f"<{bound}"] if bound else []
    above = [v for v in reversed(releases) if version_key(v) > version_key(asked[0])]
    texts += dict.fromkeys(".".join(v.split(".")[:2]) for v in above)
    for text in texts:
        specs = question.variant.families[family]
        changed = tuple(text if s == spec else s for s in specs)
        variant = replace(question.variant, families={**question.variant.families, family: changed})
        pairs = tuple((f, text if f == family else s) for f, s in question.specs)
        edit = _edit(question, family, variant, spec, text, _listed(changed))
        yield replace(edit, question=replace(edit.question, specs=pairs))


def _gpu_edits(question: Question, atom: Atom, tables: Tables) -> Iterator[Edit]:
    gpu = question.variant.gpu
    if gpu is None:
        return
    kept = GpuTargets(
        cuda_real=tuple(t for t in gpu.cuda_real if t != atom.item),
        cuda_virtual=tuple(t for t in gpu.cuda_virtual if t != atom.item),
        hip=tuple(t for t in gpu.hip if t != atom.item),
        other=tuple(t for t in gpu.other if t != atom.item),
        all=gpu.all,
    )
    left = (*kept.cuda_real, *kept.cuda_virtual, *kept.hip, *kept.other)
    variant = replace(question.variant, gpu=kept if left else kept._replace(all=True))
    yield _edit(question, "gpu", variant, atom.item, None, _listed(left or ("all",)))


def _links_edits(question: Question, atom: Atom, tables: Tables) -> Iterator[Edit]:
    """Fewer linked components: one left out, then two ..."""
    linked = tuple(
        name
        for family in question.families
        for name in linked_components(question.variant, tables.families[family])
    )
    for number in range(1, len(linked) + 1):
        for dropped in combinations(linked, number):
            left = tuple(name for name in linked if name not in dropped)
            variant = replace(question.variant, links=left)
            yield _edit(
                question, "links", variant, ", ".join(linked), ", ".join(left), _listed(left)
            )
        if number == 3 and len(linked) > 8:
            break
    if len(linked) > 8:
        variant = replace(question.variant, links=())
        yield _edit(question, "links", variant, ", ".join(linked), "", "[]")


def _cxx_edits(question: Question, atom: Atom, tables: Tables) -> Iterator[Edit]:
    asked = question.variant.cxx or "11"
    for standard in STANDARDS:
        if int(standard) < int(asked):
            variant = replace(question.variant, cxx=standard)
            yield _edit(question, "cxx", variant, asked, standard, standard)


def _feature_edits(question: Question, atom: Atom, tables: Tables) -> Iterator[Edit]:
    features = {
        arch: tuple(f for f in names if arch != question.arch or f != atom.item)
        for arch, names in question.variant.features.items()
    }
    shown = ", ".join(f"{arch}: {_listed(names)}" for arch, names in features.items())
    variant = replace(question.variant, features=features)
    yield _edit(question, "features", variant, atom.item, None, "{" + shown + "}")


def _python_edits(question: Question, atom: Atom, tables: Tables) -> Iterator[Edit]:
    python = question.variant.python
    if isinstance(python, tuple):
        left = tuple(tag for tag in python if tag != atom.item)
        if left:
            variant = replace(question.variant, python=left)
            yield _edit(question, "python", variant, atom.item, None, _listed(left))
            return
        python = atom.item
    variant = replace(question.variant, python=">=3")
    yield _edit(question, "python", variant, python or "", ">=3", '">=3"')


def _pip_edits(question: Question, atom: Atom, tables: Tables) -> Iterator[Edit]:
    floors = sorted({pip for pip, _ in tables.pip_rules.values()}, key=version_key)
    yield from _raised(question, "pip", floors)


def _driver_edits(question: Question, atom: Atom, tables: Tables) -> Iterator[Edit]:
    floors = {
        release.driver["runtime"][0].partition(".")[0]
        for family in question.families
        for release in tables.families[family].releases
        if "runtime" in release.driver
    }
    yield from _raised(question, "driver", sorted(floors, key=version_key))


def _raised(question: Question, setting: str, floors: list[str]) -> Iterator[Edit]:
    asked = question.variant.pip if setting == "pip" else question.variant.driver
    oldest = lowest_admitted_bound(asked or "") or "0"
    for floor in floors:
        if version_key(floor) > version_key(oldest):
            text = f">={floor}"
            changed = {setting: text}
            variant = replace(question.variant, **changed)  # type: ignore[arg-type]
            yield _edit(question, setting, variant, asked or "", text, f'"{text}"')


def _level_edits(question: Question, atom: Atom, tables: Tables) -> Iterator[Edit]:
    asked = question.variant.x86_64_level or "1"
    for level in ("2", "3", "4"):
        if level > asked:
            variant = replace(question.variant, x86_64_level=level)
            yield _edit(question, "x86-64-level", variant, asked, level, level)


def _abi_edits(question: Question, atom: Atom, tables: Tables) -> Iterator[Edit]:
    variant = replace(question.variant, cxx11_abi=None)
    yield _edit(question, "cxx11-abi", variant, atom.item, "any", "any")


def _runs_on_edits(question: Question, atom: Atom, tables: Tables) -> Iterator[Edit]:
    left = tuple(name for name in question.variant.runs_on if name != atom.item)
    variant = replace(question.variant, runs_on=left)
    yield _edit(question, "runs-on", variant, atom.item, None, _listed(left))


def _glibc_edits(question: Question, atom: Atom, tables: Tables) -> Iterator[Edit]:
    """Caps that admit one more policy after the other, lowest first."""
    asked = question.variant.glibc or ""
    versions = {env.policy_version for env in tables.environments.get(question.arch, ())}
    for version in sorted(versions, key=version_key):
        if not spec_admits(asked, version):
            text = f"<={version}"
            variant = replace(question.variant, glibc=text)
            yield _edit(question, "glibc", variant, asked, text, f'"{text}"')


def _allow_edits(question: Question, atom: Atom, tables: Tables) -> Iterator[Edit]:
    allowed = tuple(sorted({*question.variant.allow, atom.item}))
    variant = replace(question.variant, allow=frozenset(allowed))
    yield _edit(question, "allow", variant, "", atom.item, _listed(allowed))
