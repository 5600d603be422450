"""The rules that bind one job, as constraints with the request line of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from planner.model.request import Variant
from planner.model.rules import Rule
from planner.model.specs import lowest_admitted_bound, spec_admits
from planner.solve.day import Day
from planner.solve.rows import FamilyTable, Release, Tables
from planner.solve.view import Constraint

ANY_PYTHON = "newest"
"""The specifier that admits every Python."""


@dataclass(frozen=True, slots=True)
class Question:
    """A job before its answer: a variant, one specifier per family, an architecture, a day."""

    variant: Variant
    specs: tuple[tuple[str, str], ...]
    arch: str
    day: Day

    @property
    def families(self) -> tuple[str, ...]:
        """The families of the job in the order of their rank."""
        return tuple(family for family, _ in self.specs)


def python_wishes(variant: Variant) -> tuple[str, ...]:
    """The specifier, or the tags, of the Pythons that a variant asks for."""
    if isinstance(variant.python, tuple):
        return variant.python
    return (variant.python or ANY_PYTHON,)


def interpreter_tags(variant: Variant) -> tuple[str, ...]:
    """The interpreter tags that a variant lists; empty where it gives a specifier."""
    return variant.python if isinstance(variant.python, tuple) else ()


def linked_components(variant: Variant, family: FamilyTable) -> tuple[str, ...]:
    """The components of a family that the wheel links: those named, else the default ones."""
    if variant.links is None:
        return tuple(part.name for part in family.parts.values() if part.default)
    return tuple(name for name in variant.links if name in family.parts)


def newest_release(variant: Variant, family: FamilyTable, spec: str, day: Day) -> Release:
    """The newest release that a specifier admits and that the day and its stream leave.

    Where they leave none, the newest admitted one; the word ``newest`` means exactly this release.
    """
    admitted = [release for release in family.releases if spec_admits(spec, release.version)]
    candidates = [
        release
        for release in admitted
        if day.reached(release.released)
        and (not release.preview or "preview-release" in variant.allow)
    ]
    return (candidates or admitted or family.releases)[0]


def constraints_of(question: Question, tables: Tables) -> list[Constraint]:
    """Every constraint of a job, those on environments first, in a fixed order."""
    found = list(_environment_constraints(question, tables))
    for family, spec in question.specs:
        found += _release_constraints(question, tables.families[family], spec)
        found += _pair_constraints(question, tables.families[family])
    return found


def _environment_constraints(question: Question, tables: Tables) -> list[Constraint]:
    variant, day = question.variant, question.day
    found = list(_always(day))
    found.append(Constraint(Rule.IMAGE_TOOLKIT, value=question.families))
    found += [c for c in _lifecycle(day) if c.waiver not in variant.allow]
    if variant.cxx is not None:
        found.append(Constraint(Rule.HOST_CXX_STANDARD, "", variant.cxx, "cxx", variant.cxx))
    if variant.cxx11_abi is not None:
        abi = variant.cxx11_abi
        found.append(Constraint(Rule.CXX11_ABI, "", abi, "cxx11-abi", abi))
    if variant.glibc is not None:
        found.append(Constraint(Rule.GLIBC_CAP, "", variant.glibc, "glibc"))
    for distribution in variant.runs_on:
        found.append(Constraint(Rule.RUNS_ON, "", distribution, "runs-on", distribution))
    if variant.pip is not None:
        oldest = lowest_admitted_bound(variant.pip) or "0"
        value = (oldest, interpreter_tags(variant))
        found.append(Constraint(Rule.PIP_FLOOR, "", value, "pip"))
    if variant.x86_64_level is not None and question.arch == "x86_64":
        level = variant.x86_64_level
        found.append(Constraint(Rule.X86_64_LEVEL, "", level, "x86-64-level", level))
    for feature in variant.features.get(question.arch, ()):
        for rule in (Rule.ASSEMBLER_FEATURE, Rule.COMPILER_FEATURE):
            found.append(Constraint(rule, "", feature, "features", feature))
    setting = "python" if variant.python is not None else ""
    for wish in python_wishes(variant):
        item = wish if isinstance(variant.python, tuple) else ""
        found.append(Constraint(Rule.INTERPRETER_IN_IMAGE, "", (wish, day), setting, item))
    return found


@lru_cache(maxsize=256)
def _always(day: Day) -> tuple[Constraint, ...]:
    return (
        Constraint(Rule.POLICY_COVERS_ARCHITECTURE),
        Constraint(Rule.POLICY_WITHIN_IMAGE),
        Constraint(Rule.IMAGE_PUBLISHED),
        Constraint(Rule.IMAGE_BY_DATE, value=day, setting="date"),
        Constraint(Rule.TOOLSET_OBTAINABLE, value=day, setting="date"),
    )


@lru_cache(maxsize=256)
def _lifecycle(day: Day) -> tuple[Constraint, ...]:
    return (
        Constraint(Rule.IMAGE_NOT_ENDED, value=day, setting="date", waiver="ended-image"),
        Constraint(Rule.IMAGE_NOT_ALPHA, value=day, waiver="alpha-image"),
        Constraint(Rule.BASE_NOT_ENDED, value=day, setting="date", waiver="ended-base"),
    )


def _release_constraints(question: Question, family: FamilyTable, spec: str) -> list[Constraint]:
    variant, name, day = question.variant, family.name, question.day
    wanted = spec
    if spec == "newest":
        wanted = newest_release(variant, family, spec, day).version
    arch_item = question.arch if variant.architectures is not None else ""
    found = [
        Constraint(Rule.RELEASE_MATCHES, name, wanted, name, spec),
        Constraint(
            Rule.RELEASE_COVERS_ARCHITECTURE,
            name,
            question.arch,
            "architectures" if arch_item else "",
            arch_item,
        ),
        Constraint(Rule.RELEASED_BY_DATE, name, day, "date"),
    ]
    if "preview-release" not in variant.allow:
        found.append(Constraint(Rule.RELEASE_NOT_PREVIEW, name, waiver="preview-release"))
    found += [
        Constraint(Rule.COMPONENT_IN_RELEASE, name, component, "links", component)
        for component in variant.links or ()
        if component in family.parts
    ]
    found += [
        Constraint(Rule.GPU_TARGET_KNOWN, name, (target, question.arch), "gpu", target)
        for target in (variant.gpu.of(family.gpu) if variant.gpu is not None else ())
    ]
    if variant.cxx is not None:
        found.append(Constraint(Rule.DEVICE_CXX_STANDARD, name, variant.cxx, "cxx", variant.cxx))
    if variant.driver is not None:
        oldest = lowest_admitted_bound(variant.driver) or "0"
        found.append(Constraint(Rule.DRIVER_FLOOR, name, oldest, "driver"))
    return found


def _pair_constraints(question: Question, family: FamilyTable) -> list[Constraint]:
    variant, name = question.variant, family.name
    waiver = "unsupported-compiler"
    found = []
    if waiver not in variant.allow:
        found = [
            Constraint(Rule.HOST_COMPILER_RANGE, name, waiver=waiver),
            Constraint(Rule.DOCUMENTED_COMPILER_RANGE, name, waiver=waiver),
            Constraint(Rule.COMPILER_BREAKAGE, name, variant.cxx, waiver=waiver),
        ]
        if variant.cxx is not None:
            found.append(
                Constraint(Rule.CXX_HOST_COMPILER, name, variant.cxx, "cxx", variant.cxx, waiver)
            )
    links = (linked_components(variant, family), question.day)
    return [
        *found,
        Constraint(Rule.BUILD_GLIBC, name, question.arch),
        Constraint(Rule.LINKED_LIBRARY_FLOOR, name, links, "links"),
        Constraint(Rule.DOCUMENTED_GLIBC, name, links, "links"),
        Constraint(Rule.IMAGE_TOOLKIT, name),
    ]
