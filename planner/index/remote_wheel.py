"""Members of a wheel on the index, whole or their first bytes; nothing is written to disk."""

from __future__ import annotations

import zipfile
import zlib
from fnmatch import fnmatchcase
from struct import Struct
from struct import error as StructError  # noqa: N812
from types import TracebackType

from planner.index.cache import PartCache
from planner.index.errors import BrokenError, MissingError
from planner.index.listing import IndexFile
from planner.index.ranged import MOST_AT_ONCE, RangedFile
from planner.index.transport import Transport

MOST_MEMBER = 1 << 30  # bytes of a member that is read whole
MOST_HEAD = 64 << 20  # bytes that a head may unpack to
_MOST_MEMBERS = 200_000
_MOST_DIRECTORY = 16 << 20  # bytes; each member takes some 150
_LOCAL_HEADER = 30 + 512  # its fixed part, and name and extra field as long as they usually are
_LOCAL = Struct("<26xHH")  # lengths of name and extra field (APPNOTE.TXT, 4.3.7)
_LOCAL_MAGIC = b"PK\x03\x04"
_ENCRYPTED = 1
_DAMAGE = (zipfile.BadZipFile, zlib.error, StructError, RuntimeError, ValueError, EOFError)
_FIRST_HEAD = 64 << 10  # packed bytes that are fetched first of a head


class RemoteWheel:
    """A wheel's directory and members.

    :raises RemoteError: where it is gone, cannot be reached or is no zip archive.
    """

    def __init__(self, file: IndexFile, transport: Transport, cache: PartCache) -> None:
        self.file = file
        self._ranged = RangedFile(file, transport, cache)
        self._ranged.most = _MOST_DIRECTORY
        try:
            self._zip = zipfile.ZipFile(self._ranged)
        except (*_DAMAGE, OSError) as error:
            raise BrokenError(f"{file.name} is no readable zip archive: {error}") from None
        self._ranged.most = MOST_AT_ONCE
        self._members = {info.filename: info for info in self._zip.infolist()}
        if len(self._members) > _MOST_MEMBERS:
            raise BrokenError(f"{file.name} has {len(self._members)} members")

    def __enter__(self) -> RemoteWheel:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def held(self) -> int:
        """Bytes of it that are kept in memory."""
        return self._ranged.held

    def close(self) -> None:
        """Let go of all that is kept in memory."""
        self._zip.close()
        self._ranged.close()

    @property
    def names(self) -> tuple[str, ...]:
        """The members' paths, in the order of the directory."""
        return tuple(self._members)

    def matching(self, pattern: str) -> tuple[str, ...]:
        """The members whose path matches a glob pattern."""
        return tuple(name for name in self._members if fnmatchcase(name, pattern))

    def size(self, name: str) -> int:
        """Bytes of a member, unpacked."""
        return self._info(name).file_size

    def packed_size(self, name: str) -> int:
        """Bytes of a member in the archive."""
        return self._info(name).compress_size

    def read(self, name: str, most: int = MOST_MEMBER) -> bytes:
        """A whole member, its checksum compared.

        :raises BrokenError: where it is damaged or larger than ``most``.
        """
        info = self._info(name)
        if info.file_size > most or info.compress_size > most:
            raise BrokenError(f"{name} is larger than the {most} bytes that are read of it")
        _check_packing(info)
        start = info.header_offset
        self._ranged.fetch(start, start + _LOCAL_HEADER + info.compress_size)
        return self._unpacked(name, info.file_size + 1)

    def head(self, name: str, packed: int = _FIRST_HEAD) -> bytes:
        """What the first ``packed`` bytes of a member in the archive unpack to.

        Its checksum is not compared, unless that is all of it.
        """
        info = self._info(name)
        start, taken = info.header_offset, min(packed, info.compress_size)
        if taken == info.compress_size:
            return self.read(name)
        self._ranged.fetch(start, start + _LOCAL_HEADER + taken)
        self._ranged.seek(start)
        header = self._ranged.read(_LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(_LOCAL_MAGIC):
            raise BrokenError(f"{name} of {self.file.name} does not begin where it should")
        self._ranged.seek(start + _LOCAL.size + sum(_LOCAL.unpack(header)))
        return _inflated(info, self._ranged.read(taken))

    def _unpacked(self, name: str, most: int) -> bytes:
        try:
            with self._zip.open(name) as member:
                return member.read(most)
        except (*_DAMAGE, OSError) as error:
            raise BrokenError(f"{name} of {self.file.name} cannot be read: {error}") from None

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = self._members.get(name)
        if info is None:
            raise MissingError(f"{self.file.name} has no member {name}")
        return info


def _check_packing(info: zipfile.ZipInfo) -> None:
    """Other methods than wheels are packed by cannot be read in part, or unpacked to a limit.

    :raises BrokenError: where a member is packed by one, or encrypted.
    """
    if info.flag_bits & _ENCRYPTED:
        raise BrokenError(f"{info.filename} is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BrokenError(f"{info.filename} is packed by a method that is not read")


def _inflated(info: zipfile.ZipInfo, data: bytes) -> bytes:
    """The bytes that the first packed ones of a member stand for."""
    _check_packing(info)
    if info.compress_type == zipfile.ZIP_STORED:
        return data
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, MOST_HEAD)
    except zlib.error as error:
        raise BrokenError(f"{info.filename} is damaged: {error}") from None
