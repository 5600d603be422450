"""Parts of remote files kept on disk, by the SHA-256 that the index states for the file."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

_DIGEST = hashlib.sha256().digest_size


class PartCache:
    """Byte ranges of files under one folder; without a folder nothing is kept.

    A part is written whole or not at all, behind its own SHA-256, so that a run that was stopped
    can go on, and a part that was damaged since is not used. A cache that cannot be written is no
    error.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, sha256: str, name: str) -> bytes | None:
        """A part that was kept, or None."""
        path = self._path(sha256, name)
        try:
            kept = path.read_bytes() if path is not None else b""
        except OSError:
            return None
        digest, data = kept[:_DIGEST], kept[_DIGEST:]
        return data if hashlib.sha256(data).digest() == digest else None

    def put(self, sha256: str, name: str, data: bytes) -> None:
        """Keep a part."""
        path = self._path(sha256, name)
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, hashlib.sha256(data).digest() + data)
        except OSError:
            return

    def parts(self, sha256: str) -> list[tuple[int, int]]:
        """Start and end of each range that is kept of a file."""
        folder = self._path(sha256, "x")
        if folder is None or not folder.parent.is_dir():
            return []
        ranges = []
        for path in folder.parent.iterdir():
            start, _, end = path.name.partition("-")
            if start.isdigit() and end.isdigit():
                ranges.append((int(start), int(end)))
        return sorted(ranges)

    def _path(self, sha256: str, name: str) -> Path | None:
        if self._folder is None or not sha256.isalnum():
            return None
        return self._folder / sha256[:2] / sha256 / name


def _write(path: Path, data: bytes) -> None:
    """Write a file whole, or leave nothing behind.

    :raises OSError: where it cannot be written.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        draft = Path(file.name)
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
