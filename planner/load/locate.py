"""The one module that knows where data files lie."""

from __future__ import annotations

import os
from pathlib import Path

from planner.errors import DataError, Problem

DATA_VARIABLE = "MLPLAN_DATA"
PACKAGE = Path(__file__).resolve().parent.parent
COMPILED_IN_PACKAGE = PACKAGE / "compiled_facts.json"
WHEEL_FACTS_IN_PACKAGE = PACKAGE / "compiled_wheel_facts.json"
SCHEMAS = PACKAGE / "schemas"
FACT_SCHEMAS = SCHEMAS / "facts"
_SUFFIX = ".schema.json"


def data_root(chosen: str | None = None) -> Path:
    """The folder that holds ``matrices/`` and ``policies/``.

    Tried in order: ``chosen`` (the option ``--data``), the environment variable ``MLPLAN_DATA``,
    the installed package, the source tree.

    :raises DataError: where the chosen folder lacks one of the two, or none was found.
    """
    if chosen is not None:
        return _checked(Path(chosen), "--data")
    if from_environment := os.environ.get(DATA_VARIABLE):
        return _checked(Path(from_environment), DATA_VARIABLE)
    for candidate in (PACKAGE / "data", PACKAGE.parent):
        if _has_data(candidate):
            return candidate
    raise DataError("no facts found beside the package; point --data at a folder that has them")


def is_packaged(root: Path) -> bool:
    """Whether these are the facts that came with an installed package, which never change."""
    return root == PACKAGE / "data"


def _has_data(folder: Path) -> bool:
    return (folder / "matrices").is_dir() and (folder / "policies").is_dir()


def _checked(folder: Path, option: str) -> Path:
    if _has_data(folder):
        return folder
    raise DataError(
        [
            Problem(
                message=f"{option} names a folder without facts",
                found=str(folder),
                allowed="a folder that holds matrices/ and policies/",
            )
        ]
    )


def fact_files(root: Path) -> list[Path]:
    """Every YAML file of the facts, in a fixed order."""
    files = [*(root / "matrices").rglob("*.yaml"), *(root / "policies").rglob("*.yaml")]
    return sorted(filter(Path.is_file, files), key=lambda p: p.relative_to(root).as_posix())


def fact_schema(root: Path, key: object) -> Path | None:
    """The JSON Schema of the files with a first key, in the checkout that a data folder is.

    None where the folder is no checkout of this project, or no schema has the key's name.
    """
    schema = root / "planner" / "schemas" / "facts" / f"{str(key).removeprefix('mlplan-')}{_SUFFIX}"
    return schema if schema.is_file() else None


def cache_folder() -> Path:
    """Where compiled facts are kept for this user (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "mlplan"
