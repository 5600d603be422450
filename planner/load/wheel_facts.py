"""The facts by which wheels are judged, without loading all others: milliseconds, no YAML.

An installed package ships them compiled; those of a source tree are kept in the user's cache under
the content of the YAML files and of the modules that read them.
"""

from __future__ import annotations

from pathlib import Path

from planner.errors import DataError
from planner.load.compiled_files import (
    compiled_text,
    content_key,
    keep_compiled,
    read_compiled,
)
from planner.load.locate import WHEEL_FACTS_IN_PACKAGE, cache_folder, is_packaged
from planner.load.wheel_rows import wheel_facts_from_json, wheel_facts_to_json
from planner.model.wheel_facts import WheelFacts

SCHEMA = "mlplan-wheel-facts/1"


def load_wheel_facts(root: Path, *, overlay: Path | None = None, cache: bool = True) -> WheelFacts:
    """The facts about wheels under a data folder, with a project's overlay over them.

    :raises DataError: with every problem of the facts.
    """
    if is_packaged(root) and overlay is None:
        shipped = _read(WHEEL_FACTS_IN_PACKAGE)
        if shipped is not None:
            return shipped
    if not cache:
        return compile_wheel_facts(root, overlay)
    kept = cache_folder() / f"wheels-{content_key(root, 'load', 'model', overlay=overlay)}.json"
    found = _read(kept)
    if found is None:
        found = compile_wheel_facts(root, overlay)
        keep_compiled(kept, wheel_facts_text(found))
    return found


def compile_wheel_facts(root: Path, overlay: Path | None = None) -> WheelFacts:
    """The facts about wheels made from the YAML files; fails on facts that break their rules.

    :raises DataError: with every problem of the facts.
    """
    from planner.load.facts import check_hint, load_facts
    from planner.load.invariants import broken_invariants
    from planner.load.wheel_records import wheel_facts_of

    facts = load_facts(root, overlay)
    problems = broken_invariants(facts)
    if problems:
        raise DataError(problems, hint=check_hint(overlay))
    return wheel_facts_of(facts)


def wheel_facts_text(facts: WheelFacts) -> str:
    """The facts as the text that :func:`load_wheel_facts` reads back."""
    return compiled_text(SCHEMA, wheel_facts_to_json(facts))


def _read(path: Path) -> WheelFacts | None:
    """The facts in a file; None where it is missing, damaged or of another version."""
    document = read_compiled(path, SCHEMA)
    try:
        return None if document is None else wheel_facts_from_json(document)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return None
