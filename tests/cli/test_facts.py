from __future__ import annotations

import json

import pytest

from planner.solve.listing import LISTS
from tests.cli.conftest import Mlplan


@pytest.mark.parametrize("what", sorted(LISTS))
def test_everything_can_be_listed(what: str, real: Mlplan) -> None:
    answer = real("facts", "list", what)
    assert (answer.status, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert len(lines) > 3
    assert max(map(len, lines)) <= 100
    document = json.loads(real("facts", "list", what, "--format", "json").out)
    assert document["schema"].startswith("mlplan-")


def test_releases_as_a_whole(mlplan: Mlplan) -> None:
    assert mlplan("facts", "list", "releases").out == (
        "family  release  released    stream      architectures\n"
        "toy     1.10.1   2025-06-01  production  x86_64 aarch64\n"
        "toy     1.10.0   2025-03-01  production  x86_64 aarch64\n"
        "toy     1.9.0    2024-01-31  production  x86_64\n"
    )


def test_unknown_list(mlplan: Mlplan) -> None:
    answer = mlplan("facts", "list", "distro")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith("error: nothing of this name can be listed\n  found:   distro\n")
    assert "  did you mean: distros\n" in answer.err
