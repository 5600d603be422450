"""``docs/reference.md`` is what the program writes; ``MLPLAN_REFRESH=1`` writes it anew."""

from __future__ import annotations

import pytest

from tests.docs.fenced_blocks import REFRESH, ROOT, Shell

PAGE = ROOT / "docs" / "reference.md"


def test_reference_is_up_to_date(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = Shell(ROOT, monkeypatch, capsys).mlplan("help", "--format", "markdown")
    if REFRESH:
        PAGE.write_text(text, encoding="utf-8")
    assert text == PAGE.read_text(encoding="utf-8")
