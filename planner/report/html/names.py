"""Ids of elements, so that one part of the page can point at another."""

from __future__ import annotations

import re
from collections.abc import Iterable

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")


def element_ids(names: Iterable[str], prefix: str) -> dict[str, str]:
    """An id for each name that an attribute and an address can hold; no two are the same."""
    found: dict[str, str] = {}
    used: set[str] = set()
    for name in names:
        plain = f"{prefix}-{_UNSAFE.sub('-', name).strip('-')}"
        number, id_ = 1, plain
        while id_ in used:
            number += 1
            id_ = f"{plain}-{number}"
        used.add(id_)
        found[name] = id_
    return found
