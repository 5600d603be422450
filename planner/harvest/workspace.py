"""A copy of the facts in which a harvest writes first; the real files change last, and together."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from planner.errors import DataError, Problem, UsageError
from planner.harvest.records import Change
from planner.load.documents import Document, mapping_text, read_mapping, words
from planner.load.facts import load_facts, read_facts
from planner.load.invariants import broken_invariants
from planner.load.locate import fact_files
from planner.model.nearest import nearest
from planner.model.versions import is_version

FAMILY = "family.yaml"
LIBRARIES = "libraries.yaml"
_RELEASE = re.compile(r"^mlplan-release:", re.MULTILINE)


class Workspace:
    """The facts of a data folder, copied; files of one family are read and put by name.

    A minor release that the family's ``order`` names without a file is left out of ``order`` in the
    copy, so that the rest can be loaded: these are ``facts``, the others ``lost``.

    :raises UsageError: where there is no such family.
    :raises DataError: where the facts are not in order otherwise.
    """

    def __init__(self, root: Path, family: str, copy: Path) -> None:
        self._root = root
        self._copy = copy
        self._before: dict[str, str | None] = {}
        for path in fact_files(root):
            target = copy / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
        self._folder = f"matrices/{family}"
        if not (copy / self._folder / FAMILY).is_file():
            known = sorted(path.parent.name for path in (root / "matrices").glob(f"*/{FAMILY}"))
            raise _unknown_family(family, known)
        self.lost = self._without_files()
        self.facts = load_facts(copy)
        self._broken = {(one.path, one.message, one.found) for one in broken_invariants(self.facts)}

    def _without_files(self) -> tuple[str, ...]:
        """Minor releases that ``order`` names and that have no file; taken out of it."""
        document = self.document(FAMILY)
        files = self.minors()
        lost = tuple(minor for minor in words(document, "order") if minor not in files)
        if lost:
            document["order"] = [m for m in words(document, "order") if m in files]
            self.put(FAMILY, document)
        return lost

    def name(self, file: str) -> str:
        """A file of the family by its path below the data folder."""
        return f"{self._folder}/{file}"

    def minors(self) -> list[str]:
        """The minor releases that have a file: one that begins as such files do."""
        return [
            name.removesuffix(".yaml")
            for name, text in self.snapshot().items()
            if _RELEASE.search(text) and is_version(name.removesuffix(".yaml"))
        ]

    def has(self, file: str) -> bool:
        """Whether the family has this file."""
        return (self._copy / self._folder / file).is_file()

    def document(self, file: str) -> Document:
        """What a file of the family holds."""
        return read_mapping(self._copy / self._folder / file, self.name(file))

    def put(self, file: str, document: Document) -> None:
        """Write a file of the family in the copy, in the form that it will have."""
        path = self._copy / self._folder / file
        name = self.name(file)
        before = path.read_text(encoding="utf-8") if path.exists() else None
        self._before.setdefault(name, _text(self._root / name))
        path.write_text(
            mapping_text(document, self._root / name, self._root, before), encoding="utf-8"
        )

    def snapshot(self) -> dict[str, str]:
        """The family's files as they are now; see :meth:`restore`."""
        files = sorted((self._copy / self._folder).glob("*.yaml"))
        return {path.name: path.read_text(encoding="utf-8") for path in files}

    def restore(self, files: dict[str, str]) -> None:
        """The family's files as they were."""
        for path in (self._copy / self._folder).glob("*.yaml"):
            if path.name not in files:
                path.unlink()
        for name, text in files.items():
            (self._copy / self._folder / name).write_text(text, encoding="utf-8")

    def problems(self) -> list[Problem]:
        """What is wrong with the copy and was not before."""
        found: list[Problem] = []
        facts = read_facts(self._copy, found)
        if found:
            return found
        return [
            problem
            for problem in broken_invariants(facts)
            if (problem.path, problem.message, problem.found) not in self._broken
        ]

    def changes(self) -> tuple[Change, ...]:
        """Every file that differs from the real one, releases first and ``family.yaml`` last."""
        found = []
        for name, before in self._before.items():
            after = _text(self._copy / name)
            if after is not None and after != before:
                found.append(Change(file=name, before=before, after=after))
        return tuple(sorted(found, key=lambda change: (change.file.endswith(FAMILY), change.file)))


def _unknown_family(family: str, known: Sequence[str]) -> UsageError:
    problem = Problem(
        message="no such family",
        found=family,
        allowed=", ".join(known),
        nearest=nearest(family, known),
    )
    return UsageError([problem], hint="mlplan facts harvest FAMILY")


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def write_changes(root: Path, changes: Sequence[Change]) -> None:
    """Replace the files, each whole; where one cannot be replaced, those before it are put back.

    :raises DataError: where one cannot be written; then all are as they were.
    """
    drafts: dict[str, Path] = {}
    done: list[Change] = []
    file = ""
    try:
        for change in changes:
            file = change.file
            drafts[file] = _draft(root / file, change.after)
        for change in changes:
            file = change.file
            drafts[file].replace(root / file)
            done.append(change)
    except BaseException as error:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
        for change in done:
            _put_back(root, change)
        if not isinstance(error, OSError):
            raise  # interrupted
        problem = Problem(file=file, message=f"cannot be written: {error.strerror}")
        raise DataError([problem], hint="mlplan facts harvest FAMILY --dry-run") from None


def _draft(path: Path, text: str) -> Path:
    """A file beside another, with its permissions and another text."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        file.write(text)
        mode = path.stat().st_mode if path.exists() else 0o666 & ~_umask()
        os.chmod(file.name, mode & 0o777)  # noqa: PTH101
    return Path(file.name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _put_back(root: Path, change: Change) -> None:
    path = root / change.file
    if change.before is None:
        path.unlink(missing_ok=True)
    else:
        path.write_text(change.before, encoding="utf-8")
