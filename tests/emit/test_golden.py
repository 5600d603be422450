"""What each example's lock gives in each format: ``examples/<name>/emit/<format>/<files>``.

A new format or example needs no new code. ``MLPLAN_REFRESH=1 pytest tests/emit/test_golden.py``
writes all anew; look at the difference before you keep it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from planner.cli.emit import distribution_glibc, gpu_products, project_libraries
from planner.emit.base import Wanted
from planner.emit.registry import OWN, emitter
from planner.errors import RequestError
from planner.plan.lock import read_lock
from planner.plan.locked import locked_plan

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
LOCKS = sorted(EXAMPLES.glob("*/mlplan.lock"))
REFRESH = bool(os.environ.get("MLPLAN_REFRESH"))


def wanted_of(lock: Path, format_: str) -> Wanted:
    plan = locked_plan(read_lock(lock))
    glibc = distribution_glibc() if getattr(emitter(format_), "needs_glibc", False) else {}
    named = getattr(emitter(format_), "needs_libraries", False)
    libraries = project_libraries(plan) if named else {}
    return Wanted(
        plan=plan,
        jobs=plan.jobs,
        arguments=(format_,),
        glibc=glibc,
        libraries=libraries,
        gpus=gpu_products(),
    )


def emitted(lock: Path, format_: str) -> dict[str, str]:
    """The files of a format; a plan that it cannot write is told in ``refused.txt``."""
    try:
        files = emitter(format_).files(wanted_of(lock, format_))
    except RequestError as error:
        return {"refused.txt": f"{error}\n"}
    return {file.name: file.text for file in files}


@pytest.mark.parametrize("format_", OWN)
@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.parent.name)
def test_golden(lock: Path, format_: str) -> None:
    folder = lock.parent / "emit" / format_
    found = emitted(lock, format_)
    if REFRESH:
        shutil.rmtree(folder, ignore_errors=True)
        for name, text in found.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
    kept = {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    assert found == kept
    assert emitted(lock, format_) == found
