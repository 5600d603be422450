"""A wheel read in one pass over its members, nothing written to disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypedDict

from planner.artifacts.dist_info import (
    FileName,
    dist_info_folders,
    expand_tags,
    header_fields,
    parse_file_name,
    record_rows,
)
from planner.artifacts.libraries import Found, read_content
from planner.artifacts.limits import DEFAULT_LIMITS, Limits
from planner.artifacts.members import UnreadableMemberError, new_checksums, open_member
from planner.artifacts.zip_directory import Directory, Member, file_size, read_directory
from planner.errors import Problem, WheelError
from planner.model.wheels import Entry, Oddity, Oddness, RecordRow, Wheel

Progress = Callable[[str, int, int], None]
"""Called with the member at hand, the bytes done and the bytes in all (inflated)."""

_IN_POOL = 256 << 10  # members below are not worth a thread
_METADATA = ("WHEEL", "METADATA", "RECORD")


def read_wheel(
    path: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    threads: int = 1,
    progress: Progress | None = None,
) -> Wheel:
    """Everything that a wheel holds, as observations; damage is an :class:`Oddity`, no error.

    :raises WheelError: where the file is missing or cannot be opened.
    """
    try:
        with path.open("rb") as file:
            size = file_size(file)
            with _pool(threads) as pool:
                return _Reading(path, file, size, limits, pool, progress).wheel()
    except OSError as error:
        reason = error.strerror or str(error)
        raise WheelError([Problem(file=str(path), message=f"cannot be read: {reason}")]) from None


@contextmanager
def _pool(threads: int) -> Iterator[ThreadPoolExecutor | None]:
    if threads < 2:
        yield None
        return
    with ThreadPoolExecutor(threads) as pool:
        yield pool


@dataclass(slots=True)
class _Content:
    """What reading one member gave."""

    entry: Entry
    found: Found
    oddity: Oddity | None = None


@dataclass(slots=True)
class _Reading:
    """The reading of one wheel."""

    path: Path
    file: IO[bytes]
    size: int
    limits: Limits
    pool: ThreadPoolExecutor | None
    progress: Progress | None
    oddities: list[Oddity] = field(default_factory=list)

    def wheel(self) -> Wheel:
        whole = self._submit(_file_digest, self.path)
        directory = read_directory(self.file, self.size, self.limits)
        self.oddities += directory.oddities
        metadata = self._metadata(directory)
        rows = self._record(metadata)
        contents = self._contents(directory, rows) if self._may_read() else []
        self.oddities += [c.oddity for c in contents if c.oddity is not None]
        self.oddities += [oddity for c in contents for oddity in c.found.oddities]
        name = parse_file_name(self.path.name)
        return Wheel(
            file=self.path.name,
            sha256=whole.result(),
            size=self.size,
            entries=tuple(c.entry for c in contents),
            record=rows,
            elf=tuple(c.found.elf for c in contents if c.found.elf is not None),
            gpu_files={c.entry.path: c.found.gpu for c in contents if c.found.gpu is not None},
            oddities=tuple(self.oddities),
            **_said(name, metadata),
        )

    def _submit(self, function: Callable[[Path], str], path: Path) -> Future[str]:
        if self.pool is not None:
            return self.pool.submit(function, path)
        future: Future[str] = Future()
        future.set_result(function(path))
        return future

    def _may_read(self) -> bool:
        """Whether the wheel as a whole is within its bounds."""
        refused = {Oddness.TOO_LARGE, Oddness.OVERLAP, Oddness.NOT_A_ZIP, Oddness.TOO_MANY_ENTRIES}
        return not any(
            o.what in refused and not (o.what is Oddness.TOO_LARGE and o.member)
            for o in self.oddities
        )

    def _report(self, what: Oddness, member: str, detail: str) -> None:
        self.oddities.append(Oddity(what=what, member=member, detail=detail))

    def _metadata(self, directory: Directory) -> dict[str, bytes]:
        """WHEEL, METADATA and RECORD, as far as they can be read."""
        if not directory.members:
            if not self.oddities:
                self._report(Oddness.NO_METADATA, "", "the archive is empty")
            return {}
        folders = dist_info_folders([member.name for member in directory.members])
        if len(folders) != 1:
            what = Oddness.NO_METADATA if not folders else Oddness.BAD_METADATA
            said = ", ".join(folders[:3]) or "none"
            self._report(what, "", f"a wheel has one .dist-info folder, found: {said}")
        found: dict[str, bytes] = {}
        for member in directory.members:
            folder, _, name = member.name.partition("/")
            if folders and folder == folders[0] and name in _METADATA and name not in found:
                data = self._text(member)
                if data is not None:
                    found[name] = data
        for name in _METADATA[:2]:
            if folders and name not in found:
                self._report(Oddness.BAD_METADATA, f"{folders[0]}/{name}", "is missing")
        return found

    def _text(self, member: Member) -> bytes | None:
        """A small member; None where it cannot be read (which reading all of them reports)."""
        if not member.is_readable or member.size > self.limits.text:
            return None
        try:
            source = open_member(self.file.fileno(), member, self.limits, new_checksums((), None))
        except UnreadableMemberError:
            return None
        return source.read(0, member.size)

    def _record(self, metadata: dict[str, bytes]) -> tuple[RecordRow, ...] | None:
        if "RECORD" not in metadata:
            return None
        try:
            return record_rows(metadata["RECORD"], self.limits)
        except ValueError as error:
            self._report(Oddness.BAD_METADATA, "RECORD", f"cannot be read: {error}")
            return ()

    def _contents(self, directory: Directory, rows: tuple[RecordRow, ...] | None) -> list[_Content]:
        """Every member, in the order of the directory; middling ones side by side."""
        claimed: dict[str, set[str]] = {}
        for row in rows or ():
            claimed.setdefault(row.path, set()).add(row.algorithm)
        steps = _Steps(self.progress, sum(member.size for member in directory.members))
        waiting: list[Future[_Content] | _Content] = []
        for member in directory.members:
            algorithms = tuple(sorted(claimed.get(member.name, set()) | {"sha256"}))
            large = max(member.size, member.packed) > self.limits.in_memory
            if self.pool is not None and not large and member.size >= _IN_POOL:
                waiting.append(self.pool.submit(self._content, member, algorithms, steps, None))
            else:
                waiting.append(self._content(member, algorithms, steps, self.pool))
        return [w.result() if isinstance(w, Future) else w for w in waiting]

    def _content(
        self,
        member: Member,
        algorithms: tuple[str, ...],
        steps: _Steps,
        worker: ThreadPoolExecutor | None,
    ) -> _Content:
        entry = Entry(
            path=member.name, size=member.size, packed=member.packed, is_folder=member.is_folder
        )
        if member.is_folder or not member.is_readable:
            return _Content(entry, Found())
        steps.begin(member.name)
        checksums = new_checksums(
            algorithms, worker if member.size > self.limits.in_memory else None
        )
        try:
            found = read_content(self.file.fileno(), member, self.limits, checksums)
        except UnreadableMemberError as error:
            return _Content(entry, Found(), error.oddity)
        finally:
            steps.done(member.size)
        digests = checksums.finish()
        entry = Entry(path=member.name, size=member.size, packed=member.packed, digests=digests)
        if checksums.crc != member.crc:
            oddity = Oddity(
                what=Oddness.BAD_CRC, member=member.name, detail="its checksum does not match"
            )
            return _Content(entry, found, oddity)
        return _Content(entry, found)


@dataclass(slots=True)
class _Steps:
    """Progress over all members."""

    progress: Progress | None
    total: int
    bytes_done: int = 0

    def begin(self, name: str) -> None:
        if self.progress is not None:
            self.progress(name, self.bytes_done, self.total)

    def done(self, size: int) -> None:
        self.bytes_done += size


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Said(TypedDict):
    filename_tags: tuple[str, ...]
    metadata_tags: tuple[str, ...]
    name: str
    version: str
    build: str
    metadata_name: str
    metadata_version: str
    requires: tuple[str, ...]


def _said(name: FileName | None, metadata: dict[str, bytes]) -> _Said:
    """What the file name and the metadata say of the wheel."""
    wheel = header_fields(metadata.get("WHEEL", b""))
    core = header_fields(metadata.get("METADATA", b""))
    tags = dict.fromkeys(tag for text in wheel.get("tag", ()) for tag in expand_tags(text))
    return {
        "filename_tags": name.tags if name else (),
        "metadata_tags": tuple(tags),
        "name": name.name if name else "",
        "version": name.version if name else "",
        "build": name.build if name else "",
        "metadata_name": core.get("name", [""])[0],
        "metadata_version": core.get("version", [""])[0],
        "requires": tuple(core.get("requires-dist", ())),
    }
