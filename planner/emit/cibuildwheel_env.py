"""``cibuildwheel-env``: ``CIBW_*`` variables as shell files (contract: docs/emit-build.md).

Variables win over pyproject.toml; ``CIBW_INHERIT`` makes them append to what the project sets.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.emit.base import EmittedFile, Wanted, commented
from planner.emit.cibuildwheel_options import (
    AUDIT_REQUIRES,
    audit_command,
    before_all,
    enabled,
    environment_value,
    groups,
    identifiers,
    image_option,
    notes,
    repair_command,
)
from planner.emit.file_names import file_names
from planner.emit.quoting import shell_word
from planner.emit.settings import Setting, settings
from planner.plan.locked import LockedJob

_SHELL = "# shellcheck shell=sh disable=SC2016 # variables of the container, not of this shell\n"
INHERIT = (
    "environment-linux: append",
    "before-all-linux: prepend",
    "audit-requires-linux: append",
    "audit-command-linux: append",
)


class CibuildwheelEnv:
    """Shell files to be sourced before cibuildwheel; variables know no overrides."""

    name = "cibuildwheel-env"
    says = "cibuildwheel settings as CIBW_* export lines, one file per job"
    needs_libraries = True

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """One file per job.

        :raises RequestError: where cibuildwheel cannot build the plan.
        """
        jobs = [job for group in groups(wanted) for job in group.jobs]
        names = file_names([job.id for job in jobs])
        return tuple(EmittedFile(f"{names[job.id]}.sh", _text(wanted, job)) for job in jobs)


def _text(wanted: Wanted, job: LockedJob) -> str:
    head = commented((*wanted.banner, *notes(wanted, job)))
    lines = [_exported(name, value) for name, value in _variables(wanted, job)]
    return f"{_SHELL}{head}" + "".join(f"{line}\n" for line in lines)


def _variables(wanted: Wanted, job: LockedJob) -> Iterator[tuple[str, str]]:
    yield "CIBW_BUILD", " ".join(identifiers(job))
    if groups_ := enabled(wanted, [job]):
        yield "CIBW_ENABLE", " ".join(groups_)
    yield "CIBW_ARCHS_LINUX", job.arch
    yield f"CIBW_{image_option(job).upper().replace('-', '_')}", job.image.pinned
    yield "CIBW_INHERIT", "; ".join(INHERIT)
    yield "CIBW_BEFORE_ALL_LINUX", " && ".join(before_all(job))
    yield "CIBW_ENVIRONMENT_LINUX", " ".join(map(_assignment, settings(wanted, job)))
    yield "CIBW_REPAIR_WHEEL_COMMAND_LINUX", repair_command(wanted, job)
    yield "CIBW_AUDIT_REQUIRES_LINUX", AUDIT_REQUIRES
    yield "CIBW_AUDIT_COMMAND_LINUX", audit_command(wanted)


def _exported(name: str, value: str) -> str:
    """An ``export`` line; what the user set in the same variable of the environment stays."""
    kept = f'"${{{name}:+${name} }}"' if name == "CIBW_ENVIRONMENT_LINUX" else ""
    return f"export {name}={kept}{shell_word(value)}"


def _assignment(setting: Setting) -> str:
    return f'{setting.name}="{environment_value(setting)}"'
