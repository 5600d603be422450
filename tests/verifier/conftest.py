"""What the verifier's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.load.wheel_facts import load_wheel_facts
from planner.model.wheel_facts import WheelFacts


@pytest.fixture(scope="session")
def wheel_facts(data_root: Path, clean_environment: None) -> WheelFacts:
    """The facts about wheels, the real ones."""
    return load_wheel_facts(data_root)
