"""``nvcc``: GPU targets as compiler options, a file per job (contract: docs/emit-build.md)."""

from __future__ import annotations

from planner.emit.base import EmittedFile, Wanted, one_line
from planner.emit.file_names import file_names
from planner.emit.gpu_spellings import gencode, gpu_code, offload_arch
from planner.errors import Problem, RequestError
from planner.plan.locked import LockedJob

INDEX = "README.txt"


class NvccOptions:
    """Option files for ``nvcc --options-file`` and, for AMD targets, ``clang++ @file``."""

    name = "nvcc"
    says = "-gencode and --offload-arch lines, one file per job with GPU code"

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """One file per job with GPU code, and an index: option files have no comments.

        :raises RequestError: where no job has GPU code.
        """
        names = file_names([job.id for job in wanted.jobs])
        jobs = [job for job in wanted.jobs if option_lines(job)]
        if not jobs:
            problem = Problem(path="variants", message="no job has GPU code")
            raise RequestError([problem], hint="gpu: [sm_90, ...] in the request")
        files = [EmittedFile(INDEX, _index(wanted, jobs, names))]
        for job in jobs:
            text = "".join(f"{line}\n" for line in option_lines(job))
            files.append(EmittedFile(f"{names[job.id]}.opts", text))
        return tuple(files)


def option_lines(job: LockedJob) -> tuple[str, ...]:
    """``-gencode arch=compute_90,code=sm_90`` ..., ``--offload-arch=gfx90a`` ..."""
    code = gpu_code(job)
    return (*(f"-gencode {pair}" for pair in gencode(code)), *offload_arch(code))


def _index(wanted: Wanted, jobs: list[LockedJob], names: dict[str, str]) -> str:
    lines = [*wanted.banner, ""]
    for job in jobs:
        how = "nvcc --options-file {}" if gpu_code(job).cuda else "clang++ -x hip @{}"
        release = " ".join(f"{f} {v}" for f, v in job.accelerators.items())
        lines.append(f"{how.format(f'{names[job.id]}.opts')}  ({one_line(release)})")
    return "".join(f"{line}\n" for line in lines)
