"""All facts of a data folder, or every problem that they have."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from planner.errors import DataError, Problem
from planner.load.compiled_files import facts_digest, overlaid_digest, overlay_digest
from planner.load.matrices import load_families
from planner.load.overlay import lay_over
from planner.load.policies import load_policies
from planner.model.facts import FactBase


def load_facts(root: Path, overlay: Path | None = None) -> FactBase:
    """The facts under a data folder, with a project's overlay laid over them if one is given.

    :raises DataError: with every problem that reading them met.
    """
    problems: list[Problem] = []
    facts = read_facts(root, problems, overlay)
    if problems:
        raise DataError(problems, hint=check_hint(overlay))
    return facts


def read_facts(root: Path, problems: list[Problem], overlay: Path | None = None) -> FactBase:
    """The facts under a data folder as far as they can be read; problems are added to the list.

    An overlay is laid over facts that are in order only.
    """
    facts = _read_shipped(root, problems)
    if overlay is None or problems:
        return facts
    own = overlay_digest(overlay)
    laid = lay_over(facts, overlay, problems, own)
    return replace(laid, sha256=overlaid_digest(facts.sha256, own))


def check_hint(overlay: Path | None) -> str:
    """The command that checks facts, with the overlay if there is one."""
    return "mlplan facts check" + (f" --overlay {overlay}" if overlay is not None else "")


def _read_shipped(root: Path, problems: list[Problem]) -> FactBase:
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
