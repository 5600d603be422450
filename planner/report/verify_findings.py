"""Judged wheels as findings, for the formats that every command shares."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from planner.report.findings import Finding, Findings
from planner.report.plain import plain
from planner.report.verify_text import summary
from planner.report.wheel_summary import bounded
from planner.verifier import findings as verified
from planner.verifier.catalogue import RULES, About, Rule
from planner.verifier.judge import Report

_RUN = "mlplan.lock"
"""The subject of findings about the run as a whole, which only a plan makes."""
_SHORTEST = 16  # letters of a sentence that says something without its values


def findings_of(report: Report, paths: Sequence[str] = ()) -> Findings:
    """Every finding with the wheel's name as its subject and the path as it was given as file.

    Wheels of one name in several folders are told apart by their paths.
    """
    names = [plain(path) for path in paths or [judged.wheel.file for judged in report.wheels]]
    files = [plain(judged.wheel.file) for judged in report.wheels]
    counts = Counter(files)
    subjects = [f if counts[f] == 1 else n for f, n in zip(files, names, strict=True)]
    found = list(_of_wheels(report, subjects, names))
    found += [_shared(finding, _RUN, "") for finding in report.findings]
    return Findings(
        command="mlplan verify",
        summary=summary(report),
        subjects=tuple(dict.fromkeys([*subjects, *([_RUN] if report.findings else [])])),
        findings=tuple(found),
        rules=tuple((about.id, rule.value, _says(rule, about)) for rule, about in RULES.items()),
    )


def _says(rule: Rule, about: About) -> str:
    """A rule's sentence without values: ``needs <symbol> of <library>``."""
    words = re.sub(r"\{\w+\}", "", about.says)
    if len(words) < _SHORTEST:
        return rule.value.replace("-", " ")
    return re.sub(r"\{(\w+)\}", r"<\1>", about.says)


def _of_wheels(report: Report, subjects: Sequence[str], names: Sequence[str]) -> Iterator[Finding]:
    for judged, subject, path in zip(report.wheels, subjects, names, strict=True):
        kept, omitted = bounded(judged.findings)
        for finding in kept:
            yield _shared(finding, subject, path)
        last = {finding.id: finding for finding in kept if finding.id in omitted}
        for id_, count in omitted.items():
            text = f"and {count} more of {last[id_].rule.value}"
            yield replace(_shared(last[id_], subject, path), message=text)


def _shared(found: verified.Finding, subject: str, file: str) -> Finding:
    member = f"{plain(found.member)}: " if found.member else ""
    return Finding(
        id=found.id,
        rule=found.rule.value,
        severity=found.severity.value,
        subject=subject,
        message=member + plain(found.message),
        file=file,
        hint=plain(found.hint),
    )
