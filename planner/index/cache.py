"""Parts of remote files kept on disk, by the SHA-256 that the index states for the file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


class PartCache:
    """Byte ranges of files under one folder; without a folder nothing is kept.

    A part is written whole or not at all, so that a run that was stopped can go on. A cache that
    cannot be written is no error.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, sha256: str, name: str) -> bytes | None:
        """A part that was kept, or None."""
        path = self._path(sha256, name)
        try:
            return path.read_bytes() if path is not None else None
        except OSError:
            return None

    def put(self, sha256: str, name: str, data: bytes) -> None:
        """Keep a part."""
        path = self._path(sha256, name)
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(data)
            os.replace(file.name, path)  # noqa: PTH105
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
