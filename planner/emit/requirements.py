"""``requirements``: the vendor's runtime projects that a wheel of each job must declare.

Sources: core metadata specification (Requires-Dist), dependency specifiers, pip's requirements and
constraints files; for the ranges see :func:`_range`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from planner.emit.base import EmittedFile, Wanted, commented, one_line
from planner.emit.file_names import file_names
from planner.errors import LockError, Problem
from planner.plan.locked import LockedComponent, LockedJob

ONLY_IF_LINKED = frozenset(
    {"nvrtc", "nvfatbin", "npp", "nvjpeg", "cupti", "cufile", "nvtx", "sycl"},
)
"""Components of a toolkit that a job has only where its request links them (docs/request.md)."""

SEPARATE = frozenset({"cudnn", "nccl", "cusparselt", "nvshmem"})
"""Libraries with releases of their own: no extra of the metapackage ``cuda-toolkit``."""

_FIRST_METAPACKAGE = Version("11.8")


@dataclass(frozen=True, slots=True)
class Runtime:
    """A project that a job's wheel needs when it runs.

    ``pin`` is the version that the job is built against, as a specifier; ``range`` what may stand
    in for it.
    """

    project: str
    pin: str
    range: str


class Requirements:
    """Four files per job: for METADATA, for pyproject.toml, for pip, and exact pins."""

    name = "requirements"
    says = "vendor runtime projects per job: Requires-Dist, dependencies, constraints"

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """A folder per job."""
        folders = file_names([job.id for job in wanted.jobs])
        return tuple(
            EmittedFile(f"{folders[job.id]}/{name}", text)
            for job in wanted.jobs
            for name, text in _texts(wanted, job).items()
        )


def _texts(wanted: Wanted, job: LockedJob) -> dict[str, str]:
    linked = runtimes(_linked(wanted, job))
    everything = runtimes(job.components)
    needs = [f"{each.project}{each.range}" for each in linked]
    marked = [f"{need}; {marker(job)}" for need in needs]
    head = commented((*wanted.banner, *(one_line(line) for line in _about(wanted, job))))
    pins = [f"{each.project}{each.pin}" for each in everything]
    items = "".join(f"  {json.dumps(item)},\n" for item in marked)
    table = f"[project]\ndependencies = [\n{items}]\n" if marked else ""
    return {
        "requires-dist.txt": head + "".join(f"Requires-Dist: {item}\n" for item in marked),
        "dependencies.toml": head + table,
        "requirements.txt": head + _lines(["-c constraints.txt", *needs] if needs else []),
        "constraints.txt": head + _lines(pins),
    }


def _lines(items: list[str]) -> str:
    return "".join(f"{item}\n" for item in items)


def marker(job: LockedJob) -> str:
    """Where a job's wheel is installed, as an environment marker (tools that read the metadata of
    one wheel take it for all of them).
    """
    return f"platform_system == 'Linux' and platform_machine == '{job.arch}'"


def _linked(wanted: Wanted, job: LockedJob) -> dict[str, LockedComponent]:
    """The components that the job links: those of the request, else all usual ones."""
    links = wanted.asked(job, "links")
    if isinstance(links, list):
        return {name: part for name, part in job.components.items() if name in links}
    return {
        n: part for n, part in job.components.items() if n not in ONLY_IF_LINKED and _runs(part)
    }


def _runs(part: LockedComponent) -> bool:
    """Whether a component is there when the wheel runs: a compiler has neither soname nor range."""
    return bool(part.soname or part.range)


def runtimes(components: Mapping[str, LockedComponent]) -> list[Runtime]:
    """The projects of some components by name, each once.

    :raises LockError: where one of them is no requirement that an installer could read.
    """
    found: dict[str, Runtime] = {}
    for part in components.values():
        if part.project is not None:
            runtime = Runtime(part.project, _pin(part), _range(part))
            for specifier in (runtime.pin, runtime.range):
                _checked(f"{part.project}{specifier}")
            found.setdefault(canonicalize_name(part.project), runtime)
    return [found[name] for name in sorted(found)]


def _checked(requirement: str) -> None:
    try:
        Requirement(requirement)
    except InvalidRequirement:
        problem = Problem(message="is no requirement", path="components", found=requirement)
        raise LockError([problem], hint="mlplan solve writes a new one") from None


def _pin(part: LockedComponent) -> str:
    """Exact, but for a version that only names a line of releases ("2025")."""
    if part.range and (part.version or "").count(".") < 2:
        return _ordered(part.range)
    return f"=={part.version}" if part.version else ""


def _range(part: LockedComponent) -> str:
    """What may stand in for the version built against: the vendor's own range where the release
    has one, else from that version up to the next major one.

    Not older: a library may have gained functions that the wheel calls. Not of another major: that
    is another soname (libcublas.so.12, libcublas.so.13). Within a major of CUDA, newer libraries
    run with the same drivers (CUDA Compatibility, "Minor Version Compatibility").
    """
    if part.range:
        return _ordered(part.range)
    if part.version is None:
        return ""
    try:
        return f">={part.version},<{Version(part.version).major + 1}"
    except InvalidVersion:
        return f">={part.version}"  # and is refused as no requirement


def _ordered(range_: str) -> str:
    """A specifier with its lower bounds first, as people write it."""
    parts = [part.strip() for part in range_.split(",")]
    return ",".join(sorted(parts, key=lambda part: (part[:1] != ">", part)))


def _about(wanted: Wanted, job: LockedJob) -> list[str]:
    """What the files of a job cannot say by themselves."""
    linked = _linked(wanted, job)
    asked = wanted.asked(job, "links")
    lines = [f"Job: {job.id}"]
    if not linked and not asked:
        return [*lines, "It needs no vendor runtime."]
    named = asked if isinstance(asked, list) else ()
    nowhere = {str(name) for name in (*linked, *named)} - {
        name for name, part in linked.items() if part.project
    }
    if nowhere:
        lines.append(f"No project on the package index is known for: {' '.join(sorted(nowhere))}")
    if nowhere and "rocm" in job.accelerators:
        lines.append(f"Users install ROCm {job.accelerators['rocm']} from AMD's repositories.")
    if asked is None and runtimes(linked):
        lines.append("The request names no links: these are all usual libraries of the release.")
    return [*lines, *_metapackage(job, linked)]


def _metapackage(job: LockedJob, linked: Mapping[str, LockedComponent]) -> list[str]:
    """NVIDIA's own way to say the same: a metapackage with an extra per component."""
    release = job.accelerators.get("cuda")
    extras = sorted(
        name
        for name, part in linked.items()
        if name not in SEPARATE and (part.project or "").startswith("nvidia-")
    )
    if release is None or not extras or Version(release) < _FIRST_METAPACKAGE:
        return []
    return [f"NVIDIA's metapackage for the same: cuda-toolkit[{','.join(extras)}]=={release}.*"]
