"""The bytes of members: inflated, bounded, hashed and checked in one pass."""

from __future__ import annotations

import hashlib
import os
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

from planner.artifacts.inflate import ENGINE
from planner.artifacts.limits import Limits
from planner.artifacts.sources import ByteSource, MemorySource
from planner.artifacts.streams import StreamSource
from planner.artifacts.zip_directory import STORED, Member
from planner.model.wheels import Oddity, Oddness

if TYPE_CHECKING:
    from concurrent.futures import Future

    from planner.artifacts.workers import Workers

_PACKED = 256 << 10
_HANDED_OVER = 1 << 20  # bytes that go to another thread at once: each time costs 20 microseconds


class Digest(Protocol):
    """A running hash, as :mod:`hashlib` makes them."""

    def update(self, data: bytes, /) -> None:
        """Take the next bytes."""

    def digest(self) -> bytes:
        """The hash of all bytes so far."""


_HASHES: Mapping[str, Callable[..., Digest]] = {
    name: getattr(hashlib, name)
    for name in ("sha256", "sha384", "sha512", "sha224", "sha1", "md5", "blake2b", "blake2s")
}
"""Hashes that RECORD may name and that are computed; a row with another one stays unchecked."""


class UnreadableMemberError(Exception):
    """A member whose bytes cannot be had; the oddity says why."""

    def __init__(self, oddity: Oddity) -> None:
        super().__init__(oddity.detail)
        self.oddity = oddity


def _refuse(member: Member, what: Oddness, detail: str) -> UnreadableMemberError:
    return UnreadableMemberError(Oddity(what=what, member=member.name, detail=detail))


def chunks_of(
    fd: int, member: Member, limits: Limits, checksums: Checksums | None = None
) -> Iterator[bytes]:
    """The inflated bytes of a member, never more than it declares and one.

    In the end ``checksums`` learns how many packed bytes were not part of them.

    :raises UnreadableMemberError: where they are damaged, cut short or more than declared.
    """
    left = member.size
    for chunk in _raw(fd, member, limits, checksums):
        left -= len(chunk)
        if left < 0:
            raise _refuse(member, Oddness.SIZE_DIFFERS, f"holds more than its {member.size} bytes")
        yield chunk
    if left:
        detail = f"holds {member.size - left} of the {member.size} bytes that it declares"
        raise _refuse(member, Oddness.SIZE_DIFFERS, detail)


def _raw(fd: int, member: Member, limits: Limits, checksums: Checksums | None) -> Iterator[bytes]:
    if member.method == STORED:
        return _packed(fd, member, limits.chunk)
    return _inflated(member, _packed(fd, member, _PACKED), limits, checksums)


def _packed(fd: int, member: Member, step: int) -> Iterator[bytes]:
    place, end = member.start, member.start + member.packed
    while place < end:
        data = os.pread(fd, min(step, end - place), place)
        if not data:
            raise _refuse(member, Oddness.TRUNCATED, "its bytes end before the wheel's end")
        place += len(data)
        yield data


def _inflated(
    member: Member, pieces: Iterator[bytes], limits: Limits, checksums: Checksums | None
) -> Iterator[bytes]:
    """The inflated chunks; the last bytes may come out only after all packed ones went in."""
    inflater, packed, left = ENGINE.inflater(), b"", member.packed
    while not inflater.eof:
        if not packed:
            packed = next(pieces, b"")
            left -= len(packed)
        before = len(packed)
        try:
            chunk = inflater.decompress(packed, limits.chunk)
        except ENGINE.errors as error:
            raise _refuse(member, Oddness.BAD_DATA, f"cannot be inflated: {error}") from None
        packed = inflater.unconsumed_tail
        if chunk:
            yield chunk
        elif len(packed) == before and not inflater.eof:
            raise _refuse(member, Oddness.BAD_DATA, "its packed bytes end too early")
    if checksums is not None:
        checksums.stray = left + len(inflater.unused_data)


class Checksums:
    """The running checks of one member: CRC-32, digests, and how many of its packed bytes lie
    behind the end of its data."""

    __slots__ = ("_arrived", "_pending", "_waiting", "crc", "hashes", "stray", "worker")

    def __init__(self, hashes: dict[str, Digest], worker: Workers | None = None) -> None:
        self.hashes = hashes
        self.worker = worker
        self.crc = 0
        self.stray = 0
        self._waiting: list[bytes] = []
        self._arrived = 0
        self._pending: Future[None] | None = None

    def update(self, chunk: bytes) -> None:
        """Take the next bytes; beside the caller's work where there is a worker."""
        if self.worker is None:
            self._add(chunk)
            return
        self._waiting.append(chunk)
        self._arrived += len(chunk)
        if self._arrived >= _HANDED_OVER:
            self._join()
            self._pending = self.worker.submit(self._add, *self._waiting)
            self._waiting, self._arrived = [], 0

    def _join(self) -> None:
        if self._pending is not None:
            self._pending.result()

    def _add(self, *chunks: bytes) -> None:
        for chunk in chunks:
            self.crc = ENGINE.crc32(chunk, self.crc)
            for digest in self.hashes.values():
                digest.update(chunk)

    def finish(self) -> dict[str, str]:
        """The digests as RECORD writes them."""
        self._join()
        self._add(*self._waiting)
        self._waiting = []
        return {
            name: urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
            for name, digest in self.hashes.items()
        }


def new_checksums(algorithms: tuple[str, ...], worker: Workers | None) -> Checksums:
    """Checks with these digests (those that are known)."""
    hashes: dict[str, Digest] = {
        name: _HASHES[name](usedforsecurity=False) for name in algorithms if name in _HASHES
    }
    return Checksums(hashes=hashes, worker=worker)


def open_member(fd: int, member: Member, limits: Limits, checksums: Checksums) -> ByteSource:
    """A member as a source of bytes, whole where it is small enough; its checksums are complete
    once the source has been drained.

    :raises UnreadableMemberError: where its bytes cannot be had.
    """
    if max(member.size, member.packed) > limits.in_memory:
        return StreamSource(
            member.size, chunks_of(fd, member, limits, checksums), limits, watch=checksums.update
        )
    data, checksums.stray = _whole(fd, member, limits)
    checksums.update(data)
    return MemorySource(data)


def _whole(fd: int, member: Member, limits: Limits) -> tuple[bytes, int]:
    """All bytes of a member in one go, which is faster than in pieces, and how many packed ones
    follow them."""
    packed = os.pread(fd, member.packed, member.start)
    if len(packed) < member.packed:
        raise _refuse(member, Oddness.TRUNCATED, "its bytes end before the wheel's end")
    stray = 0
    if member.method == STORED:
        data = packed
    else:
        inflater = ENGINE.inflater()
        try:
            data = inflater.decompress(packed, member.size + 1)
            if not inflater.eof and len(data) == member.size:
                inflater.decompress(inflater.unconsumed_tail, 1)
        except ENGINE.errors as error:
            raise _refuse(member, Oddness.BAD_DATA, f"cannot be inflated: {error}") from None
        if not inflater.eof and len(data) <= member.size:
            raise _refuse(member, Oddness.BAD_DATA, "its packed bytes end too early")
        stray = len(inflater.unused_data)
    if len(data) != member.size:
        said = "more than" if len(data) > member.size else f"{len(data)} of"
        detail = f"holds {said} the {member.size} bytes that it declares"
        raise _refuse(member, Oddness.SIZE_DIFFERS, detail)
    return data, stray


def reopen_member(
    fd: int, member: Member, limits: Limits, wanted: tuple[tuple[int, int], ...]
) -> StreamSource:
    """A large member once more, keeping ranges that the first reading had let pass."""
    return StreamSource(member.size, chunks_of(fd, member, limits), limits, wanted=wanted)
