"""``env``: a file of ``export`` lines per job (contract: docs/emit-build.md)."""

from __future__ import annotations

from planner.emit.base import EmittedFile, Wanted, commented, one_line
from planner.emit.file_names import file_names
from planner.emit.gpu_spellings import gpu_code, torch_adds
from planner.emit.places import compilers
from planner.emit.quoting import shell_word
from planner.emit.settings import Setting, settings
from planner.plan.locked import LockedJob


class EnvFiles:
    """Shell files to be sourced before a build: ``. ./cu13-cuda13.5.0-x86_64.sh``."""

    name = "env"
    says = "compilers, GPU targets and flags as export lines, one file per job"

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """One file per job."""
        names = file_names([job.id for job in wanted.jobs])
        return tuple(EmittedFile(f"{names[job.id]}.sh", _text(wanted, job)) for job in wanted.jobs)


def _text(wanted: Wanted, job: LockedJob) -> str:
    head = commented((*wanted.banner, *cautions(job)))
    lines = [exported(setting) for setting in settings(wanted, job)]
    return f"# shellcheck shell=sh\n{head}" + "".join(f"{line}\n" for line in lines)


def cautions(job: LockedJob) -> tuple[str, ...]:
    """What a build with these settings does otherwise than the plan says, for comments."""
    found = [f"Job {one_line(job.id)}: {job.platform_tag}, {job.toolset} (gcc {job.gcc})."]
    if compilers(job) is None:
        found.append(f"Set CC and CXX: where {one_line(job.toolset)} has them is not known.")
    found += [
        f"TORCH_CUDA_ARCH_LIST cannot ask for PTX alone: PyTorch builds {target} too."
        for target in torch_adds(gpu_code(job))
    ]
    return tuple(found)


def exported(setting: Setting) -> str:
    """An ``export`` line; a joined value keeps what the variable held."""
    if not setting.joint:
        return f"export {setting.name}={shell_word(setting.value)}"
    name, word = setting.name, shell_word(setting.value)
    return f'export {name}={word}"${{{name}:+{setting.joint}${name}}}"'
