"""Coverage as GitHub Flavored Markdown, for release notes or a step summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from planner.coverage.results import Answer, Coverage, GpuAnswer, GpuServed, Host, Install, Target
from planner.emit.markdown import code, escaped
from planner.report.coverage_words import (
    alike,
    answer_word,
    caution_text,
    code_text,
    gpu_text,
    host_offer_text,
    hosts_text,
    installs_of,
    names_text,
    platforms_of,
    pythons_of,
    same_gpus,
    why_text,
)

_NOTHING = "\N{EN DASH}"


def coverage_markdown(coverage: Coverage) -> str:
    """The whole answer as sections with tables."""
    blocks = [_required(coverage), *_asked(coverage), *_systems(coverage), *_gpus(coverage)]
    return "\n".join(block for block in blocks if block)


def _required(coverage: Coverage) -> str:
    rows = [
        (answer_word(r.answer), escaped(r.text), escaped(host_offer_text(r.nearest)))
        for r in coverage.required
    ]
    return _section("Required", ("", "Host", "Why"), rows)


def _asked(coverage: Coverage) -> Iterator[str]:
    for host, found in coverage.asked:
        rows = [
            (
                code(row.install.offer),
                answer_word(row.answer),
                escaped(_told(row.install)),
                escaped("; ".join(gpu_text(served) for served in row.gpus)),
            )
            for row in found
        ]
        yield _section(escaped(host.name), ("Wheel", "", "Why", "GPU code"), rows)


def _told(install: Install) -> str:
    """Why not, and what else a user should know."""
    words = [why_text(install)] if install.reasons else []
    return "; ".join([*words, *map(caution_text, install.cautions)])


def _systems(coverage: Coverage) -> Iterator[str]:
    for offers in alike(coverage):
        rows = installs_of(coverage, offers[0].id)
        if rows:
            tags = " ".join(platforms_of(offers[0]))
            title = f"{code(tags)} ({escaped(pythons_of(offers[0]))})"
            yield _section(title, ("", "Distributions", "Why"), list(_system_rows(rows)))
            yield f"Of: {', '.join(code(offer.id) for offer in offers)}\n"


def _system_rows(rows: list[tuple[Host, Install]]) -> Iterator[tuple[str, ...]]:
    served = [host for host, row in rows if row.answer is Answer.YES]
    others = [host for host, row in rows if row.answer is not Answer.YES]
    if served:
        yield (answer_word(Answer.YES), escaped(hosts_text(served, others)), _NOTHING)
    for host, row in rows:
        if row.answer is not Answer.YES:
            why = escaped(why_text(row))
            yield (answer_word(row.answer), escaped(names_text([host])), why)


def _gpus(coverage: Coverage) -> Iterator[str]:
    for offers, rows in same_gpus(coverage):
        title = f"GPUs: {escaped(code_text(offers[0]))}"
        cells = [_gpu_cells(target, served) for target, served in rows]
        heads = ("GPU", "Products", "Code runs", "By", "Oldest driver")
        yield _section(title, heads, cells)
        yield f"Of: {', '.join(code(offer.id) for offer in offers)}\n"


def _gpu_cells(target: Target, served: GpuServed) -> tuple[str, ...]:
    driver = served.driver or _NOTHING
    if served.answer is GpuAnswer.JIT and not served.driver:
        driver = "not known"
    doubt = "?" if target.is_unconfirmed else ""
    return (
        escaped(target.label),
        escaped(target.short) + doubt,
        served.answer.value,
        code(served.by) if served.by else _NOTHING,
        escaped(driver) if served.driver else driver,
    )


def _section(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A heading with a table under it; nothing without rows."""
    lines = [f"| {' | '.join(cell or _NOTHING for cell in row)} |" for row in rows]
    if not lines:
        return ""
    head = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return "\n".join([f"### {title}", "", *head, *lines]) + "\n"
