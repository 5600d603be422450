"""What the matrices of workflows say: the very builds that somebody listed."""

from __future__ import annotations

from collections.abc import Iterator

from planner.check.rows import Names, Row, RowReader
from planner.check.spellings import NOTHING
from planner.draft.records import Wish, Wishes
from planner.model.matrix_rows import PlainMatrix, PlainRow
from planner.solve.rows import Tables

_UNKNOWN_TOLD = 6


def matrix_wishes(matrices: tuple[PlainMatrix, ...], names: Names) -> Wishes:
    """The builds of some matrices. Rows without an accelerator count only beside rows with one,
    and only where they say so themselves (``cuda: none``): others are tests, not builds."""
    found: dict[tuple[tuple[str, str], ...], list[tuple[Row, str]]] = {}
    notes: dict[str, None] = {}
    policies: dict[str, str] = {}
    cxx: dict[str, str] = {}
    for matrix in matrices:
        for plain in matrix.rows:
            row = RowReader(plain, matrix.file, names).row()
            if any(plain.cells.get(family) for family in names.families):
                notes.update(dict.fromkeys(_unknown(row)))
            if not row.families and not _says_none(plain, names):
                continue
            at = f"{matrix.file}:{plain.line}: matrix" if plain.line else f"{matrix.file}: matrix"
            found.setdefault(tuple(sorted(row.families.items())), []).append((row, at))
            policies.update(dict.fromkeys(_glibc(row, names.tables), at))
            if row.cxx:
                cxx.setdefault(row.cxx, at)
    wishes = tuple(_wish(families, rows) for families, rows in found.items())
    told = tuple(notes)[:_UNKNOWN_TOLD]
    more = len(notes) - len(told)
    rest = (f"{more} more values of the matrices are not understood",) if more > 0 else ()
    return Wishes(wishes=wishes, policies=policies, cxx=cxx, notes=(*told, *rest))


def _says_none(plain: PlainRow, names: Names) -> bool:
    """Whether a row says of a family that it has none."""
    texts = [cell.text for family in names.families for cell in plain.cells.get(family, ())]
    return any(text.strip().lower() in NOTHING for text in texts)


def _wish(families: tuple[tuple[str, str], ...], rows: list[tuple[Row, str]]) -> Wish:
    """One wish for all rows with the same releases; targets that any of them has."""
    return Wish(
        families=dict(families),
        because=tuple(dict.fromkeys(at for _, at in rows)),
        gpu=tuple(dict.fromkeys(target for row, _ in rows for target in row.gpu)),
        links=tuple(dict.fromkeys(link for row, _ in rows for link in row.links)),
        archs=tuple(dict.fromkeys(row.any_arch for row, _ in rows if row.any_arch)),
        exact=True,
    )


def _glibc(row: Row, tables: Tables) -> Iterator[str]:
    """The glibc versions that the tag and the image of a row promise."""
    yield from (glibc_of(policy) for policy in row.tag)
    yield from image_glibc(row.image, tables)


def glibc_of(policy: str) -> str:
    """``2.28`` of ``manylinux_2_28``."""
    return ".".join(policy.split("_")[1:3])


def image_glibc(image: str, tables: Tables) -> list[str]:
    """The glibc version of an image's own policy, in a list that is empty for unknown images."""
    rows = (env for rows in tables.environments.values() for env in rows if env.image == image)
    first = next(rows, None)
    return [] if first is None else [first.policy_version]


def _unknown(row: Row) -> Iterator[str]:
    for unknown in row.unknown:
        line = unknown.line
        if "${{" in line.value or not line.value:
            continue
        at = f"{line.file}:{line.number}" if line.number else line.file
        yield f"{at}: {line.path} {line.value} {unknown.says}"
