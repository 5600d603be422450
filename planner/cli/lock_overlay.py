"""``--overlay`` of commands that read a lock, which holds what the overlay says already."""

from __future__ import annotations

from pathlib import Path

import typer

from planner.errors import LockError, Problem
from planner.load.compiled_files import overlay_digest
from planner.load.locate import data_root
from planner.plan.document import Json
from planner.solve.compiled import load_index


def hold_to(document: Json, lock: Path, overlay: Path, data: str | None = None) -> None:
    """Nothing, if a lock was made with an overlay, of which all held on the day of the lock.

    That the file has changed since is only mentioned, as ``solve --check`` mentions it.

    :raises LockError: where the lock was made without an overlay.
    :raises DataError: where the overlay is wrong, or expired on the day of the lock.
    """
    read = load_index(data_root(data), overlay=overlay).overlay
    assert read is not None
    read.require_in_force(str(document["date"]))
    facts = document.get("facts")
    told = facts.get("overlay") if isinstance(facts, dict) else None
    if not isinstance(told, dict):
        problem = Problem(
            file=str(lock), path="facts", message="the plan was made without an overlay"
        )
        raise LockError([problem], hint=f"mlplan solve --overlay {overlay} writes a new one")
    if told.get("sha256") != overlay_digest(overlay):
        typer.echo(f"note: {lock} was made with another state of {overlay}", err=True)
