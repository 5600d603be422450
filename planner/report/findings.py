"""A finding as every output format for findings takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One statement about one subject (a row, a wheel), with its place in a file if it has one.

    ``id`` is permanent, ``rule`` its name; ``hint`` says what helps, "" where nothing is known.
    """

    id: str
    rule: str
    severity: Severity
    subject: str
    message: str
    file: str = ""
    line: int | None = None
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Findings:
    """Findings of one run; ``rules`` holds what each id means, ``subjects`` all that was judged."""

    command: str
    summary: str
    subjects: tuple[str, ...]
    findings: tuple[Finding, ...]
    rules: tuple[tuple[str, str, str], ...]
