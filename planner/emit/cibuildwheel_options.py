"""What cibuildwheel is told about the jobs of one configuration, in whatever form.

Written for cibuildwheel 4 (documentation, "Options"). One configuration serves one variant and
release on several architectures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from planner.emit.base import Wanted, one_line
from planner.emit.env_files import cautions
from planner.emit.file_names import file_names
from planner.emit.installation import steps
from planner.emit.naming import check_names
from planner.emit.quoting import shell_inner, shell_word
from planner.emit.settings import Setting
from planner.errors import Problem, RequestError
from planner.plan.locked import LockedJob

ARCHITECTURES = ("x86_64", "i686", "aarch64", "ppc64le", "s390x", "armv7l", "riscv64")
"""Architectures for Linux that cibuildwheel knows."""
DRIVER_SONAMES = {"cuda": ("libcuda.so.1", "libnvidia-ml.so.1")}
"""Libraries of the driver: they come with it on the user's machine, never in a wheel."""
AUDIT_REQUIRES = "mlplan"

_TAG = re.compile(r"(?:abi3(?P<t>t?)-)?(?P<python>[a-z]+\d+t?)")


@dataclass(frozen=True, slots=True)
class Group:
    """The jobs of one variant and release, and the name of their files."""

    name: str
    jobs: tuple[LockedJob, ...]


def groups(wanted: Wanted) -> tuple[Group, ...]:
    """The configurations to write.

    :raises RequestError: for architectures that cibuildwheel does not have, and for jobs whose
        wheels would have the same file name.
    """
    check_names(wanted)
    for job in wanted.jobs:
        if job.arch not in ARCHITECTURES:
            problem = Problem(
                message=f"cibuildwheel does not build for the architecture of {job.id}",
                found=job.arch,
                allowed=", ".join(ARCHITECTURES),
            )
            raise RequestError([problem], hint="--arch NAME leaves others out")
    found: dict[str, list[LockedJob]] = {}
    for job in wanted.jobs:
        found.setdefault(job.id.removesuffix(f"-{job.arch}"), []).append(job)
    names = file_names(list(found))
    return tuple(Group(names[key], tuple(jobs)) for key, jobs in found.items())


def identifiers(job: LockedJob) -> tuple[str, ...]:
    """``cp312-manylinux_x86_64`` ...; a stable ABI is built once, by the Python that it names."""
    pythons = [_python(tag) for tag in job.pythons]
    return tuple(f"{python}-{libc(job)}_{job.arch}" for python in dict.fromkeys(pythons))


def libc(job: LockedJob) -> str:
    """The C library as build identifiers name it."""
    return "musllinux" if job.policy.startswith("musllinux") else "manylinux"


def _python(tag: str) -> str:
    """``cp311`` of ``abi3-cp311``, ``gp312_*`` of ``gp312`` (cibuildwheel adds its version)."""
    match = _TAG.fullmatch(tag)
    python = match["python"] if match else tag
    if match and match["t"] and not python.endswith("t"):
        python += "t"
    return f"{python}_*" if python.startswith("gp") else python


def enabled(wanted: Wanted, jobs: Sequence[LockedJob]) -> tuple[str, ...]:
    """Groups of builds that cibuildwheel leaves out unless asked: only what ``build`` names is
    built. A Python that the request lists by its tag may be a prerelease."""
    pythons = {_python(tag) for job in jobs for tag in job.pythons}
    listed = any(isinstance(wanted.asked(job, "python"), list) for job in jobs)
    found = ["cpython-prerelease"] if listed else []
    if any(python.startswith("gp") for python in pythons):
        found.append("graalpy")
    if any(python.startswith("pp") for python in pythons):
        found += ["pypy", "pypy-eol"]
    return tuple(found)


def image_option(job: LockedJob) -> str:
    """``manylinux-x86_64-image``."""
    return f"{libc(job)}-{job.arch}-image"


def before_all(job: LockedJob) -> tuple[str, ...]:
    """Commands that prepare a job's image."""
    return tuple(command for step in steps(job) for command in step.commands)


def environment_value(setting: Setting) -> str:
    """A value between double quotes of cibuildwheel's environment, a joined one keeps the rest."""
    value = shell_inner(setting.value)
    return f"{value}{setting.joint}${setting.name}" if setting.joint else value


def repair_command(wanted: Wanted, job: LockedJob) -> str:
    """auditwheel with the plan's tag and no other; libraries that stay outside by exact soname."""
    words = ["auditwheel", "repair", "--plat", job.platform_tag, "--only-plat"]
    for soname in excluded(wanted, job):
        words += ["--exclude", soname]
    return " ".join([*map(shell_word, words), "-w", "{dest_dir}", "{wheel}"])


def excluded(wanted: Wanted, job: LockedJob) -> tuple[str, ...]:
    """Sonames of the plan's components and of the drivers, as the libraries have them: every
    library of each project, since a wheel may link any of them (``libcublasLt``)."""
    drivers = [s for family in job.accelerators for s in DRIVER_SONAMES.get(family, ())]
    sonames = {part.soname for part in job.components.values() if part.soname}
    for part in job.components.values():
        if part.soname and part.project and part.version:
            sonames.update(wanted.libraries.get((part.project, part.version), ()))
    return tuple(sorted({*sonames, *drivers}))


def audit_command(wanted: Wanted) -> str:
    """The verification of each repaired wheel, on the machine that runs cibuildwheel."""
    path = lock_path(wanted)
    project = "" if path.startswith("/") else "{project}/"
    return f"mlplan verify --plan {project}{shell_word(path)} {{wheel}}"


def lock_path(wanted: Wanted) -> str:
    """The lock that the command named, else the usual one."""
    words = wanted.arguments
    return words[words.index("--plan") + 1] if "--plan" in words else "mlplan.lock"


def notes(wanted: Wanted, job: LockedJob) -> tuple[str, ...]:
    """What a reader must know of a job's settings, for comments."""
    found = list(cautions(job))
    if job.image.digest is None:
        found.append(f"No digest is known of {one_line(job.image.reference)}: it is not pinned.")
    if unnamed := _unnamed(wanted, job):
        names = ", ".join(unnamed)
        found.append(f"No soname is known of {names}: auditwheel grafts them if they are linked.")
    return tuple(found)


def _unnamed(wanted: Wanted, job: LockedJob) -> list[str]:
    """Linked components without a soname in the plan."""
    links = wanted.asked(job, "links")
    linked = links if isinstance(links, list) else []
    return [n for n, p in job.components.items() if n in linked and p.soname is None]
