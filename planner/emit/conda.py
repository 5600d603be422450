"""``conda``: ``conda_build_config.yaml`` for each conda platform, the rows of jobs as ``zip_keys``.

Sources: conda-build documentation, "Build variants" (zip_keys) and "Preprocessing selectors";
names of the keys as in conda-forge's pinning.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from planner.emit.base import EmittedFile, Wanted, commented, gpu_words, minor_of
from planner.emit.file_names import file_names
from planner.plan.locked import LockedJob

NONE = "None"
"""What conda-forge writes where a row has no such thing (cuda_compiler_version)."""

PLATFORMS = {"x86_64": "linux-64", "i686": "linux-32"}
"""Conda's names of platforms, where they are not ``linux-`` and ours."""

_KEYS = {"cuda": "cuda_compiler_version", "mkl": "mkl"}
_PINNED = ("cudnn", "nccl")
_SELECTS = "#[]"  # a line of the file that ends in "[...]" is read as a selector and evaluated


class CondaConfig:
    """One configuration per platform; conda-build makes one package per row."""

    name = "conda"
    says = "conda_build_config.yaml per platform, the jobs as zip_keys"

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """A folder per platform of the plan."""
        archs = list(dict.fromkeys(job.arch for job in wanted.jobs))
        platforms = {arch: PLATFORMS.get(arch, f"linux-{arch}") for arch in archs}
        folders = file_names(list(platforms.values()))
        return tuple(
            EmittedFile(
                f"{folders[platforms[arch]]}/conda_build_config.yaml",
                _config(wanted, [job for job in wanted.jobs if job.arch == arch]),
            )
            for arch in archs
        )


def _config(wanted: Wanted, jobs: list[LockedJob]) -> str:
    """One platform's file. Pythons are an axis of their own where all jobs have the same."""
    shared = not wanted.per_python and len({job.pythons for job in jobs}) == 1
    rows = list(_rows(jobs, zipped_pythons=not shared))
    keys = dict.fromkeys(key for row in rows for key in row)
    zipped = {key: [row.get(key, NONE) for row in rows] for key in keys}
    zipped = {key: values for key, values in zipped.items() if set(values) != {NONE}}
    fixed = {"c_compiler": ["gcc"], "cxx_compiler": ["gxx"], "c_stdlib": ["sysroot"]}
    if "cuda_compiler_version" in zipped:
        fixed["cuda_compiler"] = ["cuda-nvcc"]
    if shared:
        fixed["python"] = [_python(tag) for tag in jobs[0].pythons]
    body = "".join(_list(key, values) for key, values in (fixed | zipped).items())
    keys_text = "".join(f"  {'-' if n == 0 else ' '} - {key}\n" for n, key in enumerate(zipped))
    return f"{commented((*wanted.banner, *_ABOUT))}{body}zip_keys:\n{keys_text}"


_ABOUT = (
    "Use: conda build -m THIS_FILE RECIPE. Each row of the zipped lists is one job of the plan;",
    f'"{NONE}" says that the job has no such thing, as in conda-forge.',
    "c_stdlib_version is the glibc floor. The build image of the plan plays no part here.",
)


def _rows(jobs: list[LockedJob], *, zipped_pythons: bool) -> Iterator[dict[str, str]]:
    for job in jobs:
        row = _row(job)
        if not zipped_pythons:
            yield row
            continue
        for tag in job.pythons:
            yield {**row, "python": _python(tag)}


def _row(job: LockedJob) -> dict[str, str]:
    gcc = job.gcc.split(".")[0]
    parts = {name: job.components.get(name) for name in _PINNED}
    return {
        "mlplan_job": job.id,
        **{_key(family): minor_of(version) for family, version in job.accelerators.items()},
        "c_compiler_version": gcc,
        "cxx_compiler_version": gcc,
        "c_stdlib_version": job.glibc,
        **{name: minor_of(part.version) for name, part in parts.items() if part and part.version},
        "gpu_targets": " ".join(gpu_words(job)) or NONE,
    }


def _key(family: str) -> str:
    """What conda-forge calls the release of a family."""
    return _KEYS.get(family, f"{re.sub(r'[^A-Za-z0-9_]', '_', family)}_version")


def _python(tag: str) -> str:
    """``3.14.* *_cp314`` of cp314: conda's version and build of that interpreter. What is no
    CPython stays the tag that it is.
    """
    plain = tag.removeprefix("abi3-")
    digits = plain.removeprefix("cp").removesuffix("t")
    if not plain.startswith("cp") or not digits.isdigit():
        return tag
    return f"{digits[0]}.{digits[1:]}.* *_{plain}"


def _list(key: str, values: list[str]) -> str:
    return f"{key}:\n" + "".join(f"  - {quoted(value)}\n" for value in values)


def quoted(text: str) -> str:
    """Text as a double-quoted YAML scalar without a character that conda-build takes for more."""
    shown = json.dumps(text, ensure_ascii=False)
    return "".join(
        c if c.isprintable() and c not in _SELECTS else f"\\U{ord(c):08x}" for c in shown
    )
