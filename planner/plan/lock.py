"""``mlplan.lock``: reading, writing, and what changed."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from planner.errors import LockError, Problem
from planner.model.versions import is_day
from planner.plan.document import SCHEMA, Json

LOCK_FILE = "mlplan.lock"
_COMPARED = ("request", "jobs", "failures")


def read_lock(path: Path) -> Json:
    """The document in a lock file.

    :raises LockError: where it is missing, no JSON, or of another schema.
    """
    hint = "mlplan solve writes a new one"
    if path.exists() and not path.is_file():
        raise LockError([Problem(file=str(path), message="is no regular file")], hint=hint)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        missing = "mlplan solve writes one from a request (mlplan.yaml), which must be there first"
        raise LockError(
            [Problem(file=str(path), message="no such lock file")], hint=missing
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise LockError(
            [Problem(file=str(path), message=f"cannot be read: {_reason(error)}")], hint=hint
        ) from None
    except (ValueError, RecursionError) as error:  # ValueError also for numbers too long for int()
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        if path.suffix in (".yaml", ".yml", ".toml"):
            hint = f"this looks like the request; the lock is {LOCK_FILE} beside it"
        raise LockError(
            [Problem(file=str(path), line=line, message="is no JSON")], hint=hint
        ) from None
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA or not isinstance(document, dict):
        problem = Problem(
            file=str(path), path="schema", message="not a lock", found=str(schema), allowed=SCHEMA
        )
        raise LockError([problem], hint=hint)
    for key, kind in (("date", str), ("request", dict), ("jobs", list), ("failures", list)):
        if not isinstance(document.get(key), kind):
            raise LockError(
                [Problem(file=str(path), path=key, message="missing or of the wrong type")],
                hint=hint,
            )
    if not is_day(document["date"]):
        problem = Problem(file=str(path), path="date", message="not a date", found=document["date"])
        raise LockError([problem], hint=hint)
    return document


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error.strerror)


def write_text(path: Path, text: str) -> None:
    """Replace a file in one step, so that nobody ever reads half of it.

    A link is followed; a device (``/dev/stdout``) is written to, never replaced.

    :raises LockError: where the folder cannot be written to, or the path is no file.
    """
    name = ""
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            _write_device(target, text, str(path))
            return
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(target)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        problem = Problem(file=str(path), message=f"cannot be written: {error.strerror}")
        hint = "--output FILE names another place, --dry-run writes nothing"
        raise LockError([problem], hint=hint) from None


def _write_device(path: Path, text: str, shown: str) -> None:
    if not path.is_char_device():
        problem = Problem(file=shown, message="cannot be written: it is no file")
        raise LockError([problem], hint="--output FILE names the lock file to write")
    with path.open("w", encoding="utf-8") as device:
        device.write(text)


def differing_jobs(old: Json, new: Json) -> list[str]:
    """What makes a lock out of date: ``request``, or the ids of jobs and failures that differ."""
    found = ["request"] if old.get("request") != new.get("request") else []
    for part in _COMPARED[1:]:
        before, after = _by_id(old.get(part)), _by_id(new.get(part))
        names = dict.fromkeys([*before, *after])
        found += [name for name in names if before.get(name) != after.get(name)]
    if not found and any(old.get(part) != new.get(part) for part in _COMPARED):
        found.append("order of the jobs")
    return found


def _by_id(rows: object) -> dict[str, object]:
    if not isinstance(rows, list):
        return {}
    return {str(row.get("id")): row for row in rows if isinstance(row, dict)}
