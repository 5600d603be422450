"""``cmake-presets``: a configure preset per job (contract: docs/emit-build.md).

Source: cmake-presets(7).
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.emit.base import EmittedFile, Wanted
from planner.emit.file_names import file_names
from planner.emit.gpu_spellings import cmake_cuda, gpu_code, hip_list
from planner.emit.places import compilers, cuda_home
from planner.emit.quoting import json_document, preset_value
from planner.emit.settings import (
    Setting,
    cxx_standard,
    flag_settings,
    identity_settings,
    target_settings,
    tool_settings,
)
from planner.plan.locked import LockedJob

VERSION = 3
"""Of the presets file: CMake 3.21 and later read it."""
MINIMUM = {"major": 3, "minor": 21, "patch": 0}
_CACHED = ("CC", "CXX", "CUDACXX", "CUDAHOSTCXX", "CUDAARCHS")
"""Variables of the environment that cache variables replace; so do all named ``CMAKE_*``."""


class CMakePresets:
    """``CMakePresets.json``, or under another name a file that the project's own includes."""

    name = "cmake-presets"
    says = "CMakePresets.json with a configure preset per job"

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """The one document."""
        folders = file_names([job.id for job in wanted.jobs])
        document = {
            "version": VERSION,
            "cmakeMinimumRequired": MINIMUM,
            "vendor": {"mlplan/1": {"written": list(wanted.banner)}},
            "configurePresets": [_preset(wanted, job, folders[job.id]) for job in wanted.jobs],
        }
        return (EmittedFile("CMakePresets.json", json_document(document)),)


def _preset(wanted: Wanted, job: LockedJob, folder: str) -> dict[str, object]:
    release = ", ".join(f"{f} {v}" for f, v in job.accelerators.items()) or "no accelerator"
    return {
        "name": job.id,
        "displayName": f"{job.variant}: {release}, {job.platform_tag}",
        "binaryDir": f"${{sourceDir}}/build/{folder}",
        "cacheVariables": {n: preset_value(v) for n, v in _cache(wanted, job)},
        "environment": {setting.name: _value(setting) for setting in _environment(wanted, job)},
    }


def _cache(wanted: Wanted, job: LockedJob) -> Iterator[tuple[str, str]]:
    """Variables that CMake reads on the first configuration."""
    found, code = compilers(job), gpu_code(job)
    standard = cxx_standard(wanted, job)
    languages = ["CXX"]
    if found is not None:
        yield "CMAKE_C_COMPILER", found.c
        yield "CMAKE_CXX_COMPILER", found.cxx
    if "cuda" in job.accelerators:
        languages.append("CUDA")
        home = cuda_home(job.accelerators["cuda"])
        yield "CMAKE_CUDA_COMPILER", f"{home}/bin/nvcc"
        yield "CUDAToolkit_ROOT", home
        if found is not None:
            yield "CMAKE_CUDA_HOST_COMPILER", found.cxx
    if code.cuda:
        yield "CMAKE_CUDA_ARCHITECTURES", cmake_cuda(code)
    if "rocm" in job.accelerators:
        languages.append("HIP")
    if code.hip:
        yield "CMAKE_HIP_ARCHITECTURES", hip_list(code)
    for language in languages:
        if standard:
            yield f"CMAKE_{language}_STANDARD", standard
            yield f"CMAKE_{language}_STANDARD_REQUIRED", "ON"


def _environment(wanted: Wanted, job: LockedJob) -> Iterator[Setting]:
    """What is no cache variable; the ABI as flags in front of the user's own."""
    for setting in (
        *identity_settings(wanted, job),
        *tool_settings(job),
        *target_settings(gpu_code(job)),
    ):
        if setting.name not in _CACHED and not setting.name.startswith("CMAKE_"):
            yield setting
    yield from flag_settings(job, None)


def _value(setting: Setting) -> str:
    value = preset_value(setting.value)
    return f"{value}{setting.joint}$penv{{{setting.name}}}" if setting.joint else value
