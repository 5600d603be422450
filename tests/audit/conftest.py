"""A package index of made wheels for each test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wheels.served import ServedIndex, served_index


@pytest.fixture
def wheel_index(tmp_path: Path) -> Iterator[ServedIndex]:
    """An empty index on this machine; see :mod:`tests.wheels.served`."""
    with served_index(tmp_path / "index") as index:
        yield index
