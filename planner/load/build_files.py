"""Build scripts and workflows, searched for the few settings that say what wheels hold.

They are programs: nothing is run, and only what stands there as a plain value is taken.
Variables: cmake-variables(7) ``CMAKE_CUDA_ARCHITECTURES``, ``CMAKE_HIP_ARCHITECTURES``,
``CMAKE_CXX_STANDARD``; ``TORCH_CUDA_ARCH_LIST`` and ``PYTORCH_ROCM_ARCH`` of
torch/utils/cpp_extension.py; ``GPU_TARGETS`` of ROCm's CMake modules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.model.projects import Place, Stated

_GPU = re.compile(
    r"""(?:(?P<define>-D)|\b)(?P<name>(?:CMAKE_)?(?:CUDA|HIP)_ARCHITECTURES|TORCH_CUDA_ARCH_LIST|PYTORCH_ROCM_ARCH
        |(?:AMD)?GPU_TARGETS)\b
        ["']?\s*\]?\s*[:=,(]?\s*(?P<quote>["']?)(?P<value>[^"'()#\n]+)""",
    re.VERBOSE,
)
_FLAGS = re.compile(r"arch=compute_\w+,code=\[?[\w,]+\]?|--offload-arch=[\w:+-]+")
_CMAKE_WORDS = frozenset({"CACHE", "STRING", "INTERNAL", "FORCE", "PARENT_SCOPE"})
_CXX = re.compile(
    r"CMAKE_(?:CXX|CUDA)_STANDARD\s+(\d\d)\b|\bcxx_std_(\d\d)\b|-std=(?:c|gnu)\+\+(\w\w)\b"
)
_LANGUAGES = re.compile(
    r"""(?:project\s*\([^)]*\bLANGUAGES\b(?P<many>[^)]*)\)
        |enable_language\s*\(\s*(?P<one>\w+)
        |find_package\s*\(\s*(?P<package>CUDAToolkit|CUDA|hip|HIP|MKL)\b
        |\b(?P<setup>CUDA)Extension\s*\()""",
    re.VERBOSE,
)
_INDEX = re.compile(r"https?://[^\s\"'<>]+/whl/[\w./+-]+")


def gpu_lists(text: str, file: str) -> Iterator[Stated]:
    """The lists of GPU targets that a script sets; those made of other variables are left out."""
    for match in _GPU.finditer(text):
        value = match["value"].strip()
        if not match["quote"]:
            words = value.split()
            stop = [number for number, word in enumerate(words) if word in _CMAKE_WORDS]
            end = 1 if match["define"] else stop[0] if stop else len(words)
            value = " ".join(words[:end])
        if value and "$" not in value and "%" not in value:
            yield Stated(value=value, place=_place(text, match.start(), file, match["name"]))
    flags = list(_FLAGS.finditer(text))
    if flags:
        value = " ".join(flag[0] for flag in flags)
        yield Stated(value=value, place=_place(text, flags[0].start(), file, "compiler flags"))


def cxx_standards(text: str, file: str) -> Iterator[Stated]:
    """The C++ standards that a script asks for, as it writes them (``17``, ``1z``)."""
    for match in _CXX.finditer(text):
        value = match[1] or match[2] or match[3]
        yield Stated(value=value, place=_place(text, match.start(), file, match[0].split()[0]))


def languages(text: str, file: str) -> Iterator[Stated]:
    """The languages and toolkits that a build script turns on: ``CUDA``, ``HIP``, ``MKL`` ..."""
    for match in _LANGUAGES.finditer(text):
        words = match["many"].split() if match["many"] is not None else []
        words += [word for word in (match["one"], match["package"], match["setup"]) if word]
        for word in words:
            what = match[0].partition("(")[0].strip()
            yield Stated(value=word, place=_place(text, match.start(), file, what))


def indexes(text: str, file: str) -> Iterator[Stated]:
    """Package indexes whose address names an accelerator (``.../whl/cu128``)."""
    for match in _INDEX.finditer(text):
        yield Stated(value=match[0], place=_place(text, match.start(), file, "package index"))


def _place(text: str, position: int, file: str, what: str) -> Place:
    return Place(file=file, what=what, line=text.count("\n", 0, position) + 1)
