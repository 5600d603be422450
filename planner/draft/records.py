"""A draft of a request: settings and variants, each with the places that they were taken from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

Value = str | tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """Something that a file says and the request does not; ``path`` is where it would stand."""

    path: str
    value: str
    why: str


def alike(rows: tuple[LeftOut, ...]) -> list[LeftOut]:
    """Values of one line that were left out for the same rule, as one row with the first reason."""
    groups: dict[tuple[str, str], list[LeftOut]] = {}
    for row in rows:
        groups.setdefault((row.path, row.why.partition(" (")[0]), []).append(row)
    return [
        replace(group[0], value=", ".join(dict.fromkeys(row.value for row in group)))
        for group in groups.values()
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One line of a request, and why it says what it says."""

    key: str
    value: Value
    because: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftVariant:
    """One kind of wheel. ``dropped`` says why it is only kept as a comment; "" where it is not."""

    name: str
    because: tuple[str, ...]
    settings: Mapping[str, Setting]
    dropped: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A whole draft. ``notes`` is what its reader should know besides, one sentence each."""

    settings: Mapping[str, Setting]
    variants: tuple[DraftVariant, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    def active(self) -> tuple[DraftVariant, ...]:
        """The variants that are no comments."""
        return tuple(variant for variant in self.variants if not variant.dropped)

    def variant(self, name: str) -> DraftVariant | None:
        """The variant of a name."""
        return next((variant for variant in self.variants if variant.name == name), None)

    def with_variant(self, changed: DraftVariant) -> Draft:
        """The draft with a variant in place of the one of the same name."""
        rows = (changed if row.name == changed.name else row for row in self.variants)
        return replace(self, variants=tuple(rows))


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A kind of wheel that some file speaks of.

    ``families`` maps each family to the release that is spoken of, as a specifier; "" where the
    file names none. ``exact`` holds where a file lists this very build (a row of a matrix).
    ``extra`` is the extra of the project that asks for it.
    """

    families: Mapping[str, str]
    because: tuple[str, ...]
    gpu: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    archs: tuple[str, ...] = ()
    extra: str = ""
    exact: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What one kind of file says: kinds of wheels, and what holds for all wheels.

    Each mapping is from a value to the place that names it: ``archs`` architectures, ``policies``
    glibc versions of platform tags, ``pythons`` interpreter tags, ``cxx`` C++ standards, ``naming``
    how the wheels of variants differ in name.
    """

    wishes: tuple[Wish, ...] = ()
    archs: Mapping[str, str] = field(default_factory=dict)
    policies: Mapping[str, str] = field(default_factory=dict)
    pythons: Mapping[str, str] = field(default_factory=dict)
    cxx: Mapping[str, str] = field(default_factory=dict)
    naming: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
