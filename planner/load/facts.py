"""All facts of a data folder, or every problem that they have."""

from __future__ import annotations

from pathlib import Path

from planner.errors import DataError, Problem
from planner.load.compiled_files import facts_digest
from planner.load.matrices import load_families
from planner.load.policies import load_policies
from planner.model.facts import FactBase


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
