"""The files of a project that tell what wheels it makes, read without running any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from planner.errors import RequestError
from planner.load.build_files import cxx_standards, gpu_lists, indexes, languages
from planner.load.matrix_rows import FieldOf, read_matrix
from planner.load.pyproject import PYPROJECT, Said, read_pyproject, read_setup_cfg
from planner.load.request import REQUEST_FILE
from planner.model.matrix_rows import PlainMatrix
from planner.model.projects import ProjectFiles, Stated

WORKFLOWS = ".github/workflows"
MOST_BYTES = 2_000_000
"""Larger files are no build scripts that somebody wrote."""
_SCRIPTS = ("CMakeLists.txt", "*/CMakeLists.txt", "setup.py")
_REQUIREMENTS = ("requirements*.txt", "requirements/*.txt")
_NO_MATRIX = "no job has a strategy.matrix"


@dataclass(slots=True)
class _Reading:
    """A folder being read: what was looked at, and what could not be understood."""

    folder: Path
    read: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    gpu: list[Stated] = field(default_factory=list)
    cxx: list[Stated] = field(default_factory=list)
    languages: list[Stated] = field(default_factory=list)
    indexes: list[Stated] = field(default_factory=list)

    def text(self, name: str) -> str | None:
        """The text of a file; None where there is none, or it cannot be read, which is noted."""
        path = self.folder / name
        try:
            if not path.is_file():
                return None
            if path.stat().st_size > MOST_BYTES:
                self.notes.append(f"{name} is too large to be read")
                return None
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror
            self.notes.append(f"{name} cannot be read: {reason}")
            return None
        self.read.append(name)
        return text

    def names(self, *patterns: str) -> Iterator[str]:
        """The files that patterns match, as paths below the folder."""
        for pattern in patterns:
            for path in sorted(self.folder.glob(pattern)):
                yield path.relative_to(self.folder).as_posix()


def read_project(folder: Path, field_of: FieldOf) -> ProjectFiles:
    """What the files of a folder say about its wheels; what cannot be understood is noted.

    ``field_of`` says what the keys of a workflow's matrix mean.
    """
    reading = _Reading(folder)
    said = Said()
    _metadata(reading, said)
    for name in reading.names(*_SCRIPTS):
        _script(reading, name, scripts=True)
    for name in reading.names(*_REQUIREMENTS):
        text = reading.text(name)
        reading.indexes += indexes(text, name) if text else ()
    matrices = list(_matrices(reading, field_of))
    wheels = tuple(str(path) for path in sorted(folder.glob("dist/*.whl")))
    if said.name is None and not said.needed and (folder / "setup.py").is_file():
        reading.notes.append("setup.py is a program: its name and dependencies were not read")
    return ProjectFiles(
        name=said.name,
        requires_python=said.requires_python,
        abi3=said.abi3,
        needed=tuple(said.needed),
        archs=tuple(said.archs),
        build_pythons=tuple(said.build_pythons),
        images=tuple(said.images),
        gpu=tuple(reading.gpu),
        cxx=tuple(reading.cxx),
        indexes=tuple(reading.indexes),
        languages=tuple(reading.languages),
        matrices=tuple(matrices),
        wheels=wheels,
        read=tuple(reading.read),
        notes=(*said.notes, *reading.notes),
        requests=_requests(folder, said),
    )


def _metadata(reading: _Reading, said: Said) -> None:
    readers: dict[str, Callable[[str, Said], None]] = {
        PYPROJECT: read_pyproject,
        "setup.cfg": read_setup_cfg,
    }
    for name, reader in readers.items():
        text = reading.text(name)
        if text is not None:
            reader(text, said)
            reading.indexes += indexes(text, name)


def _script(reading: _Reading, name: str, *, scripts: bool) -> str | None:
    """Search one file; ``scripts``: it may turn on languages and standards, too."""
    text = reading.text(name)
    if text is None:
        return None
    reading.gpu += gpu_lists(text, name)
    if scripts:
        reading.cxx += cxx_standards(text, name)
        reading.languages += languages(text, name)
    return text


def _matrices(reading: _Reading, field_of: FieldOf) -> Iterator[PlainMatrix]:
    for name in reading.names(f"{WORKFLOWS}/*.yml", f"{WORKFLOWS}/*.yaml"):
        if _script(reading, name, scripts=False) is None:
            continue
        try:
            matrix = read_matrix(reading.folder / name, field_of)
        except RequestError as error:
            first = error.problems[0]
            if first.message != _NO_MATRIX:
                at = f"{name}:{first.line}" if first.line else name
                reading.notes.append(f"{at}: the matrix is not understood: {first.message}")
            continue
        yield PlainMatrix(file=name, rows=matrix.rows, ignored=matrix.ignored)


def _requests(folder: Path, said: Said) -> tuple[str, ...]:
    found = [REQUEST_FILE] if (folder / REQUEST_FILE).exists() else []
    return (*found, PYPROJECT) if said.has_request else tuple(found)
