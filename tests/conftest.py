"""Fixtures that all tests share: the real facts, loaded once, and an environment of our own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.load.facts import load_facts
from planner.load.vocabulary import Vocabulary
from planner.model.facts import FactBase
from planner.solve.compiled import load_index
from planner.solve.tables import Tables, build_tables
from planner.solve.vocabulary import vocabulary_of

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No setting of the user's reaches a test; compiled facts are kept for this session only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        for name in ("MLPLAN_DATA", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def data_root() -> Path:
    """The folder that holds the real ``matrices/`` and ``policies/``."""
    return ROOT


@pytest.fixture(scope="session")
def facts(data_root: Path) -> FactBase:
    """Every real fact."""
    return load_facts(data_root)


@pytest.fixture(scope="session")
def tables(data_root: Path, clean_environment: None) -> Tables:
    """The solver's tables of the real facts."""
    return build_tables(load_index(data_root))


@pytest.fixture(scope="session")
def vocabulary(tables: Tables) -> Vocabulary:
    """The names that a request may use."""
    return vocabulary_of(tables)
