"""What has to be installed in a job's image before it can build: toolset and vendor toolkits.

Each step is a few shell commands that stop at the first failure (joined with ``&&``). Nothing is
guessed: what no known repository has becomes a command that fails and says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from planner.emit.base import minor_of
from planner.emit.places import (
    compilers,
    cuda_home,
    mkl_home,
    numbers,
    python_program,
    rocm_home,
)
from planner.emit.quoting import shell_word
from planner.emit.vendor_packages import (
    AmdRelease,
    Manager,
    amd_release,
    manager_of,
    nvidia_repository,
    power_tools,
)
from planner.plan.locked import LockedComponent, LockedJob

_VERSION = re.compile(r"\d+(\.\d+)+")
_WITH_MAJOR = re.compile(r"-cu\d+$")
_PIP = "-m pip install --no-cache-dir --no-deps --only-binary :all:"
MKL_HEADERS = ("mkl-devel", "mkl-include")
"""Projects with the headers and CMake files of MKL; their versions are those of ``mkl``."""


@dataclass(frozen=True, slots=True)
class Step:
    """Commands that install one thing; ``rule`` is the hadolint rule that asks for versions of
    packages of the base distribution, which the plan does not pin."""

    says: str
    commands: tuple[str, ...]
    rule: str = ""


def steps(job: LockedJob) -> tuple[Step, ...]:
    """Everything to install in the image of a job, toolset first."""
    found = [_toolset(job)]
    known = {"cuda": _cuda, "rocm": _rocm, "mkl": _mkl}
    for family, version in job.accelerators.items():
        is_known = family in known and _VERSION.fullmatch(version)
        found.append(known[family](job, version) if is_known else _unknown(family, version))
    return tuple(found)


def failing(message: str) -> str:
    """A command that fails with a message."""
    return f"(echo {shell_word(f'mlplan: {message}')} >&2; exit 1)"


def _unknown(family: str, version: str) -> Step:
    title = f"{family} {version}"
    return Step(title, (failing(f"how to install {title} is not known, put it here"),))


def _toolset(job: LockedJob) -> Step:
    """The toolset's packages, and its compiler's version for the log."""
    title = f"{job.toolset}: gcc {job.gcc}, binutils {job.binutils or 'not known'}"
    manager = manager_of(job.image.base)
    where = compilers(job)
    told = (f"{where.cxx} --version",) if where else ()
    if not job.setup:
        missing = failing(f"where the compilers of {job.toolset} lie is not known")
        return Step(f"{title} (in the image)", told or (missing,))
    if manager is None:
        return Step(title, (failing(f"{job.image.base}: package manager not known"),))
    packages = [shell_word(name) for name in job.setup]
    return Step(title, (*manager.commands(*packages), *told), manager.rule)


def _cuda(job: LockedJob, version: str) -> Step:
    nvcc = job.components.get("nvcc")
    if nvcc is not None and nvcc.project and not _WITH_MAJOR.search(nvcc.project):
        return _cuda_wheels(job, version)
    return _cuda_packages(job, version)


def _cuda_packages(job: LockedJob, version: str) -> Step:
    """The toolkit from NVIDIA's packages, and from wheels what it does not hold (cuDNN, NCCL)."""
    base, home = job.image.base, cuda_home(version)
    repository = nvidia_repository(base, job.arch, version)
    manager = manager_of(base)
    if repository is None or manager is None:
        message = f"NVIDIA has no packages of CUDA {version} for {base} on {job.arch}; " + (
            f"put a toolkit of that version into {home}"
        )
        return Step(f"CUDA {version}", (failing(message),))
    file, address = repository
    package = f"cuda-toolkit-{minor_of(version).replace('.', '-')}"
    pinned = f"{package}-{version}" if len(numbers(version)) > 2 else package
    return Step(
        f"CUDA {version} from NVIDIA's packages",
        (
            f"curl -fsSL -o /etc/yum.repos.d/{file} {address}",
            *manager.commands(pinned),
            *_separate_wheels(job, version, home),
            f"{home}/bin/nvcc --version",
        ),
        "" if pinned != package else manager.rule,
    )


def _separate_wheels(job: LockedJob, version: str, home: str) -> tuple[str, ...]:
    """Parts with versions of their own, linked into the toolkit's folders."""
    parts = {
        name: part
        for name, part in job.components.items()
        if name in ("cudnn", "nccl", "cusparselt", "nvshmem", "cutensor")
    }
    if not _pins(parts):
        return ()
    root = f"/opt/cuda-{version}-parts"
    search = f"find {root}/nvidia -mindepth 2 -maxdepth 2"
    return (
        f"{python_program(job)} {_PIP} --target {root} {' '.join(_pins(parts))}",
        _development_links(f"{root}/nvidia/*/lib"),
        f"{search} -name include -exec cp -rsn {{}}/. {home}/include/ \\;",
        f"{search} -name lib -exec cp -rsn {{}}/. {home}/lib64/ \\;",
    )


def _cuda_wheels(job: LockedJob, version: str) -> Step:
    """The toolkit from the wheels that NVIDIA publishes from CUDA 13.0 on, pinned by the plan."""
    root, home = f"/opt/cuda-{version}", cuda_home(version)
    wheels = f"{root}/nvidia/cu{numbers(version)[0]}"
    parts = {n: p for n, p in job.components.items() if (p.project or "").startswith("nvidia-")}
    others: tuple[str, ...] = ()
    if any(_WITH_MAJOR.search(part.project or "") for part in parts.values()):
        names = f"-type d ! -name {wheels.rpartition('/')[2]}"
        search = f"find {root}/nvidia -mindepth 1 -maxdepth 1 {names}"
        others = (f"{search} -exec cp -rsn {{}}/. {wheels}/ \\;",)
    return Step(
        f"CUDA {version} from NVIDIA's wheels",
        (
            f"{python_program(job)} {_PIP} --target {root} {' '.join(_pins(parts))}",
            *others,
            f"ln -sfn {wheels} {home}",
            f"ln -sfn lib {home}/lib64",
            _development_links(f"{home}/lib"),
            f"{home}/bin/nvcc --version",
        ),
    )


def _rocm(job: LockedJob, version: str) -> Step:
    release = amd_release(job.image.base, job.arch, version)
    manager = manager_of(job.image.base)
    if release is None or manager is None:
        message = f"AMD's guides name no repository of ROCm {version} for {job.image.base} on " + (
            f"{job.arch}; put that release into {rocm_home(version)}"
        )
        return Step(f"ROCm {version}", (failing(message),))
    commands = tuple(_rocm_commands(job.image.base, version, release, manager))
    return Step(f"ROCm {version} from AMD's packages", commands, manager.rule)


def _rocm_commands(base: str, version: str, release: AmdRelease, manager: Manager) -> Iterator[str]:
    """Repository, development packages of the base that AMD's need, and the release itself."""
    yield f"{manager.install} epel-release dnf-plugins-core"
    if (tools := power_tools(base)) is not None:
        yield f"dnf config-manager --set-enabled {tools}"
    lines = ["[rocm]", f"name=ROCm {version}", f"baseurl={release.repository}", "enabled=1"]
    lines += ["priority=50", "gpgcheck=1", f"gpgkey={release.key}"]
    told = " ".join(shell_word(line) for line in lines)
    yield f"printf '%s\\n' {told} > /etc/yum.repos.d/rocm.repo"
    yield from manager.commands(*release.packages)
    yield f"{rocm_home(version)}/bin/hipconfig --version"


def _mkl(job: LockedJob, version: str) -> Step:
    """MKL from Intel's wheels: libraries and headers of one version, threading layers by range."""
    home = mkl_home(version)
    parts = {
        name: part
        for name, part in job.components.items()
        if (part.project or "").startswith(("mkl", "intel-", "tbb"))
    }
    headers = [f"{project}=={version}" for project in MKL_HEADERS]
    pins = [*_pins(parts), *(shell_word(pin) for pin in headers)]
    return Step(
        f"MKL {version} from Intel's wheels",
        (
            f"{python_program(job)} {_PIP} --prefix {home} {' '.join(pins)}",
            _development_links(f"{home}/lib"),
            f"test -f {home}/include/mkl.h",
        ),
    )


def _pins(parts: dict[str, LockedComponent]) -> list[str]:
    """Requirements of components, each project once, quoted where a shell needs it."""
    found: dict[str, str] = {}
    for part in parts.values():
        if part.project and (requirement := _requirement(part)):
            found[part.project] = requirement
    return [shell_word(f"{project}{found[project]}") for project in sorted(found)]


def _requirement(part: LockedComponent) -> str:
    """``==13.5.37``; a range where the release names no whole version."""
    if part.version and len(numbers(part.version)) > 1:
        return f"=={part.version}"
    return part.range or ""


def _development_links(folder: str) -> str:
    """``libx.so`` for every ``libx.so.1``: wheels hold no links, linkers look for them."""
    link = 'ln -sf "$(basename "$file")" "${file%%.so.*}.so"'
    return f"for file in {folder}/lib*.so.*; do {link}; done"
