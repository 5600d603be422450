"""What the pipelines of all CI services share: their legs, commands and heads.

A leg names a job of the plan and where it runs. How the job is built stays in one place: on the
machine, ``mlplan emit cibuildwheel-env --jobs`` writes the settings of that job from the lock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from planner import __version__
from planner.emit.base import Wanted, one_line
from planner.emit.cibuildwheel_options import groups, lock_path
from planner.emit.naming import wheel_name
from planner.emit.pipeline_text import shell_word
from planner.emit.runners import Runner
from planner.errors import Problem, RequestError
from planner.plan.lock import LOCK_FILE
from planner.plan.locked import LockedJob

CIBUILDWHEEL = "cibuildwheel>=4,<5"
REQUEST_FILE = "mlplan.yaml"
PYTHON = "3.13"
"""The Python that mlplan and cibuildwheel themselves run on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """One run of a pipeline's build job; ``python`` is "" where it builds for all of the job's."""

    job: LockedJob
    python: str
    runner: Runner
    project: str
    local_version: str

    @property
    def name(self) -> str:
        """The name, unique in the pipeline."""
        return f"{self.job.id}-{self.python}" if self.python else self.job.id

    @property
    def environment(self) -> dict[str, str]:
        """The variables that the build reads, without those that would be empty."""
        found = {
            "MLPLAN_JOB": self.job.id,
            "MLPLAN_PYTHON": self.python,
            "MLPLAN_PROJECT": self.project,
            "MLPLAN_LOCAL_VERSION": self.local_version,
            "MLPLAN_EMULATED": self.runner.emulated,
        }
        return {name: value for name, value in found.items() if value}


def legs_of(wanted: Wanted, runners: Mapping[str, Runner]) -> list[Leg]:
    """The legs of a plan, in its order.

    ``project`` is set only where the request names the project anew for the variant.

    :raises RequestError: where there is nothing to build, two wheels would have the same name, or
        cibuildwheel cannot build a job.
    """
    if not wanted.jobs:
        raise RequestError([Problem(message="the plan has no job to build")], hint="mlplan explain")
    groups(wanted)
    found = []
    for job in wanted.jobs:
        name = wheel_name(wanted, job)
        project = "" if name.project == wanted.project else name.project
        for python in job.pythons if wanted.per_python else ("",):
            leg = Leg(
                job=job,
                python=python,
                runner=runners[job.arch],
                project=project,
                local_version=name.local,
            )
            found.append(leg)
    return found


def split_legs(legs: Sequence[Leg], limit: int) -> list[list[Leg]]:
    """Legs in groups of at most a limit."""
    return [list(legs[n : n + limit]) for n in range(0, len(legs), limit)]


def has_local_versions(wanted: Wanted) -> bool:
    """Whether a wheel of the plan has a local version, which public indexes refuse."""
    return any(wheel_name(wanted, job).local for job in wanted.jobs)


def placed(wanted: Wanted) -> Wanted:
    """What is wanted, written below the folder it was called in where ``--output`` does not say
    another place, so that the file can tell how it is compared with the plan.
    """
    if "--output" in wanted.arguments:
        return wanted
    return replace(wanted, arguments=(*wanted.arguments, "--output", "."))


def command_of(wanted: Wanted, *more: str) -> str:
    """The command that writes the file, each word quoted for bash inside a CI service's file."""
    return " ".join(shell_word(word) for word in ("mlplan", "emit", *wanted.arguments, *more))


def head_of(wanted: Wanted) -> str:
    """The comment on top of a pipeline's file."""
    return (
        f"# Written by mlplan {__version__} from mlplan.lock ({one_line(wanted.plan.date)}); "
        "do not edit.\n"
        f"# Write it again: {command_of(wanted)}\n"
    )


def _solve_check(wanted: Wanted) -> str:
    """The line that fails where the request has changed since the lock was written, if the lock
    lies where ``mlplan solve`` would write it."""
    if lock_path(wanted) != LOCK_FILE:
        return ""
    return f"if [ -f {REQUEST_FILE} ]; then mlplan solve --check; fi\n"


def holes_of(wanted: Wanted) -> dict[str, str]:
    """What every pipeline's template has holes for: lines of text, words and commands of bash."""
    one_python = 'export CIBW_BUILD="${MLPLAN_PYTHON#abi3-}-manylinux_*"\n'
    return {
        "head": head_of(wanted),
        "install": f"python -m pip install 'mlplan=={__version__}'",
        "install_builder": f"python -m pip install 'mlplan=={__version__}' '{CIBUILDWHEEL}'",
        "check": _solve_check(wanted) + command_of(wanted, "--check"),
        "lock": shell_word(lock_path(wanted)),
        "one_python": one_python if wanted.per_python else "",
        "python": PYTHON,
    }
