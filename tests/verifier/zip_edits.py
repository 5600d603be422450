"""Changes to a finished wheel that make it odd: one for each thing that can be wrong with it.

Offsets: PKWARE APPNOTE.TXT, local file header and central directory header.
"""

from __future__ import annotations

import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

_FIRST = "pkg/data.txt"


def _appended(path: Path, name: str, data: bytes = b"x", mode: int = 0o100644) -> None:
    row = zipfile.ZipInfo("placeholder" if "\0" in name else name, (2026, 11, 21, 0, 0, 0))
    row.external_attr = mode << 16
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a name that is there already
        archive.writestr(row, data)


def _headers(path: Path, name: str = _FIRST) -> tuple[bytearray, int, int]:
    """The file, and where the local and the central header of a member begin."""
    data = bytearray(path.read_bytes())
    local = data.find(name.encode()) - 30
    central = data.rfind(b"PK\x01\x02", 0, data.rfind(name.encode()))
    return data, local, central


def _patched(path: Path, offset: int, layout: str, value: int, *, local: bool = True) -> None:
    """One number of the central header changed, and in the local one, which lacks two fields."""
    data, first, second = _headers(path)
    struct.pack_into(f"<{layout}", data, second + offset, value)
    if local:
        struct.pack_into(f"<{layout}", data, first + offset - 2, value)
    path.write_bytes(data)


def damaged_bytes(path: Path) -> None:
    data, local, _ = _headers(path)
    start = local + 30 + len(_FIRST)
    data[start] = 0x07  # the last block, of the type that does not exist
    path.write_bytes(data)


def overlapping(path: Path) -> None:
    """The second member's directory row points to the first one's bytes."""
    data, local, central = _headers(path)
    second = data.find(b"PK\x01\x02", central + 4)
    struct.pack_into("<I", data, second + 42, local)
    path.write_bytes(data)


def cut(path: Path) -> None:
    """A member's local header lies nowhere."""
    data, _, central = _headers(path)
    struct.pack_into("<I", data, central + 42, len(data) - 4)
    path.write_bytes(data)


def no_zip(path: Path) -> None:
    path.write_bytes(b"<html>not found</html>")


def followed(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


def local_name(path: Path) -> None:
    data, local, _ = _headers(path)
    data[local + 30] = ord("q")
    path.write_bytes(data)


def _rewritten(path: Path, change: Callable[[str, bytes], bytes | None], packing: int = 8) -> None:
    """The archive written again; members for which ``change`` gives None are left out."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in members.items():
            changed = change(name, data)
            if changed is not None:
                archive.writestr(zipfile.ZipInfo(name, (2026, 11, 21, 0, 0, 0)), changed, packing)


def _twice(name: str, data: bytes) -> bytes:
    return data.splitlines(keepends=True)[0] + data if name.endswith("/RECORD") else data


EDITS: dict[str, Callable[[Path], None]] = {
    "duplicate": lambda path: _appended(path, _FIRST),
    "unsafe name": lambda path: _appended(path, "../evil.py"),
    "dots in a name": lambda path: _appended(path, "pkg/a..b.py"),
    "odd name": lambda path: _appended(path, "pkg/a\x07.py"),
    "symlink": lambda path: _appended(path, "pkg/link.so", b"_C.so", 0o120777),
    "nested wheel": lambda path: _appended(path, "pkg/a-1-py3-none-any.whl"),
    "followed": followed,
    "local name": local_name,
    "not a zip": no_zip,
    "gone": Path.unlink,
    "cut": cut,
    "encrypted": lambda path: _patched(path, 8, "H", 1),
    "method": lambda path: _patched(path, 10, "H", 12),
    "checksum": lambda path: _patched(path, 16, "I", 1),
    "larger": lambda path: _patched(path, 24, "I", 9_999),
    "damaged bytes": damaged_bytes,
    "overlapping": overlapping,
    "record row twice": lambda path: _rewritten(path, _twice),
    "broken record": lambda path: _rewritten(
        path, lambda name, data: b"\xff\xfe" if name.endswith("/RECORD") else data
    ),
    "no metadata": lambda path: _rewritten(
        path, lambda name, data: None if ".dist-info/" in name else data
    ),
    "stored": lambda path: _rewritten(path, lambda _, data: data, zipfile.ZIP_STORED),
}
