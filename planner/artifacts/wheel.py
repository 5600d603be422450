"""A wheel read in one pass over its members, nothing written to disk."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from planner.artifacts.dist_info import (
    FileName,
    dist_info_folders,
    expand_tags,
    header_fields,
    parse_file_name,
    record_rows,
)
from planner.artifacts.gpu.budget import GpuSpent
from planner.artifacts.gpu.limits import DEFAULT_LIMITS as GPU_LIMITS
from planner.artifacts.libraries import Found, pass_content, read_content
from planner.artifacts.limits import DEFAULT_LIMITS, Limits
from planner.artifacts.members import (
    Checksums,
    UnreadableMemberError,
    new_checksums,
    open_member,
)
from planner.artifacts.workers import Workers
from planner.artifacts.zip_directory import Directory, Member, capped, read_directory
from planner.errors import Problem, WheelError
from planner.model.wheels import Entry, Oddity, Oddness, RecordRow, Wheel

if TYPE_CHECKING:
    from concurrent.futures import Future

Progress = Callable[[str, int, int], None]
"""Called with the member at hand, the bytes done and the bytes in all (inflated)."""

_IN_POOL = 256 << 10  # members below are not worth a thread
_BLOCK = 1 << 20
_AHEAD = 256  # members that may be read before an earlier one is done
_REQUIRES = 5_000
_LINE = 4_000  # characters of one dependency
_METADATA = ("WHEEL", "METADATA", "RECORD")


def read_wheel(
    path: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    threads: int = 1,
    progress: Progress | None = None,
    digest: bool = True,
) -> Wheel:
    """Everything that a wheel holds, as observations; damage is an :class:`Oddity`, no error.

    ``digest`` asks for the SHA-256 of the file itself, which costs one more reading of it.

    :raises WheelError: where the file is missing or cannot be opened.
    """
    try:
        with _opened(path) as (fd, size), _workers(threads) as pool:
            return _Reading(path, fd, size, limits, pool, threads, progress, digest).wheel()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise WheelError([Problem(file=str(path), message=f"cannot be read: {reason}")]) from None


@contextmanager
def _opened(path: Path) -> Iterator[tuple[int, int]]:
    """A file's descriptor and size in bytes.

    :raises OSError: where it is no regular file; one that would block is not waited for.
    """
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        yield fd, status.st_size
    finally:
        os.close(fd)


def _workers(threads: int) -> Workers | nullcontext[None]:
    return Workers(threads) if threads > 1 else nullcontext()


class _Content(NamedTuple):
    """What reading one member gave."""

    entry: Entry
    found: Found
    oddity: Oddity | None = None


class _Reading:
    """The reading of one wheel."""

    def __init__(
        self,
        path: Path,
        fd: int,
        size: int,
        limits: Limits,
        pool: Workers | None,
        threads: int,
        progress: Progress | None,
        digest: bool,
    ) -> None:
        self.path = path
        self.fd = fd
        self.size = size
        self.limits = limits
        self.pool = pool
        self.threads = threads
        self.progress = progress
        self.digest = digest
        self.names_bytes = 0
        self.spent = GpuSpent()
        self.excess = ""
        self.oddities: list[Oddity] = []

    def wheel(self) -> Wheel:
        whole = self._digest() if self.digest else None
        directory = read_directory(self.fd, self.size, self.limits)
        self.oddities += directory.oddities
        metadata = self._metadata(directory)
        rows = self._record(metadata)
        contents = self._contents(directory, rows) if self._may_read() else []
        told = [c.oddity for c in contents if c.oddity is not None]
        told += [oddity for c in contents for oddity in c.found.oddities]
        self.oddities += capped(told, self.limits)
        name = parse_file_name(self.path.name)
        said = self._said(name, metadata)
        return Wheel(
            file=self.path.name,
            sha256=whole() if whole is not None else "",
            size=self.size,
            entries=tuple(c.entry for c in contents),
            record=rows,
            elf=tuple(c.found.elf for c in contents if c.found.elf is not None),
            gpu_files={c.entry.path: c.found.gpu for c in contents if c.found.gpu is not None},
            oddities=tuple(self.oddities),
            **said,
        )

    def _digest(self) -> Callable[[], str]:
        """What gives the digest of the file in the end; computed beside the rest if possible."""
        if self.pool is None:
            return partial(_file_digest, self.fd, self.size)
        return self.pool.submit(_file_digest, self.fd, self.size).result

    def _may_read(self) -> bool:
        """Whether the wheel as a whole is within its bounds."""
        of_the_whole = {Oddness.TOO_LARGE, Oddness.RATIO}
        always = {Oddness.OVERLAP, Oddness.NOT_A_ZIP, Oddness.TOO_MANY_ENTRIES}
        return not any(
            o.what in always or (o.what in of_the_whole and not o.member) for o in self.oddities
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
        own = self.path.name.split("-")[0]
        folders.sort(key=lambda folder: folder.split("-")[0] != own)
        found: dict[str, bytes] = {}
        waiting = {f"{folder}/{name}": name for folder in folders[:1] for name in _METADATA}
        for member in directory.members:
            name = waiting.pop(member.name, "")
            data = self._text(member) if name else None
            if data is not None:
                found[name] = data
        for name in _METADATA[:2]:
            if folders and name not in found:
                self._report(
                    Oddness.BAD_METADATA, f"{folders[0]}/{name}", "is missing or too large"
                )
        return found

    def _text(self, member: Member) -> bytes | None:
        """A small member; None where it cannot be read (which reading all of them reports)."""
        if not member.is_readable or member.size > self.limits.text:
            return None
        try:
            source = open_member(self.fd, member, self.limits, new_checksums((), None))
            return source.read(0, member.size)
        except UnreadableMemberError:
            return None

    def _said(self, name: FileName | None, metadata: dict[str, bytes]) -> _Said:
        """What the file name and the metadata say of the wheel."""
        wheel, core = (self._fields(metadata, name) for name in ("WHEEL", "METADATA"))
        tags = dict.fromkeys(self._tags(wheel.get("tag", [])))
        for key in ("Name", "Version"):
            if "METADATA" in metadata and not core.get(key.lower(), [""])[0]:
                self._report(Oddness.BAD_METADATA, "METADATA", f"has no {key}")
        return {
            "filename_tags": name.tags if name else (),
            "metadata_tags": tuple(tags),
            "name": name.name if name else "",
            "version": name.version if name else "",
            "build": name.build if name else "",
            "metadata_name": core.get("name", [""])[0],
            "metadata_version": core.get("version", [""])[0],
            "requires": tuple(self._requires(core.get("requires-dist", []))),
        }

    def _fields(self, metadata: dict[str, bytes], name: str) -> dict[str, list[str]]:
        try:
            return header_fields(metadata.get(name, b""), self.limits)
        except ValueError as error:
            self._report(Oddness.BAD_METADATA, name, str(error))
            return {}

    def _requires(self, lines: list[str]) -> Iterator[str]:
        """The lines of Requires-Dist; one that is longer than any that tools write is left out."""
        if len(lines) > _REQUIRES:
            self._report(Oddness.BAD_METADATA, "METADATA", f"more than {_REQUIRES} dependencies")
        for line in lines[:_REQUIRES]:
            if len(line) <= _LINE:
                yield line
            else:
                detail = f"a dependency of {len(line)} characters: {line[:40]}..."
                self._report(Oddness.BAD_METADATA, "METADATA", detail)

    def _tags(self, lines: list[str]) -> Iterator[str]:
        """The tags of WHEEL; a set of many millions is a short line."""
        every = (tag for text in lines for tag in expand_tags(text))
        yield from islice(every, self.limits.names)
        if next(every, None) is not None:
            self._report(Oddness.BAD_METADATA, "WHEEL", f"more than {self.limits.names} tags")

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
        claimed = {row.path: row.algorithm for row in rows or ()}
        steps = _Steps(self.progress, sum(member.size for member in directory.members))
        pool = self.pool if sum(map(self._is_middling, directory.members)) > 1 else None
        waiting: deque[Future[_Content] | _Content] = deque()
        kept: list[_Content] = []
        for member in directory.members:
            algorithms = _algorithms(claimed.get(member.name, ""))
            if pool is not None and self._is_middling(member):
                waiting.append(pool.submit(self._content, member, algorithms, steps, None))
            else:
                waiting.append(self._content(member, algorithms, steps, self.pool))
            while len(waiting) > _AHEAD or (waiting and _is_done(waiting[0])):
                kept.append(self._within_budget(_result(waiting.popleft())))
        kept += [self._within_budget(_result(content)) for content in waiting]
        return kept

    def _is_middling(self, member: Member) -> bool:
        """Whether a member is worth a thread, and small enough to be held beside others."""
        room = 2 * self.limits.in_memory // self.threads
        return member.size >= _IN_POOL and member.size + member.packed <= room

    def _charge(self, found: Found) -> str:
        """What is more than is kept of a wheel or spent on it, with what one file took; or ""."""
        self.names_bytes += found.names_bytes
        if found.spent is not None:
            self.spent.add(found.spent)
        if self.names_bytes > self.limits.names_bytes:
            return f"its libraries and their names take more than {self.limits.names_bytes} bytes"
        return self.spent.too_much_of_a_wheel(GPU_LIMITS)

    def _within_budget(self, content: _Content) -> _Content:
        """The content, or only its entry once a wheel's files have named or cost too much.

        Members come here in the order of the directory, so that the cut is always the same one.
        """
        found = content.found
        if not self.excess and (found.names_bytes or found.spent is not None):
            self.excess = self._charge(found)
            if self.excess:
                self._report(Oddness.TOO_LARGE, "", self.excess)
        if not self.excess:
            return content
        return _Content(content.entry, Found(), content.oddity)

    def _content(
        self,
        member: Member,
        algorithms: tuple[str, ...],
        steps: _Steps,
        worker: Workers | None,
    ) -> _Content:
        if member.is_folder or not member.is_readable:
            return _Content(_unread(member), Found())
        steps.begin(member.name)
        checksums = new_checksums(
            algorithms, worker if member.size > self.limits.in_memory else None
        )
        try:
            read = pass_content if self.excess else read_content
            found = read(self.fd, member, self.limits, checksums)
        except UnreadableMemberError as error:
            return _Content(_unread(member), Found(), error.oddity)
        finally:
            steps.done(member.size)
        digests = checksums.finish()
        entry = Entry(path=member.name, size=member.size, packed=member.packed, digests=digests)
        return _Content(entry, found, _of_content(member, checksums))


def _of_content(member: Member, checksums: Checksums) -> Oddity | None:
    if checksums.crc != member.crc:
        detail = "its checksum does not match"
        return Oddity(what=Oddness.BAD_CRC, member=member.name, detail=detail)
    if checksums.stray:
        detail = f"{checksums.stray} bytes follow its packed data"
        return Oddity(what=Oddness.TRAILING_DATA, member=member.name, detail=detail)
    return None


def _unread(member: Member) -> Entry:
    return Entry(
        path=member.name, size=member.size, packed=member.packed, is_folder=member.is_folder
    )


def _algorithms(claimed: str) -> tuple[str, ...]:
    """The hashes to compute of a member: SHA-256, and the one that its row of RECORD names."""
    return ("sha256",) if claimed in ("", "sha256") else ("sha256", claimed)


def _result(content: Future[_Content] | _Content) -> _Content:
    return content if isinstance(content, _Content) else content.result()


def _is_done(content: Future[_Content] | _Content) -> bool:
    return isinstance(content, _Content) or content.done()


class _Steps:
    """Progress over all members."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress = progress
        self.total = total
        self.bytes_done = 0

    def begin(self, name: str) -> None:
        if self.progress is not None:
            self.progress(name, self.bytes_done, self.total)

    def done(self, size: int) -> None:
        self.bytes_done += size


def _file_digest(fd: int, size: int) -> str:
    digest, place = hashlib.sha256(), 0
    while data := os.pread(fd, min(_BLOCK, size - place), place):
        digest.update(data)
        place += len(data)
    return digest.hexdigest()


class _Said(TypedDict):
    filename_tags: tuple[str, ...]
    metadata_tags: tuple[str, ...]
    name: str
    version: str
    build: str
    metadata_name: str
    metadata_version: str
    requires: tuple[str, ...]
