"""Facts and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

Payload = str | bool | tuple[str, ...] | Mapping[str, str] | Mapping[str, Mapping[str, str]]
"""What a field of a fact may hold: a scalar, a list of words, or one or two levels of names."""

_NOTHING: Mapping[str, Payload] = MappingProxyType({})


class Standing(StrEnum):
    """How well a fact is known, strongest first."""

    ENFORCED = "enforced"
    MEASURED = "measured"
    DOCUMENTED = "documented"
    UNCONFIRMED = "unconfirmed"


class Source(NamedTuple):
    """A document or vendor file that facts were read from."""

    id: str
    title: str
    kind: str
    read: str


class Fact(NamedTuple):
    """One statement about the world with its standing, sources and the day it was read.

    ``id`` is stable and unique over all facts (``cuda-12.8/host-gcc``). ``overruled_by`` names the
    fact that is believed instead; such a fact is kept and shown, never used to decide.
    """

    id: str
    kind: str
    standing: Standing
    sources: tuple[str, ...]
    read: str
    payload: Mapping[str, Payload] = _NOTHING
    evidence: str | None = None
    note: str | None = None
    overruled_by: str | None = None
    file: str = ""
    line: int = 0

    def text(self, key: str, default: str = "") -> str:
        """The payload field ``key`` as text, or ``default`` where the fact has no such field."""
        value = self.payload.get(key, default)
        return value if isinstance(value, str) else default

    def words(self, key: str) -> tuple[str, ...]:
        """The payload field ``key`` as a tuple of words; empty where the fact has none."""
        value = self.payload.get(key, ())
        if isinstance(value, str):
            return (value,)
        return value if isinstance(value, tuple) else ()

    def table(self, key: str) -> Mapping[str, Mapping[str, str]]:
        """The payload field ``key`` as a table of rows; empty where the fact has none."""
        value = self.payload.get(key, {})
        if not isinstance(value, Mapping):
            return {}
        return {name: row if isinstance(row, Mapping) else {} for name, row in value.items()}

    def mapping(self, key: str) -> Mapping[str, str]:
        """The payload field ``key`` as names with one text each; empty where it has none."""
        value = self.payload.get(key, {})
        if not isinstance(value, Mapping):
            return {}
        return {name: text for name, text in value.items() if isinstance(text, str)}
