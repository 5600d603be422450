from __future__ import annotations

import pytest

from planner.model.specs import canonical_spec, is_spec, lowest_admitted_bound, spec_admits


@pytest.mark.parametrize(
    "text",
    ["12", "12.8", "12.8.*", "12.*", "12.8.1", "12.8.1.2", "newest", ">=12", ">=12,<14", "~=12.8",
     "==12.8.*", "!=13.0.0", "<2027"],
)  # fmt: skip
def test_specs(text: str) -> None:
    assert is_spec(text)
    assert is_spec(canonical_spec(text))
    assert canonical_spec(canonical_spec(text)) == canonical_spec(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "Newest", "latest", "*", "12.x", "12.8.1.*.", ">=13,<12", ">13,<=13", "cuda", "=12",
     "12,13", "v12", "-1", "9" * 5000, f"==1.{'9' * 5000}.*"],
)  # fmt: skip
def test_no_specs(text: str) -> None:
    assert not is_spec(text)


@pytest.mark.parametrize(
    ("spec", "version", "claim"),
    [
        ("12", "12.8.1", True),
        ("12", "12", True),
        ("12", "120.0.0", False),
        ("12", "13.0.0", False),
        ("12.8", "12.8.1", True),
        ("12.8", "12.80.0", False),
        ("12.8.*", "12.8.0", True),
        ("12.8.*", "12.9.0", False),
        ("12.8.1", "12.8.1", True),
        ("12.8.1", "12.8.0", False),
        ("13.5", "13.5", True),
        ("newest", "1.0", True),
        (">=13", "13.0.0", True),
        (">=13", "12.9.1", False),
        (">=12,<13", "12.9.1", True),
        (">=7.2", "7.14.0", True),
        (">=7.2", "10.0.0", True),
        ("~=12.6", "12.9.0", True),
        ("~=12.6", "13.0.0", False),
        ("!=12.9.0", "12.9.1", True),
        (">=580", "580.65.06", True),
        (">=580", "579.99", False),
    ],
)
def test_admits(spec: str, version: str, claim: bool) -> None:
    assert spec_admits(spec, version) is claim


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("12.8.*", "12.8"),
        ("12.*", "12"),
        ("12", "12"),
        ("12.8.1", "12.8.1"),
        ("newest", "newest"),
        (">=12,<14", "<14,>=12"),
        ("<14 , >=12", "<14,>=12"),
        (" >= 12", ">=12"),
    ],
)
def test_canonical(text: str, canonical: str) -> None:
    assert canonical_spec(text) == canonical


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        (">=20.3", "20.3"),
        (">=20.3,<25", "20.3"),
        (">=20.3,>=21", "21"),
        (">=9.0,>=10", "10"),
        ("==20.*", "20"),
        ("20.3", "20.3"),
        ("20", "20"),
        ("20.3.1", "20.3.1"),
        ("<25", None),
        ("!=21", None),
        ("newest", None),
    ],
)
def test_lowest_admitted_bound(text: str, bound: str | None) -> None:
    assert lowest_admitted_bound(text) == bound
