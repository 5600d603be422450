"""A request as questions: one per variant x release specifier x architecture."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from planner.model.platforms import ARCHITECTURES
from planner.model.request import Request, Variant
from planner.solve.constraints import Question, newest_release
from planner.solve.day import Day
from planner.solve.environment_rules import has_live_image
from planner.solve.rows import Tables


def questions_of(request: Request, day: Day, tables: Tables) -> Iterator[Question]:
    """Every job of a request, by variant, then specifiers, then architecture."""
    for variant in request.variants.values():
        families = sorted(variant.families, key=lambda name: tables.families[name].rank)
        for specs in product(*(variant.families[family] for family in families)):
            pairs = tuple(zip(families, specs, strict=True))
            for arch in _architectures(variant, pairs, day, tables):
                yield Question(variant, pairs, arch, day)


def _architectures(
    variant: Variant, specs: tuple[tuple[str, str], ...], day: Day, tables: Tables
) -> tuple[str, ...]:
    """The architectures named, else those of the newest admitted releases, else all live ones."""
    if variant.architectures is not None:
        return variant.architectures
    if not specs:
        return tuple(a for a in ARCHITECTURES if has_live_image(a, day, tables, alpha=True))
    covered = [
        set(newest_release(variant, tables.families[family], spec, day).covers)
        for family, spec in specs
    ]
    common = set.intersection(*covered)
    return tuple(arch for arch in ARCHITECTURES if arch in common) or ("x86_64",)


def failure_id(question: Question) -> str:
    """The id of a job without a release: it carries the specifiers instead."""
    parts = [f"{family}{spec}" for family, spec in question.specs]
    return "-".join([question.variant.name, *parts, question.arch])


def job_id(question: Question, versions: dict[str, str]) -> str:
    """The id of a planned job: variant, families with versions, architecture."""
    parts = [f"{family}{versions[family]}" for family in question.families]
    return "-".join([question.variant.name, *parts, question.arch])
