"""What every format is given and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from planner import __version__
from planner.model.gpus import GpuFacts
from planner.plan.locked import LockedJob, LockedPlan


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A plan and what of it is to be written.

    ``jobs`` are those that were asked for, in the order of the plan. ``arguments`` are what to call
    ``mlplan`` with to write the same again. ``glibc`` is that of each distribution, for formats
    whose ``needs_glibc`` is true; ``libraries`` are the sonames in the wheels of a project and
    version, for those whose ``needs_libraries`` is; ``gpus`` are the products behind GPU targets,
    for those whose ``needs_gpus`` is.
    """

    plan: LockedPlan
    jobs: tuple[LockedJob, ...]
    arguments: tuple[str, ...]
    per_python: bool = False
    glibc: Mapping[str, str] = field(default_factory=dict)
    libraries: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    gpus: GpuFacts = field(default_factory=GpuFacts)

    @property
    def project(self) -> str:
        """The project's name."""
        return str(self.plan.request.get("project") or "project")

    @property
    def command(self) -> str:
        """The command that writes the same again, quoted for a shell."""
        import shlex  # noqa: PLC0415

        return shlex.join(["mlplan", "emit", *self.arguments])

    @property
    def banner(self) -> tuple[str, ...]:
        """The lines that stand on top of a file that has comments; none holds a line break."""
        return (
            f"Written by mlplan {__version__} from mlplan.lock ({self.plan.date}); do not edit.",
            f"Write it again: {one_line(self.command)}",
        )

    def asked(self, job: LockedJob, key: str) -> object:
        """What the request says under a key for a job's variant."""
        return self.plan.asked(job, key)


@dataclass(frozen=True, slots=True)
class EmittedFile:
    """One file of a format: its usual name (a relative path) and its text."""

    name: str
    text: str


class Emitter(Protocol):
    """A format. Plug-ins are classes of this shape in the entry-point group ``mlplan.emitters``."""

    name: str
    says: str

    def files(self, wanted: Wanted) -> tuple[EmittedFile, ...]:
        """The files of the format, in a stable order, the same bytes for the same lock.

        :raises RequestError: where the plan cannot be written in this format.
        """


def one_line(text: str) -> str:
    """Text with everything that could end a comment line spelled out."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def commented(banner: tuple[str, ...], mark: str = "#") -> str:
    """The banner as comment lines."""
    return "".join(f"{mark} {line}\n" for line in banner)


def minor_of(version: str) -> str:
    """``13.0`` of ``13.0.3``."""
    return ".".join(version.split(".")[:2])


def gpu_words(job: LockedJob) -> tuple[str, ...]:
    """Every GPU target of a job, as the request would name them."""
    return tuple(target for group in job.gpu.values() for target in group)


Row = Mapping[str, str]
