"""The specifiers of a request: ``12``, ``12.8.*``, ``12.8.1``, ``newest``, ``>=12,<13``."""

from __future__ import annotations

import re
from functools import lru_cache

from packaging.specifiers import SpecifierSet
from packaging.version import Version

_PREFIX = re.compile(r"(\d+(\.\d+)?)(\.\*)?$", re.ASCII)
_EXACT = re.compile(r"\d+(\.\d+){2,}$", re.ASCII)


def is_spec(text: str) -> bool:
    """Whether a text is a specifier that admits something."""
    if text == "newest":
        return True
    try:
        if _PREFIX.match(text) or _EXACT.match(text):
            return bool(Version(text.removesuffix(".*")))
        found = SpecifierSet(text)
        return len(found) > 0 and not found.is_unsatisfiable()
    except ValueError:  # InvalidSpecifier, or a number too long for int()
        return False


@lru_cache(maxsize=4096)
def _specifiers(text: str) -> SpecifierSet:
    if _EXACT.match(text):
        return SpecifierSet(f"=={text}", prereleases=True)
    if match := _PREFIX.match(text):
        return SpecifierSet(f"=={match[1]}.*", prereleases=True)
    return SpecifierSet("" if text == "newest" else text, prereleases=True)


@lru_cache(maxsize=65536)
def spec_admits(text: str, version: str) -> bool:
    """Whether a specifier admits a version; ``newest`` admits all, the choice comes later."""
    return _specifiers(text).contains(Version(version))


def canonical_spec(text: str) -> str:
    """One spelling for specifiers that mean the same: ``12.8.*`` is ``12.8``."""
    if match := _PREFIX.match(text):
        return match[1]
    if text == "newest" or _EXACT.match(text):
        return text
    return str(SpecifierSet(text))


def lowest_admitted_bound(text: str) -> str | None:
    """The version below which a specifier admits nothing, or None where it has no lower bound."""
    if _PREFIX.match(text) or _EXACT.match(text):
        return canonical_spec(text)
    bounds = [
        spec.version.removesuffix(".*")
        for spec in _specifiers(text)
        if spec.operator in (">=", "==", "~=", ">", "===")
    ]
    return max(bounds, key=Version) if bounds else None
