"""WHEEL, METADATA and RECORD (binary distribution format and core metadata specifications)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from planner.artifacts.limits import Limits
from planner.model.wheels import RecordRow

_LINE_END = re.compile(r"\r\n|\r|\n")  # not the other breaks of Unicode, which may stand in a value


class FileName(NamedTuple):
    """What a wheel's file name says: name, version, build and the tags, each spelled out."""

    name: str
    version: str
    build: str
    tags: tuple[str, ...]


def parse_file_name(name: str) -> FileName | None:
    """The parts of ``{name}-{version}(-{build})?-{python}-{abi}-{platform}.whl``; None where it is
    not of this form."""
    parts = name.removesuffix(".whl").split("-")
    if not name.endswith(".whl") or len(parts) not in (5, 6) or not all(parts):
        return None
    build = parts[2] if len(parts) == 6 else ""
    if build and not build[0].isdigit():
        return None
    return FileName(parts[0], parts[1], build, tuple(expand_tags("-".join(parts[-3:]))))


def expand_tags(text: str) -> Iterator[str]:
    """The single tags of a compressed tag set, in order: ``py2.py3-none-any`` gives two."""
    pythons, _, rest = text.partition("-")
    abis, _, platforms = rest.partition("-")
    for python in pythons.split("."):
        for abi in abis.split("."):
            for platform in platforms.split("."):
                yield f"{python}-{abi}-{platform}"


def dist_info_folders(names: list[str]) -> list[str]:
    """The top-level ``.dist-info`` folders, in order."""
    tops = (name.partition("/")[0] for name in names if "/" in name)
    return list(dict.fromkeys(top for top in tops if top.endswith(".dist-info")))


def header_fields(data: bytes) -> dict[str, list[str]]:
    """The header fields of WHEEL or METADATA by lower-case name; never fails.

    They are read here, as RFC 822 has them, because importing :mod:`email` takes longer than
    judging a small wheel.
    """
    fields: dict[str, list[str]] = {}
    last: list[str] = []
    for line in _LINE_END.split(data.decode("utf-8", "replace")):
        if not line.strip():
            break
        if line[0] in " \t":  # goes on with the field above
            last[-1:] = [" ".join([*last[-1:], *line.split()])] if last else []
            continue
        name, _, value = line.partition(":")
        last = fields.setdefault(name.strip().lower(), [])
        last.append(" ".join(value.split()))
    return fields


def record_rows(data: bytes, limits: Limits) -> tuple[RecordRow, ...]:
    """The rows of RECORD.

    :raises ValueError: where it is no UTF-8 CSV or has more rows than a wheel may have entries.
    """
    text = data.decode("utf-8")
    rows = []
    try:
        for cells in csv.reader(io.StringIO(text, newline="")):
            if cells:
                rows.append(_row([*cells, "", ""]))
            if len(rows) > 2 * limits.entries:
                raise ValueError(f"more than {2 * limits.entries} rows")
    except csv.Error as error:
        raise ValueError(str(error)) from None
    return tuple(rows)


def _row(cells: list[str]) -> RecordRow:
    path, claim, size = cells[:3]
    algorithm, _, digest = claim.partition("=")
    plain = size.isascii() and size.isdigit() and len(size) < 20
    return RecordRow(
        path=path,
        algorithm=algorithm.lower(),
        digest=digest.rstrip("="),
        size=int(size) if plain else None,
    )
