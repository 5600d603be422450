"""Version numbers, ranges and days as the facts write them."""

from __future__ import annotations

import calendar
import re
from datetime import date
from functools import lru_cache

from packaging.specifiers import SpecifierSet
from packaging.version import Version

DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?$", re.ASCII)


@lru_cache(maxsize=65536)
def version_key(text: str) -> Version:
    """The version as something that sorts: ``2.5 < 2.17``.

    :raises ValueError: where the text is no PEP 440 version.
    """
    return Version(text)


def newest(*versions: str) -> str:
    """The highest of some versions, in the spelling of the first that is as high."""
    return max(versions, key=version_key)


def is_version(text: str) -> bool:
    """Whether a text is a version."""
    try:
        version_key(text)
    except ValueError:  # InvalidVersion, or a number too long for int()
        return False
    return True


@lru_cache(maxsize=4096)
def _specifiers(range_text: str) -> SpecifierSet:
    return SpecifierSet(range_text, prereleases=True)


@lru_cache(maxsize=65536)
def range_contains(range_text: str, version: str) -> bool:
    """Whether a PEP 440 range holds a version: ``14.2.1`` lies in ``<15``."""
    return _specifiers(range_text).contains(version_key(version))


def range_within(inner: str, outer: str) -> bool:
    """Whether every version in one PEP 440 range lies in another one, too.

    :raises ValueError: where one of them is no range.
    """
    return _specifiers(inner).to_range().is_subset(_specifiers(outer).to_range())


def is_range(text: str) -> bool:
    """Whether a text is a PEP 440 range that admits something (``>=6,<15``)."""
    try:
        return bool(text.strip()) and not _specifiers(text).is_unsatisfiable()
    except ValueError:  # InvalidSpecifier, or a number too long for int()
        return False


def last_day(text: str) -> date:
    """The last day that a written date may mean: ``2025-01`` is 31 January 2025.

    :raises ValueError: for anything but ``YYYY-MM`` and ``YYYY-MM-DD`` naming a real day.
    """
    if not DAY.match(text):
        raise ValueError(f"not a date: {text!r}")
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return date(parts[0], parts[1], parts[2])
    return date(parts[0], parts[1], calendar.monthrange(parts[0], parts[1])[1])


def is_day(text: str) -> bool:
    """Whether a text is ``YYYY-MM`` or ``YYYY-MM-DD`` and names a real day."""
    try:
        last_day(text)
    except ValueError:
        return False
    return True
