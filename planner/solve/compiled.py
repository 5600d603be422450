"""The index of a data folder: compiled once, then read back in milliseconds.

An installed package ships its compiled facts; a source tree's are kept in the user's cache under
the digest of the YAML files, so a changed file is never answered from an old index.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

from planner import __version__
from planner.errors import DataError
from planner.graph.index import Index, index_from_json, index_to_json
from planner.load.facts import facts_digest, load_facts
from planner.load.locate import COMPILED_IN_PACKAGE, cache_folder, is_packaged

SCHEMA = "mlplan-compiled/1"
_CACHED = 8  # compiled indexes that are kept, newest first


def load_index(root: Path, *, cache: bool = True) -> Index:
    """The index of the facts under a data folder.

    :raises DataError: with every problem of the facts.
    """
    if is_packaged(root):
        shipped = _read(COMPILED_IN_PACKAGE)
        if shipped is not None:
            return shipped
    if not cache:
        return compile_index(root)
    kept = cache_folder() / f"facts-{facts_digest(root)[:32]}-{compiler_digest()[:16]}.json"
    found = _read(kept)
    if found is None:
        found = compile_index(root)
        _keep(kept, found)
    return found


def compile_index(root: Path) -> Index:
    """The index made from the YAML files, the long way; fails on facts that break their rules.

    :raises DataError: with every problem of the facts.
    """
    from planner.graph.build import build_index
    from planner.load.invariants import broken_invariants

    facts = load_facts(root)
    problems = broken_invariants(facts)
    if problems:
        raise DataError(problems, hint="mlplan facts check")
    return build_index(facts)


def compiled_text(index: Index) -> str:
    """The index as the text that :func:`load_index` reads back."""
    document = {"schema": SCHEMA, "mlplan": __version__, **index_to_json(index)}
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return f"{_digest(text)}\n{text}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _read(path: Path) -> Index | None:
    """The index in a file; None where it is missing, damaged or of another version."""
    try:
        digest, _, text = path.read_text(encoding="utf-8").partition("\n")
        if digest != _digest(text):
            return None
        document = json.loads(text)
        if document["schema"] != SCHEMA or document["mlplan"] != __version__:
            return None
        return index_from_json(document)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def compiler_digest() -> str:
    """SHA-256 over the modules that turn YAML into an index, so that none outlives its code."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256(__version__.encode())
    for folder in ("graph", "load", "model"):
        for path in sorted((package / folder).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _keep(path: Path, index: Index) -> None:
    """Write the cache file in one step; a folder that cannot be written to is no error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".facts-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(compiled_text(index))
        Path(name).replace(path)
        others = sorted(path.parent.glob("facts-*.json"), key=lambda p: p.stat().st_mtime)
        for old in others[:-_CACHED]:
            old.unlink()
    except OSError:
        return
