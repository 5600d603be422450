from __future__ import annotations

import pytest

from planner.load.wheel_records import wheel_facts_of
from planner.model.facts import FactBase
from planner.model.wheel_facts import WheelFacts


@pytest.fixture(scope="session")
def real(facts: FactBase) -> WheelFacts:
    """The real facts about wheels, GPUs and hosts."""
    return wheel_facts_of(facts)
