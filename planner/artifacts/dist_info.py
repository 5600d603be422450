"""WHEEL, METADATA and RECORD (binary distribution format and core metadata specifications)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from planner.artifacts.limits import DEFAULT_LIMITS, Limits
from planner.model.wheels import RecordRow

_FREE_COMMAS = 10_000  # in the paths of RECORD, beside the two of each row


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


def header_fields(data: bytes, limits: Limits = DEFAULT_LIMITS) -> dict[str, list[str]]:
    """The header fields of WHEEL or METADATA by lower-case name.

    They are read here, as RFC 822 has them, because importing :mod:`email` takes longer than
    judging a small wheel. An empty line ends them; one of blanks goes on with the field above, as
    in a licence text.

    :raises ValueError: where there are more than ``limits.names``.
    """
    lines: dict[str, list[list[str]]] = {}
    parts: list[str] = []
    text = io.StringIO(data.decode("utf-8", "replace"), newline=None)
    count = 0
    for line in text:
        if line == "\n":
            break
        if line[0] in " \t":  # goes on with the field above
            parts.append(line)
            continue
        count += 1
        if count > limits.names:
            raise ValueError(f"more than {limits.names} fields")
        name, _, value = line.partition(":")
        parts = [value]
        lines.setdefault(name.strip().lower(), []).append(parts)
    return {
        name: [" ".join("".join(parts).split()) for parts in values]
        for name, values in lines.items()
    }


def record_rows(data: bytes, limits: Limits) -> tuple[RecordRow, ...]:
    """The rows of RECORD.

    :raises ValueError: where it is no UTF-8 CSV, has more rows than a wheel may have entries, or
        far more columns than three.
    """
    text = data.decode("utf-8")
    if data.count(b",") > 2 * (data.count(b"\n") + data.count(b"\r") + 1) + _FREE_COMMAS:
        raise ValueError("its rows have more than three columns")
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
