"""Names of files and folders made of names that a request chose freely."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

_UNSAFE = re.compile(r"[^A-Za-z0-9._+-]+")


def file_names(names: Sequence[str]) -> dict[str, str]:
    """A name that any file system takes for each name, no two the same.

    Plain names stay as they are; what was changed (``../x``, spaces) ends with a short digest of
    the name, so that it depends on no other name.
    """
    return {name: _file_name(name) for name in names}


def _file_name(name: str) -> str:
    plain = _UNSAFE.sub("-", name).lstrip(".-")[:100]
    if plain and plain == name:
        return name
    return f"{plain or 'job'}-{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:8]}"
