"""GPU targets of a job as each build tool spells them.

Sources: nvcc manual ("GPU Feature List", ``-gencode``), ``torch.utils.cpp_extension``
(``TORCH_CUDA_ARCH_LIST``), CMake (``CUDA_ARCHITECTURES``, ``HIP_ARCHITECTURES``), Clang
(``--offload-arch``, "Clang Offload Bundler", target ID).
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.errors import LockError, Problem
from planner.model.gpu_targets import parse_target
from planner.plan.locked import LockedJob

_FORMS = (("cuda", "real"), ("cuda", "virtual"), ("hip", "targets"))


@dataclass(frozen=True, slots=True)
class GpuCode:
    """What GPU code a job builds: ``sm_90a`` ..., ``compute_90`` ..., ``gfx90a:xnack+`` ..."""

    real: tuple[str, ...]
    virtual: tuple[str, ...]
    hip: tuple[str, ...]

    @property
    def cuda(self) -> bool:
        """Whether there is code for CUDA."""
        return bool(self.real or self.virtual)


def gpu_code(job: LockedJob) -> GpuCode:
    """The targets of a job by form.

    :raises LockError: for a target that is none: it would be an option of compilers.
    """
    forms = {form: job.gpu.get(form, ()) for form in _FORMS}
    for (kind, form), targets in forms.items():
        for target in targets:
            if parse_target(target) != (target,) or not target.isprintable():
                path = f"jobs.{job.id}.gpu.{kind}.{form}"
                raise LockError([Problem(path=path, message="is no GPU target", found=target)])
    return GpuCode(*forms.values())


def number_of(target: str) -> str:
    """``90a`` of ``sm_90a``."""
    return target.partition("_")[2]


def dotted(target: str) -> str:
    """``9.0a`` of ``sm_90a``, ``12.0`` of ``compute_120``."""
    number = number_of(target)
    digits = number.rstrip("af")
    return f"{digits[:-1]}.{digits[-1]}{number[len(digits) :]}"


def torch_list(code: GpuCode) -> str:
    """``7.5;9.0a;12.0+PTX``. PTX of a target without its machine code cannot be said: PyTorch
    builds both (see ``torch_adds``)."""
    ptx = {dotted(target) for target in code.virtual}
    names = [dotted(target) for target in code.real]
    names += [dotted(target) for target in code.virtual]
    return ";".join(f"{n}+PTX" if n in ptx else n for n in dict.fromkeys(names))


def torch_adds(code: GpuCode) -> tuple[str, ...]:
    """Machine code that PyTorch builds beyond the plan: ``sm_120`` where only its PTX is wanted."""
    wanted = {number_of(target) for target in code.real}
    numbers = [number_of(target) for target in code.virtual]
    return tuple(f"sm_{number}" for number in numbers if number not in wanted)


def cmake_cuda(code: GpuCode) -> str:
    """``75-real;90a-real;120-virtual``."""
    names = [f"{number_of(target)}-real" for target in code.real]
    return ";".join([*names, *(f"{number_of(target)}-virtual" for target in code.virtual)])


def gencode(code: GpuCode) -> tuple[str, ...]:
    """``arch=compute_90a,code=sm_90a`` ..., the values of ``-gencode``."""
    real = [f"arch=compute_{number_of(target)},code={target}" for target in code.real]
    return (*real, *(f"arch={target},code={target}" for target in code.virtual))


def offload_arch(code: GpuCode) -> tuple[str, ...]:
    """``--offload-arch=gfx90a:xnack+`` ..., options of Clang and hipcc."""
    return tuple(f"--offload-arch={target}" for target in code.hip)


def hip_list(code: GpuCode, joint: str = ";") -> str:
    """``gfx90a:xnack+;gfx942``."""
    return joint.join(code.hip)
