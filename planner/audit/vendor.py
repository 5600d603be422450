"""The wheels of a vendor, found by project, version and architecture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TypeVar, cast

from packaging.version import InvalidVersion, Version

from planner.index.cache import PartCache
from planner.index.configuration import Indexes
from planner.index.errors import MissingError
from planner.index.listing import IndexFile, Listing
from planner.index.ranged import RangedFile
from planner.index.remote_wheel import RemoteWheel
from planner.index.transport import Traffic, Transport

T = TypeVar("T")

_PIECE = 8 << 20  # bytes that are fetched at once of a whole wheel
_MOST_HELD = 128 << 20  # bytes of wheels that stay open; more are let go, the last used last


@dataclass(slots=True)
class _Slot:
    """A wheel that is read by one thread at a time; ``held`` is how much of it is in memory."""

    lock: Lock = field(default_factory=Lock)
    wheel: RemoteWheel | None = None
    held: int = 0


@dataclass(slots=True)
class _Made:
    """Something that is made by one thread at a time."""

    lock: Lock = field(default_factory=Lock)
    value: object = None


class Vendor:
    """Wheels on the configured indexes. Threads may share one; a wheel is read by one at a time."""

    def __init__(self, indexes: Indexes, cache: Path | None = None) -> None:
        self._transport = Transport(indexes.certificates)
        self._listing = Listing(indexes, self._transport)
        self._cache = PartCache(cache)
        self._open: dict[str, _Slot] = {}
        self._made: dict[str, _Made] = {}
        self._lock = Lock()

    @property
    def has_answered(self) -> bool:
        """Whether some project that was asked for has a wheel on an index."""
        return self._listing.has_answered

    @property
    def traffic(self) -> Traffic:
        """What was fetched so far."""
        return self._transport.traffic

    def wheels(self, project: str) -> tuple[IndexFile, ...]:
        """Every wheel of a project, oldest first.

        :raises RemoteError: as :meth:`planner.index.listing.Listing.wheels` does.
        """
        return self._listing.wheels(project)

    def file(self, project: str, version: str, arch: str, tags: tuple[str, ...] = ()) -> IndexFile:
        """The wheel of a version for Linux on an architecture; of several the one that has most of
        the platform tags, then the newest.

        :raises RemoteError: where there is none, or the index does not answer.
        """
        of_version = self.of_version(project, version)
        fitting = [file for file in of_version if file.is_for(arch)]
        if fitting:
            return max(fitting, key=lambda file: (_likeness(file, tags), file.uploaded))
        what = f"wheel for {arch}" if of_version else "wheel on the index"
        raise MissingError(f"{project} {version} has no {what}")

    def of_version(self, project: str, version: str) -> list[IndexFile]:
        """Every wheel of a version.

        :raises RemoteError: where the index does not answer.
        """
        try:
            wanted = Version(version)
        except InvalidVersion:
            raise MissingError(f"{version} is no version") from None
        return [file for file in self.wheels(project) if file.version == wanted]

    @contextmanager
    def wheel(
        self, project: str, version: str, arch: str, tags: tuple[str, ...] = ()
    ) -> Iterator[RemoteWheel]:
        """The members of that wheel; it stays open for later questions.

        :raises RemoteError: where there is none or it cannot be read.
        """
        with self.opened(self.file(project, version, arch, tags)) as wheel:
            yield wheel

    @contextmanager
    def opened(self, file: IndexFile) -> Iterator[RemoteWheel]:
        """The members of a wheel that was listed.

        :raises RemoteError: where it cannot be read.
        """
        with self._lock:
            slot = self._open.pop(file.url, None) or _Slot()
            self._open[file.url] = slot  # the last one used stands last
        with slot.lock:
            if slot.wheel is None:
                slot.wheel = RemoteWheel(file, self._transport, self._cache)
            try:
                yield slot.wheel
            finally:
                slot.held = slot.wheel.held
        self._let_go()

    def _let_go(self) -> None:
        """Close the wheels that were not used for longest, where too much of them is in memory;
        one that is asked for again is opened again."""
        with self._lock:
            held = sum(slot.held for slot in self._open.values())
            for slot in list(self._open.values()):
                if held <= _MOST_HELD:
                    return
                if slot.wheel is not None and slot.lock.acquire(blocking=False):
                    held -= slot.held
                    slot.wheel.close()
                    slot.wheel, slot.held = None, 0
                    slot.lock.release()

    def size(self, file: IndexFile) -> int:
        """Bytes of a wheel.

        :raises RemoteError: where it cannot be had.
        """
        with RangedFile(file, self._transport, self._cache) as ranged:
            return ranged.size

    def save(self, file: IndexFile, path: Path) -> None:
        """Write a whole wheel to a file of the caller's.

        :raises RemoteError: where it cannot be had.
        """
        with RangedFile(file, self._transport, self._cache) as ranged, path.open("wb") as target:
            while data := ranged.read(_PIECE):
                target.write(data)

    def once(self, key: str, make: Callable[[], T]) -> T:
        """What was made under a key before, else what is made now; errors are not kept."""
        with self._lock:
            slot = self._made.setdefault(key, _Made())
        with slot.lock:
            if slot.value is None:
                slot.value = make()
            return cast(T, slot.value)


def _likeness(file: IndexFile, tags: tuple[str, ...]) -> int:
    """How well a wheel's platform tags are those that are looked for."""
    return len(set(tags) & set(file.platforms)) - len(set(file.platforms) - set(tags))
