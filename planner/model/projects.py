"""A project as its own files describe it, before anything is decided about its wheels."""

from __future__ import annotations

from dataclasses import dataclass

from planner.model.matrix_rows import PlainMatrix


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where something was read: file, line (from one, None where not known), and what it is."""

    file: str
    what: str
    line: int | None = None

    def __str__(self) -> str:
        at = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{at}: {self.what}" if self.what else at


@dataclass(frozen=True, kw_only=True, slots=True)
class Stated:
    """One value of a project's files, as it is written there."""

    value: str
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Needed:
    """One dependency. ``group`` is its extra, "" for those that every installation and build
    has."""

    text: str
    group: str
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectFiles:
    """What a project's files say.

    ``abi3`` is the interpreter tag of a limited API (``cp311``). ``archs`` and ``build_pythons``
    are what the build tool is told to build, ``images`` those that it builds in, ``gpu`` lists of
    GPU targets, ``cxx`` C++ standards, ``indexes`` addresses of package indexes, ``languages``
    accelerators that the build scripts name (``CUDA``). ``wheels`` are finished wheels by path.
    ``read`` names the files that were looked at, ``notes`` what could not be understood.
    ``requests`` are files that hold a request already.
    """

    name: Stated | None = None
    requires_python: Stated | None = None
    abi3: Stated | None = None
    needed: tuple[Needed, ...] = ()
    archs: tuple[Stated, ...] = ()
    build_pythons: tuple[Stated, ...] = ()
    images: tuple[Stated, ...] = ()
    gpu: tuple[Stated, ...] = ()
    cxx: tuple[Stated, ...] = ()
    indexes: tuple[Stated, ...] = ()
    languages: tuple[Stated, ...] = ()
    matrices: tuple[PlainMatrix, ...] = ()
    wheels: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
