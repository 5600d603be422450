"""Fact files as plain mappings and lists, for programs that write them.

Loading facts goes through :mod:`planner.load.facts`, which refuses what YAML would change on the
way. Here a file that was loaded so is taken as it is, to be written again in canonical form.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import yaml

from planner.errors import DataError, Problem
from planner.load.canonical import canonical_file, canonical_text

Plain: TypeAlias = "str | int | bool | list[Plain] | Document"
"""What stands in a fact file; versions, ranges and days are texts."""

Document: TypeAlias = "dict[str, Plain]"

_SCHEMA = "# yaml-language-server:"


def read_mapping(path: Path, shown: str) -> Document:
    """The mapping that a fact file holds.

    :raises DataError: where it cannot be read as one.
    """
    try:
        text = path.read_text(encoding="utf-8")
        found = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        raise DataError([Problem(file=shown, message=f"cannot be read: {reason}")]) from None
    if not isinstance(found, dict):
        raise DataError([Problem(file=shown, message="the document must be a mapping")])
    return found


def mapping_text(document: Document, path: Path, root: Path, before: str | None = None) -> str:
    """A document as the file that it becomes at a path below a data folder.

    ``before`` is the file's present text: the line that names its schema to editors stays.
    """
    first = (before or "").partition("\n")[0]
    line = f"{first}\n" if first.startswith(_SCHEMA) else ""
    return canonical_file(path, root, line + canonical_text(document))


def inner(document: Document, key: str) -> Document:
    """The mapping under a key; an empty one where there is none."""
    found = document.get(key)
    return found if isinstance(found, dict) else {}


def text(document: Document, key: str) -> str:
    """The text under a key; empty where there is none."""
    found = document.get(key)
    return found if isinstance(found, str) else ""


def words(document: Document, key: str) -> tuple[str, ...]:
    """The texts of the list under a key; a single text counts as a list of one."""
    found = document.get(key)
    if isinstance(found, str):
        return (found,)
    return tuple(map(str, found)) if isinstance(found, list) else ()
