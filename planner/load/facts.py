"""All facts of a data folder, or every problem that they have."""

from __future__ import annotations

import hashlib
from pathlib import Path

from planner.errors import DataError, Problem
from planner.load.locate import fact_files
from planner.load.matrices import load_families
from planner.load.policies import load_policies
from planner.model.facts import FactBase


def facts_digest(root: Path) -> str:
    """SHA-256 over the names and bytes of every data file, in a fixed order."""
    digest = hashlib.sha256()
    for path in fact_files(root):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        try:
            digest.update(path.read_bytes() + b"\0")
        except OSError as error:
            problem = Problem(file=str(path), message=f"cannot be read: {error.strerror}")
            raise DataError([problem]) from None
    return digest.hexdigest()


def load_facts(root: Path) -> FactBase:
    """The facts under a data folder.

    :raises DataError: with every problem that reading them met.
    """
    problems: list[Problem] = []
    facts = read_facts(root, problems)
    if problems:
        raise DataError(problems, hint="mlplan facts check")
    return facts


def read_facts(root: Path, problems: list[Problem]) -> FactBase:
    """The facts under a data folder as far as they can be read; problems are added to the list."""
    policies = load_policies(root, problems)
    families = load_families(root, problems)
    days = [source.read for source in policies.sources.values()]
    days += [s.read for family in families.values() for s in family.sources.values()]
    version = max(days, default="0000-00-00").replace("-", ".")
    return FactBase(
        families=families,
        policies=policies,
        version=version,
        sha256=facts_digest(root),
    )
