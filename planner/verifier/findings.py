"""What a check finds: the rule, the member and the values; words are put to it when shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import repeat
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from planner.verifier.catalogue import RULES, Rule

_T = TypeVar("_T")

MOST_OF_A_KIND = 1000
"""Findings of one kind that are made; a hostile wheel gives as many as it has bytes. The last of
them then stands for the rest, so that their number is right."""

_NO_DATA: Mapping[str, str] = MappingProxyType({})


class Severity(StrEnum):
    """Errors fail a wheel; warnings and notes do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Finding(NamedTuple):
    """One statement about a wheel. ``data`` fills the sentences of the catalogue; ``facts`` are
    ids of the facts that it rests on."""

    rule: Rule
    severity: Severity
    member: str = ""
    data: Mapping[str, str] = _NO_DATA
    facts: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The permanent id, as in docs/findings.md."""
        return RULES[self.rule].id

    @property
    def message(self) -> str:
        """What was found, in a sentence."""
        return RULES[self.rule].says.format_map(dict(self.data))

    @property
    def hint(self) -> str:
        """What helps."""
        return RULES[self.rule].hint.format_map(dict(self.data))


def finding(
    rule: Rule,
    member: str = "",
    /,
    *,
    facts: tuple[str, ...] = (),
    severity: Severity | None = None,
    **data: object,
) -> Finding:
    """A finding with the severity of its rule, unless another one is given."""
    return Finding(
        rule=rule,
        severity=severity or Severity(RULES[rule].severity),
        member=member,
        data={key: str(value) for key, value in data.items()},
        facts=facts,
    )


def first_made(rows: Sequence[_T], make: Callable[[_T], Finding]) -> Iterator[Finding]:
    """A finding for each row about one member; above a thousand the last one for all others."""
    made = [make(row) for row in rows[:MOST_OF_A_KIND]]
    yield from made
    yield from repeat(made[-1], len(rows) - len(made)) if made else ()


def is_named(found: Finding, names: Iterable[str]) -> bool:
    """Whether one of these names a finding: its id or name, or either with the members that are
    meant, as a pattern (``MLP-L001:pkg/lib/*``)."""
    parts = (name.partition(":") for name in names)
    return any(
        rule in (found.id, found.rule.value)
        and (not narrowed or fnmatchcase(found.member, pattern))
        for rule, narrowed, pattern in parts
    )


def with_severity(found: Finding, severity: Severity) -> Finding:
    """The same finding, weighed otherwise."""
    return found._replace(severity=severity)
