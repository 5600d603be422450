"""The index of a data folder: compiled once, then read back in milliseconds.

An installed package ships its compiled facts; a source tree's are kept in the user's cache under
the digest of the YAML files, so a changed file is never answered from an old index.
"""

from __future__ import annotations

from pathlib import Path

from planner.errors import DataError
from planner.graph.index import Index, index_from_json, index_to_json
from planner.load import compiled_files
from planner.load.compiled_files import (
    compiler_digest,
    facts_digest,
    keep_compiled,
    overlaid_key,
    read_compiled,
)
from planner.load.facts import check_hint, load_facts
from planner.load.locate import COMPILED_IN_PACKAGE, cache_folder, is_packaged

SCHEMA = "mlplan-compiled/1"
_COMPILERS = ("graph", "load", "model")


def load_index(root: Path, *, overlay: Path | None = None, cache: bool = True) -> Index:
    """The index of the facts under a data folder, with a project's overlay over them.

    :raises DataError: with every problem of the facts.
    """
    if is_packaged(root) and overlay is None:
        shipped = _read(COMPILED_IN_PACKAGE)
        if shipped is not None:
            return shipped
    if not cache:
        return compile_index(root, overlay)
    key = f"{facts_digest(root)[:32]}-{compiler_digest(*_COMPILERS)[:16]}"
    if overlay is not None:
        key = overlaid_key(key, overlay)
    kept = cache_folder() / f"facts-{key}.json"
    found = _read(kept)
    if found is None:
        found = compile_index(root, overlay)
        keep_compiled(kept, compiled_text(found))
    return found


def compile_index(root: Path, overlay: Path | None = None) -> Index:
    """The index made from the YAML files, the long way; fails on facts that break their rules.

    :raises DataError: with every problem of the facts.
    """
    from planner.graph.build import build_index
    from planner.load.invariants import broken_invariants

    facts = load_facts(root, overlay)
    problems = broken_invariants(facts)
    if problems:
        raise DataError(problems, hint=check_hint(overlay))
    return build_index(facts)


def compiled_text(index: Index) -> str:
    """The index as the text that :func:`load_index` reads back."""
    return compiled_files.compiled_text(SCHEMA, index_to_json(index))


def _read(path: Path) -> Index | None:
    """The index in a file; None where it is missing, damaged or of another version."""
    document = read_compiled(path, SCHEMA)
    try:
        return None if document is None else index_from_json(document)
    except (ValueError, KeyError, TypeError):
        return None
