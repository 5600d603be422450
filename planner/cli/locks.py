"""Lock files as the commands read them: problems name the file, ``-v`` says what was read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

if TYPE_CHECKING:
    from planner.plan.document import Json
    from planner.plan.locked import LockedPlan

_T = TypeVar("_T")


def named(path: Path, read: Callable[[Json], _T], document: Json) -> _T:
    """What is read from a lock's document; every problem names the file.

    :raises LockError: where the document is no plan.
    """
    from planner.errors import LockError

    try:
        return read(document)
    except LockError as error:
        problems = [problem._replace(file=str(path)) for problem in error.problems]
        raise LockError(problems, hint=error.hint) from None


def locked_file(path: Path, data: str | None, overlay: Path | None, *, verbose: bool) -> LockedPlan:
    """The plan in a lock file; with ``verbose`` its day and facts are said on standard error.

    :raises LockError: where it is missing or damaged, or was made without the overlay.
    :raises DataError: where ``--data`` names no facts, or the overlay is wrong.
    """
    from planner.plan.lock import read_lock
    from planner.plan.locked import locked_plan

    document = read_lock(path)
    locked = named(path, locked_plan, document)
    if overlay is not None:
        from planner.cli.lock_overlay import hold_to

        hold_to(document, path, overlay, data)
    tell_lock(path, document, data, verbose=verbose)
    return locked


def tell_lock(path: Path, document: Json, data: str | None, *, verbose: bool) -> None:
    """Say which lock was read, and whether it was made with the facts that are at hand.

    :raises DataError: where ``--data`` names no facts.
    """
    from planner.load.locate import data_root

    if data is not None:
        data_root(data)  # a wrong folder is an error, whether or not anybody listens
    if not verbose:
        return
    from planner.load.facts_version import facts_version

    facts = document.get("facts")
    made = facts if isinstance(facts, dict) else {}
    typer.echo(f"lock: {path} ({document['date']}, facts {made.get('version')})", err=True)
    version, digest = facts_version(data_root(data))
    if made.get("sha256") == digest:
        typer.echo("facts: the same as here", err=True)
    else:
        typer.echo(f"facts: others than here ({version}, sha256 {digest[:12]})", err=True)
