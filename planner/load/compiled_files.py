"""Facts compiled to one JSON file: guarded by a digest, kept in the user's cache."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from planner import __version__
from planner.errors import DataError, Problem
from planner.load.locate import PACKAGE, cache_folder, fact_files

_CACHED = 8  # compiled files of one sort that are kept, newest first
_KEY = re.compile(r"[0-9a-f]{32}-[0-9a-f]{16}")
_SETTLED_NS = 2_000_000_000  # two writes this far apart have different times on any file system


def compiled_text(schema: str, content: Mapping[str, object]) -> str:
    """A document as :func:`read_compiled` takes it: its digest, then one line of JSON."""
    document = {"schema": schema, "mlplan": __version__, **content}
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return f"{_digest(text)}\n{text}"


def read_compiled(path: Path, schema: str) -> dict[str, object] | None:
    """The document in a file; None where it is missing, damaged or of another version."""
    try:
        digest, _, text = path.read_text(encoding="utf-8").partition("\n")
        if digest != _digest(text):
            return None
        document = json.loads(text)
        if document["schema"] != schema or document["mlplan"] != __version__:
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return document if isinstance(document, dict) else None


def keep_compiled(path: Path, text: str) -> None:
    """Write a cache file in one step; a folder that cannot be written to is no error.

    Of the files whose names start like this one's, up to the first dash, only the newest stay.
    """
    import tempfile  # only writing needs it

    sort = path.name.partition("-")[0]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{sort}-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
        others = sorted(path.parent.glob(f"{sort}-*{path.suffix}"), key=lambda p: p.stat().st_mtime)
        for old in others[:-_CACHED]:
            old.unlink()
    except OSError:
        return


def facts_digest(root: Path) -> str:
    """SHA-256 over the names and bytes of every data file, in a fixed order.

    :raises DataError: where a file cannot be read.
    """
    digest = hashlib.sha256()
    for path in fact_files(root):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        try:
            digest.update(path.read_bytes() + b"\0")
        except OSError as error:
            problem = Problem(file=str(path), message=f"cannot be read: {error.strerror}")
            raise DataError([problem]) from None
    return digest.hexdigest()


def overlay_digest(path: Path) -> str:
    """SHA-256 over an overlay's file.

    :raises DataError: where it cannot be read.
    """
    message = "is no regular file"
    try:
        if path.is_file() or not path.exists():
            return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
    except ValueError:  # a null byte in the name
        message = "cannot be read: no path is like this"
    problem = Problem(file=str(path), message=message)
    raise DataError([problem], hint="--overlay takes a YAML file; docs/overlay.md shows one")


def overlaid_digest(shipped: str, own: str) -> str:
    """The digest of facts with an overlay over them, from the digests of both."""
    return hashlib.sha256(f"{shipped}\n{own}".encode()).hexdigest()


def overlaid_key(key: str, overlay: Path) -> str:
    """The name of compiled facts with an overlay over them, from that of the facts without it.

    It covers the path as it was given, for messages and facts name it.

    :raises DataError: where the overlay cannot be read.
    """
    parts = f"{key}\n{overlay}\n{overlay_digest(overlay)}"
    return f"{hashlib.sha256(parts.encode()).hexdigest()[:32]}-{key.rpartition('-')[2]}"


def compiler_digest(*folders: str) -> str:
    """SHA-256 over the modules that turn YAML into a file, so that none outlives its code."""
    digest = hashlib.sha256(__version__.encode())
    for folder in folders:
        for path in sorted((PACKAGE / folder).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def content_key(root: Path, *folders: str, overlay: Path | None = None) -> str:
    """A name for the facts of a data folder, the overlay over them, and the modules in folders of
    the package.

    That of the shipped facts is remembered in the user's cache under the state of the files (see
    :func:`_state`), for reading 1.6 MB takes longer than all else. Files that changed within the
    last two seconds are always read: a second change may have left no trace in their times.

    :raises DataError: where a data file cannot be read.
    """
    if overlay is not None:
        return overlaid_key(content_key(root, *folders), overlay)
    state, changed_ns = _state(root, folders)
    memory = cache_folder() / f"state-{state}.key"
    remembered = _remembered(memory)
    if remembered is not None:
        return remembered
    now = time.time_ns()
    key = f"{facts_digest(root)[:32]}-{compiler_digest(*folders)[:16]}"
    if changed_ns < now - _SETTLED_NS and _state(root, folders)[0] == state:
        keep_compiled(memory, key)
    return key


def _remembered(memory: Path) -> str | None:
    try:
        text = memory.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    return text if _KEY.fullmatch(text) else None


def _state(root: Path, folders: Iterable[str]) -> tuple[str, int]:
    """The state of all files that count, by what only writing to them changes, and the time of the
    last change. ``ctime`` is set by the kernel, so that no copying or unpacking hides a change."""
    tops = [str(root / "matrices"), str(root / "policies"), *(str(PACKAGE / f) for f in folders)]
    rows = sorted(row for top in tops for row in _rows(top))
    digest = hashlib.sha256(f"{__version__}\n{tops}\n{rows}".encode())
    return digest.hexdigest()[:32], max((row[-1] for row in rows), default=0)


def _rows(folder: str) -> Iterator[tuple[str, int, int, int, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _rows(entry.path)
            elif entry.name.endswith((".yaml", ".py")):
                s = entry.stat()
                yield entry.path, s.st_dev, s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
